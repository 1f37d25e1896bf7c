"""Four voices that each sound nearly all the time, as in a chorale: who sings which note.

The rule: the notes of a moment, from above, go to soprano, alto, tenor, bass in that order, with gaps; a path through
all moments is sought (Viterbi, the few best ways kept) on which each voice goes on about when its key comes up, moves
by small steps and stays below the one above it. What such a path costs a note says whether the music is of this kind
at all: only then are its voices better than those that follow the hands.

Source: Chew and Wu, "Separating voices in polyphonic music: a contig mapping approach" (CMMR 2004), for the voices
that are all there at some moments and are connected from there by nearness; the path over all moments is ours.
"""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS

__all__ = ["COUNT", "separate_lines"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

COUNT = 4
"""Voices: what two staves hold."""

FULLER = 0.05
"""Share of moments at which more notes than voices begin, at most: a last chord may well be fuller."""

TENOR = 2

HOME = (70, 64, 58, 50)
"""Where the voices are before they have sung."""

OVER = 4.0
"""What a beat costs that a key is held after its voice went on."""

SLACK = 0.05
"""Beats of overlap that are free."""

LEAP = 0.08
"""What a semitone costs that a voice moves."""

GAP = 2.0
"""What silence costs, as a share of a note's way to the next of its voice, beyond `SHORT`."""

SHORT = 0.5
"""Share of its written length that a note may be shortened by without cost."""

CROSS = 1.5
"""What it costs that voices come to stand the wrong way round."""

MOST = 6.0
"""No single thing costs more: one odd moment must not spoil the way."""

KEPT = 12
"""Ways kept at each moment."""

UNISON = 0.5
"""What it costs that two voices sing one note."""

TWICE = {size: tuple((*range(at), at, *range(at, size)) for at in range(size)) for size in range(1, COUNT)}
"""Of each number of notes, the notes with one of them sung twice."""

SUNG = tuple(
    tuple(tuple(zip(voices, range(size), strict=True)) for voices in combinations(range(COUNT), size))
    + tuple(
        tuple(zip(voices, notes, strict=True))
        for voices in combinations(range(COUNT), size + 1)
        for notes in TWICE.get(size, ())
    )
    for size in range(COUNT + 1)
)
"""For each number of notes, the ways to give them to voices: pairs (voice, note), both from above."""

Voice = tuple[float, float, int]
"""The beats of the last onset and its release, and its pitch."""

Moment = tuple[float, list[int], list[float]]

Given = tuple[tuple[int, int], ...]
"""Pairs of a voice and the note of a moment that it sings."""

Link = tuple[Given, "Link | None"]


Way = tuple[float, tuple[Voice, ...], "Link | None"]
"""Its cost so far, the voices as they are, and how it came."""


def separate_lines(places: IntArray, offsets: FloatArray, pitches: IntArray) -> tuple[IntArray, float]:
    """The voice of each note, 0 (soprano) to 3 (bass), and what the way costs a note; infinite where it cannot be.

    Of a chord that is fuller than that now and then, the notes in the middle go with the tenor.

    Args:
        places: of the onsets, 24ths of a beat, shape [n].
        offsets: of the releases, on the same scale, shape [n].
        pitches: MIDI numbers, shape [n].
    """
    order = np.lexsort((-pitches, places))
    starts = np.flatnonzero(np.diff(places[order], prepend=places[order[0]] - 1))
    bounds = [*starts.tolist(), len(order)]
    sizes = np.diff(bounds)
    if (sizes > COUNT).mean() > FULLER:
        return np.zeros(len(places), np.int64), np.inf
    # From above: soprano, alto, what goes with the tenor, bass.
    inside = np.arange(len(order)) - np.repeat(starts, sizes)
    is_filling = (inside >= 2) & (np.repeat(sizes, sizes) - inside > 2)
    filling, order = order[is_filling], order[~is_filling]
    starts = np.flatnonzero(np.diff(places[order], prepend=places[order[0]] - 1))
    bounds = [*starts.tolist(), len(order)]
    sorted_pitches, sorted_offsets = pitches[order].tolist(), (offsets[order] / PARTS).tolist()
    moments = [
        (beat, sorted_pitches[begin:end], sorted_offsets[begin:end])
        for beat, begin, end in zip((places[order[starts]] / PARTS).tolist(), bounds, bounds[1:], strict=False)
    ]
    cost, chosen = _best_way(moments)
    voices = np.zeros(len(places), np.int64)
    for begin, pairs in zip(starts.tolist(), chosen, strict=True):
        for voice, note in reversed(pairs):
            voices[order[begin + note]] = voice
    voices[filling] = TENOR
    return voices, cost / len(places)


def _best_way(moments: Sequence[Moment]) -> tuple[float, list[Given]]:
    first = moments[0][0]
    silent = tuple((first - 1.0, first, pitch) for pitch in HOME)
    ways: list[Way] = [(0.0, silent, None)]
    for beat, pitches, offsets in moments:
        sung = [(beat, offset, pitch) for pitch, offset in zip(pitches, offsets, strict=True)]
        grown = [_sing(way, sung, given) for way in ways for given in SUNG[len(pitches)]]
        grown.sort(key=_cost_of)
        ways = grown[:KEPT]
    cost, _, link = ways[0]
    chosen = []
    while link is not None:
        given, link = link
        chosen.append(given)
    return cost, chosen[::-1]


def _sing(way: Way, sung: Sequence[Voice], given: Given) -> Way:
    cost, voices, link = way
    moved = list(voices)
    if len(given) > len(sung):
        cost += UNISON
    for voice, note in given:
        cost += _go_on(voices[voice], sung[note])
        moved[voice] = sung[note]
    beat = sung[0][0]
    for above, below in pairwise(moved):
        cost += _cross(above, below, beat)
    return cost, tuple(moved), (given, link)


def _cost_of(way: Way) -> float:
    return way[0]


def _go_on(voice: Voice, note: Voice) -> float:
    onset, offset, pitch = voice
    beat = note[0]
    cost = LEAP * abs(note[2] - pitch)
    over = offset - beat - SLACK
    if over > 0:
        cost += OVER * over
    else:
        silence = (beat - offset) / (beat - onset)
        if silence > SHORT:
            cost += GAP * (silence - SHORT) + GAP * 0.2 * min(4.0, beat - offset)
    return min(cost, MOST)


def _cross(above: Voice, below: Voice, beat: float) -> float:
    if below[2] <= above[2] or not (above[0] == beat or below[0] == beat):
        return 0.0
    is_held = above[1] > beat and below[1] > beat
    return CROSS if is_held else CROSS / 3
