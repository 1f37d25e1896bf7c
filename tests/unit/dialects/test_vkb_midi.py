"""vkb_midi: every form that DrivenByMoss and REAPER use, and keys that always end where they began."""

import pytest

from antiphon.dialects import Sent, Values
from antiphon.dialects.vkb_midi import VkbMidi
from antiphon.errors import AddressError, ArgumentError, MessageError, RangeError
from antiphon.osc import messages as osc
from antiphon.osc.messages import Incoming
from spoken import assert_sendable


@pytest.mark.parametrize(
    ("address", "values", "message"),
    [
        ("/vkb_midi/1/note/60", [100], osc.NoteOn(60, 100, 0)),
        ("/vkb_midi/16/note/127", [1.0], osc.NoteOn(127, 1, 0)),
        ("/vkb_midi/0/note/0", [100.0], osc.NoteOn(0, 100, 0)),
        ("/vkb_midi/1/note/60", [0], osc.NoteOff(60)),
        ("/vkb_midi/1/note/60", [0.0], osc.NoteOff(60)),
        ("/vkb_midi/1/note/60", [99.4], osc.NoteOn(60, 99, 0)),
        ("/vkb_midi/1/note/60", [0.3], osc.NoteOn(60, 1, 0)),
        ("/vkb_midi/1/note", [60, 100], osc.NoteOn(60, 100, 0)),
        ("/vkb_midi/1/note", [60.0, 0.0], osc.NoteOff(60)),
        ("/vkb_midi/note/60", [100], osc.NoteOn(60, 100, 0)),
        ("/vkb_midi/note/60", [0], osc.NoteOff(60)),
        ("/vkb_midi/10/drum/36", [100], osc.NoteOn(36, 100, 0)),
        ("/vkb_midi/10/drum", [36, 0], osc.NoteOff(36)),
        ("/vkb_midi/drum/36", [100.0], osc.NoteOn(36, 100, 0)),
        ("/vkb_midi/3/cc/64", [127], osc.Midi(176, 64, 127)),
        ("/vkb_midi/cc/64", [0.0], osc.Midi(176, 64, 0)),
        ("/vkb_midi/1/cc/123", [0], osc.Midi(176, 123, 0)),
        ("/vkb_midi/1/cc/120", [0], osc.Midi(176, 120, 0)),
    ],
)
def test_keys_and_the_pedal_are_heard(address: str, values: Values, message: Incoming) -> None:
    dialect = VkbMidi()
    assert dialect.read(address, values, 0.0) == [message]
    assert dialect.ignored == 0


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/update", [1]),
        ("/vkb_midi/1/cc/1", [64]),
        ("/vkb_midi/1/aftertouch/60", [64]),
        ("/vkb_midi/1/aftertouch", [64]),
        ("/vkb_midi/1/pitchbend", [64]),
        ("/vkb_midi/1/note/+", []),
        ("/vkb_midi/1/note/-", [1.0]),
        ("/vkb_midi/1/drum/+", []),
        ("/vkb_midi/1/drum/-", []),
        ("/vkb_midi/velocity", [100]),
        ("/vkb_midi/noterepeat/isActive", [1]),
        ("/vkb_midi/noterepeat/period", ["1/4"]),
        ("/vkb_midi/noterepeat/length", ["1/32t"]),
        ("/vkb_midi/note/60/color", ["rgb(0,0,0)"]),
        ("/vkb_midi/1/note/60/color", ["rgb(0,0,0)"]),
        ("/vkb_midi/1/polyaftertouch/60", [64]),
        ("/vkb_midi/1/channelpressure", [64]),
        ("/vkb_midi/1/program", [3]),
        ("/vkb_midi/1/pitch", [8192]),
    ],
)
def test_what_a_window_cannot_hold_is_taken_silently(address: str, values: Values) -> None:
    dialect = VkbMidi()
    assert dialect.read(address, values, 0.0) == []
    assert dialect.ignored == 1


@pytest.mark.parametrize(
    ("address", "values", "kind", "what"),
    [
        ("/vkb_midi", [], AddressError, "nobody serves the address /vkb_midi"),
        ("/vkb_midi/", [], AddressError, "nobody serves the address /vkb_midi/"),
        ("/vkb_midi/1", [1], AddressError, "nobody serves the address /vkb_midi/1"),
        ("/vkb_midi/1/x/60", [1], AddressError, "nobody serves the address /vkb_midi/1/x/60"),
        ("/vkb_midi/1/note/c", [1], AddressError, "nobody serves the address /vkb_midi/1/note/c"),
        ("/vkb_midi/1/note/60/61", [1], AddressError, "nobody serves the address /vkb_midi/1/note/60/61"),
        ("/vkb_midi/*/note/60", [1], AddressError, "nobody serves the address /vkb_midi/*/note/60"),
        ("/update/x", [1], AddressError, "nobody serves the address /update/x"),
        ("/vkb_midi/17/note/60", [1], RangeError, "channel 17 is outside 0-16"),
        ("/vkb_midi/1/note/128", [1], RangeError, "pitch 128 is outside 0-127"),
        ("/vkb_midi/1/note/60", [128], RangeError, "velocity 128 is outside 0-127"),
        ("/vkb_midi/1/note/60", [-1], RangeError, "velocity -1 is outside 0-127"),
        ("/vkb_midi/1/note/60", [float("nan")], RangeError, "velocity nan is outside 0-127"),
        ("/vkb_midi/1/note", [60.5, 1], ArgumentError, "pitch 60.5 is not a whole number"),
        ("/vkb_midi/1/note/60", [], ArgumentError, "velocity is missing"),
        ("/vkb_midi/1/note/60", ["on"], ArgumentError, "velocity 'on' is not a number"),
        ("/vkb_midi/1/note", [60, 1, 2], ArgumentError, "4 arguments came"),
        ("/vkb_midi/1/cc/64", [], ArgumentError, "value is missing"),
        ("/vkb_midi/1/cc/200", [1], RangeError, "controller 200 is outside 0-127"),
    ],
)
def test_what_is_no_key_is_refused_by_name(address: str, values: Values, kind: type[MessageError], what: str) -> None:
    with pytest.raises(kind) as caught:
        VkbMidi().read(address, values, 0.0)
    assert caught.value.what == what


def played(dialect: VkbMidi, *messages: osc.PlayOn | osc.PlayOff) -> list[Sent]:
    found = [sent for message in messages for sent in dialect.write(message, 0.0)]
    for sent in found:
        assert_sendable(sent)
    return found


def test_the_model_plays_on_the_first_channel_until_the_sender_used_another() -> None:
    dialect = VkbMidi()
    on, off = osc.PlayOn(60, 70), osc.PlayOff(60)
    assert played(dialect, on, off) == [("/vkb_midi/1/note/60", (70,)), ("/vkb_midi/1/note/60", (0,))]
    dialect.read("/vkb_midi/5/note/40", [1], 0.0)
    dialect.read("/vkb_midi/note/40", [0], 0.0)
    assert played(dialect, on, off) == [("/vkb_midi/5/note/60", (70,)), ("/vkb_midi/5/note/60", (0,))]


def test_a_note_ends_on_the_channel_that_it_began_on() -> None:
    dialect = VkbMidi()
    dialect.read("/vkb_midi/2/note/40", [1], 0.0)
    played(dialect, osc.PlayOn(60, 70))
    dialect.read("/vkb_midi/3/note/40", [1], 0.0)
    assert played(dialect, osc.PlayOn(60, 71)) == [("/vkb_midi/2/note/60", (0,)), ("/vkb_midi/3/note/60", (71,))]
    assert played(dialect, osc.PlayOff(60)) == [("/vkb_midi/3/note/60", (0,))]


def test_a_prediction_is_played_and_not_answered() -> None:
    assert VkbMidi().write(osc.Prediction(60, 0.0, 1.0, 64, 0), 0.0) == []
