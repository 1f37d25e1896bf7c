"""Whatever notes and whatever grid: every voice of every measure is exactly full, every note is on the page once, ties
join equal pitches, and no staff has a third voice."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.notation import make_score, share_grid
from antiphon.notation.grid import PARTS, Grid, Hints, Meter
from antiphon.notation.musicxml import to_musicxml
from antiphon.notation.page import Chord, Score
from antiphon.notation.score import Staves, compose
from antiphon.note import order_notes
from scores import check, lay, play

METERS = [
    Meter(*pair)
    for pair in ((4, 4), (3, 4), (2, 4), (2, 2), (3, 8), (6, 8), (9, 8), (12, 8), (5, 4), (12, 16), (12, 2), (4, 1))
]

ROW = st.tuples(st.integers(0, 200), st.integers(1, 100), st.integers(0, 127)).map(
    lambda row: (row[0], row[0] + row[1], row[2])
)
ROWS = st.lists(ROW, min_size=1, max_size=40)


NAMED_TWICE = range(12, 24)
"""An octave that also stands for the one below, which no page can name: once or twice at a place, as hands take it."""


def pitches(score: Score) -> Counter[int]:
    semitones = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    return Counter(
        12 * (head.octave + 1) + semitones[head.letter] + head.alter
        for part in score.parts
        for staff in part.staves
        for measure in staff.measures
        for voice in measure.voices
        for event in voice
        if isinstance(event, Chord) and not event.is_tied_from
        for head in (*event.graces, *event.heads)
    )


def agree(found: Counter[int], expected: Counter[int]) -> bool:
    return found.keys() == expected.keys() and all(
        found[pitch] == expected[pitch] or (pitch in NAMED_TWICE and found[pitch] > expected[pitch]) for pitch in found
    )


def written(rows: list[tuple[int, int, int]]) -> Counter[int]:
    """Pitches, one for each place; octave -1, which no page can name, an octave higher."""
    return Counter(pitch for _, pitch in {(place, pitch if pitch >= 12 else pitch + 12) for place, _, pitch in rows})


@settings(deadline=None)
@given(ROWS, st.sampled_from(METERS), st.integers(0, 2), st.sampled_from(["one", "grand", "players"]))
def test_a_page_is_full_and_complete(
    rows: list[tuple[int, int, int]], meter: Meter, pickup: int, staves: Staves
) -> None:
    grid = lay(rows, meter, pickup % meter.beats)
    score = compose({"a": play(rows)}, {"a": grid}, "t", staves)
    check(score)
    assert agree(pitches(score), written(rows))
    assert to_musicxml(score).endswith("</score-partwise>\n")


@settings(deadline=None)
@given(ROWS, ROWS, st.sampled_from(METERS), st.sampled_from(METERS))
def test_two_players_and_a_change_of_meter_too(
    first: list[tuple[int, int, int]], second: list[tuple[int, int, int]], meter: Meter, later: Meter
) -> None:
    grids = {}
    for name, rows in (("performer", first), ("model", second)):
        grid = lay(rows, meter)
        meters = ((0, meter), (2 * meter.beats, later))
        grids[name] = Grid(grid.beats, 0, meters, grid.places, grid.offsets, 1.0)
    score = compose({"performer": play(first), "model": play(second)}, grids, "t", "players")
    check(score)
    assert agree(pitches(score), written(first) + written(second))


SECONDS = st.tuples(st.floats(0, 60), st.integers(0, 127), st.floats(-1, 60), st.integers(1, 127))


@settings(deadline=None)
@given(st.lists(SECONDS, min_size=1, max_size=30), st.lists(SECONDS, max_size=10), st.floats(30, 300))
def test_from_seconds_to_a_full_page(
    performer: list[tuple[float, int, float, int]], model: list[tuple[float, int, float, int]], tempo: float
) -> None:
    players = {}
    for name, rows in (("performer", performer), ("model", model)):
        columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
        onsets, numbers, durations, velocities = (np.array(column) for column in columns)
        players[name] = order_notes(
            onsets.astype(np.float64),
            numbers.astype(np.int16),
            durations.astype(np.float32),
            velocities.astype(np.int16),
        )
    grids = share_grid(players, Hints(tempo_bpm=tempo))
    score = make_score(players, grids)
    check(score)
    expected: Counter[int] = Counter()
    for name, notes in players.items():
        struck = zip(grids[name].places.tolist(), notes["pitch"].tolist(), strict=True)
        expected += written([(place, place + PARTS, pitch) for place, pitch in struck])
    assert agree(pitches(score), expected)
