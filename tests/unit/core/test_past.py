"""The model's last notes: in order, the last ones alone, in memory that does not grow."""

import tracemalloc

from antiphon.core.past import KEPT, Past
from antiphon.note import Note


def test_before_the_first_note_there_is_none() -> None:
    past = Past()
    assert (past.last_onset, len(past.last(10))) == (0.0, 0)


def test_the_last_notes_are_given_oldest_first() -> None:
    past = Past()
    for number in range(3):
        past.add(10.0 + number, Note(60 + number, 1.0, 0.5, 64))
    assert past.last_onset == 12.0
    assert past.last(2).tolist() == [(11.0, 61, 1.0, 0.5, 64), (12.0, 62, 1.0, 0.5, 64)]
    assert len(past.last(KEPT)) == 3


def test_no_more_are_kept_than_can_be_asked_for_and_they_take_no_more_memory() -> None:
    past = Past()
    past.add(0.0, Note(0, 0.0, 0.5, 64))
    tracemalloc.start()
    try:
        for number in range(1, 3 * KEPT):
            past.add(float(number), Note(number % 128, 0.0, 0.5, 64))
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert past.last(2 * KEPT)["onset"].tolist() == list(range(2 * KEPT, 3 * KEPT))
    assert past.last_onset == 3 * KEPT - 1
    assert grown < 1000
