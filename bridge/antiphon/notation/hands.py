"""Which hand plays a note: the upper staff or the lower one.

The rule: notes of one moment, sorted by pitch, are cut in two, the lower for the left hand, the upper for the right.
A path through all moments is sought (Viterbi, survivors kept for each cut of the moment before) on which hands reach no
wider than they can, stay where they were, do not cross, and keep to their half of what is played around. Where a hand
is, is a running mean of what it played; the longer it rests, the less that binds it.
Nothing here knows voices or seconds: moments are places of the grid.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PLACES

__all__ = ["LEFT", "RIGHT", "part_hands"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

RIGHT, LEFT = 0, 1
"""The upper and the lower staff."""

REACH = 7
"""Semitones a hand takes at ease, a fifth; each further one costs `STRETCH`, beyond a tenth `TEAR` more."""

TENTH = 16
STRETCH, TEAR = 0.45, 2.0

HOME = (67.0, 50.0)
"""Where right and left hand are before they have played."""

MIDDLE = 60.0
SIDE = 0.05
"""What a semitone beyond the middle costs on the wrong side, for a note."""

DRIFT, AROUND = 0.3, 16.0
"""How far the middle leaves middle C for the mean of what is played in so many beats to each side."""

MOVE = 0.08
"""What a semitone of a hand's way costs, while it is warm."""

COOLING = 6.0
"""Beats after which a hand at rest is bound by a third only."""

CROSS = 0.27
"""What a semitone costs by which a hand plays on the far side of where the other one is."""

KEEP = 0.75
"""How much of the running mean a new chord leaves in place."""

OVERLAP = 0.1
"""Beats that a key may be held into the next note of its hand, as in any legato, before its reach counts."""

HELD = 0.45
"""How much a stretch to keys still held counts beside one within a chord."""

HOPELESS = 30.0
"""A cut that costs so much more than the best of its moment is not tried."""

KEPT = 8
"""Ways kept at each moment."""


def part_hands(places: IntArray, offsets: FloatArray, pitches: IntArray) -> IntArray:
    """The hand of each note, `RIGHT` (0) or `LEFT` (1).

    Args:
        places: of the onsets, twelfths of a beat, shape [n], in any order.
        offsets: of the releases, on the same scale, shape [n].
        pitches: MIDI numbers, shape [n].
    """
    hands = np.zeros(len(places), np.int64)
    if not len(places):
        return hands
    order = np.lexsort((pitches, places))
    starts = np.flatnonzero(np.diff(places[order], prepend=places[order[0]] - 1))
    bounds = [*starts.tolist(), len(order)]
    sorted_pitches, sorted_offsets = pitches[order].tolist(), (offsets[order] / PLACES).tolist()
    beats = places[order] / PLACES
    middles = _find_middles(beats, pitches[order], beats[starts]).tolist()
    moments = [
        (beat, sorted_pitches[begin:end], sorted_offsets[begin:end], middle)
        for beat, begin, end, middle in zip(beats[starts].tolist(), bounds, bounds[1:], middles, strict=False)
    ]
    for begin, cut in zip(starts.tolist(), _best_cuts(moments), strict=True):
        hands[order[begin : begin + cut]] = LEFT
    return hands


Moment = tuple[float, list[int], list[float], float]
"""Its beat, the pitches that begin there, lowest first, the beats of their releases, and the middle there."""

Hand = tuple[float, float, int, int, float]
"""Where it is (a pitch), the beat at which it last played, the lowest and the highest key that it holds, until when."""

Way = tuple[float, Hand, Hand, "Cuts | None"]
"""A way so far: its cost, the right and the left hand, and the cuts that led here."""

Cuts = tuple[int, "Cuts | None"]


def _best_cuts(moments: Sequence[Moment]) -> list[int]:
    ways: list[Way] = [(0.0, (HOME[0], -99.0, 0, 0, -99.0), (HOME[1], -99.0, 0, 0, -99.0), None)]
    for moment in moments:
        costs = _side_costs(moment[1], moment[3])
        grown = [_follow(way, moment, cut, cost) for way in ways for cut, cost in enumerate(costs) if cost < HOPELESS]
        grown.sort(key=_cost_of)
        ways = _distinct(grown)
    cuts = []
    link = ways[0][3]
    while link is not None:
        cut, link = link
        cuts.append(cut)
    return cuts[::-1]


def _cost_of(way: Way) -> float:
    return way[0]


def _distinct(grown: list[Way]) -> list[Way]:
    kept: list[Way] = []
    seen = set()
    for way in grown:
        at = (int(way[1][0]), int(way[2][0]))
        if at not in seen:
            seen.add(at)
            kept.append(way)
            if len(kept) == KEPT:
                break
    return kept


def _find_middles(beats: FloatArray, pitches: IntArray, at: FloatArray) -> FloatArray:
    """Where the hands meet, a pitch, at each of some beats; `beats` of the notes rise."""
    sums = np.concatenate([[0.0], np.cumsum(pitches)])
    first, last = np.searchsorted(beats, at - AROUND), np.searchsorted(beats, at + AROUND, side="right")
    middles: FloatArray = (1 - DRIFT) * MIDDLE + DRIFT * (sums[last] - sums[first]) / (last - first)
    return middles


def _side_costs(pitches: list[int], middle: float) -> list[float]:
    """What each cut costs beside the best: notes on the wrong side of the keyboard, and more than five fingers."""
    wrong_left = [SIDE * max(0.0, pitch - middle) for pitch in pitches]
    wrong_right = [SIDE * max(0.0, middle - pitch) for pitch in pitches]
    count = len(pitches)
    costs = []
    for cut in range(count + 1):
        cost = sum(wrong_left[:cut]) + sum(wrong_right[cut:]) + max(0, cut - 5) + max(0, count - cut - 5)
        if cut:
            cost += _stretch(pitches[cut - 1] - pitches[0])
        if cut < count:
            cost += _stretch(pitches[-1] - pitches[cut])
        costs.append(cost)
    least = min(costs)
    return [cost - least for cost in costs]


def _stretch(width: int) -> float:
    return STRETCH * max(0, width - REACH) + TEAR * max(0, width - TENTH)


def _follow(way: Way, moment: Moment, cut: int, cost: float) -> Way:
    spent, right, left, link = way
    beat, pitches, offsets, _ = moment
    cost += spent
    right_warmth, left_warmth = math.exp((right[1] - beat) / COOLING), math.exp((left[1] - beat) / COOLING)
    if cut < len(pitches):
        if not cut:
            cost += CROSS * max(0.0, left[0] - pitches[0]) * left_warmth
        cost_of, right = _play(right, right_warmth, beat, pitches[cut:], offsets[cut:])
        cost += cost_of
    else:
        cost += CROSS * max(0.0, pitches[-1] - right[0]) * right_warmth
    if cut:
        cost_of, left = _play(left, left_warmth, beat, pitches[:cut], offsets[:cut])
        cost += cost_of
    return cost, right, left, (cut, link)


def _play(hand: Hand, warmth: float, beat: float, pitches: list[int], offsets: list[float]) -> tuple[float, Hand]:
    position, _, held_low, held_high, held_until = hand
    low, high = pitches[0], pitches[-1]
    center = (low + high) / 2
    cost = MOVE * abs(center - position) * warmth
    until = min(offsets)
    if held_until > beat + OVERLAP:
        low, high, until = min(low, held_low), max(high, held_high), min(until, held_until)
        cost += HELD * (_stretch(high - low) - _stretch(pitches[-1] - pitches[0]))
    return cost, (center + KEEP * (position - center) * warmth, beat, low, high, until)
