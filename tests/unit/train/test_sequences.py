"""Sequences hold every kind of window that the network will meet on stage."""

import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.errors import CorpusError
from antiphon.note import WINDOW, to_rows
from antiphon_train.sequences import IGNORE, ODD, PADDED, Sequences

ROWS = to_rows(excerpt())


def test_every_note_is_a_target_and_padded_places_are_none() -> None:
    examples = Sequences(np.tile(ROWS, (10, 1)), np.array([2080]), 64)
    seen, targets = examples.take(np.arange(len(examples)), np.random.default_rng(0))
    notes, is_note = seen["notes"], seen["notes"][:, :, 0] >= 0
    assert notes.shape == (32, 65, 4)
    is_target = targets["pitch"] != IGNORE
    assert (targets["pitch"] == notes[:, 1:, 0])[is_target].all()
    assert not is_target[~is_note[:, 1:]].any()
    assert (~is_note[:, 0]).mean() == pytest.approx(PADDED, abs=0.1)
    assert (~is_note).sum(1).max() <= WINDOW
    assert ((targets["velocity"] >= 0) == is_note[:, 1:]).all()
    assert 0.1 < seen["is_hidden"].mean() < 0.4
    assert not np.isin(notes[:, :, 0][is_note], [-1, 128]).any()


def test_a_few_notes_are_struck_oddly_and_nobody_has_to_foresee_them() -> None:
    examples = Sequences(np.tile(ROWS, (50, 1)), np.array([10400]), 64)
    seen, targets = examples.take(np.arange(len(examples)), np.random.default_rng(0))
    is_note = seen["notes"][:, 1:, 0] >= 0
    is_odd = is_note & (targets["pitch"] == IGNORE)
    assert is_odd.sum() / is_note.sum() == pytest.approx(ODD, rel=0.3)
    assert (targets["duration"][is_odd] != IGNORE).all()


def test_the_same_random_numbers_give_the_same_examples() -> None:
    examples = Sequences(ROWS, np.array([208]), 64)
    one, other = (examples.take(np.arange(len(examples)), np.random.default_rng(3)) for _ in range(2))
    assert (one[0]["notes"] == other[0]["notes"]).all()


def test_a_corpus_too_small_for_a_sequence_is_one_clear_line() -> None:
    with pytest.raises(CorpusError, match="needs more than 64 in one piece"):
        Sequences(ROWS[:64], np.array([64]), 64)


@pytest.mark.parametrize("length", [2, 25, 150])
def test_sequences_are_as_long_as_asked_for(length: int) -> None:
    seen, targets = Sequences(ROWS, np.array([208]), length).take(np.array([0, 0]), np.random.default_rng(0))
    assert seen["notes"].shape == (2, length + 1, 4)
    assert all(target.shape == (2, length) for target in targets.values())
