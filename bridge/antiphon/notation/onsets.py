"""Notes that begin together, as one onset: fingers never strike a chord at once.

The rule: notes belong to one onset while each follows the one before within `CHORD_GAP` and the whole is no longer
than `CHORD_SPAN`; longer chains are runs or rolled chords, and are cut at its multiples. What is spread wider still (a
rolled chord, a grace note) stays apart here: the pulse tracker may give neighbours one place. Everything after this
room works on onsets, never on single notes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.note import NoteArray

__all__ = ["CHORD_GAP", "CHORD_SPAN", "Onsets", "gather_onsets"]

CHORD_GAP = 0.040
"""Seconds: hands that mean to play together are closer than this in 9 of 10 chords; no written rhythm is as fast."""

CHORD_SPAN = 0.080
"""Seconds from a chord's first note to its last, at most: four notes of a fast run would be longer."""


@dataclass(frozen=True, slots=True)
class Onsets:
    """Onsets in order, shape [c] each.

    Args:
        seconds: mean of the onsets of the notes, strictly rising.
        sizes: notes in it.
        low, high: lowest and highest pitch.
        velocities: the loudest, 1-127.
        durations: the longest, seconds, > 0.
        members: the onset of each note, in the order in which the notes were given, shape [n].
    """

    seconds: NDArray[np.float64]
    sizes: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    velocities: NDArray[np.int64]
    durations: NDArray[np.float64]
    members: NDArray[np.int64]


def gather_onsets(notes: NoteArray) -> Onsets:
    """The onsets of a performance, notes in any order, at least one."""
    order = np.argsort(notes["onset"], kind="stable")
    sorted_notes = notes[order]
    times = sorted_notes["onset"].astype(np.float64)
    chord = _cut_chains(times)
    starts = np.flatnonzero(np.diff(chord, prepend=-1))
    sizes = np.diff(starts, append=len(times))
    pitches = sorted_notes["pitch"].astype(np.int64)
    durations = np.maximum(sorted_notes["duration"].astype(np.float64), 0.01)
    members = np.empty(len(times), np.int64)
    members[order] = chord
    return Onsets(
        seconds=np.add.reduceat(times, starts) / sizes,
        sizes=sizes,
        low=np.minimum.reduceat(pitches, starts),
        high=np.maximum.reduceat(pitches, starts),
        velocities=np.maximum.reduceat(sorted_notes["velocity"].astype(np.int64), starts),
        durations=np.maximum.reduceat(durations, starts),
        members=members,
    )


def _cut_chains(times: NDArray[np.float64]) -> NDArray[np.int64]:
    is_new = np.diff(times, prepend=-np.inf) > CHORD_GAP
    chain = np.cumsum(is_new) - 1
    piece = np.floor((times - times[is_new][chain]) / CHORD_SPAN)
    is_new |= np.diff(piece, prepend=0) > 0
    return np.asarray(np.cumsum(is_new) - 1, np.int64)
