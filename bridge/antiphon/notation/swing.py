"""Swung eighths: the second half of a beat comes late, and is written as an even eighth under the word Swing.

The rule: music is swung where beats are parted at about two thirds again and again, and hardly ever at one third. In a
jig, whose beats are the same length, every other beat has its middle eighth; a dotted rhythm parts them later. What is
more even than that is written in even eighths anyway, and where a beat is a triplet or in sixteenths it stays one.
Places and moments are 24ths of a beat here.

Source: A. Friberg and A. Sundström, Swing ratios and ensemble timing in jazz performance, 2002: long to short is about
two to one at medium tempi and more even in fast ones.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.tactus import PARTS

__all__ = ["is_swung", "to_even", "to_swung"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

LATE, EVEN, THIRD = (16, 18), PARTS // 2, PARTS // 3

FEWEST, OFTEN = 8, 0.2
"""Beats that are parted late, and their share of the beats with notes, at least."""

LATEST = 17.2
"""24ths of a beat at which its second half begins, in the middle of all: two and a half to one. Later is a dotted
rhythm. In 84 performances of classical music, 61 pop songs and 163 piano rolls none is taken for swung, up to 17.8."""

TRIPLETS, OTHERS = 0.2, 0.3
"""Onsets at one third, and at all other places within beats, for each that is late, at most (docs/beats.md)."""


def is_swung(places: IntArray, seconds: FloatArray) -> bool:
    """Whether onsets are those of swung eighths.

    Args:
        places: 24ths since a beat, never falling, shape [n].
        seconds: of each, shape [n].
    """
    moments, first = np.unique(places, return_index=True)
    beats, inside = np.divmod(moments, PARTS)
    is_late = np.isin(inside, LATE)
    late, thirds = int(is_late.sum()), int((inside == THIRD).sum())
    others = int((~np.isin(inside, (0, THIRD, *LATE))).sum())
    if late < max(FEWEST, OFTEN * len(np.unique(beats))) or thirds > TRIPLETS * late or others > OTHERS * late:
        return False
    begins = beats * PARTS
    is_between = is_late & np.isin(begins, moments) & np.isin(begins + PARTS, moments)
    at = seconds[first]
    before, after = (at[np.searchsorted(moments, begins[is_between] + step)] for step in (0, PARTS))
    return bool(is_between.any() and np.median((at[is_between] - before) / (after - before)) <= LATEST / PARTS)


def to_even(moments: FloatArray, onsets: IntArray) -> FloatArray:
    """Moments as they are written, the late ones in the middle of their beats.

    Args:
        moments: at or after the first beat, shape [m].
        onsets: of all players, which tell the beats that are parted otherwise and stay as they are, shape [n].
    """
    beats, inside = np.divmod(onsets, PARTS)
    middles = np.full(int(max(onsets.max(), moments.max(initial=0)) // PARTS) + 1, LATE[0])
    is_late = np.isin(inside, LATE)
    middles[beats[is_late]] = PARTS
    np.minimum.at(middles, beats[is_late], inside[is_late])
    return _bend(moments, onsets, middles, EVEN)


def to_swung(moments: FloatArray, onsets: IntArray) -> FloatArray:
    """Moments as they are played, which are written so; arguments as of `to_even`."""
    middles = np.full(int(max(onsets.max(), moments.max(initial=0)) // PARTS) + 1, EVEN)
    return _bend(moments, onsets, middles, LATE[0])


def _bend(moments: FloatArray, onsets: IntArray, middles: IntArray, wanted: int) -> FloatArray:
    """Moments with the middle of each beat moved, of those beats that have no onsets but there and halfway after it."""
    beats, inside = np.divmod(onsets, PARTS)
    middle = middles[beats]
    is_other = ~((inside == 0) | (inside == middle) | (inside == (middle + PARTS) // 2))
    beat = np.floor_divide(moments, PARTS).astype(np.int64)
    part, middle = moments - beat * PARTS, middles[beat]
    before = part * wanted / middle
    after = wanted + (part - middle) * (PARTS - wanted) / (PARTS - middle)
    bent = beat * PARTS + np.where(part <= middle, before, after)
    return np.where(np.isin(beat, beats[is_other]), moments, bent)
