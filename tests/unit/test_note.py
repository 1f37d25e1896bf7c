"""Notes as arrays, and back."""

import numpy as np

from antiphon.note import NOTE_DTYPE, from_rows, order_notes, pitch_name, to_rows


def test_notes_are_ordered_by_onset_then_pitch_and_steps_filled_in() -> None:
    notes = order_notes(
        np.array([1.0, 0.5, 1.0]),
        np.array([64, 50, 60], np.int16),
        np.ones(3, np.float32),
        np.array([1, 2, 3], np.int16),
    )
    assert notes["pitch"].tolist() == [50, 60, 64]
    assert notes["step"].tolist() == [0, 0.5, 0]
    assert notes["velocity"].tolist() == [2, 3, 1]


def test_rows_and_notes_hold_the_same() -> None:
    rows = np.array([[60, 0.5, 0.25, 64], [62, 0.25, 0.5, 65]], np.float32)
    notes = from_rows(rows, onset=10.0)
    assert notes["onset"].tolist() == [10.5, 10.75]
    assert (to_rows(notes) == rows).all()


def test_no_notes_are_an_array_too() -> None:
    assert len(from_rows(to_rows(np.zeros(0, NOTE_DTYPE)))) == 0


def test_pitches_are_named_as_musicians_say_them() -> None:
    assert [pitch_name(pitch) for pitch in (0, 21, 60, 61, 70, 127)] == ["C-1", "A0", "C4", "C#4", "Bb4", "G9"]
