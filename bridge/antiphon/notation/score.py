"""Notes and beats become a score: the rooms of this package, strung together.

The rule: all players share one grid, one meter and one key; each has a part of his own, with hands, voices and rhythm
found from his notes alone. Music whose every voice sounds nearly all the time is read as four lines, all other by
hands and what keys they hold; what the four lines cost says which it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS, Grid
from antiphon.notation.hands import LEFT, RIGHT, part_hands
from antiphon.notation.key import find_keys, find_tonics
from antiphon.notation.lines import COUNT, TENOR, separate_lines
from antiphon.notation.marks import find_dynamics, find_tempo_words, find_touch
from antiphon.notation.measures import Signs, Struck, build_staff
from antiphon.notation.page import Bar, Part, Score, Staff, Words
from antiphon.notation.played import NO_GRACE, Played, merge_played, read_played
from antiphon.notation.rhythm import articulation, write_ends
from antiphon.notation.spelling import neighbour_of, spell
from antiphon.notation.voices import separate_voices, voice_ends
from antiphon.note import NoteArray

__all__ = ["Staves", "compose"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

Staves = Literal["one", "grand", "players"]

CHORAL = 0.29
"""What four lines may cost a note for the music to be read so: chorales cost 0.15-0.27, piano pieces 0.32 and more."""

ALTO_LEFT = 0.3
"""Share of the second voice that the left hand may play: in chorales it is 0.18 at most, in tunes over chords of three
notes, which are four lines too, 0.45 and more."""

TENOR_RIGHT = 0.95
"""Share of the third voice that the right hand may play: in chorales it is less in all but one of 354, in chords of
three notes that are struck again and again over a bass it is more."""

LIVELY, HELD = 0.3, 0.5
"""Shares of the notes and of the time of the voice that has most: what has fewer notes and more time is a pedal."""

SAMPLE = 400
"""Notes from the middle of a piece that are tried as four lines."""

LOWEST_ALONE, HIGHEST_ALONE, MIDDLE = 55, 65, 60
"""A part that goes no lower than G below middle C, or no higher than F above it, and has no wide chords, fits on one
staff: under the bass clef if most of it is below middle C."""

ALONE = "Piano"
"""The name in front of a single part."""

BEGINNING = 16
"""Measures whose median tempo stands at the top."""

LONGEST = 2.0
"""Beats beyond which the length of a note says no more about the key."""


def compose(
    players: Mapping[str, NoteArray], grids: Mapping[str, Grid], title: str, staves: Staves, fifths: int | None = None
) -> Score:
    """The score of performances on one grid.

    Args:
        players: performances by name; each name with a capital stands in front of its part. Who is silent has none.
        grids: of each player: the same beats and meters, places and offsets of his own notes.
        title: what stands at the top.
        staves: `players` a part each, `grand` and `one` a single part, of two staves or of one.
        fifths: sharps of the signature, if it is told.
    """
    grid = next(iter(grids.values()))
    pairs = {name: read_played(notes, grids[name]) for name, notes in players.items() if len(notes)}
    everything = merge_played([heard for heard, _ in pairs.values()])
    played = {name: part for name, (_, part) in pairs.items()}
    if staves != "players":
        played = {next(iter(played)): merge_played(list(played.values()))}
    first = min(int(part.places[0]) for part in played.values())
    written = {name: _write(part, staves) for name, part in played.items()}
    last = max(int(ends.max()) for _, _, ends in written.values())
    final = max(int(part.places.max()) for part in played.values())
    bars, starts = _lay_bars(grid, first, final, last)
    signatures = _signatures(everything, starts, fifths)
    bars = [replace(bar, fifths=int(sharps)) for bar, sharps in zip(bars, signatures, strict=True)]
    bars = _add_tempo(bars, starts, grid)
    names = _names(everything, signatures, starts)
    frame = Frame(bars, starts, names)
    parts = [
        _build_part(name[:1].upper() + name[1:] if len(played) > 1 else ALONE, part, written[name], frame, staves)
        for name, part in played.items()
    ]
    return Score(title, tuple(bars), tuple(parts))


def _write(part: Played, staves: Staves) -> tuple[IntArray, IntArray, IntArray]:
    """Staff, voice and written end of each note."""
    places, offsets, pitches = part.places, part.offsets, part.pitches
    count = len(places)
    lines = _find_lines(part) if staves != "one" else None
    if lines is not None:
        hands, voices = lines // 2, lines % 2
        ends = voice_ends(places, offsets, lines)
    else:
        hands = np.zeros(count, np.int64)
        if staves != "one" and not _fits_one(part):
            hands = part_hands(places, offsets, pitches)
        voices, ends = np.zeros(count, np.int64), np.zeros(count, np.int64)
        for hand in (RIGHT, LEFT):
            of = np.flatnonzero(hands == hand)
            voices[of] = separate_voices(places[of], offsets[of], pitches[of])
            ends[of] = voice_ends(places[of], offsets[of], voices[of])
    ends = write_ends(places, offsets, ends)
    return hands, voices, _agree(places, 2 * hands + voices, ends)


def _agree(places: IntArray, voices: IntArray, ends: IntArray) -> IntArray:
    """One end for each chord: that of its longest note."""
    _, chord = np.unique(places * 4 + voices, return_inverse=True)
    longest = np.zeros(int(chord.max()) + 1, np.int64)
    np.maximum.at(longest, chord, ends)
    return longest[chord]


def _find_lines(part: Played) -> IntArray | None:
    """The voice of each note where music is sung in four voices throughout, None where it is not."""
    if not _is_choral(part):
        return None
    lines, cost = separate_lines(part.places, part.offsets, part.pitches)
    return lines if np.isfinite(cost) else None


def _is_choral(part: Played) -> bool:
    begin = max(0, (len(part.places) - SAMPLE) // 2)
    of = slice(begin, begin + SAMPLE)
    together = len(part.places[of]) / len(np.unique(part.places[of]))
    if together < 1.5:
        return False
    lines, cost = separate_lines(part.places[of], part.offsets[of], part.pitches[of])
    if cost >= CHORAL or _has_pedal(lines, part.offsets[of] - part.places[of]):
        return False
    hands = part_hands(part.places[of], part.offsets[of], part.pitches[of])
    alto, tenor = hands[lines == 1], hands[lines == TENOR]
    is_right = len(alto) > 0 and float((alto == LEFT).mean()) < ALTO_LEFT
    return is_right and len(tenor) > 0 and float((tenor == RIGHT).mean()) < TENOR_RIGHT


def _has_pedal(lines: IntArray, lengths: FloatArray) -> bool:
    """Whether a voice holds a few notes where the others sing many."""
    sung = np.bincount(lines, minlength=COUNT)
    held = np.bincount(lines, lengths, COUNT)
    return bool(((sung < LIVELY * sung.max()) & (held > HELD * held.max())).any())


def _fits_one(part: Played) -> bool:
    starts = np.flatnonzero(np.diff(part.places, prepend=part.places[0] - 1))
    low, high = np.minimum.reduceat(part.pitches, starts), np.maximum.reduceat(part.pitches, starts)
    is_narrow = int(low.min()) >= LOWEST_ALONE or int(high.max()) <= HIGHEST_ALONE
    return is_narrow and int((high - low).max()) <= 16


def _lay_bars(grid: Grid, first: int, final: int, last: int) -> tuple[list[Bar], IntArray]:
    """The bars from the first note to the final one, and the place at which each starts.

    What is still held when the final bar is over, as last chords are, ends with it. A final bar that has room makes up
    a whole one with the pick-up.
    """
    meters = dict(grid.meters)
    meter = grid.meters[0][1]
    downbeat = grid.first_downbeat * PARTS
    bars, starts = [], []
    if first < downbeat:
        # What no plain value divides is written as the whole beat that it is part of.
        part = PARTS // 3 if meter.is_compound else PARTS // 4
        begin = first - first % (PARTS if first % part else part)
        bars.append(Bar(meter.beats * PARTS - (downbeat - begin), downbeat - begin, meter, 0))
        starts.append(begin)
    place = downbeat
    while place <= final:
        meter = meters.get(place // PARTS, meter)
        length = meter.beats * PARTS
        if place + length > first:
            # Silence before the first note is no rest: the piece begins with a pick-up.
            silent = 0 if bars else max(0, first - place) // PARTS * PARTS
            bars.append(Bar(silent, length - silent, meter, 0))
            starts.append(place + silent)
        place += length
    pickup, ending = bars[0], bars[-1]
    if pickup.begin and len(bars) > 1:
        short = ending.length - pickup.length
        end = final + 1 if last > starts[-1] + ending.length else last
        if end <= starts[-1] + short:
            bars[-1] = replace(ending, length=short)
    return bars, np.array(starts, np.int64)


def _measure_of(places: IntArray, starts: IntArray) -> IntArray:
    return np.searchsorted(starts, places, side="right") - 1


def _signatures(part: Played, starts: IntArray, fifths: int | None) -> IntArray:
    if fifths is not None:
        return np.full(len(starts), fifths, np.int64)
    keys = find_keys(part.pitches, _weights(part), _measure_of(part.places, starts), len(starts))
    return np.array([key.fifths for key in keys], np.int64)


def _weights(part: Played) -> FloatArray:
    weights: FloatArray = np.clip((part.offsets - part.places) / PARTS, 0.1, LONGEST)
    return weights


def _names(part: Played, signatures: IntArray, starts: IntArray) -> dict[tuple[int, int], int]:
    measures = _measure_of(part.places, starts)
    tonics, is_minor = find_tonics(part.pitches, _weights(part), measures, len(starts))
    names = spell(part.pitches, part.places, signatures[measures], tonics[measures], is_minor[measures]).tolist()
    keys = zip(part.places.tolist(), part.pitches.tolist(), strict=True)
    return dict(zip(keys, names, strict=True))


def _add_tempo(bars: list[Bar], starts: IntArray, grid: Grid) -> list[Bar]:
    lengths = np.array([bar.length for bar in bars])
    quarters = np.array([bar.meter.beat_quarters for bar in bars])
    index = np.arange(len(grid.beats))
    begins = np.interp(starts / PARTS, index, grid.beats)
    ends = np.interp((starts + lengths) / PARTS, index, grid.beats)
    tempi = 60 * quarters * lengths / PARTS / np.maximum(ends - begins, 1e-3)
    words: dict[int, list[Words]] = {}
    inside = starts + lengths <= (len(grid.beats) - 1) * PARTS
    for at, text in find_tempo_words(tempi[: max(1, int(inside.sum()))]).items():
        words.setdefault(at, []).append(Words(0, text))
    is_alike = (quarters[:BEGINNING] == quarters[0]) & inside[:BEGINNING]
    beats = 60 / np.diff(grid.beats)
    bpm = np.median(tempi[:BEGINNING][is_alike]) / quarters[0] if is_alike.any() else np.median(beats)
    usual = int(np.clip(round(float(bpm)), 5, 999))
    words.setdefault(0, []).insert(0, Words(0, "", usual))
    if grid.is_swung:
        words[0].insert(0, Words(0, "Swing", is_swung=True))
    return [replace(bar, words=tuple(words[at])) if at in words else bar for at, bar in enumerate(bars)]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all parts share: the bars, where they start, and the name of every (place, pitch)."""

    bars: Sequence[Bar]
    starts: IntArray
    names: Mapping[tuple[int, int], int]


def _build_part(
    name: str, part: Played, written: tuple[IntArray, IntArray, IntArray], frame: Frame, staves: Staves
) -> Part:
    begins = frame.starts.tolist()
    chords = _gather(part, written, frame.names, begins[-1] + frame.bars[-1].length)
    is_two = staves == "grand" or (staves == "players" and bool(chords[LEFT]))
    is_low = not is_two and float(np.median(part.pitches)) < MIDDLE
    built = [build_staff(chords[RIGHT], frame.bars, begins, "bass" if is_low else "treble")]
    if is_two:
        built.append(build_staff(chords[LEFT], frame.bars, begins, "bass"))
    dynamics = find_dynamics(part.velocities, _measure_of(part.places, frame.starts), len(frame.bars))
    upper = tuple(
        replace(measure, dynamics=((0, dynamics[at]),)) if at in dynamics else measure
        for at, measure in enumerate(built[0].measures)
    )
    return Part(name, (Staff(upper), *built[1:]))


def _gather(
    part: Played, written: tuple[IntArray, IntArray, IntArray], names: Mapping[tuple[int, int], int], until: int
) -> tuple[list[Struck], list[Struck]]:
    """The chords of the upper and the lower staff, none of which sounds beyond the place `until`."""
    hands, voices, held = written
    ends = np.minimum(held, until)
    chords: tuple[list[Struck], list[Struck]] = ([], [])
    middles = np.ones(len(ends))
    for hand in (RIGHT, LEFT):
        of = hands == hand
        middles[of], _ = articulation(part.places[of], part.offsets[of], ends[of])
    touch = find_touch(part.places, part.offsets, ends, 2 * hands + voices, middles)
    for at in np.flatnonzero(held > until + PARTS).tolist():
        touch[at] = "fermata"
    order = np.lexsort((part.pitches, voices, hands, part.places))
    columns = (part.places, hands, voices, ends, part.pitches, part.graces, part.trills, part.is_rolled)
    rows = list(zip(*(column[order].tolist() for column in columns), [touch[at] for at in order.tolist()], strict=True))
    for (place, hand, voice, end), chord in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        members = [_Member(*row[4:]) for row in chord]
        notes = tuple((member.pitch, names[place, member.pitch]) for member in members)
        chords[hand].append(Struck(place, end, voice, notes, _signs_of(members, dict(notes))))
    return chords


class _Member(NamedTuple):
    """A note of a chord: columns of `Played`, and its touch."""

    pitch: int
    grace: int
    trill: int
    is_rolled: bool
    touch: str


def _signs_of(members: Sequence[_Member], names: Mapping[int, int]) -> Signs:
    """What stands on a chord of these notes, whose pitches have these names."""
    marks = {member.touch for member in members}
    graces = {
        member.grace: neighbour_of(names[member.pitch], member.grace - member.pitch)
        for member in members
        if member.grace != NO_GRACE
    }
    trills = [neighbour_of(names[member.pitch], member.trill) for member in members if member.trill]
    return Signs(
        marks=tuple(marks) if marks != {""} and len(marks) == 1 else (),
        graces=tuple(sorted(graces.items())),
        trill=trills[-1] if trills else None,
        is_rolled=len(members) > 1 and all(member.is_rolled for member in members),
    )
