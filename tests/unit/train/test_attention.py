"""What lies outside a window is never looked at."""

import numpy as np
import pytest

from antiphon.note import WINDOW
from antiphon_train.attention import Attention, unseen


def test_a_place_without_a_note_is_not_looked_at() -> None:
    notes = np.zeros((1, WINDOW, 4), np.float32)
    notes[:, :-2, 0] = -1
    notes[:, -2:, 0] = 60
    states = np.random.default_rng(0).normal(size=(1, WINDOW, 8)).astype(np.float32)
    weights = np.asarray(Attention(2)((states, states), unseen(notes, WINDOW)))[0, :, -1]
    assert weights[:, -2:].sum(-1) == pytest.approx(1)
    assert not weights[:, :-2].any()


def test_nothing_later_and_nothing_older_than_25_notes_is_looked_at() -> None:
    notes = np.full((1, 40, 4), 60, np.float32)
    states = np.random.default_rng(0).normal(size=(1, 40, 8)).astype(np.float32)
    weights = np.asarray(Attention(2)((states, states), unseen(notes, 40)))[0, 0]
    seen = [np.flatnonzero(row > 0) for row in weights]
    assert [(row[0], row[-1]) for row in seen] == [(max(place - 24, 0), place) for place in range(40)]
