"""Played anew, a piece is another in time and the same on paper."""

import numpy as np
import pytest

from antiphon.note import NoteArray
from antiphon_train.counted import COUNTED_DTYPE
from antiphon_train.rubato import pedal_of, play_anew


@pytest.fixture
def notes() -> NoteArray:
    piece = np.zeros(200, COUNTED_DTYPE)
    piece["beat"] = np.repeat(np.arange(100) / 2, 2)
    piece["onset"], piece["period"] = piece["beat"] * 0.6, 0.6
    piece["pitch"], piece["duration"], piece["velocity"] = np.tile([48, 72], 100), 0.25, 64
    piece["in_measure"] = piece["beat"] % 4
    is_changed = piece["in_measure"] == 0
    piece["lifted"] = np.where(is_changed, piece["onset"], np.nan)
    piece["pressed"] = piece["lifted"] + 0.1
    return piece


@pytest.mark.parametrize("seed", range(20))
def test_each_note_keeps_its_place(notes: NoteArray, seed: int) -> None:
    played = play_anew(notes, np.random.default_rng(seed))
    assert len(played) > 170
    assert (np.diff(played["onset"]) >= 0).all()
    assert (played["duration"] > 0).all() and (played["period"] > 0).all()
    assert set(played["beat"]) <= set(notes["beat"])
    beats = np.intersect1d(played["beat"], np.arange(50))
    times = np.array([played["onset"][played["beat"] == beat].mean() for beat in beats])
    assert (np.diff(times) > 0).all()
    assert np.median(np.diff(times) / np.diff(beats)) == pytest.approx(np.median(played["period"]), rel=0.15)


def test_no_two_are_alike_but_by_the_same_numbers(notes: NoteArray) -> None:
    one, other, again = (play_anew(notes, np.random.default_rng(seed)) for seed in (1, 2, 1))
    assert one.tobytes() == again.tobytes()  # not a number is not itself
    assert len(one) != len(other) or not np.allclose(one["onset"], other["onset"])


def test_the_foot_goes_with_the_music(notes: NoteArray) -> None:
    dry = 0
    for seed in range(20):
        played = play_anew(notes, np.random.default_rng(seed))
        pedal = pedal_of(played)
        downbeats = played["onset"][played["in_measure"] == 0]
        dry += not len(pedal.lifts)
        assert (np.diff(pedal.presses) >= 0).all() and (np.diff(pedal.lifts) >= 0).all()
        for moves, after in ((pedal.lifts, 0.0), (pedal.presses, 0.1)):
            off = [np.abs(downbeats + after - at).min() for at in moves]
            assert np.median(off or [0.0]) < 0.1
    assert 0 < dry < 15


def test_a_single_note_can_be_played(notes: NoteArray) -> None:
    assert len(play_anew(notes[:1], np.random.default_rng(0))) == 1
