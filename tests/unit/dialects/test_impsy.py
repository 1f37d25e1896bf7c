"""IMPSY: a stream of levels as one voice, its controls, and onsets out."""

import pytest

from antiphon.dialects import Values
from antiphon.dialects.impsy import Impsy
from antiphon.errors import AddressError, ArgumentError, MessageError, RangeError
from antiphon.osc import messages as osc
from antiphon.osc.messages import Incoming
from spoken import assert_sendable


def test_each_value_ends_the_key_before_it() -> None:
    dialect = Impsy()
    assert dialect.read("/interface", [60 / 127], 0.0) == [osc.NoteOn(60, 64, 0)]
    assert dialect.read("/interface", [1.0, 1.0], 0.5) == [osc.NoteOff(60), osc.NoteOn(127, 127, 0)]
    assert dialect.read("/interface", [1, 0.001], 1.0) == [osc.NoteOff(127), osc.NoteOn(127, 1, 0)]
    assert dialect.read("/interface", [0.0, 0.0], 1.5) == [osc.NoteOff(127)]
    assert dialect.read("/interface", [0.5, 0.0], 1.6) == []
    assert dialect.read("/interface", [0.0, 0.5], 2.0) == [osc.NoteOn(0, 64, 0)]


@pytest.mark.parametrize(
    ("address", "values", "expected"),
    [
        ("/impsy/pitemp", [1.5], [osc.Set("temperature", (1.5, 1.0, 1.0, 1.0))]),
        ("/impsy/sigmatemp", [0.5], [osc.Set("temperature", (1.0, 0.5, 0.5, 0.5))]),
        ("/impsy/timescale", [2.0], [osc.Set("density", (0.5,))]),
        ("/impsy/timescale", [1], [osc.Set("density", (1.0,))]),
        ("/impsy/mode", ["callresponse"], [osc.Play(0, 0), osc.Mode("respond")]),
        ("/impsy/mode", ["polyphony"], [osc.Play(0, 0), osc.Mode("echo")]),
        ("/impsy/mode", ["battle"], [osc.Mode("manual"), osc.Play(1, 0)]),
        ("/impsy/mode", ["useronly"], [osc.Play(0, 0), osc.Mode("manual")]),
        ("/impsy/reset", [], [osc.Reset()]),
        ("/impsy/reset", [1.0], [osc.Reset()]),
        ("/impsy/pause", [1], [osc.Play(0, 0), osc.Mode("manual")]),
        ("/impsy/pause", [0.0], [osc.Play(0, 0), osc.Mode("respond")]),
    ],
)
def test_controls_are_ours(address: str, values: Values, expected: list[Incoming]) -> None:
    assert Impsy().read(address, values, 0.0) == expected


def test_the_two_temperatures_keep_each_other() -> None:
    dialect = Impsy()
    dialect.read("/impsy/pitemp", [1.5], 0.0)
    assert dialect.read("/impsy/sigmatemp", [0.5], 0.0) == [osc.Set("temperature", (1.5, 0.5, 0.5, 0.5))]


def test_a_mode_chosen_in_a_pause_holds_when_it_ends() -> None:
    dialect = Impsy()
    dialect.read("/impsy/pause", [1], 0.0)
    assert dialect.read("/impsy/mode", ["battle"], 0.0) == []
    assert dialect.read("/impsy/pause", [0], 0.0) == [osc.Mode("manual"), osc.Play(1, 0)]


def test_after_a_reset_no_key_is_ended() -> None:
    dialect = Impsy()
    dialect.read("/interface", [0.5], 0.0)
    dialect.read("/impsy/reset", [], 0.0)
    assert dialect.read("/interface", [0.0], 0.0) == [osc.NoteOn(0, 64, 0)]


@pytest.mark.parametrize(
    ("address", "values", "kind", "what"),
    [
        ("/interface", [], ArgumentError, "pitch is missing"),
        ("/interface", [0.1, 0.2, 0.3], ArgumentError, "3 arguments came"),
        ("/interface", [60.0], RangeError, "pitch 60 is outside 0-1"),
        ("/interface", [0.5, -0.1], RangeError, "velocity -0.1 is outside 0-1"),
        ("/interface", [float("inf")], RangeError, "pitch inf is outside 0-1"),
        ("/interface", ["x"], ArgumentError, "pitch 'x' is not a number"),
        ("/impsy/mode", ["loud"], RangeError, "there is no mode 'loud'"),
        ("/impsy/mode", [1], ArgumentError, "mode 1 is not a text"),
        ("/impsy/timescale", [0.0], RangeError, "timescale 0 is outside 0.25-4"),
        ("/impsy/pitemp", [-1.0], RangeError, "temperature -1 is outside 0-2"),
        ("/impsy/pause", [], ArgumentError, "pause is missing"),
        ("/impsy", [0.5], AddressError, "nobody serves the address /impsy"),
        ("/interface/1", [0.5], AddressError, "nobody serves the address /interface/1"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    address: str, values: Values, kind: type[MessageError], what: str
) -> None:
    with pytest.raises(kind) as caught:
        Impsy().read(address, values, 0.0)
    assert caught.value.what == what


def test_onsets_go_out_with_as_many_levels_as_came_in_last() -> None:
    dialect = Impsy()
    note = osc.PlayOn(127, 64)
    assert dialect.write(note, 0.0) == [("/impsy", (1.0,))]
    dialect.read("/interface", [0.5, 0.5], 0.0)
    (sent,) = dialect.write(note, 0.0)
    assert sent == ("/impsy", (1.0, 64 / 127))
    assert_sendable(sent)
    dialect.read("/interface", [0.5], 0.0)
    assert dialect.write(note, 0.0) == [("/impsy", (1.0,))]
    assert dialect.write(osc.PlayOff(127), 0.0) == []
    assert dialect.write(osc.Prediction(60, 0.0, 1.0, 64, 0), 0.0) == []
