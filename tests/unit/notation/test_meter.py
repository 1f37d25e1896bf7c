"""Measures on rows of beats made here."""

import numpy as np
import pytest
from numpy.typing import NDArray

from antiphon.notation.meter import (
    FREE,
    SILENT_DOWNBEAT,
    STRICT,
    BeatRow,
    Strictness,
    find_measures,
    make_beat_row,
)
from antiphon.notation.tactus import Meter


def row(odds: list[float], strictness: Strictness = FREE) -> BeatRow:
    heard = np.array(odds)
    return BeatRow(heard, heard == SILENT_DOWNBEAT, np.zeros((6 * len(odds), 3)), strictness)


@pytest.mark.parametrize(
    ("odds", "meters"),
    [
        ([2.0, -1, -1] * 10, ((0, Meter(3, 4)),)),
        ([-1, -1, 2.0] * 10, ((2, Meter(3, 4)),)),
        ([2.0, -1, -1, -1] * 10, ((0, Meter(4, 4)),)),
    ],
)
def test_accents_decide(odds: list[float], meters: tuple[tuple[int, Meter], ...]) -> None:
    assert find_measures(row(odds), False).meters == meters


def test_beats_divided_by_three_are_compound() -> None:
    found = find_measures(row([2.0, -1] * 20), True)
    assert found.meters == ((0, Meter(6, 8)),)
    assert 0 < found.confidence <= 1


def test_a_lost_beat_makes_one_measure_short() -> None:
    odds = [4.0, -2, -2, -2] * 5 + [4.0, -2, -2] + [4.0, -2, -2, -2] * 5
    meters = find_measures(row(odds), False, Meter(4, 4)).meters
    assert meters == ((0, Meter(4, 4)), (20, Meter(3, 4)), (23, Meter(4, 4)))


def test_in_a_compound_meter_the_short_measure_is_compound() -> None:
    odds = [4.0, -2, -2, -2] * 5 + [4.0, -2, -2] + [4.0, -2, -2, -2] * 5
    assert find_measures(row(odds), True, Meter(12, 8)).meters[1] == (20, Meter(9, 8))


def test_a_pick_up_that_is_told_is_kept() -> None:
    assert find_measures(row([4.0, -2, -2, -2] * 4), False, Meter(4, 4), 3).meters[0] == (3, Meter(4, 4))
    assert find_measures(row([4.0]), False, Meter(4, 4), 2).meters == ((2, Meter(4, 4)),)


def test_music_that_comes_again_after_three_beats_is_in_three() -> None:
    cells = np.tile(np.repeat([[1.4], [-0.7], [-0.7]], 6, axis=0), (12, 3))
    assert find_measures(BeatRow(np.zeros(36), np.zeros(36, np.bool_), cells), False).meters[0][1] == Meter(3, 4)


UNSURE = {2: [0.0, 0.15], 3: [0.0, 0.0, 0.15], 4: [0.0, 0.0, 0.15, 0.0]}
"""Log-odds of downbeats that are a little for another beat than the first, by beats in a measure."""


@pytest.mark.parametrize(
    ("meter", "pickup_on_beat", "pickup_after_beat"),
    [(Meter(4, 4), 0, 1), (Meter(3, 4), 0, 2), (Meter(6, 8), 0, 1), (Meter(9, 8), 0, 1)],
)
def test_music_begins_on_the_downbeat_or_with_a_usual_pick_up(
    meter: Meter, pickup_on_beat: int, pickup_after_beat: int
) -> None:
    odds = UNSURE[meter.beats] * 8
    for first, pickup in ((0.1, pickup_on_beat), (SILENT_DOWNBEAT, pickup_after_beat)):
        assert find_measures(row([first, *odds[1:]]), meter.is_compound, meter).meters[0] == (pickup, meter)


def test_much_for_it_outweighs_a_rare_pick_up() -> None:
    for meter, pickup in ((Meter(4, 4), 2), (Meter(6, 8), 1)):
        odds = [4.0 * (beat % meter.beats == pickup) for beat in range(32)]
        assert find_measures(row(odds), meter.is_compound, meter).meters[0] == (pickup, meter)


def test_in_plain_music_half_a_measure_is_a_beginning_only_if_much_is_for_it() -> None:
    for odds, free, strict in (([0.0, -2, 0.5, -2] * 24, 2, 0), ([-2.0, -2, 0.5, -2] * 24, 2, 2)):
        for strictness, first in ((FREE, free), (STRICT, strict)):
            assert find_measures(row(odds, strictness), False, Meter(4, 4)).meters == ((first, Meter(4, 4)),)


def test_measures_are_strict_where_beats_are_hardly_divided() -> None:
    for step, strictness in ((12, STRICT), (6, STRICT), (4, FREE), (3, FREE)):
        assert strictness_of(np.arange(0, 240, step), False) is strictness


def test_measures_of_compound_meters_are_strict_where_thirds_of_beats_are_hardly_divided() -> None:
    for step, strictness in ((4, STRICT), (2, STRICT), (3, FREE), (1, FREE)):
        assert strictness_of(np.arange(0, 240, step), True) is strictness


def strictness_of(places: NDArray[np.int64], is_compound: bool) -> Strictness:
    heard = np.zeros(len(places))
    return make_beat_row(places, heard, heard, heard, is_compound).strictness


def test_a_row_knows_its_downbeats_and_cells() -> None:
    places = np.array([0, 6, 12, 16, 20, 24])
    made = make_beat_row(places, np.zeros(6), np.arange(6.0), np.zeros(6))
    assert made.downbeat_odds.tolist() == [0, 2, 5]
    assert made.cells.shape == (18, 3)


def test_no_measure_is_one_dotted_beat() -> None:
    odds = [4.0, -4] * 5 + [4.0] + [4.0, -4] * 5
    meters = find_measures(row(odds), True, Meter(6, 8)).meters
    assert meters == ((0, Meter(6, 8)), (8, Meter(9, 8)), (11, Meter(6, 8)))


FOURS, THREES = [2.0, -1, -1, -1], [2.0, -1, -1]


@pytest.mark.parametrize(
    ("odds", "meters"),
    [
        (FOURS * 12 + THREES * 14, ((0, Meter(4, 4)), (48, Meter(3, 4)))),
        ([-1.0, -1] + THREES * 12 + FOURS * 9, ((2, Meter(3, 4)), (38, Meter(4, 4)))),
        (FOURS * 12 + THREES, ((0, Meter(4, 4)),)),
    ],
)
def test_one_clear_change_of_meter_is_found(odds: list[float], meters: tuple[tuple[int, Meter], ...]) -> None:
    assert find_measures(row(odds), False).meters == meters


def test_one_bar_line_that_is_known_says_where_measures_begin() -> None:
    odds = [0.5, -1, 0.6, -1] * 10
    assert find_measures(row(odds), False, barlines=((0, None),)).meters == ((0, Meter(4, 4)),)
    assert find_measures(row(odds), False, barlines=((-2, None),)).meters == ((2, Meter(4, 4)),)
    assert find_measures(row([2.0, -1, -1] * 10), False, barlines=((-3, None),)).meters == ((0, Meter(3, 4)),)


@pytest.mark.parametrize(
    ("barlines", "meters"),
    [
        ([0, 3, 6, 9], ((0, Meter(3, 4)),)),
        ([5, 8, 11], ((2, Meter(3, 4)),)),
        ([-1, 3, 7, 9, 13], ((3, Meter(4, 4)), (7, Meter(2, 4)), (9, Meter(4, 4)))),
        ([0, 4, 12, 17], ((0, Meter(4, 4)), (12, Meter(5, 4)), (17, Meter(4, 4)))),
        ([0, 3, 4, 6, 9], ((0, Meter(3, 4)),)),
        ([-30, -26], ((2, Meter(4, 4)),)),
    ],
)
def test_bar_lines_that_are_known_are_the_measures(barlines: list[int], meters: tuple[tuple[int, Meter], ...]) -> None:
    told = tuple((at, None) for at in barlines)
    assert find_measures(row([0.0] * 20), False, barlines=told).meters == meters


def test_bar_lines_say_their_meters() -> None:
    told = ((0, Meter(3, 4)), (3, Meter(6, 8)), (5, Meter(6, 8)), (7, Meter(3, 8)), (10, Meter(3, 8)))
    found = find_measures(row([0.0] * 13), False, barlines=told).meters
    assert found == ((0, Meter(3, 4)), (3, Meter(6, 8)), (7, Meter(3, 8)))


def test_by_three_measures_of_told_length_are_compound() -> None:
    told = ((0, None), (2, None), (4, None), (7, None))
    assert find_measures(row([0.0] * 9), True, barlines=told).meters == (
        (0, Meter(6, 8)),
        (4, Meter(9, 8)),
        (7, Meter(6, 8)),
    )
