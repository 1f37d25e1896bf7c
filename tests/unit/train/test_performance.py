"""Notes counted and weighed as the tokens of Performance RNN."""

import numpy as np
import pytest

from antiphon.note import NOTE_DTYPE
from antiphon_train.bins import DURATION, STEP
from antiphon_train.corpus import Corpus
from antiphon_train.performance import cell_nats, tokens_per_note


def test_tokens_are_counted_as_they_would_be_written() -> None:
    notes = np.zeros(3, NOTE_DTYPE)
    notes["onset"], notes["duration"], notes["velocity"] = [0, 0.5, 0.5], [0.5, 2.5, 0.001], [64, 65, 90]
    # velocity on | 50 cells | off on, velocity on | 1 cell | off | 249 cells in three shifts | off
    assert tokens_per_note(Corpus(["a"], notes, np.array([0, 3]), [])) * 3 == 2 + 1 + 4 + 1 + 1 + 3 + 1


@pytest.mark.parametrize("bins", [STEP, DURATION])
def test_cells_of_ten_milliseconds_share_out_all_the_mass(bins: object) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(1, 64))
    log_probs = (logits - np.log(np.exp(logits).sum())).astype(np.float32)
    cells = np.arange(0, 6001) / 100
    nats = cell_nats(bins, np.repeat(log_probs, len(cells), 0), cells.astype(np.float32))  # type: ignore[arg-type]
    end = 3000 if bins is STEP else 6000
    assert np.exp(-nats[:end].astype(np.float64)).sum() == pytest.approx(1, abs=1e-3)
