"""Training can be killed at any moment and goes on; it ends on its best epoch."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from antiphon.errors import CorpusError
from antiphon_train import fit as fit_module
from antiphon_train.fit import Report, fit
from antiphon_train.recipes import RECIPES, Recipe
from antiphon_train.runs import Progress, Run


class Line:
    """Points on a line, to be learnt by one unit."""

    def __init__(self, count: int) -> None:
        self.points = np.linspace(-1, 1, count, dtype=np.float32)[:, None]

    def __len__(self) -> int:
        return len(self.points)

    def take(self, places: NDArray[np.int64], random: np.random.Generator) -> tuple[Any, dict[str, Any]]:
        return self.points[places], {"out": 3 * self.points[places] + 1}


RECIPE = replace(RECIPES["tutorial"], epochs=4, batch=8, chunk=3)


def unit(learning_rate: float = 0.01) -> keras.Model:
    keras.utils.set_random_seed(1)
    point = keras.Input((1,))
    model = keras.Model(point, {"out": keras.layers.Dense(1, name="out")(point)})
    model.compile(keras.optimizers.Adam(learning_rate), loss={"out": "mse"})
    return model


class Killed(Exception):
    pass


def train(folder: Path, recipe: Recipe = RECIPE, kill_at: int = -1, **options: Any) -> tuple[keras.Model, Progress]:
    model, told = unit(**options), [0]

    def tell(report: Report) -> None:
        told[0] += 1
        if told[0] == kill_at:
            raise Killed

    return model, fit(model, Line(100), recipe, Run(folder), 0, tell)


@pytest.fixture(autouse=True)
def saved_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_module, "SAVE_EVERY", 0.0)


@pytest.mark.parametrize("kill_at", [2, 5, 7, 12])
def test_a_killed_run_ends_where_one_that_was_not_killed_does(tmp_path: Path, kill_at: int) -> None:
    whole, _ = train(tmp_path / "whole")
    with pytest.raises(Killed):
        train(tmp_path / "killed", kill_at=kill_at)
    resumed, progress = train(tmp_path / "killed")
    assert progress.examples == 4 * 96
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-6)
    history, again = (Run(tmp_path / name).history() for name in ("whole", "killed"))
    assert [row["loss"] for row in history] == pytest.approx([row["loss"] for row in again], abs=1e-5)


def test_an_epoch_sees_every_whole_batch_once_in_an_order_of_its_own(tmp_path: Path) -> None:
    seen: list[list[int]] = []

    class Watched(Line):
        def take(self, places: NDArray[np.int64], random: np.random.Generator) -> tuple[Any, dict[str, Any]]:
            seen.append(places.tolist())
            return super().take(places, random)

    fit(unit(), Watched(100), replace(RECIPE, epochs=2), Run(tmp_path), 0, lambda report: None)
    epochs = [[place for chunk in part for place in chunk] for part in (seen[:4], seen[4:])]
    assert [len(set(epoch)) for epoch in epochs] == [96, 96]
    assert epochs[0] != epochs[1]


def test_it_stops_when_the_loss_no_longer_falls_and_goes_back_to_the_best(tmp_path: Path) -> None:
    recipe = replace(RECIPE, epochs=60, patience=3)
    model, progress = train(tmp_path, recipe, learning_rate=0.9)
    history = Run(tmp_path).history()
    best = min(history, key=lambda row: row["loss"])
    assert progress.best_epoch == best["epoch"]
    assert progress.epoch - progress.best_epoch == 3 or progress.epoch == 60
    kept = unit()
    kept.optimizer.build(kept.trainable_variables)
    kept.load_weights(Run(tmp_path).checkpoint_path(progress.best_epoch))
    for one, other in zip(model.get_weights(), kept.get_weights(), strict=True):
        assert (one == other).all()


def test_a_recipe_may_end_on_the_last_weights(tmp_path: Path) -> None:
    recipe = replace(RECIPE, epochs=60, patience=3, is_best=False)
    model, progress = train(tmp_path, recipe, learning_rate=0.9)
    assert progress.best_epoch < progress.epoch
    last = unit()
    last.optimizer.build(last.trainable_variables)
    last.load_weights(Run(tmp_path).checkpoint_path(progress.epoch))
    for one, other in zip(model.get_weights(), last.get_weights(), strict=True):
        assert (one == other).all()


def test_a_loss_that_is_no_finite_number_ends_the_training_with_one_line(tmp_path: Path) -> None:
    class Lost(Line):
        def take(self, places: NDArray[np.int64], random: np.random.Generator) -> tuple[Any, dict[str, Any]]:
            return self.points[places], {"out": np.nan * self.points[places]}

    train(tmp_path, replace(RECIPE, epochs=1))
    with pytest.raises(CorpusError, match="the loss is nan in epoch 2: what was learnt is lost"):
        fit(unit(), Lost(100), RECIPE, Run(tmp_path), 0, lambda report: None)
    assert [row["epoch"] for row in Run(tmp_path).history()] == [1]
    state = Run(tmp_path).load()
    assert state is not None
    assert np.isfinite(state.weights[0]).all()


def test_there_is_a_checkpoint_and_a_row_of_history_for_each_epoch(tmp_path: Path) -> None:
    train(tmp_path)
    assert [row["epoch"] for row in Run(tmp_path).history()] == [1, 2, 3, 4]
    assert all(Run(tmp_path).checkpoint_path(epoch).exists() for epoch in (1, 2, 3, 4))
    assert Run(tmp_path).best_path.exists()


def test_more_epochs_go_on_from_a_finished_run(tmp_path: Path) -> None:
    train(tmp_path)
    _, progress = train(tmp_path, replace(RECIPE, epochs=6))
    assert progress.epoch == 6
    assert len(Run(tmp_path).history()) == 6


def test_held_out_examples_decide_which_epoch_is_the_best(tmp_path: Path) -> None:
    class Other(Line):
        """What gets worse as the line is learnt."""

        def take(self, places: NDArray[np.int64], random: np.random.Generator) -> tuple[Any, dict[str, Any]]:
            return self.points[places], {"out": -9 * self.points[places] - 9}

    recipe = replace(RECIPE, epochs=30, patience=2)
    progress = fit(unit(), Line(100), recipe, Run(tmp_path), 0, lambda report: None, Other(50))
    history = Run(tmp_path).history()
    assert [row["loss"] for row in history] == sorted((row["loss"] for row in history), reverse=True)
    assert history[-1]["val_loss"] > history[0]["val_loss"]
    assert (progress.best_epoch, progress.epoch) == (1, 3)
