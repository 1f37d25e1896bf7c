"""A score of our own: what stands on the page, as values, before any program writes it.

The rule: a measure is a row of chords and rests that fill it from its first unit to its last, in one voice, and every
part has as many measures as the longest. Places and lengths are whole sixteenths, as in `rhythm`. The page begins with
the first note of anybody, on a downbeat. It knows pitches, not their spelling, and no library: music21 first sees it
in `musicxml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import NotationError
from antiphon.notation.rhythm import MEASURE, group_chords, place_notes, split_chord, split_rest
from antiphon.note import NoteArray

__all__ = ["Chord", "Clef", "Measure", "Part", "Rest", "Score", "Staff", "lay_out"]

MIDDLE_C = 60
"""The lowest pitch of the upper staff. Hands are told apart by nothing else yet."""

TEMPO_RANGE = (10.0, 480.0)
"""Quarters a minute: beyond it a metronome has no mark, and the sixteenths are no rhythm."""

Clef = Literal["treble", "bass"]


@dataclass(frozen=True, slots=True)
class Chord:
    """Pitches that begin together, one or more, lowest first.

    Args:
        place, length: units, from the start of the measure.
        pitches: MIDI numbers.
        is_tied_from: it goes on from the chord before.
        is_tied_on: it goes on in the chord after.
    """

    place: int
    length: int
    pitches: tuple[int, ...]
    is_tied_from: bool = False
    is_tied_on: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """A silence; one as long as its measure is a whole-measure rest."""

    place: int
    length: int


@dataclass(frozen=True, slots=True)
class Measure:
    """Chords and rests in order, without gap or overlap."""

    events: tuple[Chord | Rest, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """Five lines with their measures."""

    clef: Clef
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A player's staves, upper first, and the name in front of them."""

    name: str
    staves: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A page of music in 4/4, at a tempo in quarters a minute."""

    title: str
    tempo_bpm: float
    parts: tuple[Part, ...]


def lay_out(players: Mapping[str, NoteArray], title: str, tempo_bpm: float) -> Score:
    """The score of performances that share a clock, a piano part for each player, treble from middle C, bass below.

    Args:
        players: performances by name; the name with a capital stands in front of the part.
        title: what stands at the top.
        tempo_bpm: quarters a minute, nominal; the notes are taken as played to it.
    Raises:
        NotationError: no notes at all, or no such tempo.
    """
    low, high = TEMPO_RANGE
    if not low <= tempo_bpm <= high:
        raise NotationError(
            f"tempo {tempo_bpm:g} is outside {low:g}-{high:g}", "give quarters a minute, for instance 120"
        )
    onsets = [float(notes["onset"].min()) for notes in players.values() if len(notes)]
    if not onsets:
        raise NotationError("there are no notes to write down", "play something first")
    staves = {name: _voices(notes, min(onsets), tempo_bpm) for name, notes in players.items()}
    last = max(chord.place + chord.length for voices in staves.values() for voice in voices for chord in voice)
    parts = tuple(
        Part(
            name[:1].upper() + name[1:],
            (_lay_staff("treble", upper, -(-last // MEASURE)), _lay_staff("bass", lower, -(-last // MEASURE))),
        )
        for name, (upper, lower) in staves.items()
    )
    return Score(title, tempo_bpm, parts)


def _voices(notes: NoteArray, origin: float, tempo_bpm: float) -> tuple[list[Chord], list[Chord]]:
    starts, lengths = place_notes(notes["onset"] - origin, notes["duration"].astype(np.float64), tempo_bpm)
    is_upper = notes["pitch"] >= MIDDLE_C

    def chords(of: NDArray[np.bool_]) -> list[Chord]:
        chord_starts, chord_lengths, members = group_chords(starts[of], lengths[of])
        pitches: list[set[int]] = [set() for _ in chord_starts]
        for chord, pitch in zip(members, notes["pitch"][of], strict=True):
            pitches[chord].add(int(pitch))
        return [
            Chord(int(start), int(length), tuple(sorted(struck)))
            for start, length, struck in zip(chord_starts, chord_lengths, pitches, strict=True)
        ]

    return chords(is_upper), chords(~is_upper)


def _lay_staff(clef: Clef, voice: list[Chord], measure_count: int) -> Staff:
    rows: list[list[Chord | Rest]] = [[] for _ in range(measure_count)]

    def rest(start: int, end: int) -> None:
        for place, length in split_rest(start, end - start):
            rows[place // MEASURE].append(Rest(place % MEASURE, length))

    end_before = 0
    for chord in voice:
        rest(end_before, chord.place)
        end_before = chord.place + chord.length
        for place, length in split_chord(chord.place, chord.length):
            is_first, is_last = place == chord.place, place + length == end_before
            rows[place // MEASURE].append(Chord(place % MEASURE, length, chord.pitches, not is_first, not is_last))
    rest(end_before, measure_count * MEASURE)
    return Staff(clef, tuple(Measure(tuple(row)) for row in rows))
