"""Accents: length, loudness, weight and bass make an onset sound like a beat."""

import numpy as np
import pytest

from antiphon.notation.accents import BEAT_WEIGHTS, DOWNBEAT_WEIGHTS, FEATURES, measure_accents, weigh
from antiphon.notation.onsets import gather_onsets
from performed import accompanied, perform, steady


def test_features_are_bounded_and_of_neighbourhood_alone() -> None:
    notes, _ = perform(accompanied(), steady(0.5), 0.01)
    accents = measure_accents(notes, gather_onsets(notes))
    assert accents.shape[1] == len(FEATURES)
    assert np.abs(accents).max() <= 3
    louder = notes.copy()
    louder["velocity"] += 20
    louder["pitch"] += 3
    assert measure_accents(louder, gather_onsets(louder)) == pytest.approx(accents)


@pytest.mark.parametrize(("weights", "every"), [(BEAT_WEIGHTS, 1), (DOWNBEAT_WEIGHTS, 4)])
def test_beats_and_downbeats_stand_out(weights: tuple[float, ...], every: int) -> None:
    notes, beats = perform(accompanied(), steady(0.5))
    onsets = gather_onsets(notes)
    odds = weigh(measure_accents(notes, onsets), weights)
    at = np.bincount(onsets.members, beats) / onsets.sizes
    is_strong = at % every == 0
    assert np.median(odds[is_strong]) > np.median(odds[~is_strong])


def test_one_onset_has_no_accent() -> None:
    notes, _ = perform([(0.0, 1.0, 60)], steady(0.5))
    assert np.isfinite(measure_accents(notes, gather_onsets(notes))).all()
