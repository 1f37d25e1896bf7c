"""Under which clef a measure of a staff is written, and whether an octave lower or higher than it sounds.

The rule: few ledger lines and few changes. A staff keeps the clef that it has by custom; a hand that stays in the other
register has the other clef there; what stays above or below even that stands under 8va or 8vb. The best path through
all measures is sought (Viterbi). Measures are changed whole. Nothing here knows voices or rhythm.

Source: Gould, Behind Bars (2011): ottava signs save more than three ledger lines, and are no use for single notes.
"""

import math
from collections.abc import Sequence

from antiphon.notation.page import Clef

__all__ = ["View", "choose_views"]

View = tuple[Clef, int]
"""A clef, and by how many octaves music is written lower than it sounds."""

EASE: dict[View, tuple[int, int]] = {
    ("treble", 0): (55, 84), ("bass", 0): (36, 64), ("treble", 1): (74, 98), ("bass", -1): (22, 45),
}  # fmt: skip
"""Pitches that a view writes with two ledger lines at most; those that need no octave sign are not under one."""

CLEF_CHANGE = 24.0
"""What a change of clef costs, in semitones beyond `EASE`, summed over the notes of a measure, seven at most."""

UNUSUAL_START = 18.0
"""The same of a beginning under the other clef, which needs no change there."""

OCTAVE_CHANGE = 30.0
"""What the beginning or the end of an octave sign costs."""

UNUSUAL = {("treble", 0): 1.0, ("bass", 0): 1.0, ("treble", 1): 6.0, ("bass", -1): 15.0}
"""What a measure costs under a view that its staff does not have by custom; pianists read low notes as they are."""


def choose_views(measures: Sequence[Sequence[int]], home: Clef) -> list[View]:
    """The view of each measure.

    Args:
        measures: the pitches in each, any order.
        home: the clef that the staff has by custom.
    """
    views: tuple[View, ...] = (
        (("treble", 0), ("bass", 0), ("treble", 1)) if home == "treble" else (("bass", 0), ("treble", 0), ("bass", -1))
    )
    prices = [0.0, *(UNUSUAL[view] for view in views[1:])]
    change = [[_change(before, after) for before in views] for after in views]
    costs = [UNUSUAL_START * (clef != home) + OCTAVE_CHANGE * abs(octaves) for clef, octaves in views]
    came: list[list[int]] = []
    for pitches in measures:
        ways = [[cost + more for cost, more in zip(costs, change[at], strict=True)] for at in range(len(views))]
        came.append([way.index(min(way)) for way in ways])
        costs = [
            min(way) + price + _ledgers(pitches, view) for way, view, price in zip(ways, views, prices, strict=True)
        ]
    at = costs.index(min(costs))
    path = []
    for before in reversed(came):
        path.append(views[at])
        at = before[at]
    return path[::-1]


def _change(before: View, after: View) -> float:
    return CLEF_CHANGE * (before[0] != after[0]) + OCTAVE_CHANGE * (before[1] != after[1])


def _ledgers(pitches: Sequence[int], view: View) -> float:
    if not pitches:
        return OCTAVE_CHANGE if view[1] else 0.0
    low, high = EASE[view]
    if (view[1] > 0 and min(pitches) < low) or (view[1] < 0 and max(pitches) > high):
        return math.inf
    beyond = sum(max(low - pitch, pitch - high, 0) for pitch in pitches)
    return beyond * min(1.0, 7 / len(pitches))
