"""Notes that a page shows as a sign: grace notes, trills and rolled chords, found by how they are played.

The rule: only what is certain, for a sign in the wrong place is worse than small notes. A trill is two neighbouring
pitches in turn, faster than what is played around it; a grace note is short, alone, and just before a long neighbour; a
rolled chord goes up evenly, note after note, and is then held. Everything is in seconds here: whoever plays an ornament
keeps no beat, and its notes must not bend the grid. Nothing here knows places, hands or signs.

Every threshold was chosen on 84 performances whose scores are known (ASAP): 86 of 88 trills found stand in them as one
note, 49 of 54 grace notes are small notes there or none at all, 18 of 20 rolled chords are chords.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS
from antiphon.note import NoteArray

__all__ = ["GRACE", "PLAIN", "ROLL", "TRILL", "Ornaments", "find_ornaments", "gather_rolls"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

PLAIN, GRACE, TRILL, ROLL = 0, 1, 2, 3
"""What a note is: itself, a small note before its main one, part of a trill, part of a rolled chord."""

AROUND = 15.0
"""Seconds to each side in which the music says how fast it goes."""

APART = 0.045
"""Seconds: what is closer is one chord."""

USUAL, FEW = 0.3, 10
"""Quantile of the gaps around that is the usual one, and how many there must be to know; 0.2 s if there are fewer."""

STROKES, STROKE = 5, 0.12
"""A trill has five notes at least, none further from the next than this, seconds."""

BEGUN = 0.25
"""Seconds that the first note of a trill may be dwelt on."""

TRILL_SHARE = 0.7
"""Of the usual gap: a trill's notes are closer."""

GRACE_GAP = (0.045, 0.12)
"""Seconds from a grace note to its main one: what is nearer was a finger that touched two keys."""

GRACE_SHARE = 0.55
"""Of the usual gap."""

NEAR = 9
"""Semitones around the main note in which other notes belong to its line."""

BEFORE, AFTER = 1.3, 3.0
"""Gaps of silence on the line before a grace note and after its main note, in gaps between the two."""

TOGETHER = 0.03
"""Seconds: a note struck so close to a grace note makes it a chord."""

OVERLAP, SHARE, MAIN = 0.08, 0.7, 0.2
"""A grace note is held into its main note by less, for less of its length; and that is longer, seconds."""

ROLL_SPAN = (0.06, 0.4)
"""Seconds from the first note of a rolled chord to its last."""

ROLL_GAP = (0.01, 0.1)
"""Seconds from each of its notes to the next."""

ROLL_HELD, ROLL_ALONE, ROLL_EVEN = 0.12, (1.5, 2.0), 2.0
"""It is held on for so many seconds; in mean gaps: the silence before and after, and its widest gap at most."""

STRENGTH = np.full(PARTS, 3)
STRENGTH[[0, PARTS // 2]] = 0, 1
STRENGTH[[PARTS // 4, PARTS // 3, 2 * PARTS // 3, 3 * PARTS // 4]] = 2
"""Of each place in the beat, the strongest first: where a rolled chord stands if its notes were given several."""


@dataclass(frozen=True, slots=True)
class Ornaments:
    """What each note is, shape [n] each.

    Args:
        kinds: `PLAIN`, `GRACE`, `TRILL` or `ROLL`; the main note of a trill is part of it, that of a grace note is not.
        mains: the note whose sign it is part of, itself where it is plain; of a trill the first of the lower ones, of a
            rolled chord the lowest.
    """

    kinds: IntArray
    mains: IntArray


def find_ornaments(notes: NoteArray) -> Ornaments:
    """The ornaments of a performance, notes in any order."""
    order = np.lexsort((notes["pitch"], notes["onset"]))
    onsets, pitches = notes["onset"][order].astype(np.float64), notes["pitch"][order].astype(np.int64)
    ends = onsets + np.maximum(notes["duration"][order].astype(np.float64), 0)
    kinds, mains = np.zeros(len(order), np.int64), np.arange(len(order))
    if len(order):
        strings = list(_find_strings(onsets, pitches))
        is_in = np.zeros(len(order), np.bool_)
        for string in strings:
            is_in[string] = True
        pace = _Pace(onsets[~is_in])
        for string in strings:
            if np.median(np.diff(onsets[string])) < TRILL_SHARE * pace.usual_gap(onsets[string[0]]):
                kinds[string] = TRILL
                mains[string] = string[int(pitches[string[0]] > pitches[string[1]])]
        for members in _find_rolls(onsets, pitches, ends):
            if not kinds[members].any():
                kinds[members], mains[members] = ROLL, members[0]
        for grace, main in _find_graces(onsets, pitches, ends, pace):
            if not kinds[[grace, main]].any():
                kinds[grace], mains[grace] = GRACE, main
    found = Ornaments(np.zeros_like(kinds), np.zeros_like(mains))
    found.kinds[order], found.mains[order] = kinds, order[mains]
    return found


def gather_rolls(places: IntArray, ornaments: Ornaments) -> IntArray:
    """The same places, 24ths of a beat, shape [n], but one for all notes of a rolled chord: its strongest."""
    gathered = places.copy()
    for main in np.unique(ornaments.mains[ornaments.kinds == ROLL]):
        of = ornaments.mains == main
        candidates = np.unique(places[of])
        gathered[of] = candidates[STRENGTH[candidates % PARTS].argmin()]
    return gathered


class _Pace:
    """How fast music goes at each moment, by the gaps between onsets, seconds."""

    def __init__(self, onsets: FloatArray) -> None:
        gaps = np.diff(onsets)
        self._gaps, self._at = gaps[gaps > APART], onsets[1:][gaps > APART]

    def usual_gap(self, second: float) -> float:
        first, last = np.searchsorted(self._at, (second - AROUND, second + AROUND))
        return float(np.quantile(self._gaps[first:last], USUAL)) if last - first > FEW else 0.2


def _find_strings(onsets: FloatArray, pitches: IntArray) -> Iterator[IntArray]:
    """Notes in turn on two pitches, a semitone or a tone apart, in order."""
    present = np.bincount(pitches, minlength=130) >= STROKES // 2
    for low in np.flatnonzero(present[:-2]).tolist():
        for high in (low + 1, low + 2):
            if not present[high]:
                continue
            of = np.flatnonzero((pitches == low) | (pitches == high))
            gaps = np.diff(onsets[of])
            goes_on = (np.diff(pitches[of]) != 0) & (gaps > 0.02) & (gaps < STROKE)
            edges = np.flatnonzero(np.diff(goes_on.astype(np.int64), prepend=0, append=0))
            for first, last in zip(edges[::2], edges[1::2], strict=True):
                if last - first + 1 >= STROKES:
                    is_begun = first and pitches[of[first - 1]] != pitches[of[first]] and gaps[first - 1] < BEGUN
                    yield of[first - 1 if is_begun else first : last + 1]


def _find_rolls(onsets: FloatArray, pitches: IntArray, ends: FloatArray) -> Iterator[IntArray]:
    """Notes that go up one after the other, by more than a semitone each, and are all held."""
    gaps = np.diff(onsets)
    rises = (np.diff(pitches) >= 2) & (gaps > ROLL_GAP[0]) & (gaps < ROLL_GAP[1])
    edges = np.flatnonzero(np.diff(rises.astype(np.int64), prepend=0, append=0))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        members, inner = np.arange(first, last + 1), gaps[first:last]
        before = gaps[first - 1] if first else np.inf
        after = gaps[last] if last < len(gaps) else np.inf
        mean = float(inner.mean())
        is_alone = before > ROLL_ALONE[0] * mean and after > ROLL_ALONE[1] * mean
        is_held = ends[members].min() - onsets[last] > ROLL_HELD
        is_long = ROLL_SPAN[0] < onsets[last] - onsets[first] < ROLL_SPAN[1]
        if len(members) > 2 and is_alone and is_held and is_long and inner.max() < ROLL_EVEN * mean:
            yield members


def _find_graces(onsets: FloatArray, pitches: IntArray, ends: FloatArray, pace: _Pace) -> Iterator[tuple[int, int]]:
    """Pairs of a grace note and its main note."""
    lengths = ends - onsets
    is_short = lengths < GRACE_GAP[1] + OVERLAP
    for shift in range(1, min(6, len(onsets))):
        gaps, steps = onsets[shift:] - onsets[:-shift], np.abs(pitches[shift:] - pitches[:-shift])
        fits = is_short[:-shift] & (gaps > GRACE_GAP[0]) & (gaps < GRACE_GAP[1]) & (steps > 0) & (steps < 3)
        fits &= (ends[:-shift] - onsets[shift:] < OVERLAP) & (lengths[:-shift] < SHARE * lengths[shift:])
        fits &= lengths[shift:] > MAIN
        for grace in np.flatnonzero(fits).tolist():
            gap = float(gaps[grace])
            is_fast = gap < GRACE_SHARE * pace.usual_gap(onsets[grace])
            if is_fast and _is_alone(onsets, pitches, (grace, grace + shift)):
                yield grace, grace + shift


def _is_alone(onsets: FloatArray, pitches: IntArray, pair: tuple[int, int]) -> bool:
    """Whether silence on its line sets a grace note and its main note apart."""
    grace, main = pair
    gap = onsets[main] - onsets[grace]
    first, last = np.searchsorted(onsets, (onsets[grace] - BEFORE * gap, onsets[main] + AFTER * gap))
    others = np.setdiff1d(np.arange(first, last), pair)
    seconds = onsets[others[np.abs(pitches[others] - pitches[main]) <= NEAR]]
    # What is struck with the main note, a chord, is no next note of the line.
    is_with_main = np.abs(seconds - onsets[main]) < TOGETHER
    return not bool((~is_with_main).any())
