"""Ornaments are found where they are certain, and plain fast notes are left alone."""

import numpy as np
import pytest

from antiphon.notation.ornaments import GRACE, PLAIN, ROLL, TRILL, find_ornaments, gather_rolls
from antiphon.note import NOTE_DTYPE, NoteArray
from scores import seconds

Row = tuple[float, float, int]

TUNE: list[Row] = [(0.4 * at, 0.38, 72 + 2 * (at % 3)) for at in range(20)]
"""Calm notes, which say how fast the music goes."""

TRILLED: list[Row] = [(8.0 + 0.08 * at, 0.07, 76 + 2 * (at % 2)) for at in range(9)]
GRACED: list[Row] = [(8.0, 0.07, 77), (8.07, 0.6, 76)]
ROLLED: list[Row] = [(8.0, 0.9, 48), (8.05, 0.85, 55), (8.1, 0.8, 60), (8.15, 0.75, 64)]
RUN: list[Row] = [(0.1 * at, 0.09, 60 + at % 12) for at in range(60)]


def kinds(rows: list[Row]) -> list[int]:
    notes = seconds(rows)
    found = find_ornaments(notes).kinds
    return sorted(set(found.tolist()) - {PLAIN})


@pytest.mark.parametrize(("ornament", "kind", "count"), [(TRILLED, TRILL, 9), (GRACED, GRACE, 1), (ROLLED, ROLL, 4)])
def test_what_is_certain_is_found(ornament: list[Row], kind: int, count: int) -> None:
    found = find_ornaments(seconds(TUNE + ornament))
    assert np.flatnonzero(found.kinds).tolist() == list(range(20, 20 + count))
    assert set(found.kinds[20 : 20 + count].tolist()) == {kind}


def test_the_main_note_of_each_is_the_one_that_is_written() -> None:
    assert find_ornaments(seconds(TUNE + TRILLED)).mains[20:].tolist() == [20] * 9
    from_above = [(onset, length, 154 - pitch) for onset, length, pitch in TRILLED]
    assert find_ornaments(seconds(TUNE + from_above)).mains[20:].tolist() == [21] * 9
    assert find_ornaments(seconds(TUNE + GRACED)).mains[20:].tolist() == [21, 21]
    assert find_ornaments(seconds(TUNE + ROLLED)).mains[20:].tolist() == [20] * 4


@pytest.mark.parametrize(
    "rows",
    [
        RUN,
        TUNE + [(8.0 + 0.2 * at, 0.19, 76 + at % 2) for at in range(12)],  # neighbours in turn, no faster than the tune
        RUN + [(6.0 + 0.1 * at, 0.09, 76 + at % 2) for at in range(12)],  # a measured one: as fast as all else
        [*TUNE, (8.0, 0.6, 77), (8.07, 0.6, 76)],  # both keys are held: a chord
        [*TUNE, (8.0, 0.07, 70), (8.07, 0.6, 76)],  # a leap
        [*TUNE, (8.0, 0.1, 48), (8.05, 0.1, 55), (8.1, 0.1, 60)],  # a run upwards, let go
        TUNE + [(8.0 + 0.05 * at, 0.8, 64 - 4 * at) for at in range(4)],  # downwards
        [(0.0, 1.0, 60)],
    ],
)
def test_what_is_not_certain_is_left_alone(rows: list[Row]) -> None:
    assert kinds(rows) == []


def test_notes_may_come_in_any_order() -> None:
    notes = seconds(TUNE + GRACED)
    order = np.random.default_rng(1).permutation(len(notes))
    found, mixed = find_ornaments(notes), find_ornaments(notes[order])
    assert mixed.kinds.tolist() == found.kinds[order].tolist()
    assert order[mixed.mains].tolist() == found.mains[order].tolist()


def test_no_notes_have_no_ornaments() -> None:
    nothing: NoteArray = np.zeros(0, NOTE_DTYPE)
    assert len(find_ornaments(nothing).kinds) == 0


def test_a_rolled_chord_stands_at_its_strongest_place() -> None:
    found = find_ornaments(seconds(TUNE + ROLLED))
    places = np.array([*range(20), 239, 240, 240, 241])
    assert gather_rolls(places, found).tolist() == [*range(20), 240, 240, 240, 240]


def test_a_trill_may_dwell_on_its_first_note() -> None:
    dwelt = [(onset + 0.1, length, pitch) for onset, length, pitch in TRILLED[1:]]
    found = find_ornaments(seconds([*TUNE, (8.0, 0.17, 76), *dwelt]))
    assert found.mains[20:].tolist() == [20] * 9
