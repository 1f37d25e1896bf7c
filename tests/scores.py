"""Small music for the tests of notation: grids and notes from places, and what must hold of every page."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from antiphon.notation import make_score, share_grid
from antiphon.notation.grid import PARTS, Grid, Hints, Meter
from antiphon.notation.page import Chord, Rest, Score, Voice
from antiphon.notation.score import compose
from antiphon.notation.tactus import PLACES
from antiphon.note import NoteArray, order_notes

FOUR_FOUR = Meter(4, 4)

BEAT = 0.5
"""Seconds."""

Row = tuple[int, int, int]
"""Place of the onset and of the release, in twelfths of a beat, and pitch."""


def play(rows: Sequence[Row], velocity: int = 64) -> NoteArray:
    """A performance, exactly in time."""
    places, ends, pitches = (np.array(column) for column in zip(*rows, strict=True))
    lengths = ((ends - places) * BEAT / PLACES).astype(np.float32)
    velocities = np.full(len(rows), velocity, np.int16)
    return order_notes(places * BEAT / PLACES, pitches.astype(np.int16), lengths, velocities)


def seconds(rows: Sequence[tuple[float, float, int]]) -> NoteArray:
    """A performance from (onset, duration, pitch), in seconds."""
    onsets, lengths, pitches = (np.array(column) for column in zip(*rows, strict=True))
    velocities = np.full(len(rows), 64, np.int16)
    return order_notes(onsets.astype(np.float64), pitches.astype(np.int16), lengths.astype(np.float32), velocities)


def ornamented() -> Score:
    """A page with a grace note, a trill, a rolled chord and a passage under 8va."""
    rows = [(0.4 * at, 0.38, 72 + 2 * (at % 3)) for at in range(20)]
    rows += [(8.0, 0.07, 77), (8.07, 0.7, 76)]
    rows += [(8.8 + 0.08 * at, 0.07, 76 + 2 * (at % 2)) for at in range(9)]
    rows += [(9.6 + 0.05 * at, 0.9 - 0.05 * at, 48 + 5 * at) for at in range(4)]
    rows += [(11.2 + 0.2 * at, 0.19, 91 + at % 5) for at in range(40)]
    players = {"performer": seconds(rows)}
    return make_score(players, share_grid(players, Hints(tempo_bpm=150)))


def lay(rows: Sequence[Row], meter: Meter = FOUR_FOUR, first_downbeat: int = 0) -> Grid:
    """The grid under `play(rows)`, in the order of its notes."""
    ordered = sorted(rows, key=lambda row: (row[0], row[2]))
    places, ends = (np.array([row[at] for row in ordered]) * PARTS // PLACES for at in (0, 1))
    beats = np.arange(int(ends.max()) // PARTS + 2 * meter.beats, dtype=np.float64) * BEAT
    return Grid(beats, first_downbeat, ((first_downbeat, meter),), places, ends.astype(np.float64), 1.0)


def write(rows: Sequence[Row], meter: Meter = FOUR_FOUR, first_downbeat: int = 0) -> Score:
    """A page of one player."""
    return compose({"performer": play(rows)}, {"performer": lay(rows, meter, first_downbeat)}, "t", "players")


def looks(voice: Voice) -> list[tuple[str, float, int]]:
    """Each event as (letter or `rest`, quarters as it looks, dots)."""
    return [
        (
            "rest" if isinstance(event, Rest) else "".join(head.letter for head in event.heads),
            event.quarters,
            event.dots,
        )
        for event in voice
    ]


def check(score: Score) -> None:
    """Every voice of every measure is exactly full, ties join equal notes, and no staff has a third voice."""
    for part in score.parts:
        for staff in part.staves:
            assert len(staff.measures) == len(score.bars)
            held: dict[tuple[str, int, int], int] = {}
            for bar, measure in zip(score.bars, staff.measures, strict=True):
                assert 1 <= len(measure.voices) <= 2
                begun: dict[tuple[str, int, int], int] = {}
                ended: dict[tuple[str, int, int], int] = {}
                for voice in measure.voices:
                    check_voice(voice, bar.length, bar.meter)
                    check_ties(voice, begun, ended)
                # What comes in over the bar line, tied, is what the measure before sent out.
                assert ended == held
                held = begun
            assert not held


def check_voice(voice: Voice, length: int, meter: Meter) -> None:
    place = 0
    for event in voice:
        assert event.place == place
        assert event.length > 0
        if not (isinstance(event, Rest) and event.is_measure):
            quarters = Fraction(event.quarters) * (Fraction(3, 2) if event.dots else 1)
            quarters *= Fraction(2, 3) if event.tuplet else 1
            assert quarters == Fraction(event.length, PARTS) * Fraction(meter.beat_quarters)
        place += event.length
    assert place == length


def check_ties(voice: Voice, begun: dict[tuple[str, int, int], int], ended: dict[tuple[str, int, int], int]) -> None:
    before: dict[tuple[str, int, int], int] = {}
    for index, event in enumerate(voice):
        heads = {}
        if isinstance(event, Chord):
            heads = {(head.letter, head.alter, head.octave): 1 for head in event.heads}
        tied_from = heads if isinstance(event, Chord) and event.is_tied_from else {}
        if index == 0:
            ended.update(tied_from)
        else:
            assert tied_from == before
        before = heads if isinstance(event, Chord) and event.is_tied_on else {}
    begun.update(before)
