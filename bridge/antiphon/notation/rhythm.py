"""How long a note is written, and with which signs.

The rule, in two steps. A chord lasts until its voice goes on, unless the key came up so early, for the way this piece
is played, that a rest is meant (`write_ends`). Then every chord and every silence of a measure becomes values that a
copyist would write (`write_values`): beats stay visible, the middle of the measure is crossed by no dotted value,
rests are plain, a tuplet stands only where places ask for one and fills a beat, half a beat or two. Places are
24ths of a beat, as in `grid`; nothing here knows pitches.

Source: of the values, Gould, Behind Bars (2011), chapters on meter and ground rules. That a chord lasts to the next
of its staff is true of 85 % of the notes in piano scores; where it is not, tells the time that the key was held
(measured).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS, Meter

__all__ = ["Value", "articulation", "write_ends", "write_values"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

HALF, QUARTER, EIGHTH = PARTS // 2, PARTS // 4, PARTS // 8

RELEASED = 0.5
"""A note longer than a beat, held for less than this share, is followed by a rest."""

LET_GO = 3.6
"""24ths of a beat by which a key may come up after a beat that its note is not tied into. Without that rule .754 of
the durations of 84 performances are right, with it .769; from 2.4 to 4.8 it makes no difference."""

STEADY = 0.15
"""A spread of articulation (share of the written length that is held) below which it tells written lengths apart."""

UNLIKELY = 4.0
"""Nats that speak against a rest or an earlier end, where articulation is steady."""

NARROWEST = 0.05
"""The least spread that is believed: jitter alone makes as much."""


def articulation(places: IntArray, offsets: FloatArray, ends: IntArray) -> tuple[float, float]:
    """The share of their length that notes of a piece are held, and its spread: median and deviation, robust.

    Args:
        places, offsets, ends: onset, release and end if the voice goes on, 24ths of a beat, shape [n].
    """
    shares = (offsets - places) / np.maximum(ends - places, 1)
    middle = float(np.median(shares)) if len(shares) else 1.0
    spread = 1.48 * float(np.median(np.abs(shares - middle))) if len(shares) else 1.0
    return middle, max(spread, NARROWEST)


def write_ends(places: IntArray, offsets: FloatArray, ends: IntArray) -> IntArray:
    """Where each note ends on the page, at the place its voice goes on or before.

    Args:
        places, offsets: of onset and release, 24ths of a beat, shape [n].
        ends: where the voice of each goes on, shape [n].
    """
    lengths, held = ends - places, np.maximum(offsets - places, 0.0)
    is_short = (lengths > PARTS) & (held < RELEASED * lengths)
    cut = np.ceil(np.maximum(offsets, places + HALF) / PARTS - 0.05).astype(np.int64) * PARTS
    written = np.where(is_short, np.minimum(ends, cut), ends)
    middle, spread = articulation(places, offsets, ends)
    if spread < STEADY:
        written = _by_articulation(places, held, ends, (middle, spread), np.unique(places))
    # A tie from a beat to the next, or over it, says that a key is held: it is written only where it was.
    is_tied = (places % PARTS > 0) | (written % PARTS > 0)
    let_go = np.ceil((offsets - LET_GO) / PARTS).astype(np.int64) * PARTS
    beat = np.maximum(let_go, (places // PARTS + 1) * PARTS)
    return np.where(is_tied, np.minimum(written, beat), written)


def _by_articulation(
    places: IntArray, held: FloatArray, ends: IntArray, playing: tuple[float, float], moments: IntArray
) -> IntArray:
    """Ends at the moment or beat before the voice goes on, where the steady articulation fits that far better."""
    middle, spread = playing
    meant = places + np.maximum(held / middle, 2.0)
    after = np.minimum(np.searchsorted(moments, meant), len(moments) - 1)
    before = np.maximum(after - 1, 0)
    beat = np.rint(meant / PARTS).astype(np.int64) * PARTS
    half = np.rint(meant / HALF).astype(np.int64) * HALF
    best, least = ends.copy(), _misfit(held, ends - places, middle, spread)
    for other, price in ((moments[after], 0.0), (moments[before], 0.0), (beat, 0.0), (half, 1.0)):
        cost = _misfit(held, other - places, middle, spread) + UNLIKELY + price
        is_better = (cost < least) & (other > places) & (other < ends)
        best, least = np.where(is_better, other, best), np.where(is_better, cost, least)
    return best


def _misfit(held: FloatArray, lengths: IntArray, middle: float, spread: float) -> FloatArray:
    shares = held / np.maximum(lengths, 1)
    misfit: FloatArray = ((shares - middle) / spread) ** 2 / 2
    return misfit


@dataclass(frozen=True, slots=True)
class Value:
    """A written value, note or rest.

    Args:
        place, length: 24ths of a beat, from the start of the measure.
        quarters: how long it looks: 0.5 is an eighth, dots not counted.
        dots: 0 or 1.
        tuplet: place and length of the triplet it belongs to, three in the time of two, if it does.
        of: which of the spans it writes.
    """

    place: int
    length: int
    quarters: float
    dots: int
    tuplet: tuple[int, int] | None
    of: int


Span = tuple[int, int, bool]
"""Start and end in the measure, and whether it sounds."""

Piece = tuple[int, int, float, int]
"""Place, length, quarters, dots, as in `Value`."""

Shape = tuple[int, bool, float, bool]
"""Of a meter: its beats, whether they are dotted, their length in quarters, and whether three make up a dotted one."""


def write_values(spans: Sequence[Span], meter: Meter, length: int, begin: int = 0) -> list[Value]:
    """The values that write the chords and silences of one voice in one measure.

    Args:
        spans: without gap or overlap, from 0 to `length`.
        meter: of the measure.
        length: of the measure, 24ths of a beat.
        begin: where in a full measure it begins; above 0 for a pick-up.
    """
    shape = (meter.beats, meter.is_compound, meter.beat_quarters, meter.split == 3)
    edges = {edge + begin for span in spans for edge in span[:2]}
    tuplets = () if meter.is_compound else _find_tuplets(edges, begin, begin + length, meter.beats)
    values = []
    for of, (start, end, sounds) in enumerate(spans):
        for tuplet, first, last in _cut(start + begin, end + begin, tuplets):
            pieces = _within_tuplet(first, last, *tuplet, shape[2]) if tuplet else _plain(first, last, sounds, shape)
            home = (tuplet[0] - begin, tuplet[1]) if tuplet else None
            values += [Value(place - begin, size, quarters, dots, home, of) for place, size, quarters, dots in pieces]
    return values


def _find_tuplets(edges: set[int], begin: int, end: int, beats: int) -> tuple[tuple[int, int], ...]:
    """Place and length of every triplet: of the beats, half beats and pairs of beats that no plain value divides."""
    if all(edge % EIGHTH == 0 for edge in edges):
        return ()
    found = []
    beat = begin - begin % PARTS
    while beat < end:
        inner = [edge - beat for edge in edges if beat < edge < beat + PARTS]
        if any(edge % EIGHTH for edge in inner):
            pair = [edge - beat for edge in edges if beat <= edge <= beat + 2 * PARTS]
            is_even = beats % 2 == 0 and beat % (2 * PARTS) == 0 and beat + 2 * PARTS <= end and beat >= begin
            if is_even and PARTS not in pair and all(edge % 16 == 0 for edge in pair):
                found.append((beat, 2 * PARTS))
                beat += 2 * PARTS
                continue
            if HALF in inner:
                found += [
                    (beat + half, HALF)
                    for half in (0, HALF)
                    if any(edge % EIGHTH for edge in inner if half < edge < half + HALF)
                ]
            else:
                found.append((beat, PARTS))
        beat += PARTS
    return tuple(found)


def _cut(start: int, end: int, tuplets: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int] | None, int, int]]:
    """A span cut where tuplets begin and end."""
    pieces: list[tuple[tuple[int, int] | None, int, int]] = []
    for tuplet in tuplets:
        first, last = tuplet[0], tuplet[0] + tuplet[1]
        if last <= start:
            continue
        if first >= end:
            break
        if start < first:
            pieces.append((None, start, first))
            start = first
        pieces.append((tuplet, start, min(end, last)))
        start = min(end, last)
    if start < end:
        pieces.append((None, start, end))
    return pieces


@lru_cache(maxsize=4096)
def _within_tuplet(start: int, end: int, origin: int, size: int, beat_quarters: float) -> tuple[Piece, ...]:
    """Values of three in the time of two; `size` is what the triplet fills."""
    unit = size // 3
    values = [
        (unit * 2, 0, unit), (unit * 3 // 2, 1, unit * 3 // 2), (unit, 0, unit // 2 or 1),
        (unit * 3 // 4, 1, unit // 4 or 1), (unit // 2, 0, 1), (unit // 4, 0, 1), (1, 0, 1),
    ]  # fmt: skip
    pieces = []
    while start < end:
        for length, dots, align in values:
            looks = length / PARTS * beat_quarters * 1.5 / (1.5 if dots else 1)
            if 0 < length <= end - start and (start - origin) % align == 0 and _is_a_value(looks):
                pieces.append((start, length, looks, dots))
                start += length
                break
    return tuple(pieces)


def _is_a_value(quarters: float) -> bool:
    return quarters in (16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625)


@lru_cache(maxsize=16384)
def _plain(start: int, end: int, sounds: bool, shape: Shape) -> tuple[Piece, ...]:
    beats, _, beat_quarters, _ = shape
    pieces: list[Piece] = []
    middle = beats // 2 * PARTS if beats in (4, 8) else 0
    while start < end:
        if start < middle < end and not _is_whole(start, end, sounds, shape):
            pieces += _plain(start, middle, sounds, shape)
            start = middle
            continue
        length = next(
            size for size in _lengths(shape) if size <= end - start and _may_stand(start, size, sounds, shape)
        )
        looks = length / PARTS * beat_quarters
        dots = 0 if _is_a_value(looks) else 1
        pieces.append((start, length, looks / (1.5 if dots else 1), dots))
        start += length
    return tuple(pieces)


def _is_whole(start: int, end: int, sounds: bool, shape: Shape) -> bool:
    return end - start in _lengths(shape) and _may_stand(start, end - start, sounds, shape)


def _lengths(shape: Shape) -> tuple[int, ...]:
    _, is_compound, _, is_in_threes = shape
    if is_in_threes:
        return (288, 144, 72, 48, 36, 24, 18, 12, 9, 6, 3)
    return (96, 48, 24, 16, 12, 8, 6, 4, 2, 1) if is_compound else (96, 72, 48, 36, 24, 18, 12, 9, 6, 3)


def _may_stand(place: int, length: int, sounds: bool, shape: Shape) -> bool:
    """Whether one value of this length may begin at this place of a full measure without hiding a beat."""
    beats, is_compound, _, is_in_threes = shape
    on_beat, inside = place % PARTS == 0, place % PARTS
    if is_compound:
        if length >= 2 * PARTS:
            return on_beat and beats % (length // PARTS) == 0 and place % length == 0
        if length == PARTS:
            return on_beat
        if inside + length > PARTS:
            return False
        if not sounds:
            return inside % length == 0 and length not in (6, 12)
        return {16: inside % 8 == 0, 12: inside % 12 == 0, 8: inside % 4 == 0, 6: inside % 6 == 0}.get(length, True)
    if inside + length <= PARTS:
        if not sounds:
            return length not in (9, 18) and inside % length == 0
        part = inside % HALF
        return {
            18: inside in (0, QUARTER), 12: inside % QUARTER == 0, 9: part <= EIGHTH, 6: part <= QUARTER,
        }.get(length, True)  # fmt: skip
    if length <= 18 or inside % HALF:
        return False
    if is_in_threes:
        return _may_stand_in_threes(place, length, sounds, beats)
    if not sounds:
        return on_beat and beats % 2 == 0 and length in (48, 96) and place % length == 0
    if beats == 4:
        if on_beat:
            return {96: place == 0, 72: place in (0, 24), 48: place in (0, 24, 48), 36: place in (0, 48)}[length]
        return length in (24, 36) and place in (12, 60)
    if not on_beat:
        return length in (24, 36)
    return True


def _may_stand_in_threes(place: int, length: int, sounds: bool, beats: int) -> bool:
    """The same for more than a beat, where each three make up a dotted one: what the meter shows stays visible."""
    three = 3 * PARTS
    if length >= three:
        return place % length == 0 and beats * PARTS % length == 0
    if not sounds:
        return length == PARTS and place % PARTS == 0
    return place % three + length <= three and (place % PARTS == 0 or length in (24, 36))
