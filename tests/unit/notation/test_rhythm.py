"""Seconds become sixteenths, chords, and values that can be written."""

import numpy as np
import pytest

from antiphon.notation import rhythm


@pytest.mark.parametrize(
    ("onset", "duration", "start", "length"),
    [(0.0, 0.5, 0, 4), (0.06, 0.5, 0, 4), (0.07, 0.5, 1, 4), (1.0, 0.01, 8, 1), (2.0, -1.0, 16, 1)],
)
def test_notes_go_to_the_nearest_sixteenth_and_last_one_at_least(
    onset: float, duration: float, start: int, length: int
) -> None:
    starts, lengths = rhythm.place_notes(np.array([onset]), np.array([duration]), 120)
    assert (starts[0], lengths[0]) == (start, length)


def test_notes_on_one_place_are_a_chord_that_ends_with_the_longest_or_at_the_next() -> None:
    starts, lengths, members = rhythm.group_chords(np.array([0, 0, 4, 8]), np.array([2, 8, 2, 1]))
    assert starts.tolist() == [0, 4, 8]
    assert lengths.tolist() == [4, 4, 2]
    assert members.tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("starts", "lengths", "chords"),
    [
        ([0, 3, 8], [1, 1, 4], [3, 1, 4]),
        ([0, 4, 8], [1, 1, 1], [4, 4, 2]),
        ([0, 6, 11], [2, 2, 4], [2, 5, 5]),
        ([0, 16], [3, 4], [4, 4]),
    ],
)
def test_a_gap_shorter_than_a_quarter_is_no_rest(starts: list[int], lengths: list[int], chords: list[int]) -> None:
    assert rhythm.group_chords(np.array(starts), np.array(lengths))[1].tolist() == chords


@pytest.mark.parametrize(
    ("start", "length", "pieces"),
    [
        (0, 16, [(0, 16)]),
        (0, 12, [(0, 12)]),
        (12, 8, [(12, 4), (16, 4)]),
        (2, 4, [(2, 4)]),
        (1, 4, [(1, 3), (4, 1)]),
        (0, 5, [(0, 4), (4, 1)]),
        (6, 4, [(6, 2), (8, 2)]),
    ],
)
def test_a_chord_is_written_in_values_that_show_the_beats(
    start: int, length: int, pieces: list[tuple[int, int]]
) -> None:
    assert rhythm.split_chord(start, length) == pieces


def test_rests_stand_at_their_own_multiples() -> None:
    assert rhythm.split_rest(1, 15) == [(1, 1), (2, 2), (4, 4), (8, 8)]


def test_short_neighbours_within_a_beat_share_a_beam() -> None:
    assert rhythm.group_beams([(0, 2), (2, 1), (3, 1), (4, 2), (8, 4), (12, 1)]) == [[0, 1, 2]]
