"""A plain question forbids and chooses nothing."""

import numpy as np

from antiphon.note import empty_window
from antiphon.wanted import CHOOSE, DRAWS, Wanted


def test_a_plain_question_leaves_everything_to_the_network() -> None:
    wanted = Wanted.plain(3, empty_window(), np.zeros(DRAWS, np.float32))
    assert wanted.pitch_mask.all()
    assert (wanted.chosen == CHOOSE).all()
    assert (wanted.temperature == 1).all()
    assert (wanted.top_p == 1).all()
