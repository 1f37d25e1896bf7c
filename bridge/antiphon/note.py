"""A note, and notes as an array: the one shape that everything else passes around.

A note is pitch (MIDI 0-127), step (seconds from the onset before to this one, >= 0), duration (seconds the key
is held, > 0, or `HIDDEN` while it is still down) and velocity (1-127). A window is float32 [25, 4], columns in
that order, oldest first, left-padded with `NO_NOTE` in the pitch column. A performance is a structured array
of `NOTE_DTYPE`, one row a note, which also knows the onset. Nothing here knows OSC, models or files.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "HIDDEN",
    "MAX_SECONDS",
    "MIN_DURATION",
    "NOTE_DTYPE",
    "NO_NOTE",
    "WINDOW",
    "FloatArray",
    "Note",
    "NoteArray",
    "empty_window",
    "from_rows",
    "order_notes",
    "pitch_name",
    "to_rows",
]

WINDOW = 25
"""Notes in a window: the context of the tutorial's network, and the contract of every `note` bundle."""

NO_NOTE = -1.0
"""Stands in the pitch column where a window has no note yet."""

HIDDEN = -1.0
"""Stands in the duration column while the key is still down."""

MAX_SECONDS = 3600.0
"""The longest step and duration: an hour. A longer pause is taken as one."""

MIN_DURATION = 0.001
"""The shortest duration, in seconds: the finest that MIDI files use. A note of no length cannot be heard or written."""

NOTE_DTYPE = np.dtype([("onset", "f8"), ("pitch", "i2"), ("step", "f4"), ("duration", "f4"), ("velocity", "i2")])
"""A performance, one row a note, ordered by onset, then pitch. Onset, step and duration in seconds."""

PITCH_CLASSES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""As most keys spell them."""

FloatArray = NDArray[np.float32]
NoteArray = np.ndarray[tuple[int], np.dtype[np.void]]


class Note(NamedTuple):
    """One note: pitch 0-127, step and duration in seconds, velocity 1-127."""

    pitch: int
    step: float
    duration: float
    velocity: int


def pitch_name(pitch: int) -> str:
    """A MIDI number as musicians say it: 60 is C4."""
    return f"{PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"


def empty_window() -> FloatArray:
    """A window without a note, float32 [25, 4]."""
    window = np.zeros((WINDOW, 4), np.float32)
    window[:, 0] = NO_NOTE
    return window


def order_notes(
    onsets: NDArray[np.float64],
    pitches: NDArray[np.int16],
    durations: FloatArray,
    velocities: NDArray[np.int16],
) -> NoteArray:
    """A performance from columns of equal length n in any order; steps are filled in, the first is 0."""
    order = np.lexsort((pitches, onsets))
    notes = np.zeros(len(order), NOTE_DTYPE)
    notes["onset"] = onsets[order]
    notes["pitch"] = pitches[order]
    notes["duration"] = durations[order]
    notes["velocity"] = velocities[order]
    notes["step"][1:] = np.diff(notes["onset"])
    return notes


def to_rows(notes: NoteArray) -> FloatArray:
    """The four columns that models see, float32 [n, 4]."""
    return np.stack([notes[name].astype(np.float32) for name in ("pitch", "step", "duration", "velocity")], axis=1)


def from_rows(rows: FloatArray, onset: float = 0.0) -> NoteArray:
    """A performance from the columns that models see, float32 [n, 4], its steps counted from `onset` (seconds)."""
    notes = np.zeros(len(rows), NOTE_DTYPE)
    notes["onset"] = onset + np.cumsum(rows[:, 1], dtype=np.float64)
    for column, name in enumerate(("pitch", "step", "duration", "velocity")):
        notes[name] = rows[:, column]
    return notes
