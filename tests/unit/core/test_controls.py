"""Controls are kept as the table says, refused by name, and make the manner in which notes are drawn."""

import numpy as np
import pytest

from antiphon.core.controls import CONTROLS, PRESETS, Control, Controls, preset
from antiphon.errors import ArgumentError, MessageError, RangeError
from antiphon.note import Note
from antiphon.osc.table import Kind
from stage import Stage

ROWS = pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda control: str(control.name))


@ROWS
def test_a_default_is_within_its_own_range_and_reads_back(control: Control) -> None:
    controls = Controls()
    if control.name in ("scale", "key"):
        return
    controls.set({control.name: control.default[: max(control.counts)]})
    assert controls.get(control.name) == control.default


@ROWS
def test_values_out_of_range_of_the_wrong_type_or_too_many_are_refused_by_name(control: Control) -> None:
    cases: list[tuple[tuple[int | float | str, ...], type[MessageError]]] = [
        ((), ArgumentError),
        ((control.default * 13)[: max(control.counts) + 1], ArgumentError),
    ]
    count = control.counts[0]
    if control.kind is Kind.TEXT:
        cases += [((1,) * count, ArgumentError), (("nonsense",) * count, RangeError)]
    else:
        cases += [
            (("x",) * count, ArgumentError),
            ((control.low - 1,) * count, RangeError),
            ((control.high + 1,) * count, RangeError),
            ((float("nan"),) * count, RangeError),
        ]
    for values, kind in cases:
        controls = Controls()
        with pytest.raises(kind) as caught:
            controls.set({control.name: values})
        assert control.name in caught.value.what or control.name == "key"
        assert caught.value.hint
        assert controls.get(control.name) == control.default


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_set_and_leaves_a_pitch_to_play(name: str) -> None:
    controls = Controls()
    controls.set(preset(name))
    assert controls.manner.pitch_mask.any()


def test_the_preset_default_takes_back_what_others_did() -> None:
    controls = Controls()
    controls.set(PRESETS["wild"])
    controls.set(PRESETS["bass"])
    controls.set(PRESETS["default"])
    fresh = Controls()
    assert {name: controls.get(name) for name in PRESETS["default"]} == {
        name: fresh.get(name) for name in PRESETS["default"]
    }


def test_one_temperature_is_for_all_four_and_each_has_its_own() -> None:
    controls = Controls()
    controls.set({"temperature": (0.5,)})
    assert controls.get("temperature") == (0.5,) * 4
    controls.set({"step_temperature": (2,)})
    assert controls.get("temperature") == (0.5, 2.0, 0.5, 0.5)
    assert controls.get("step_temperature") == (2.0,)
    assert controls.manner.temperature.tolist() == [0.5, 2.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("said", "scale", "classes"),
    [
        ("D dorian", "D dorian", {2, 4, 5, 7, 9, 11, 0}),
        ("f# blues", "F# blues", {6, 9, 11, 0, 1, 4}),
        ("Bb", "Bb chromatic", set(range(12))),
        ("major", "C major", {0, 2, 4, 5, 7, 9, 11}),
        ("Eb harmonic minor", "Eb harmonic minor", {3, 5, 6, 8, 10, 11, 2}),
    ],
)
def test_a_scale_is_said_as_musicians_say_it(said: str, scale: str, classes: set[int]) -> None:
    controls = Controls()
    controls.set({"scale": (said,)})
    assert controls.get("scale") == (scale,)
    assert {int(pitch) % 12 for pitch in np.flatnonzero(controls.manner.pitch_mask)} == classes


def test_a_new_key_keeps_the_scale() -> None:
    controls = Controls()
    controls.set({"scale": ("D dorian",)})
    controls.set({"key": ("E",)})
    assert (controls.get("key"), controls.get("scale")) == (("E",), ("E dorian",))


def test_a_setting_that_leaves_no_pitch_is_refused_whole() -> None:
    controls = Controls()
    controls.set({"scale": ("C major",)})
    with pytest.raises(RangeError, match="no pitch is left"):
        controls.set({"pitch_range": (61, 61)})
    assert controls.get("pitch_range") == (0, 127)
    with pytest.raises(RangeError, match="ends before it begins"):
        controls.set({"pitch_range": (70, 60)})


def test_density_is_heard_and_not_heard_back() -> None:
    controls = Controls()
    controls.set({"density": (2,), "velocity_offset": (10,), "velocity_range": (1, 100)})
    window = np.array([[60, 0.5, 1.0, 64], [62, 0.5, -1, 64]], np.float32)
    assert controls.manner.slowed(window)[:, 1:3].tolist() == [[1.0, 2.0], [1.0, -1.0]]
    assert controls.manner.finished(Note(60, 0.5, 1.0, 64)) == Note(60, 0.25, 0.5, 74)
    assert controls.manner.finished(Note(60, 0.5, 1.0, 120)).velocity == 100


def test_a_player_sets_gets_and_is_told_what_was_taken() -> None:
    stage = Stage()
    assert stage.play("set", "temperature", 0.5) == [("/antiphon/value", ["temperature", 0.5, 0.5, 0.5, 0.5])]
    assert stage.play("get", "density") == [("/antiphon/value", ["density", 1.0])]
    assert [values[0] for _, values in stage.play("get")] == list(CONTROLS)
    assert stage.play("set", "temprature", 1)[0][1][0] == "there is no control 'temprature'"
    assert [values[0] for _, values in stage.play("preset", "melody")] == ["polyphony", "pitch_range", "repetition"]
    assert "default" in str(stage.play("preset", "nope")[0][1][2])


def test_controls_reach_the_network() -> None:
    stage = Stage()
    stage.play("set", "scale", "C major")
    stage.play("set", "top_p", 0.9)
    stage.play("note", 60, 0.1, 0.5)
    one = stage.asked[-1]
    assert one.top_p.tolist() == pytest.approx([0.9] * 4)
    assert one.pitch_mask[:12].tolist() == [1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1]


def test_repetition_leaves_out_the_last_pitches_but_never_all() -> None:
    stage = Stage()
    stage.play("set", "repetition", 1)
    stage.play("note", 60, 0.1, 0.5)
    assert stage.asked[-1].pitch_mask[60] == 0
    stage.play("set", "pitch_range", 60, 60)
    stage.play("predict")
    assert stage.asked[-1].pitch_mask.sum() == 1


def test_mutation_draws_some_notes_hotter() -> None:
    stage = Stage()
    stage.play("set", "mutation", 0.5)
    stage.play("predict", 200)
    hot = [one.temperature[0] == 2 for one in stage.asked]
    assert 60 < sum(hot) < 140


def test_the_same_seed_gives_the_same_random_numbers_again() -> None:
    stage = Stage()
    stage.play("set", "seed", 7)
    stage.play("predict", 3)
    stage.play("set", "seed", 7)
    stage.play("predict", 3)
    first, again = ([one.uniform.tolist() for one in stage.asked[at : at + 3]] for at in (0, 3))
    assert first == again


def test_a_query_keeps_what_was_told_and_lets_the_model_choose_the_rest() -> None:
    stage = Stage()
    stage.play("note", 60, 0.1, 0.5)
    heard = stage.play("query", 72, -1, 0.7, -1, 5)
    assert stage.asked[-1].chosen.tolist() == pytest.approx([72, -1, 0.7, -1])
    pitch, step, duration, _, id = heard[0][1]
    assert (pitch, id) == (72, 5)
    assert duration == pytest.approx(0.7)
    assert step == pytest.approx(0.05)


def test_surprise_is_told_after_every_note_from_the_window_before_it() -> None:
    stage = Stage()
    stage.play("set", "surprise", 1)
    stage.play("note", 60, 0.1, 0.5)
    heard = stage.play("note", 62, 0.25, 0.5, 64, 9)
    assert heard[0] == ("/antiphon/surprise", [0.0, 61, 9])
    asked = stage.asked[-2]
    assert asked.chosen.tolist() == [62, 0.25, -1, -1]
    assert asked.notes[-1, 0] == 60
    assert heard[1][0] == "/antiphon/prediction"


def test_surprise_is_what_the_model_believes_whatever_it_may_play() -> None:
    stage = Stage()
    for control in (("temperature", 0.2), ("top_p", 0.3), ("pitch_range", 40, 50), ("mutation", 1.0), ("surprise", 1)):
        stage.play("set", *control)
    stage.play("note", 60, 0.1, 0.5)
    belief, answer = stage.asked[-2:]
    assert (belief.temperature == 1).all()
    assert (belief.top_p == 1).all()
    assert belief.pitch_mask.all()
    assert answer.pitch_mask.sum() == 11


def test_committed_predictions_enter_the_window_in_the_order_of_the_messages() -> None:
    def windows(together: bool) -> list[list[float]]:
        stage = Stage()
        stage.play("set", "commit", 1)
        for pitch in (60, 70, 80):
            stage.receive("note", pitch, 0.1, 0.5)
            if not together:
                stage.turn()
        stage.turn()
        return [one.notes[:, 0].tolist() for one in stage.asked]

    assert windows(together=True) == windows(together=False)
    assert windows(together=True)[-1][-5:] == [60, 61, 70, 71, 80]


def test_follow_lets_what_was_played_be_heard_at_the_new_tempo() -> None:
    stage = Stage()
    stage.play("set", "follow", 1)
    stage.play("tempo", 60.0)
    stage.play("note", 60, 0.5, 1.0)
    stage.play("tempo", 120.0)
    stage.play("predict")
    assert stage.asked[-1].notes[-1].tolist() == [60, 0.25, 0.5, 64]
    assert stage.play("get", "tempo")[0][1] == ["tempo", 120.0]
