"""Seconds to written rhythm: a grid of sixteenths at a nominal tempo, chords on it, and values that can be written.

The rule: whatever the notes, what comes out fills its measure exactly and can be read: each value is a plain or once
dotted one, beats stay visible, and nothing crosses a bar line but by a tie. Between two chords a silence shorter than
a quarter is an early release more often than a rest, so it is not written: the chord before it sounds on. Nothing here
finds the beat, the meter or the voices of the performance: the tempo is given, the meter is 4/4, and a staff has one
voice.
All lengths and places are counted in units, sixteenths, unless they are in seconds.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BEAT",
    "EIGHTH",
    "MEASURE",
    "VALUES",
    "IntArray",
    "group_beams",
    "group_chords",
    "place_notes",
    "split_chord",
    "split_rest",
]

IntArray = NDArray[np.int64]

EIGHTH = 2
BEAT = 4
"""Units in a beat, a quarter."""

MEASURE = 16
"""Units in a measure of 4/4."""

PLAIN = (16, 8, 4, 2, 1)
"""Undotted values, longest first. Each may begin at its own multiples: there it hides no beat."""

UNBROKEN = {12: (0, 4), 8: (4,), 6: (0, 2, 8, 10), 4: (2, 10), 3: (0, 4, 8, 12)}
"""Values that a chord may also have as a whole, and where in the measure: dotted ones, and the syncopations that
everybody reads, none across the middle of the measure save those of a half and more."""

VALUES = frozenset(PLAIN) | frozenset(UNBROKEN)
"""Every length that one written chord can have."""


def place_notes(
    onsets: NDArray[np.float64], durations: NDArray[np.float64], tempo_bpm: float
) -> tuple[IntArray, IntArray]:
    """The nearest places of notes on the grid, and their lengths there, at least one unit.

    Args:
        onsets: seconds since the first downbeat, shape [n].
        durations: seconds, shape [n]; a hidden one (-1) becomes one unit.
        tempo_bpm: quarters a minute.
    """
    units_per_second = tempo_bpm / 60 * BEAT
    starts = np.floor(onsets * units_per_second + 0.5).astype(np.int64)
    ends = np.floor((onsets + durations) * units_per_second + 0.5).astype(np.int64)
    return starts, np.maximum(ends - starts, 1)


def group_chords(starts: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """The chords of one staff in one voice: where each begins, how long it is, and the chord of each note.

    A chord ends with its longest note, drawn out to the next eighth, and on to the next chord if less than a quarter is
    between them; it never reaches into the next chord.

    Args:
        starts, lengths: of the notes, units, shape [n].
    Returns:
        starts and lengths of the chords, units, shape [c], ascending; an index into them, shape [n].
    """
    chord_starts, members = np.unique(starts, return_inverse=True)  # [c], [n]
    ends = np.zeros(len(chord_starts), np.int64)
    np.maximum.at(ends, members, starts + lengths)
    ends = -(-ends // EIGHTH) * EIGHTH
    following = chord_starts[1:]
    ends[:-1] = np.where(following - ends[:-1] < BEAT, following, ends[:-1])
    return chord_starts, ends - chord_starts, members


def split_chord(start: int, length: int) -> list[tuple[int, int]]:
    """The written values, (start, length), that make up a chord; to be tied where there are several."""
    pieces = []
    end = start + length
    while start < end:
        value = _chord_value(start % MEASURE, min(end - start, MEASURE - start % MEASURE))
        pieces.append((start, value))
        start += value
    return pieces


def split_rest(start: int, length: int) -> list[tuple[int, int]]:
    """The rests, (start, length), that make up a silence: plain ones at their own multiples, so that beats are seen."""
    pieces = []
    end = start + length
    while start < end:
        value = _plain_value(start % MEASURE, end - start)
        pieces.append((start, value))
        start += value
    return pieces


def group_beams(chords: list[tuple[int, int]]) -> list[list[int]]:
    """Which chords, given as (start, length) in order, go under one beam: neighbours within a beat, shorter than it."""
    groups: list[list[int]] = []
    end_before = -1
    for index, (start, length) in enumerate(chords):
        if length < BEAT:
            if groups and start == end_before and start % BEAT:
                groups[-1].append(index)
            else:
                groups.append([index])
            end_before = start + length
        else:
            end_before = -1
    return [group for group in groups if len(group) > 1]


def _chord_value(place: int, room: int) -> int:
    if place in UNBROKEN.get(room, ()):
        return room
    if place % BEAT:
        return min(room, BEAT - place % BEAT)
    return _plain_value(place, room)


def _plain_value(place: int, room: int) -> int:
    return next(value for value in PLAIN if value <= room and place % value == 0)
