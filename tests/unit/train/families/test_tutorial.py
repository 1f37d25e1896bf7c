"""The network and its losses are the tutorial's, to the number."""

import keras
import numpy as np
import pytest

from antiphon_train.families import tutorial
from antiphon_train.recipes import RECIPES


def test_the_network_has_the_tutorials_weights() -> None:
    model = tutorial.build()
    lstm = 4 * (128 * (3 + 128) + 128)
    assert model.count_params() == lstm + (128 * 128 + 128) + 2 * (128 + 1)
    said = model(np.zeros((2, 25, 3), np.float32))
    assert {name: tuple(value.shape) for name, value in said.items()} == {
        "pitch": (2, 128),
        "step": (2, 1),
        "duration": (2, 1),
    }


def test_it_sees_pitch_as_a_fraction_and_times_in_seconds() -> None:
    rows = np.array([[[64, 0.5, 0.25, 100]]], np.float32)
    assert tutorial.encode(rows).tolist() == [[[0.5, 0.5, 0.25]]]
    targets = tutorial.encode_targets(rows[0])
    assert {name: value.tolist() for name, value in targets.items()} == {
        "pitch": [64], "step": [[0.5]], "duration": [[0.25]]
    }  # fmt: skip


@pytest.mark.parametrize(("true", "said", "loss"), [(1.0, 0.5, 0.25), (0.5, -0.5, 1.0 + 5.0), (0.0, 0.0, 0.0)])
def test_times_below_zero_are_pressed_up(true: float, said: float, loss: float) -> None:
    values = (keras.ops.array([[x]], "float32") for x in (true, said))
    assert float(tutorial.positive_pressure_loss(*values)) == pytest.approx(loss)


def test_the_losses_are_weighted_as_in_the_tutorial() -> None:
    model = tutorial.build()
    tutorial.compile_for(model, RECIPES["tutorial"], 100)
    random = np.random.default_rng(0)
    windows = random.random((64, 25, 4)).astype(np.float32)
    rows = np.column_stack([random.integers(0, 128, 64), random.random((64, 3))]).astype(np.float32)
    found = model.evaluate(tutorial.encode(windows), tutorial.encode_targets(rows), verbose=0, return_dict=True)
    weighted = 0.05 * found["pitch_loss"] + found["step_loss"] + found["duration_loss"]
    assert found["loss"] == pytest.approx(weighted, rel=1e-4)


def test_the_recipe_is_the_tutorials() -> None:
    recipe = RECIPES["tutorial"]
    assert (recipe.batch, recipe.learning_rate, recipe.epochs, recipe.patience) == (64, 0.005, 50, 5)
