"""At most two voices a staff: which notes of a hand stand in one chord, and which go their own way.

The rule: one voice is enough until a key is clearly held while other notes of its hand come and go. The notes of one
moment, sorted by pitch, go to the upper voice, to the lower, or are cut between both; a path through all moments is
sought (Viterbi, the few best ways kept) on which voices end their chords about when the keys come up, do not cross and
lead smoothly. Each chord lasts until the next one of its voice; a chord whose key came up before, and whose voice then
pauses, is let go.
Everything is in beats here, from the places of the grid. Nothing here knows meter, seconds or spelling.

Source: the idea of voices that never cross, and of moments where all of them sound, is Chew and Wu's, "Separating
voices in polyphonic music: a contig mapping approach" (CMMR 2004); that two voices compete with one by the keys held
is ours.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS

__all__ = ["separate_voices", "voice_ends"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


BEGIN, CUT = 2.5, 0.2
"""What it costs that a second voice begins, and that two voices share a moment."""

OVER, MOST = 1.5, 3.2
"""Of a beat that a key is held beyond the end of its chord, and the most that one key costs: fingers and pedals hold
keys too long, and that means little."""

GAP = 6.0
"""Of a chord that is silent all the time until its voice goes on."""

LEAP = 0.02
"""Of a semitone that a voice moves, where there are two: figures under a tune leap."""

LAPSE = 2.0
"""Of a voice that pauses. These six were chosen on the 84: .774 of the durations are right so, .770 with dearer leaps
(0.08) and cheaper gaps (2.0); of the measures one in five has two voices on a staff, one in three of the printed ones.
"""

SLACK = 0.06
"""Beats of overlap that every legato has."""

EARLY = 0.1
"""Beats by which a release may pass a beat that it meant."""

CROSS = 2.9
"""What it costs that a voice comes to stand on the other side of a key that the other one holds."""

SILENT = 0.3
"""Share of its length that a chord may be silent at its end without cost."""

MARGIN = 8.0
"""Ways that cost so much more than the best are given up."""

KEPT = 10
"""Ways kept at most."""

UPPER, LOWER = 0, 1

Moment = tuple[float, list[int], tuple[float, ...]]
"""Its beat, the pitches that begin there, lowest first, and the beats of their releases."""

Chord = tuple[float, int, int, tuple[float, ...], int]
"""Its beat, its lowest and highest pitch, the beats of its releases, and its moment."""

Link = tuple[int, int, "Link | None"]
"""Moment, how many of its notes are in the lower voice (`ALL` of those counted before), and the link before."""

Way = tuple[float, Chord | None, Chord | None, "Link | None"]
"""Its cost so far, the open chords of the upper and the lower voice, and how it came; one voice alone is the upper."""

ALL = -1


def separate_voices(places: IntArray, offsets: FloatArray, pitches: IntArray) -> IntArray:
    """The voice of each note of one staff, 0 (upper) or 1 (lower), shape [n].

    Args:
        places: of the onsets, shape [n], in any order.
        offsets: of the releases, on the same scale, shape [n].
        pitches: MIDI numbers, shape [n].
    """
    order = np.lexsort((pitches, places))
    starts = np.flatnonzero(np.diff(places[order], prepend=places[order[0]] - 1)) if len(order) else order
    bounds = [*starts.tolist(), len(order)]
    beats = (places[order[starts]] / PARTS).tolist()
    sorted_pitches, sorted_offsets = pitches[order].tolist(), (offsets[order] / PARTS).tolist()
    moments = [
        (beat, sorted_pitches[begin:end], tuple(sorted_offsets[begin:end]))
        for beat, begin, end in zip(beats, bounds, bounds[1:], strict=False)
    ]
    voices = np.zeros(len(places), np.int64)
    if not len(order):
        return voices
    for begin, count in zip(starts.tolist(), _best_cuts(moments), strict=True):
        voices[order[begin : begin + count]] = LOWER
    return voices


def voice_ends(places: IntArray, offsets: FloatArray, voices: IntArray) -> IntArray:
    """The place at which the voice of each note goes on; after its last, the beat after the release.

    Args:
        places, offsets: of onset and release, 24ths of a beat, shape [n].
        voices: any numbers, shape [n].
    """
    ends = np.maximum(np.ceil(offsets / PARTS - EARLY).astype(np.int64) * PARTS, places + PARTS // 4)
    for voice in np.unique(voices):
        of = np.flatnonzero(voices == voice)
        moments = np.unique(places[of])
        following = np.searchsorted(moments, places[of], side="right")
        has_next = following < len(moments)
        ends[of[has_next]] = moments[following[has_next]]
    return ends


def _best_cuts(moments: Sequence[Moment]) -> list[int]:
    """How many notes of each moment, from below, are in the lower voice."""
    ways: list[Way] = [(0.0, None, None, None)]
    for index, moment in enumerate(moments):
        beat, pitches, offsets = moment
        chord = (beat, pitches[0], pitches[-1], offsets, index)
        parts = [
            (
                (beat, pitches[cut], pitches[-1], offsets[cut:], index),
                (beat, pitches[0], pitches[cut - 1], offsets[:cut], index),
            )
            for cut in range(1, len(pitches))
        ]
        grown: list[Way] = []
        for cost, upper, lower, link in ways:
            if upper is None or lower is None:
                grown += _from_one((cost, upper, link), chord, parts)
            else:
                grown += _from_two((cost, upper, lower, link), chord, parts)
        ways = _prune(grown)
    counts = [0] * len(moments)
    link = ways[0][3]
    lowered = set()
    while link is not None:
        index, count, link = link
        if count == ALL:
            lowered.add(index)
        else:
            counts[index] = len(moments[index][1]) if index in lowered else count
    return counts


def _from_one(
    way: tuple[float, Chord | None, Link | None], chord: Chord, parts: Sequence[tuple[Chord, Chord]]
) -> list[Way]:
    """The ways on from one voice: it goes on, it is cut in two, or its chord is held and another voice begins."""
    cost, held, link = way
    beat, lowest, highest, offsets, index = chord
    closed = cost + (_close(held, beat) if held else 0.0)
    grown: list[Way] = [(closed, chord, None, (index, 0, link))]
    for cut, (above, below) in enumerate(parts, 1):
        grown.append((closed + BEGIN + CUT, above, below, (index, cut, link)))
    if held and max(held[3]) > beat + SLACK:
        if lowest > held[1]:
            lower_link = (index, 0, (held[4], ALL, link))
            grown.append((cost + BEGIN + _cross(chord, held), chord, held, lower_link))
        if highest < held[2]:
            grown.append((cost + BEGIN + _cross(held, chord), held, chord, (index, len(offsets), link)))
    return grown


def _from_two(
    way: tuple[float, Chord, Chord, Link | None], chord: Chord, parts: Sequence[tuple[Chord, Chord]]
) -> list[Way]:
    """The ways on from two voices: both join, both go on, or one does while the other is held or let go."""
    cost, upper, lower, link = way
    beat, lowest, highest, offsets, index = chord
    closed_upper, closed_lower = _close(upper, beat), _close(lower, beat)
    both = cost + closed_upper + closed_lower
    grown: list[Way] = [(both, chord, None, (index, 0, link))]
    for cut, (above, below) in enumerate(parts, 1):
        leap = LEAP * (abs(above[2] - upper[2]) + abs(below[1] - lower[1]))
        grown.append((both + CUT + leap, above, below, (index, cut, link)))
    leap = LEAP * abs(highest - upper[2]) + _cross(chord, lower)
    grown.append((cost + closed_upper + leap, chord, lower, (index, 0, link)))
    leap = LEAP * abs(lowest - lower[1]) + _cross(upper, chord)
    grown.append((cost + closed_lower + leap, upper, chord, (index, len(offsets), link)))
    if max(lower[3]) <= beat + SLACK:
        grown.append((cost + closed_upper + LAPSE, chord, None, (index, 0, link)))
    if max(upper[3]) <= beat + SLACK:
        grown.append((cost + closed_lower + LAPSE, chord, None, (index, 0, link)))
    return grown


def _cost_of(way: Way) -> float:
    return way[0]


def _prune(grown: list[Way]) -> list[Way]:
    grown.sort(key=_cost_of)
    limit = grown[0][0] + MARGIN
    kept: list[Way] = []
    seen = set()
    for way in grown:
        cost, upper, lower, _ = way
        if cost > limit or len(kept) == KEPT:
            break
        at = (upper and (upper[4], upper[1]), lower and (lower[4], lower[2]))
        if at not in seen:
            seen.add(at)
            kept.append(way)
    return kept


def _close(chord: Chord, beat: float) -> float:
    """What it costs that a chord ends now."""
    begin, _, _, offsets, _ = chord
    cost = 0.0
    for offset in offsets:
        over = offset - beat - SLACK
        if over > 0:
            cost += min(MOST, over * OVER)
        elif over < -SILENT * (beat - begin):
            cost -= GAP * (over / (beat - begin) + SILENT) * 0.3
    return cost


def _cross(above: Chord, below: Chord) -> float:
    return CROSS + 0.1 * (below[2] - above[1]) if below[2] >= above[1] else 0.0
