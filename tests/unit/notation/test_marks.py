"""Few words, where something lasts."""

import numpy as np

from antiphon.notation.marks import find_dynamics, find_tempo_words, find_touch


def test_a_level_is_written_where_it_changes_for_good() -> None:
    velocities = np.repeat([40, 42, 40, 44, 41, 90, 88, 91, 90, 92], 4)
    found = find_dynamics(velocities, np.repeat(np.arange(10), 4), 10)
    assert found == {0: "p", 5: "f"}


def test_a_loud_measure_alone_is_not_written() -> None:
    velocities = np.repeat([60, 60, 60, 70, 60, 60, 60, 60], 4)
    assert find_dynamics(velocities, np.repeat(np.arange(8), 4), 8) == {0: "mp"}


def test_a_last_chord_alone_has_no_level_of_its_own() -> None:
    velocities = np.repeat([60, 60, 60, 60, 60, 100], 4)
    assert find_dynamics(velocities, np.repeat(np.arange(6), 4), 6) == {0: "mp"}


def test_slower_at_the_end_is_a_ritardando_and_a_return_is_said() -> None:
    assert find_tempo_words(np.array([100.0] * 8 + [80.0, 60.0])) == {8: "rit."}
    assert find_tempo_words(np.array([100.0] * 6 + [80.0, 75.0] + [100.0] * 4)) == {6: "rit.", 8: "a tempo"}
    assert find_tempo_words(np.array([100.0, 97, 104, 99, 101, 95, 103, 99])) == {}


def test_dots_stand_in_company_among_long_notes() -> None:
    places = np.arange(12) * 6
    held = np.full(12, 5.5)
    held[[2, 6, 7, 8]] = 1.5
    marks = find_touch(places, places + held, places + 6, np.zeros(12, np.int64), np.full(12, 0.9))
    assert [at for at, mark in enumerate(marks) if mark == "staccato"] == [6, 7, 8]


def test_lines_stand_where_all_is_short() -> None:
    places = np.arange(8) * 12
    held = np.array([3.0, 3.0, 11.9, 11.9, 11.9, 3.0, 3.0, 3.0])
    marks = find_touch(places, places + held, places + 12, np.zeros(8, np.int64), np.full(8, 0.25))
    assert [at for at, mark in enumerate(marks) if mark == "tenuto"] == [2, 3, 4]


def test_dots_far_from_each_other_are_no_row() -> None:
    places = np.array([0, 48, 96, 144])
    assert set(find_touch(places, places + 2.0, places + 12, np.zeros(4, np.int64), np.full(4, 0.9))) == {""}


def test_two_soft_measures_among_loud_ones_are_soft_and_one_is_not() -> None:
    for soft, expected in ((1, {0: "f"}), (2, {0: "f", 6: "p", 8: "f"}), (4, {0: "f", 6: "p", 10: "f"})):
        levels = [86] * 6 + [44] * soft + [86] * 6
        assert find_dynamics(np.repeat(levels, 4), np.repeat(np.arange(len(levels)), 4), len(levels)) == expected


def test_beats_that_are_counted_at_half_their_speed_are_no_ritardando() -> None:
    assert find_tempo_words(np.array([100.0] * 6 + [51.0] * 4 + [102.0] * 4)) == {}


def test_a_row_of_dots_has_no_gaps_where_a_note_is_hardly_longer() -> None:
    places, held = np.arange(12) * 12, np.full(12, 11.0)
    held[4:10] = 4.0
    held[7] = 5.5
    marks = find_touch(places, places + held, places + 12, np.zeros(12, np.int64), np.full(12, 0.9))
    assert [at for at, mark in enumerate(marks) if mark == "staccato"] == [4, 5, 6, 7, 8, 9]
