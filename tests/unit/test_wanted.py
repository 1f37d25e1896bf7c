"""A plain question forbids and chooses nothing."""

import numpy as np
import pytest

from antiphon.note import empty_window
from antiphon.wanted import CHOOSE, DRAWS, TOP_P, Wanted

HALVES = np.full(4, 0.5, np.float32)
CHOSEN = np.array([60, 0.1, -1, -1], np.float32)


def test_a_plain_question_leaves_everything_to_the_network() -> None:
    wanted = Wanted.plain(3, empty_window(), np.zeros(DRAWS, np.float32))
    assert wanted.pitch_mask.all()
    assert (wanted.chosen == CHOOSE).all()
    assert (wanted.temperature == 1).all()
    assert wanted.top_p.tolist() == pytest.approx(TOP_P)


def test_what_a_model_believes_is_asked_of_all_pitches() -> None:
    plain = Wanted.plain(3, empty_window(), np.zeros(DRAWS, np.float32))
    narrow = plain._replace(temperature=HALVES, top_p=HALVES, pitch_mask=np.zeros(128, np.float32), chosen=CHOSEN)
    asked = narrow.as_learnt()
    assert asked.pitch_mask.all()
    assert (asked.temperature == 1).all()
    assert (asked.top_p == 1).all()
    assert asked.chosen is CHOSEN
