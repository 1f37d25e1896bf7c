"""A page has as many measures in every part, and pitches on the staff of their hand."""

import numpy as np
import pytest

from antiphon.errors import NotationError
from antiphon.notation.page import Chord, lay_out
from antiphon.note import NOTE_DTYPE, NoteArray


def notes(*rows: tuple[float, int, float]) -> NoteArray:
    """A performance from (onset, pitch, duration)."""
    found = np.zeros(len(rows), NOTE_DTYPE)
    for at, (onset, pitch, duration) in enumerate(rows):
        found[at] = (onset, pitch, 0, duration, 64)
    return found


def test_the_page_begins_with_the_first_note_of_anybody() -> None:
    score = lay_out({"performer": notes((10.0, 72, 0.5)), "model": notes((12.0, 48, 0.5))}, "t", 120)
    first = score.parts[0].staves[0].measures[0].events[0]
    assert isinstance(first, Chord)
    assert (first.place, first.pitches) == (0, (72,))
    assert [len(staff.measures) for part in score.parts for staff in part.staves] == [2, 2, 2, 2]
    assert score.parts[1].name == "Model"


def test_middle_c_is_the_right_hands() -> None:
    upper, lower = lay_out({"a": notes((0.0, 60, 0.5), (0.0, 59, 0.5))}, "t", 120).parts[0].staves
    chords = [event for staff in (upper, lower) for event in staff.measures[0].events if isinstance(event, Chord)]
    assert [chord.pitches for chord in chords] == [(60,), (59,)]


def test_a_chord_over_the_bar_line_is_tied() -> None:
    measures = lay_out({"a": notes((0.0, 72, 0.25), (1.5, 72, 1.0))}, "t", 120).parts[0].staves[0].measures
    before, after = measures[0].events[-1], measures[1].events[0]
    assert isinstance(before, Chord)
    assert isinstance(after, Chord)
    assert (before.is_tied_from, before.is_tied_on) == (False, True)
    assert (after.is_tied_from, after.is_tied_on) == (True, False)


@pytest.mark.parametrize("tempo", [0.0, -5.0, 1000.0, float("nan")])
def test_a_tempo_that_no_metronome_has_is_refused(tempo: float) -> None:
    with pytest.raises(NotationError, match="outside 10-480"):
        lay_out({"a": notes((0.0, 60, 0.5))}, "t", tempo)


def test_no_notes_are_no_page() -> None:
    with pytest.raises(NotationError, match="no notes"):
        lay_out({"a": notes()}, "t", 120)
