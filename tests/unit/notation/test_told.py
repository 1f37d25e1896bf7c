"""What a take tells of its beats is believed where the notes bear it out, and gives way to what people say."""

import numpy as np
import pytest
from numpy.typing import NDArray

from antiphon.notation import share_grid
from antiphon.notation.grid import Hints, find_grid
from antiphon.notation.tactus import PARTS, Meter
from antiphon.notation.told import heed, keeps_to
from antiphon.note import NoteArray
from antiphon.take import Click, Take, Taps
from performed import accompanied, perform, steady, swaying

SIGNATURES = ((0.0, 3, 4), (48.0, 6, 8), (60.0, 2, 2))


def click(period: float, *signatures: tuple[float, int, int], count: int = 80) -> Click:
    return Click(period * np.arange(float(count)), signatures)


def taken(notes: NoteArray, told: Click | Taps, *tempi_bpm: float) -> Take:
    if isinstance(told, Click):
        return Take({"performer": notes}, click=told)
    return Take({"performer": notes, "model": notes[:0]}, taps=told, tempi_bpm=tempi_bpm)


def tapped(seconds: NDArray[np.float64], measure: int = 0) -> Taps:
    numbers = np.arange(len(seconds)) % measure + 1 if measure else np.zeros(len(seconds), np.int64)
    return Taps(seconds, numbers)


@pytest.mark.parametrize("jitter", [0.0, 0.015])
@pytest.mark.parametrize("period", [0.4, 0.7])
def test_notes_that_keep_to_a_click_stand_where_it_says(period: float, jitter: float) -> None:
    notes, beats = perform(accompanied("3/4"), steady(period), jitter, start=3 * period)
    take = taken(notes, click(period))
    grid = share_grid(take.players, heed(take))["performer"]
    assert (grid.places - grid.first_downbeat * PARTS == np.round(beats * PARTS)).all()
    assert [meter for _, meter in grid.meters] == [Meter(3, 4)]
    assert grid.beats[grid.first_downbeat :][:40] == pytest.approx(period * np.arange(3, 43), abs=0.05)


def test_a_take_at_another_tempo_keeps_to_no_click_and_its_tempo_is_a_tendency() -> None:
    notes, _ = perform(accompanied(), swaying(0.6), 0.01)
    assert not keeps_to(click(0.6), notes["onset"])
    assert heed(taken(notes, click(0.6))) == Hints(nominal_bpm=100)
    assert heed(taken(notes, click(0.5))) == Hints()


def test_a_file_of_many_tempi_that_nobody_played_to_tells_nothing() -> None:
    notes, _ = perform(accompanied(), swaying(0.6), 0.01)
    assert heed(taken(notes, Click(np.cumsum(np.linspace(0.5, 0.9, 80))))) == Hints()


def test_a_few_notes_keep_to_a_click_by_chance() -> None:
    assert not keeps_to(click(0.5), np.arange(6.0) * 0.5)
    assert keeps_to(click(0.5), np.arange(16.0) * 0.5)


def test_a_click_that_was_set_up_a_sixteenth_beside_the_notes_is_not_heeded() -> None:
    notes, _ = perform(accompanied(), steady(0.6), start=0.45)
    assert not keeps_to(click(0.6), np.unique(notes["onset"]))
    assert heed(taken(notes, click(0.6))) == Hints(nominal_bpm=100)


def test_a_tempo_that_is_said_and_is_the_clicks_leaves_the_click() -> None:
    notes, _ = perform(accompanied("3/4"), steady(0.6), start=0.0)
    take = taken(notes, click(0.6, (0.0, 3, 4)))
    for said in (Hints(tempo_bpm=101), Hints(tempo_range=(90, 120))):
        assert heed(take, said).beats is not None
        assert find_grid(notes, heed(take, said)).meters == ((0, Meter(3, 4)),)
    assert heed(take, Hints(tempo_range=(120, 150))).beats is None


@pytest.mark.parametrize(
    ("upbeat", "pickup", "meter"), [((1, 8), 12, (4, 4)), ((3, 8), 12, (3, 4)), ((1, 8), 16, (6, 8))]
)
def test_an_upbeat_of_eighths_with_a_signature_of_its_own_keeps_its_length(
    upbeat: tuple[int, int], pickup: int, meter: tuple[int, int]
) -> None:
    notes, _ = perform([(at / 2, 0.5, 60 + at % 12) for at in range(64)], steady(0.5), start=0.0)
    hints = heed(taken(notes, click(0.5, (0.0, *upbeat), (upbeat[0] / 2, *meter))))
    grid = find_grid(notes, hints)
    assert [written for _, written in grid.meters] == [Meter(*meter)]
    assert grid.places[0] == pickup
    barline = grid.beats[grid.first_downbeat]
    assert barline == pytest.approx(upbeat[0] / 4)


def test_a_pick_up_that_is_said_leaves_later_signatures() -> None:
    notes, _ = perform([(beat / 2, 0.5, 60 + beat % 12) for beat in range(150)], steady(0.5), start=0.0)
    take = taken(notes, click(0.5, *SIGNATURES))
    grid = find_grid(notes, heed(take, Hints(pickup_beats=1)))
    assert grid.first_downbeat == 1
    assert grid.meters[-2:] == ((48, Meter(6, 8)), (56, Meter(2, 2)))


def test_a_pick_up_that_is_said_moves_the_bar_lines_of_a_signature_told_twice() -> None:
    notes, _ = perform(accompanied(), steady(0.5), start=0.0)
    told = click(0.5, (0.0, 4, 4), (16.0, 4, 4))
    grid = find_grid(notes, heed(taken(notes, told), Hints(pickup_beats=2)))
    assert grid.meters == ((2, Meter(4, 4)),)


def test_a_measure_of_one_beat_that_is_told_is_one() -> None:
    notes, _ = perform([(beat / 2, 0.5, 60 + beat % 12) for beat in range(80)], steady(0.5), start=0.0)
    told = click(0.5, (0.0, 4, 4), (16.0, 1, 4), (17.0, 4, 4))
    meters = find_grid(notes, heed(taken(notes, told))).meters
    assert meters == ((0, Meter(4, 4)), (16, Meter(1, 4)), (17, Meter(4, 4)))


def test_a_signature_that_nobody_writes_leaves_the_others() -> None:
    notes, _ = perform(accompanied("3/4"), steady(0.5), start=0.0)
    told = click(0.5, (0.0, 3, 4), (12.0, 17, 32), (24.0, 3, 4))
    assert find_grid(notes, heed(taken(notes, told))).meters == ((0, Meter(3, 4)),)


def test_signatures_of_a_click_are_its_measures() -> None:
    notes, _ = perform([(beat / 2, 0.5, 60 + beat % 12) for beat in range(150)], steady(0.5), start=0.0)
    hints = heed(taken(notes, click(0.5, *SIGNATURES)))
    assert [at for at, meter in hints.barlines if meter == Meter(3, 4)] == list(range(0, 48, 3))
    grid = find_grid(notes, hints)
    assert grid.meters == ((0, Meter(3, 4)), (48, Meter(6, 8)), (56, Meter(2, 2)))
    assert np.diff(grid.beats)[[0, 47, 48, 55, 56, 57]] == pytest.approx([0.5, 0.5, 0.75, 0.75, 1.0, 1.0])


def test_an_upbeat_is_what_lies_before_the_first_whole_measure_of_a_click() -> None:
    notes, _ = perform(accompanied(), steady(0.5), start=1.5)
    grid = find_grid(notes, heed(taken(notes, click(0.5, (0.0, 4, 4)))))
    assert grid.meters == ((1, Meter(4, 4)),)


def test_a_first_measure_that_is_shorter_is_an_upbeat() -> None:
    notes, _ = perform([(float(beat), 0.9, 60 + beat % 7) for beat in range(40)], steady(0.5), start=0.0)
    for upbeat in (1, 2):
        told = click(0.5, (0.0, upbeat, 4), (float(upbeat), 4, 4))
        assert find_grid(notes, heed(taken(notes, told))).meters == ((upbeat, Meter(4, 4)),)


def test_a_signature_after_the_last_note_changes_nothing() -> None:
    notes, _ = perform(accompanied("3/4"), steady(0.5), start=0.0)
    once, again = click(0.5, (0.0, 3, 4)), click(0.5, (0.0, 3, 4), (90.0, 2, 4))
    assert find_grid(notes, heed(taken(notes, once))).meters == find_grid(notes, heed(taken(notes, again))).meters


@pytest.mark.parametrize("signature", [(0.0, 21, 4), (0.0, 4, 32)])
def test_a_click_in_a_meter_that_is_not_written_is_not_heeded(signature: tuple[float, int, int]) -> None:
    notes, _ = perform(accompanied(), steady(0.6))
    assert heed(taken(notes, click(0.6, signature))).beats is None


def test_what_people_say_goes_first() -> None:
    notes, _ = perform(accompanied(), steady(0.6), start=0.0)
    take = taken(notes, click(0.6, (0.0, 4, 4)))
    assert heed(take, Hints(tempo_bpm=50)) == Hints(tempo_bpm=50)
    said = heed(take, Hints(meter=Meter(2, 2)))
    assert said.beats is not None
    assert said.beats[:3].tolist() == pytest.approx([0, 1.2, 2.4])
    assert heed(take, Hints(pickup_beats=2)).barlines == ()
    assert find_grid(notes, heed(take, Hints(pickup_beats=2))).meters[0] == (2, Meter(4, 4))


def test_without_triplets_nothing_is_left_as_it_was_quantized() -> None:
    notes, _ = perform([(at / 3, 0.3, 60 + at % 7) for at in range(96)], steady(0.6), start=0.0)
    take = taken(notes, click(0.6, (0.0, 4, 4)))
    assert heed(take).is_quantized
    said = share_grid(take.players, heed(take, Hints(triplets=False)))["performer"]
    assert not (said.places % 3).any()


def test_tapped_beats_are_the_beats_and_ones_the_downbeats() -> None:
    notes, beats = perform(accompanied("3/4"), swaying(0.6), 0.01)
    taps = 0.5 + swaying(0.6)(np.arange(48.0)) + np.random.default_rng(1).normal(0, 0.015, 48)
    grid = find_grid(notes, heed(taken(notes, tapped(taps, 3))))
    assert (grid.places == np.round(beats * PARTS)).all()
    assert grid.meters == ((0, Meter(3, 4)),)


def test_taps_that_are_missed_or_bounce_do_no_harm() -> None:
    notes, beats = perform(accompanied(), swaying(0.6), 0.01)
    taps = 0.5 + swaying(0.6)(np.arange(64.0))
    kept = np.sort(np.concatenate([np.delete(taps, [7, 20, 21, 40]), taps[[3, 30]] + 0.04]))
    hints = heed(taken(notes, tapped(kept)))
    assert hints.beats == pytest.approx(taps, abs=0.08)
    assert (find_grid(notes, hints).places == np.round(beats * PARTS)).all()


def test_counting_in_says_the_tempo() -> None:
    notes, _ = perform(accompanied(), swaying(0.6), 0.01, start=2.4)
    hints = heed(taken(notes, tapped(0.5 * np.arange(4.0), 4)))
    assert hints == Hints(tempo_bpm=120)


def test_taps_that_are_too_far_apart_for_beats_say_nothing() -> None:
    notes, _ = perform(accompanied(), steady(0.6), start=300.0)
    assert heed(taken(notes, tapped(15.0 * np.arange(5.0)))) == Hints()


def test_who_stops_tapping_and_begins_anew_has_tapped_for_the_longest_of_both() -> None:
    notes, _ = perform(accompanied(), steady(0.6), start=0.0)
    seconds = np.concatenate([0.6 * np.arange(6.0), 6.0 + 0.6 * np.arange(60.0)])
    assert heed(taken(notes, tapped(seconds))).beats == pytest.approx(seconds[6:])


def test_ones_that_are_no_measures_are_beats_alone() -> None:
    notes, _ = perform(accompanied(), steady(0.6))
    taps = Taps(0.5 + 0.6 * np.arange(64.0), np.ones(64, np.int64))
    hints = heed(taken(notes, taps))
    assert hints.beats is not None
    assert hints.barlines == ()


def test_tempi_that_are_said_are_the_tempo_or_its_range() -> None:
    notes, _ = perform(accompanied(), steady(0.6))
    assert heed(Take({"performer": notes}, tempi_bpm=(90.0, 90.0))) == Hints(tempo_bpm=90)
    assert heed(Take({"performer": notes}, tempi_bpm=(90.0, 5000.0))) == Hints(tempo_bpm=90)
    assert heed(Take({"performer": notes}, tempi_bpm=(120.0, 90.0, 100.0))) == Hints(tempo_range=(90, 120))


def test_thirty_seconds_of_a_click_have_places_and_split_beats_of_halves() -> None:
    rows = [(beat + at / 8, 0.12, 60 + at) for beat in range(24) for at in (0, 1, 2, 3, 4, 6)]
    notes, quarters = perform(rows, steady(1.0), start=0.0)
    for signature, meter in (((2, 4), Meter(2, 4)), ((2, 2), Meter(2, 2, 2))):
        grid = find_grid(notes, heed(taken(notes, click(1.0, (0.0, *signature)))))
        assert (grid.places == np.round(quarters * PARTS)).all()
        assert grid.meters == ((0, meter),)


@pytest.mark.parametrize(
    ("count", "meter"), [(6, Meter(6, 8, 3)), (9, Meter(9, 8, 3)), (12, Meter(12, 8, 3)), (8, Meter(4, 4, 2))]
)
def test_so_many_beats_in_a_measure_are_parts_of_slow_ones(count: int, meter: Meter) -> None:
    notes, _ = perform([(at / 2, 0.5, 60 + at % 7) for at in range(144)], steady(0.8), start=0.0)
    hints = heed(taken(notes, tapped(0.8 * np.arange(72.0), count)))
    assert find_grid(notes, hints).meters == ((0, meter),)
    said = heed(taken(notes, tapped(0.8 * np.arange(72.0), count)), Hints(meter=Meter(6, 8)))
    assert said.meter == (Meter(6, 8, 3) if count == 6 else Meter(6, 8))


@pytest.mark.parametrize("late", [0.09, 0.125, -0.06])
def test_a_click_that_was_set_up_beside_the_notes_is_a_tempo_alone(late: float) -> None:
    notes, beats = perform(accompanied("3/4"), steady(0.6), 0.0, start=1.2 + late)
    take = taken(notes, click(0.6, (0.0, 3, 4)))
    assert heed(take).beats is None
    assert heed(take).nominal_bpm == pytest.approx(100)
    grid = share_grid(take.players, heed(take))["performer"]
    assert (grid.places - grid.first_downbeat * PARTS == np.round(beats * PARTS)).all()


def test_who_plays_a_little_late_plays_to_the_click() -> None:
    notes, _ = perform(accompanied("3/4"), steady(0.6), 0.015, start=0.02)
    assert heed(taken(notes, click(0.6, (0.0, 3, 4)))).beats is not None
