"""A copyist's values: beats are seen, rests are plain, tuplets stand where places ask for them."""

from itertools import pairwise

import numpy as np
import pytest

from antiphon.notation.grid import Meter
from antiphon.notation.rhythm import articulation, write_ends, write_values

Pieces = list[tuple[int, int]]


def pieces(spans: list[tuple[int, int, bool]], meter: Meter, begin: int = 0) -> Pieces:
    return [(value.place, value.length) for value in write_values(spans, meter, spans[-1][1], begin)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 96, [(0, 96)]),
        (0, 72, [(0, 72)]),
        (24, 72, [(24, 48)]),
        (12, 36, [(12, 24)]),
        (36, 60, [(36, 12), (48, 12)]),
        (24, 60, [(24, 24), (48, 12)]),
        (0, 30, [(0, 24), (24, 6)]),
        (18, 48, [(18, 6), (24, 24)]),
        (48, 84, [(48, 36)]),
        (0, 9, [(0, 9)]),
        (15, 24, [(15, 9)]),
        (21, 27, [(21, 3), (24, 3)]),
        (9, 15, [(9, 3), (12, 3)]),
        (3, 15, [(3, 9), (12, 3)]),
    ],
)
def test_a_chord_in_four_four_shows_its_beats(start: int, end: int, expected: Pieces) -> None:
    spans = [span for span in ((0, start, False), (start, end, True), (end, 96, False)) if span[0] < span[1]]
    of = [span[2] for span in spans].index(True)
    values = write_values(spans, Meter(4, 4), 96)
    assert [(value.place, value.length) for value in values if value.of == of] == expected


@pytest.mark.parametrize(
    ("meter", "start", "end", "expected"),
    [
        (Meter(4, 4), 24, 96, [(24, 24), (48, 48)]),
        (Meter(4, 4), 0, 48, [(0, 48)]),
        (Meter(4, 4), 6, 24, [(6, 6), (12, 12)]),
        (Meter(3, 4), 24, 72, [(24, 24), (48, 24)]),
        (Meter(6, 8), 24, 48, [(24, 24)]),
        (Meter(6, 8), 8, 24, [(8, 8), (16, 8)]),
    ],
)
def test_rests_are_plain_and_stand_where_they_hide_nothing(
    meter: Meter, start: int, end: int, expected: Pieces
) -> None:
    length = meter.beats * 24
    spans = [(0, start, True), (start, end, False), (end, length, True)]
    values = write_values([span for span in spans if span[0] < span[1]], meter, length)
    assert [(value.place, value.length) for value in values if start <= value.place < end] == expected


@pytest.mark.parametrize(
    ("meter", "start", "end", "expected"),
    [
        (Meter(6, 8, 3), 0, 144, [(0, 144)]),
        (Meter(6, 8, 3), 24, 144, [(24, 48), (72, 72)]),
        (Meter(6, 8, 3), 48, 96, [(48, 24), (72, 24)]),
        (Meter(6, 8, 3), 72, 108, [(72, 36)]),
        (Meter(12, 8, 3), 0, 288, [(0, 288)]),
        (Meter(2, 4, 2), 0, 96, [(0, 96)]),
        (Meter(2, 4, 2), 24, 72, [(24, 48)]),
    ],
)
def test_where_parts_of_beats_are_tapped_the_beats_of_the_meter_show(
    meter: Meter, start: int, end: int, expected: Pieces
) -> None:
    length = meter.beats * 24
    spans = [span for span in ((0, start, False), (start, end, True), (end, length, False)) if span[0] < span[1]]
    of = [span[2] for span in spans].index(True)
    values = write_values(spans, meter, length)
    assert [(value.place, value.length) for value in values if value.of == of] == expected


@pytest.mark.parametrize(
    ("edges", "tuplets"),
    [
        ([0, 8, 16, 24, 48], {(0, 24)}),
        ([0, 4, 8, 12, 18, 24, 48], {(0, 12)}),
        ([0, 16, 32, 48], {(0, 48)}),
        ([0, 4, 8, 12, 16, 20, 24, 48], {(0, 12), (12, 12)}),
        ([0, 6, 12, 24, 48], set()),
        ([0, 3, 6, 9, 12, 15, 18, 21, 24, 48], set()),
        ([0, 3, 6, 12, 16, 20, 24, 48], {(12, 12)}),
    ],
)
def test_a_tuplet_fills_a_beat_half_a_beat_or_two(edges: list[int], tuplets: set[tuple[int, int]]) -> None:
    spans = [(first, last, True) for first, last in pairwise(edges)]
    values = write_values(spans, Meter(2, 4), 48)
    assert {value.tuplet for value in values if value.tuplet} == tuplets
    assert [value.place for value in values] == edges[:-1]


def test_triplets_of_single_beats_are_bracketed_by_beats() -> None:
    values = write_values([(0, 8, True), (8, 40, True), (40, 48, True)], Meter(2, 4), 48)
    assert {value.tuplet for value in values} == {(0, 24), (24, 24)}


def test_what_is_let_go_by_a_beat_is_not_tied_into_it() -> None:
    places, ends = np.array([0, 12, 18, 24, 72]), np.array([24, 36, 72, 54, 96])
    for shares, written in ((0.4, [24, 24, 48, 48, 96]), (1.0, [24, 36, 72, 54, 96])):
        offsets = places + shares * (ends - places)
        found = write_ends(places, offsets, ends)
        assert found.tolist() == written, shares


def test_six_eight_needs_no_tuplet() -> None:
    assert pieces([(0, 8, True), (8, 16, True), (16, 24, True), (24, 48, True)], Meter(6, 8)) == [
        (0, 8), (8, 8), (16, 8), (24, 24),
    ]  # fmt: skip


def test_a_pickup_counts_from_where_its_measure_would_begin() -> None:
    assert pieces([(0, 36, True)], Meter(4, 4), begin=60) == [(0, 36)]
    assert pieces([(0, 48, True)], Meter(4, 4), begin=48) == [(0, 48)]


def test_legato_lasts_to_the_next_and_a_long_silence_is_a_rest() -> None:
    places, ends = np.array([0, 24, 48, 96]), np.array([24, 48, 96, 192])
    held = np.array([22.0, 10.0, 60.0, 124.0])
    assert write_ends(places, held, ends).tolist() == [24, 48, 72, 144]


def test_steady_articulation_tells_phrase_ends_from_long_notes() -> None:
    places = np.arange(0, 20) * 24
    ends = places + 24
    ends[-1] = places[-1] + 72
    offsets = np.asarray(places + 22.4, np.float64)
    offsets[-1] = places[-1] + 44.6
    written = write_ends(places, offsets, ends)
    assert articulation(places, offsets, ends)[0] == pytest.approx(0.93, abs=0.01)
    assert written[-1] - places[-1] == 48
    assert (written[:-1] == ends[:-1]).all()
