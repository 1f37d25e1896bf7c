"""Rolls and bars, judged by eye."""

import pytest

from antiphon.apps.monitor.roll import ceiling, roll, sparkline

CHORD_AND_STEPS = [[60, 0.7, 1.0, 64], [64, 0.0, 1.0, 64], [62, 1.0, 0.5, 64], [65, 0.5, -1.0, 64]]
"""Two notes together, one after them, then a key that is still down."""


def test_time_runs_to_the_right_and_pitch_upwards_and_held_keys_are_open() -> None:
    assert roll(CHORD_AND_STEPS, 25, 8, [67, 0.5, 0.5, 64]) == [
        "  G4│                ○━━━",
        "    │                    ",
        "    │            ●╌╌╌╌╌╌╌",
        "    │●━━━━━━━            ",
        "    │                    ",
        "    │        ●━━━        ",
        "    │                    ",
        "  C4│●━━━━━━━            ",
    ]


def test_a_note_alone_is_no_wall() -> None:
    assert roll([[60, 0.0, 0.25, 64]], 13, 1) == ["  C4│●━      "]
    assert roll([[60, 0.0, -1.0, 64]], 13, 1) == ["  C4│●╌╌╌╌╌╌╌"]


def test_with_fewer_rows_than_semitones_all_notes_are_still_there() -> None:
    drawn = roll([[21 + 3 * number, 0.25, 0.2, 64] for number in range(25)], 60, 4)
    assert "".join(drawn).count("●") == 25
    assert (drawn[0][:5], drawn[-1][:5]) == ("  A6│", "  A0│")


def test_a_long_pause_does_not_press_the_rest_together() -> None:
    before, after = ([[60, 0.0, 0.5, 64], [62, 0.5, 0.5, 64], [64, step, 0.5, 64]] for step in (2.0, 3600.0))
    assert roll(before, 40, 5) == roll(after, 40, 5)


@pytest.mark.parametrize("width", [0, 1, 5, 6, 7, 200])
@pytest.mark.parametrize("height", [0, 1, 2, 128, 200])
def test_it_is_always_as_wide_and_high_as_asked(width: int, height: int) -> None:
    for window in ([], CHORD_AND_STEPS, [[0, 0.0, 3600.0, 1], [127, 3600.0, 0.001, 127]]):
        assert [len(row) for row in roll(window, width, height)] == [width] * height


def test_bars_stand_between_nothing_and_the_top() -> None:
    assert sparkline([0.0, 1.0, None, 4.5, 8.0, 9.0], 8.0) == "▁▁ ▅██"


@pytest.mark.parametrize(
    ("value", "top"), [(0.0, 1.0), (0.05, 0.05), (0.21, 0.5), (0.3, 0.5), (1.0, 1.0), (1.2, 2.0), (6.0, 10.0)]
)
def test_the_top_is_a_round_number(value: float, top: float) -> None:
    assert ceiling(value) == pytest.approx(top)
