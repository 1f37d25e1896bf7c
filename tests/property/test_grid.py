"""Whatever notes are played, there is a grid that rises, covers them and counts whole measures, or a NotationError."""

import contextlib

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from antiphon.errors import NotationError
from antiphon.notation.grid import PARTS, Grid, Hints, Meter, find_grid
from antiphon.note import NOTE_DTYPE, NoteArray

TIME = st.one_of(st.floats(0, 30), st.sampled_from([0.0, 0.5, 1.0, 1.5, 7200.0, float("nan"), float("inf")]))
LENGTH = st.one_of(st.floats(-1, 60), st.sampled_from([0.0, -1.0, 0.001]))
NOTE = st.tuples(TIME, st.integers(0, 127), LENGTH, st.integers(1, 127))
METER = st.builds(Meter, st.integers(1, 12), st.sampled_from([2, 4, 8, 16]))
HINTS = st.builds(
    Hints,
    tempo_bpm=st.none() | st.floats(-10, 1000),
    tempo_range=st.none() | st.tuples(st.floats(0, 400), st.floats(0, 400)),
    meter=st.none() | METER,
    pickup_beats=st.none() | st.integers(0, 12),
    beats=st.none() | st.lists(st.floats(0, 30), max_size=8).map(lambda beats: np.array(sorted(set(beats)))),
    barlines=st.lists(st.tuples(st.integers(0, 9), st.none() | METER), max_size=4, unique_by=lambda told: told[0]).map(
        lambda told: tuple(sorted(told, key=lambda one: one[0]))
    ),
    triplets=st.booleans(),
)


def check(grid: Grid, notes: NoteArray) -> None:
    assert (np.diff(grid.beats) > 0).all()
    assert grid.beats[0] <= notes["onset"].min() + 0.1
    assert grid.beats[-1] >= (notes["onset"] + np.maximum(notes["duration"], 0)).max()
    starts = [start for start, _ in grid.meters]
    assert starts[0] == grid.first_downbeat < grid.meters[0][1].beats
    assert (np.diff(starts) > 0).all() and starts[-1] < len(grid.beats)
    for (start, meter), end in zip(grid.meters, starts[1:], strict=False):
        assert (end - start) % meter.beats == 0
    assert len(grid.places) == len(grid.offsets) == len(notes)
    assert grid.places.min() in range(PARTS)
    order = np.argsort(notes["onset"], kind="stable")
    assert (np.diff(grid.places[order]) >= 0).all()
    assert (grid.offsets <= (len(grid.beats) - 1) * PARTS).all()
    assert 0 <= grid.confidence <= 1


@settings(max_examples=200, deadline=None)
@given(st.lists(NOTE, max_size=60), HINTS)
@example([(0.0, 0, 0.0, 1)] * 3, Hints(beats=np.array([1.0, 9.0]), triplets=False))  # a note before the first beat
def test_any_playing_has_a_grid(rows: list[tuple[float, int, float, int]], hints: Hints) -> None:
    notes = np.zeros(len(rows), NOTE_DTYPE)
    for at, (onset, pitch, duration, velocity) in enumerate(rows):
        notes[at] = (onset, pitch, 0, duration, velocity)
    with contextlib.suppress(NotationError):
        check(find_grid(notes, hints), notes)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.001, 1))
def test_the_same_playing_has_the_same_grid(seed: int, gap: float) -> None:
    rng = np.random.default_rng(seed)
    notes = np.zeros(80, NOTE_DTYPE)
    notes["onset"], notes["pitch"] = np.cumsum(rng.exponential(gap, 80)), rng.integers(30, 90, 80)
    notes["duration"], notes["velocity"] = rng.exponential(gap, 80), rng.integers(1, 128, 80)
    one, other = find_grid(notes), find_grid(notes)
    check(one, notes)
    assert (one.places == other.places).all() and (one.beats == other.beats).all()
