"""A note is present for as long as its age, its onset and its key say."""

import numpy as np
import pytest

from antiphon.note import HIDDEN
from antiphon_train.rolls import DECAYS, PRESENCES, RELEASE_TAUS, TAUS, presence


def test_a_note_is_present_as_its_age_onset_and_release_say() -> None:
    notes = np.array([[[60, 0.0, 0.1, 64], [64, 0.5, 2.0, 64], [60, 0.25, HIDDEN, 64]]], np.float32)
    weights = np.asarray(presence(notes, np.array([[0.1]], np.float32)))[0, :, 0]  # [PRESENCES, notes]
    ages, since = np.array([2, 1, 0]), np.array([0.85, 0.35, 0.1])
    assert len(weights) == PRESENCES
    assert weights[:3] == pytest.approx(np.array([[decay**age for age in ages] for decay in DECAYS]))
    assert weights[3:6] == pytest.approx(np.exp([-since / tau for tau in TAUS]), rel=1e-3)
    assert weights[6].tolist() == [0, 1, 0]  # only the second is known to be down
    assert weights[7:] == pytest.approx(
        np.array([[np.exp(-0.75 / tau), 0, 0] for tau in RELEASE_TAUS]), rel=1e-3, abs=1e-6
    )


def test_notes_that_come_later_are_not_present() -> None:
    notes = np.array([[[60, 0.0, 0.1, 64], [64, 0.5, 2.0, 64], [60, 0.25, HIDDEN, 64]]], np.float32)
    weights = np.asarray(presence(notes, np.array([[0.5, 0.25, 0.1]], np.float32)))[0]  # [PRESENCES, 3, 3]
    assert not weights[:, np.triu(np.ones((3, 3), bool), 1)].any()
    assert weights[:, 2] == pytest.approx(np.asarray(presence(notes, np.array([[0.1]], np.float32)))[0, :, 0])
