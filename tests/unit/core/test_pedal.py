"""What the pedal holds sounds on, and ends when it rises."""

import pytest

from antiphon.core.pedal import Pedal
from antiphon.core.window import Window
from antiphon.note import HIDDEN
from stage import Stage


def pressed() -> tuple[Window, Pedal]:
    window = Window()
    window.press(60, 0.0, 64, 0.0)
    return window, Pedal(window)


def test_without_the_pedal_a_key_ends_its_note() -> None:
    window, pedal = pressed()
    pedal.lift(60, 0.5)
    assert window.snapshot()[-1, 2] == 0.5


def test_with_it_the_note_lasts_until_it_rises() -> None:
    window, pedal = pressed()
    pedal.move(True, 0.1)
    pedal.lift(60, 0.5)
    assert window.snapshot()[-1, 2] == HIDDEN
    pedal.move(False, 2.0)
    assert window.snapshot()[-1, 2] == 2.0


def test_a_key_struck_again_under_the_pedal_is_held_by_the_hand() -> None:
    window, pedal = pressed()
    pedal.move(True, 0.1)
    pedal.lift(60, 0.5)
    window.press(60, 1.0, 64, 1.0)
    pedal.strike(60)
    pedal.move(False, 2.0)
    assert window.snapshot()[-2:, 2].tolist() == [1.0, HIDDEN]


def test_all_keys_come_up_with_the_pedal() -> None:
    window, pedal = pressed()
    pedal.move(True, 0.1)
    pedal.lift_all(1.0)
    assert not pedal.is_down
    assert window.snapshot()[-1, 2] == 1.0


def test_raw_midi_moves_the_pedal() -> None:
    stage = Stage()
    stage.play("midi", 0x90, 60, 80)
    stage.play("midi", 0xB3, 64, 127)
    stage.advance(0.5)
    stage.play("midi", 0x80, 60, 0)
    stage.advance(0.5)
    stage.play("midi", 0xB3, 64, 0)
    stage.play("predict")
    assert stage.asked[-1].notes[-1, 2] == pytest.approx(1.0)
    stage.play("midi", 0x91, 62, 80)
    stage.advance(0.25)
    stage.play("midi", 0xB0, 123, 0)
    stage.play("predict")
    assert stage.asked[-1].notes[-1, 2] == pytest.approx(0.25)
