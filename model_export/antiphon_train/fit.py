"""Training: any compiled Keras model, any examples, one run folder. It knows no family.

An epoch is a random order of all examples, drawn from (seed, epoch) so that it can be drawn again, cut into
chunks that Keras fits one after the other. After a chunk the state may be saved; a killed run goes on after the
last one saved, with the same order, weights and optimizer. Stops early when the training loss has not fallen
for `patience` epochs, and always ends on the weights of the best epoch, as the tutorial's callbacks do.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from antiphon.files import written_aside
from antiphon_train.recipes import Recipe
from antiphon_train.runs import Progress, Run, State

__all__ = ["Examples", "Report", "fit"]

SAVE_EVERY = 60.0
"""Seconds of work that a kill may cost."""


class Examples(Protocol):
    """What can be trained on."""

    def __len__(self) -> int: ...

    def take(self, places: NDArray[np.int64], random: np.random.Generator) -> tuple[Any, dict[str, Any]]:
        """Inputs and targets at these places, the first axis len(places); what is random comes from `random`."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """Told after each chunk.

    Args:
        epoch: the one at work, counted from 1.
        epochs: how many there are at most.
        done, total: examples of this epoch.
        examples_per_second: over this sitting.
        losses: the mean of each loss so far in this epoch.
        finished: the epoch is complete.
    """

    epoch: int
    epochs: int
    done: int
    total: int
    examples_per_second: float
    losses: dict[str, float]
    finished: bool


def fit(
    model: keras.Model,
    examples: Examples,
    recipe: Recipe,
    run: Run,
    seed: int,
    tell: Callable[[Report], None],
) -> Progress:
    """Train until the recipe's epochs are done or the loss no longer falls; ends on the best epoch's weights."""
    progress = _resume(model, run)
    sitting = _Sitting(model, examples, recipe, run, seed)
    while progress.epoch < recipe.epochs and progress.epoch - progress.best_epoch < recipe.patience:
        sitting.epoch(progress, tell)
    if progress.best_epoch:
        model.load_weights(run.checkpoint_path(progress.best_epoch))
    _save_weights(model, run.best_path)
    return progress


def _save_weights(model: keras.Model, path: Path) -> None:
    with written_aside(path) as aside:
        # Keras insists on the whole suffix, of which a temporary name keeps only the last part.
        weights = aside.with_suffix(".weights.h5")
        model.save_weights(weights)
        weights.replace(aside)


def _resume(model: keras.Model, run: Run) -> Progress:
    """Put back the weights and the optimizer of the last state, and say where it stands."""
    model.optimizer.build(model.trainable_variables)
    state = run.load()
    if state is None:
        return Progress()
    model.set_weights(state.weights)
    for variable, value in zip(model.optimizer.variables, state.optimizer, strict=True):
        variable.assign(value)
    return state.progress


class _Sitting:
    """One start of the program: goes through epochs and saves as it goes."""

    def __init__(self, model: keras.Model, examples: Examples, recipe: Recipe, run: Run, seed: int) -> None:
        self.model, self.examples, self.recipe, self.run, self.seed = model, examples, recipe, run, seed
        self.examples_seen = 0
        self.seconds = 0.0
        self.saved = time.monotonic()

    def epoch(self, progress: Progress, tell: Callable[[Report], None]) -> None:
        """From where `progress` stands to the end of its epoch."""
        order = np.random.default_rng((self.seed, progress.epoch, 0)).permutation(len(self.examples))
        whole = max(len(order) // self.recipe.batch, 1) * self.recipe.batch  # the last, short batch is dropped
        size = self.recipe.chunk * self.recipe.batch
        chunks = [order[at : at + size] for at in range(0, whole, size)]
        chunks[-1] = chunks[-1][: whole - sum(len(chunk) for chunk in chunks[:-1])]
        total = sum(len(chunk) for chunk in chunks)
        while progress.chunk < len(chunks):
            self._chunk(progress, chunks[progress.chunk])
            done = sum(len(chunk) for chunk in chunks[: progress.chunk])
            losses = {name: value / done for name, value in (progress.sums or {}).items()}
            finished = progress.chunk == len(chunks)
            if finished:
                self._end_epoch(progress, losses)
            tell(
                Report(
                    progress.epoch + (not finished),
                    self.recipe.epochs,
                    done,
                    total,
                    self.examples_seen / self.seconds,
                    losses,
                    finished,
                )
            )
            if finished:
                return
            if time.monotonic() - self.saved > SAVE_EVERY:
                self._save(progress)

    def _chunk(self, progress: Progress, places: NDArray[np.int64]) -> None:
        started = time.monotonic()
        inputs, targets = self.examples.take(
            places, np.random.default_rng((self.seed, progress.epoch, 1 + progress.chunk))
        )
        fitted = self.model.fit(inputs, targets, batch_size=self.recipe.batch, shuffle=False, verbose=0)
        names = sorted(fitted.history, key=lambda name: name != "loss")  # the sum of all stands first
        sums = progress.sums or dict.fromkeys(names, 0.0)
        progress.sums = {name: sums[name] + fitted.history[name][0] * len(places) for name in names}
        elapsed = time.monotonic() - started
        progress.chunk += 1
        progress.examples += len(places)
        progress.seconds += elapsed
        self.examples_seen += len(places)
        self.seconds += elapsed

    def _end_epoch(self, progress: Progress, losses: dict[str, float]) -> None:
        progress.epoch += 1
        progress.chunk = 0
        progress.sums = None
        if losses["loss"] < progress.best_loss:
            progress.best_loss, progress.best_epoch = losses["loss"], progress.epoch
        _save_weights(self.model, self.run.checkpoint_path(progress.epoch))
        row = {"epoch": progress.epoch, "examples": progress.examples, "seconds": round(progress.seconds, 1)}
        self.run.add_history(row | losses)
        self._save(progress)

    def _save(self, progress: Progress) -> None:
        optimizer = [keras.ops.convert_to_numpy(variable) for variable in self.model.optimizer.variables]
        self.run.save(State(progress, self.model.get_weights(), optimizer))
        self.saved = time.monotonic()
