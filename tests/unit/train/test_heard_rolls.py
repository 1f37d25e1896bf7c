"""Stretches of a performance in which two networks agree become files of beats."""

import numpy as np
import pytest
from heard_rolls import is_found, stretches

from antiphon.engine.bundle import LISTENER, find_bundle
from antiphon.engine.listener import open_listener
from antiphon.notation.grid import find_grid
from antiphon_train.counted import read_counted
from performed import accompanied, perform, steady


def test_where_both_hear_the_same_beats_they_are_written_down_without_measures() -> None:
    listener = open_listener(find_bundle(LISTENER))
    again = [(64 + beat, length, pitch) for beat, length, pitch in accompanied()]
    notes, _ = perform(accompanied() + again, steady(0.6), 0.008)
    (data,) = stretches(notes, listener, listener)
    counted = read_counted(data)
    assert np.isnan(counted["in_measure"]).all()
    assert len(counted) > 0.9 * len(notes)
    assert np.median(counted["period"]) == pytest.approx(0.6, rel=0.05)


def test_a_beat_counts_as_found_within_seventy_milliseconds() -> None:
    notes, _ = perform(accompanied(), steady(0.6))
    late, half = notes.copy(), notes.copy()
    late["onset"] += 0.05
    half["onset"] += 0.3
    grid = find_grid(notes)
    assert is_found(grid, find_grid(late)).mean() > 0.9
    assert is_found(grid, find_grid(half)).mean() < 0.2
