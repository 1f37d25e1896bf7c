"""Wekinator: vectors in and out, running or not."""

import pytest

from antiphon.dialects import Values
from antiphon.dialects.wekinator import Wekinator
from antiphon.errors import AddressError, ArgumentError, MessageError, RangeError
from antiphon.osc import messages as osc
from spoken import assert_sendable

CONTROL = "/wekinator/control/"


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ([60.0, 0.25, 0.5], osc.Note(60, 0.25, 0.5, 64, 0)),
        ([60.0, 0.25, 0.5, 100.0], osc.Note(60, 0.25, 0.5, 100, 0)),
        ([60, 0, 1, 100], osc.Note(60, 0.0, 1.0, 100, 0)),
    ],
)
def test_a_vector_is_a_finished_note(values: Values, note: osc.Note) -> None:
    assert Wekinator().read("/wek/inputs", values, 0.0) == [note]


@pytest.mark.parametrize(
    ("values", "kind", "what"),
    [
        ([], ArgumentError, "pitch is missing"),
        ([60.0, 0.25], ArgumentError, "duration is missing"),
        ([60.0, 0.25, 0.5, 64.0, 1.0], ArgumentError, "5 arguments came"),
        ([60.5, 0.25, 0.5], ArgumentError, "pitch 60.5 is not a whole number"),
        (["c", 0.25, 0.5], ArgumentError, "pitch 'c' is not a number"),
        ([128.0, 0.25, 0.5], RangeError, "pitch 128 is outside 0-127"),
        ([60.0, -0.25, 0.5], RangeError, "step -0.25 is outside 0-3600"),
        ([60.0, 0.25, 0.0], RangeError, "duration 0 is outside 0.001-3600"),
        ([60.0, 0.25, 0.5, 0.0], RangeError, "velocity 0 is outside 1-127"),
        ([float("nan"), 0.25, 0.5], RangeError, "pitch nan is outside 0-127"),
    ],
)
def test_a_vector_that_is_no_note_is_refused_by_name(values: Values, kind: type[MessageError], what: str) -> None:
    with pytest.raises(kind) as caught:
        Wekinator().read("/wek/inputs", values, 0.0)
    assert caught.value.what == what
    assert caught.value.address == "/wek/inputs"


def test_running_is_a_mode() -> None:
    assert Wekinator().read(CONTROL + "stopRunning", [], 0.0) == [osc.Mode("manual")]
    assert Wekinator().read(CONTROL + "startRunning", [], 0.0) == [osc.Mode("echo")]


@pytest.mark.parametrize(
    "name",
    [
        "startRecording",
        "stopRecording",
        "startDtwRecording",
        "stopDtwRecording",
        "train",
        "cancelTrain",
        "deleteAllExamples",
        "enablePerformanceMode",
        "disablePerformanceMode",
        "deleteExamplesForOutput",
        "enableModelRecording",
        "disableModelRecording",
        "enableModelRunning",
        "disableModelRunning",
        "setInputNames",
        "setOutputNames",
        "selectInputsForOutput",
        "outputs",
        "loadModelFromFile",
        "saveModelToFile",
        "runNewProject",
    ],
)
def test_other_controls_are_taken_silently(name: str) -> None:
    dialect = Wekinator()
    assert dialect.read(CONTROL + name, ["x", 1], 0.0) == []
    assert dialect.ignored == 1


@pytest.mark.parametrize("address", ["/wek/inputs/bundle", "/wek", "/wek/outputs", "/wekinator/status/done-training"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(AddressError, match="nobody serves the address"):
        Wekinator().read(address, ["data.csv"], 0.0)


def test_a_prediction_is_four_floats() -> None:
    (sent,) = Wekinator().write(osc.Prediction(62, 0.5, 0.25, 70, 3), 0.0)
    assert sent == ("/wek/outputs", (62.0, 0.5, 0.25, 70.0))
    assert all(isinstance(value, float) for value in sent[1])
    assert_sendable(sent)


def test_what_is_no_prediction_has_no_word() -> None:
    assert Wekinator().write(osc.Error("what", "", "hint", 0), 0.0) == []
    assert Wekinator().write(osc.PlayOn(60, 64), 0.0) == []
