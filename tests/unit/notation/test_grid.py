"""The grid of performances whose beats are known."""

import numpy as np
import pytest

from antiphon.errors import NotationError
from antiphon.notation.grid import PARTS, Grid, Hints, Meter, find_grid
from antiphon.note import NOTE_DTYPE, NoteArray
from performed import accompanied, perform, steady, swaying

METERS = {"4/4": Meter(4, 4), "3/4": Meter(3, 4)}


def assert_right(grid: Grid, beats: np.ndarray[tuple[int], np.dtype[np.float64]], scale: float = 1.0) -> None:
    """Every note stands where it was meant, save for one shift of the whole."""
    off = grid.places - beats * PARTS * scale
    assert np.ptp(off) == pytest.approx(0), off


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("period", [0.4, 0.6, 0.8])
def test_metronomic_playing_is_read_as_it_is_written(meter: str, period: float) -> None:
    notes, beats = perform(accompanied(meter), steady(period))
    grid = find_grid(notes, Hints(tempo_bpm=60 / period))
    assert_right(grid, beats)
    assert grid.meters == ((0, METERS[meter]),)
    assert grid.beats[:8] == pytest.approx(0.5 + period * np.arange(8))


@pytest.mark.parametrize("jitter", [0.0, 0.012])
def test_drifting_playing_is_followed(jitter: float) -> None:
    curve = swaying(0.6)
    notes, beats = perform(accompanied(), curve, jitter)
    grid = find_grid(notes, Hints(tempo_bpm=100))
    assert_right(grid, beats)
    assert np.abs(grid.beats[:60] - 0.5 - curve(np.arange(60.0))).max() < 0.05
    assert grid.meters == ((0, Meter(4, 4)),)


@pytest.mark.parametrize("jitter", [0.0, 0.012])
def test_a_change_of_meter_is_found(jitter: float) -> None:
    waltz = [(64 + beat, length, pitch) for beat, length, pitch in accompanied("3/4")]
    notes, beats = perform(accompanied() + waltz, swaying(0.6), jitter)
    grid = find_grid(notes, Hints(tempo_bpm=100))
    assert_right(grid, beats)
    assert grid.meters == ((0, Meter(4, 4)), (64, Meter(3, 4)))


def test_swung_eighths_stand_on_the_third_triplet() -> None:
    rows = [(beat + (2 / 3 if beat % 1 else 0) - beat % 1, length, pitch) for beat, length, pitch in accompanied()]
    notes, beats = perform(rows, steady(0.5), 0.004)
    grid = find_grid(notes, Hints(tempo_bpm=120))
    assert_right(grid, np.round(beats * 3) / 3)
    assert set(np.unique(grid.places % PARTS)) == {0, 16}


def test_without_triplets_every_place_is_a_sixteenth() -> None:
    rows = [(beat + (2 / 3 if beat % 1 else 0) - beat % 1, length, pitch) for beat, length, pitch in accompanied()]
    notes, _ = perform(rows, steady(0.5), 0.008)
    assert not (find_grid(notes, Hints(tempo_bpm=120, triplets=False)).places % 6).any()


@pytest.mark.parametrize(("meter", "nominal_bpm"), [(Meter(3, 4), 150), (Meter(3, 8), 75), (None, 150)])
def test_the_tempo_of_a_file_counts_quarters_whatever_the_beat(meter: Meter | None, nominal_bpm: float) -> None:
    notes, _ = perform(accompanied("3/4"), steady(0.4))
    grid = find_grid(notes, Hints(meter=meter, nominal_bpm=nominal_bpm))
    assert np.median(np.diff(grid.beats)) == pytest.approx(0.4, rel=0.02)


@pytest.mark.parametrize(("tempo_bpm", "scale"), [(50, 0.5), (100, 1.0), (200, 2.0)])
def test_a_tempo_that_is_told_decides_the_level(tempo_bpm: float, scale: float) -> None:
    notes, beats = perform(accompanied(), steady(0.6), 0.005)
    grid = find_grid(notes, Hints(tempo_bpm=tempo_bpm))
    assert_right(grid, beats, scale)
    assert np.median(np.diff(grid.beats)) == pytest.approx(60 / tempo_bpm, rel=0.02)


@pytest.mark.parametrize(("third", "meter"), [(0.45, Meter(3, 4)), (0.3, Meter(6, 8))])
def test_slow_beats_in_three_are_measures_of_a_waltz(third: float, meter: Meter) -> None:
    """Half and quarter, or quarter and eighth: the tempo alone tells them apart."""
    rows = [(3.0 * at + beat, 0.9, 67 + at % 5) for at in range(40) for beat in (0.0, 2.0)]
    rows += [(3.0 * at, 2.8, pitch) for at in range(40) for pitch in (43, 52, 55)]
    notes, _ = perform(rows, steady(third))
    grid = find_grid(notes)
    assert grid.meters == ((0, meter),)
    assert np.median(np.diff(grid.beats)) == pytest.approx(third * (3 if meter.is_compound else 1), rel=0.02)


@pytest.mark.parametrize("hints", [Hints(meter=Meter(6, 8)), Hints(nominal_bpm=66)])
def test_slow_beats_in_three_that_are_told_are_no_waltz(hints: Hints) -> None:
    rows = [(3.0 * at + beat, 0.9, 67 + at % 5) for at in range(40) for beat in (0.0, 2.0)]
    grid = find_grid(perform(rows, steady(0.45))[0], hints)
    assert np.median(np.diff(grid.beats)) == pytest.approx(1.35, rel=0.02)


def test_a_tune_over_held_chords_is_written_in_quarters() -> None:
    rhythm = [(0.0, 1.0), (1.0, 0.5), (1.5, 0.5), (2.0, 1.0), (3.0, 1.0)]
    tune = [
        (4.0 * measure + at, 0.9 * length, 67 + (measure * 2 + rank) % 7)
        for measure in range(20)
        for rank, (at, length) in enumerate(rhythm)
    ]
    chords = [(4.0 * measure, 3.8, pitch + measure % 3) for measure in range(20) for pitch in (43, 52, 55)]
    for rows in (tune, tune + chords):
        grid = find_grid(perform(rows, steady(0.56))[0])
        assert np.median(np.diff(grid.beats)) == pytest.approx(0.56, rel=0.02)
    under = [(at, length, pitch - 16) for at, length, pitch in tune]
    assert np.median(np.diff(find_grid(perform(tune + under, steady(0.56))[0]).beats)) > 1


def test_a_tempo_range_is_kept() -> None:
    notes, _ = perform(accompanied(), steady(0.6), 0.005)
    assert np.median(np.diff(find_grid(notes, Hints(tempo_range=(180, 220))).beats)) == pytest.approx(0.3, rel=0.05)


def test_given_beats_are_the_beats() -> None:
    notes, beats = perform(accompanied(), swaying(0.6), 0.005)
    given = 0.5 + swaying(0.6)(np.arange(0.0, 66.0))
    grid = find_grid(notes, Hints(beats=given))
    assert_right(grid, beats)
    assert np.abs(grid.beats[:30] - given[:30]).max() < 0.02


def test_meter_and_pick_up_can_be_told() -> None:
    notes, _ = perform(accompanied(), steady(0.6))
    grid = find_grid(notes, Hints(tempo_bpm=100, meter=Meter(3, 4), pickup_beats=2))
    assert grid.first_downbeat == 2
    assert grid.meters[0] == (2, Meter(3, 4))


def test_a_pick_up_is_found() -> None:
    rows = [(beat + 1, length, pitch) for beat, length, pitch in accompanied()] + [(0.0, 1.0, 67)]
    notes, _ = perform(rows, steady(0.6))
    assert find_grid(notes, Hints(tempo_bpm=100)).first_downbeat == 1


def test_a_bass_that_comes_early_at_the_beginning_is_on_the_beat() -> None:
    notes, beats = perform(accompanied(), steady(0.6))
    notes["onset"][0] -= 0.07
    grid = find_grid(notes, Hints(tempo_bpm=100))
    assert_right(grid, beats)
    assert grid.first_downbeat == 0


def test_transposed_or_later_it_is_the_same_grid() -> None:
    notes, _ = perform(accompanied(), swaying(0.6), 0.012)
    moved = notes.copy()
    moved["pitch"] += 5
    moved["onset"] += 100.0
    grid, other = find_grid(notes), find_grid(moved)
    assert (grid.places == other.places).all()
    assert other.beats - 100 == pytest.approx(grid.beats)
    assert grid.meters == other.meters


def test_the_order_of_notes_does_not_matter() -> None:
    notes, _ = perform(accompanied(), swaying(0.6), 0.012)
    order = np.random.default_rng(1).permutation(len(notes))
    assert (find_grid(notes[order]).places == find_grid(notes).places[order]).all()


def made(onsets: list[float], durations: list[float], pitches: list[int]) -> NoteArray:
    notes = np.zeros(len(onsets), NOTE_DTYPE)
    notes["onset"], notes["duration"], notes["pitch"], notes["velocity"] = onsets, durations, pitches, 64
    return notes


@pytest.mark.parametrize(
    "notes",
    [
        made([2.0], [0.5], [60]),
        made([0.0] * 128, [1.0] * 128, list(range(128))),
        made([0.1 * at for at in range(40)], [0.0] * 40, [60] * 40),
        made([0.5 * at for at in range(40)], [-1.0] * 40, [60] * 40),
        made([0.0, 0.5, 1.0], [60.0, 0.5, 0.5], [60, 62, 64]),
        made([0.0, 3000.0], [1.0, 1.0], [60, 62]),
        made([0.01 * at for at in range(300)], [0.01] * 300, [60] * 300),
    ],
    ids=["one note", "128 at once", "zero durations", "hidden durations", "a minute long", "a long pause", "a buzz"],
)
def test_odd_playing_has_a_grid(notes: NoteArray) -> None:
    grid = find_grid(notes)
    assert (np.diff(grid.beats) > 0).all()
    assert grid.beats[0] <= notes["onset"].min() + 1e-6
    assert grid.beats[-1] >= (notes["onset"] + np.maximum(notes["duration"], 0)).max()
    assert (grid.offsets > grid.places - PARTS).all()
    assert 0 <= grid.first_downbeat < grid.meters[0][1].beats
    assert 0 <= grid.confidence <= 1


@pytest.mark.parametrize(
    ("notes", "hints", "text"),
    [
        (made([], [], []), Hints(), "there are no notes to write down"),
        (made([np.nan], [1.0], [60]), Hints(), "an onset or a duration is not a number"),
        (made([0.0], [1.0], [60]), Hints(tempo_bpm=0), "tempo 0 is outside 5-600"),
        (made([0.0], [1.0], [60]), Hints(tempo_range=(-1, 9)), "tempo -1 is outside 5-600"),
        (made([0.0], [1.0], [60]), Hints(beats=np.array([1.0, 1.0])), "the beats that are given are not 0.1 s apart"),
    ],
)
def test_what_cannot_be_is_refused(notes: NoteArray, hints: Hints, text: str) -> None:
    with pytest.raises(NotationError) as refused:
        find_grid(notes, hints)
    assert refused.value.what == text
