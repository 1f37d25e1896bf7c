"""Chords are gathered, runs are not."""

import numpy as np
import pytest

from antiphon.notation.onsets import CHORD_SPAN, gather_onsets
from antiphon.note import NOTE_DTYPE, NoteArray


def made(onsets: list[float]) -> NoteArray:
    notes = np.zeros(len(onsets), NOTE_DTYPE)
    notes["onset"], notes["pitch"] = onsets, 60 + np.arange(len(onsets)) % 40
    notes["duration"], notes["velocity"] = 0.5, 64
    return notes


@pytest.mark.parametrize(
    ("onsets", "members"),
    [
        ([0.0], [0]),
        ([0.0, 0.0, 0.0], [0, 0, 0]),
        ([0.0, 0.02, 0.035, 0.5], [0, 0, 0, 1]),
        ([0.0, 0.1, 0.2], [0, 1, 2]),
        ([0.5, 0.0, 0.51], [1, 0, 1]),
        ([0.0, 0.045, 0.5], [0, 1, 2]),
        ([0.0, 0.03, 0.06, 0.09, 0.12], [0, 0, 0, 1, 1]),
    ],
    ids=["one", "a chord", "a spread chord", "a run", "out of order", "a grace note", "a rolled chord of five"],
)
def test_notes_are_gathered(onsets: list[float], members: list[int]) -> None:
    assert gather_onsets(made(onsets)).members.tolist() == members


def test_an_onset_knows_its_notes() -> None:
    notes = made([1.0, 1.02, 2.0])
    notes["pitch"], notes["velocity"], notes["duration"] = [60, 48, 72], [50, 90, 70], [0.0, 1.5, -1.0]
    onsets = gather_onsets(notes)
    assert onsets.seconds == pytest.approx([1.01, 2.0])
    assert onsets.sizes.tolist() == [2, 1]
    assert onsets.low.tolist() == [48, 72]
    assert onsets.high.tolist() == [60, 72]
    assert onsets.velocities.tolist() == [90, 70]
    assert onsets.durations == pytest.approx([1.5, 0.01])


def test_no_onset_is_longer_than_a_chord() -> None:
    onsets = gather_onsets(made(np.cumsum(np.random.default_rng(0).exponential(0.01, 500)).tolist()))
    assert (np.diff(onsets.seconds) > 0).all()
    assert np.bincount(onsets.members).max() * 0.01 < 6 * CHORD_SPAN
