"""A window holds the last 25 notes, and knows which are held."""

from antiphon.core.window import Window
from antiphon.note import HIDDEN, MIN_DURATION, Note


def test_an_empty_window_has_no_note() -> None:
    assert (Window().snapshot()[:, 0] == -1).all()


def test_notes_enter_on_the_right_and_leave_on_the_left() -> None:
    window = Window()
    for pitch in range(30):
        window.add(Note(pitch, 0.1, 0.2, 64))
    assert window.snapshot()[:, 0].tolist() == list(range(5, 30))


def test_a_key_struck_again_comes_up_first() -> None:
    window = Window()
    window.press(60, 0.0, 64, 10.0)
    window.press(60, 0.5, 64, 10.5)
    assert window.snapshot()[-2:, 2].tolist() == [0.5, HIDDEN]


def test_a_key_whose_note_has_left_the_window_comes_up_without_a_trace() -> None:
    window = Window()
    window.press(60, 0.0, 64, 0.0)
    for _ in range(25):
        window.add(Note(1, 0.1, 0.2, 64))
    before = window.snapshot()
    window.lift(60, 9.0)
    assert (window.snapshot() == before).all()


def test_the_oldest_note_of_the_window_can_still_come_up() -> None:
    window = Window()
    window.press(60, 0.0, 64, 0.0)
    for _ in range(24):
        window.add(Note(1, 0.1, 0.2, 64))
    window.lift(60, 9.0)
    assert window.snapshot()[0].tolist() == [60, 0, 9, 64]


def test_a_key_that_was_not_down_is_nothing() -> None:
    window = Window()
    window.lift(60, 1.0)
    assert (window.snapshot()[:, 0] == -1).all()


def test_a_clock_that_runs_back_makes_no_duration_below_the_least() -> None:
    window = Window()
    window.press(60, 0.0, 64, 5.0)
    window.lift(60, 4.0)
    assert abs(window.snapshot()[-1, 2] - MIN_DURATION) < 1e-9


def test_a_snapshot_does_not_change_when_the_window_does() -> None:
    window = Window()
    window.press(60, 0.0, 64, 0.0)
    before = window.snapshot()
    window.lift(60, 1.0)
    assert before[-1, 2] == HIDDEN


def test_notes_are_taken_back_and_what_was_learnt_meanwhile_of_those_before_stays() -> None:
    window = Window()
    window.press(60, 0.0, 64, 5.0)
    window.press(62, 0.5, 64, 5.5)
    count = window.count
    for _ in range(30):
        window.add(Note(1, 0.1, 0.2, 64))
    window.press(64, 0.5, 64, 6.0)
    window.lift(60, 7.0)
    window.stretch(2.0)
    window.take_back(count)
    assert window.snapshot()[-3:].tolist() == [[-1, 0, 0, 0], [60, 0, 4, 64], [62, 1, HIDDEN, 64]]
    window.lift(64, 9.0)
    window.lift(62, 8.0)
    assert window.snapshot()[-1].tolist() == [62, 1, 2.5, 64]


def test_more_notes_than_are_kept_are_taken_back_to_an_empty_window() -> None:
    window = Window()
    for _ in range(500):
        window.add(Note(1, 0.1, 0.2, 64))
    window.take_back(200)
    assert (window.snapshot()[:, 0] == -1).all()
