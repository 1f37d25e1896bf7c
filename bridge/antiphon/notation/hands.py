"""Which hand plays a note: the upper staff or the lower one.

The rule: a network says of each note how likely each hand is (`sides`). What it says is believed within bounds; notes
that lead on from one another lean the same way, so that a line stays in its hand. Counterpoint, which the network has
hardly heard, is written by register besides: what lies above middle C goes to the upper staff. In the end the notes of
one moment, sorted by pitch, are cut in two, the lower for the left hand, the upper for the right, so that neither
reaches wider than it can.
Nothing here knows voices or seconds: moments are places of the grid.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS
from antiphon.notation.sides import weigh_sides

__all__ = ["LEFT", "RIGHT", "part_hands"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

RIGHT, LEFT = 0, 1
"""The upper and the lower staff."""

SURE = 3.0
"""Log-odds that the network's word comes to at most: it is too sure of music that it does not know."""

TRUST, TRUST_COUNTERPOINT = 1.1, 0.4
"""How much its word weighs."""

MIDDLE, REGISTER, SLOPE = 60.0, 1.3, 4.0
"""In counterpoint, log-odds by which a note leans to the staff of its register, and semitones over which that grows."""

STEPWISE, BLUR = 0.42, 0.04
"""The share of notes that come by step, above which music is counterpoint, and how far around that it may be: Bach's
fugues have half and more, sonatas a third, of chords and broken chords hardly any."""

STEP = 2
"""Semitones in the widest step."""

KEYS = 256
"""More than there are pitches, so that those of one moment are no neighbours of another's."""

LINE = 2.0
"""How much the notes that a note leads on from and to weigh."""

NEAR, SOON = 2.0, 1.0
"""Semitones and beats within which notes lead on from one another; beyond, they do less and less."""

FARTHEST, LATEST = 7, 4.0
"""Semitones and beats beyond which they do not."""

LOOK = 24
"""Notes back in which they are looked for."""

HELD_OVER, HELD = 0.15, 0.3
"""Beats by which a key may be held into the note it leads to, and how much it counts when it is held longer."""

ROUNDS = 8
"""Times that leanings are passed on along lines."""

TENTH = 16
TEAR = 2.0
"""Semitones that a hand can take, and what each further one costs."""


def part_hands(places: IntArray, offsets: FloatArray, pitches: IntArray) -> IntArray:
    """The hand of each note, `RIGHT` (0) or `LEFT` (1).

    Args:
        places: of the onsets, 24ths of a beat, shape [n], in any order.
        offsets: of the releases, on the same scale, shape [n].
        pitches: MIDI numbers, shape [n].
    """
    hands = np.zeros(len(places), np.int64)
    if not len(places):
        return hands
    order = np.lexsort((pitches, places))
    places, offsets, pitches = places[order], offsets[order], pitches[order]
    odds = SURE * np.tanh(weigh_sides(places, offsets, pitches) / SURE)
    counterpoint = _weigh_counterpoint(places, pitches)
    trust = TRUST + counterpoint * (TRUST_COUNTERPOINT - TRUST)
    leaning = trust * odds - counterpoint * REGISTER * np.tanh((pitches - MIDDLE) / SLOPE)
    hands[order] = _cut(places, pitches, _lead_on(places, offsets, pitches, leaning))
    return hands


def _weigh_counterpoint(places: IntArray, pitches: IntArray) -> float:
    """How likely it is counterpoint, whose voices move by step, 0 to 1."""
    moments = np.cumsum(np.diff(places, prepend=places[0] - 1) > 0)
    keys = moments * KEYS + pitches
    before = keys - KEYS
    comes_by_step = np.isin([before + by for by in range(-STEP, STEP + 1) if by], keys).any(axis=0)
    return float(1 + np.tanh((comes_by_step.mean() - STEPWISE) / BLUR / 2)) / 2


def _lead_on(places: IntArray, offsets: FloatArray, pitches: IntArray, leaning: FloatArray) -> FloatArray:
    """Leanings in log-odds, after those of the notes before and after in the same line are heard, [n]."""
    count = len(places)
    first, second, weights = _link(places / PARTS, offsets / PARTS, pitches)
    total = np.bincount(first, weights, count) + np.bincount(second, weights, count)
    led = leaning
    for _ in range(ROUNDS):
        said = np.tanh(led / 2)
        heard = np.bincount(first, weights * said[second], count) + np.bincount(second, weights * said[first], count)
        led = leaning + LINE * heard / np.maximum(total, 1.0)
    return led


def _link(beats: FloatArray, ends: FloatArray, pitches: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs of notes that may be one line: the earlier, the later, and how much like one they are."""
    links = []
    for back in range(1, min(LOOK, len(beats) - 1) + 1):
        later = np.arange(back, len(beats))
        since, wide = beats[back:] - beats[:-back], np.abs(pitches[back:] - pitches[:-back])
        later = later[(since > 0) & (since <= LATEST) & (wide <= FARTHEST)]
        links.append(np.stack([later - back, later]))
    earlier, later = np.concatenate(links, axis=1) if links else np.zeros((2, 0), np.int64)
    since, wide = beats[later] - beats[earlier], pitches[later] - pitches[earlier]
    weights = np.exp(-((wide / NEAR) ** 2) / 2 - since / SOON)
    return earlier, later, weights * np.where(ends[earlier] > beats[later] + HELD_OVER, HELD, 1.0)


def _cut(places: IntArray, pitches: IntArray, leaning: FloatArray) -> IntArray:
    """The hands of notes in order: for each moment, the likeliest of all cuts."""
    starts = np.flatnonzero(np.diff(places, prepend=places[0] - 1))
    sizes = np.diff(starts, append=len(places))
    moments = np.repeat(np.arange(len(starts)), sizes)
    top, bottom = pitches[starts + sizes - 1][moments], pitches[starts][moments]
    # A cut above a note gives it, and all below it in its moment, to the left hand.
    sums = np.cumsum(leaning)
    gain = sums - (sums - leaning)[starts][moments]
    is_top = np.arange(len(places)) == (starts + sizes - 1)[moments]
    wide_above = np.where(is_top, 0, top - np.append(pitches[1:], 0))
    gain -= TEAR * (np.maximum(pitches - bottom - TENTH, 0) + np.maximum(wide_above - TENTH, 0))
    none = -TEAR * np.maximum(top - bottom - TENTH, 0)[starts]
    best = np.maximum.reduceat(gain, starts)
    is_best = gain == best[moments]
    at = np.maximum.reduceat(np.where(is_best, np.arange(len(places)), -1), starts)
    at[best <= none] = -1
    return np.where(np.arange(len(places)) <= at[moments], LEFT, RIGHT)
