"""Training: any compiled Keras model, any examples, one run folder. It knows no family.

An epoch is a random order of all examples, drawn from (seed, epoch) so that it can be drawn again, cut into
chunks that are taken from the corpus one after the other. After a chunk the state may be saved; a killed run goes on
after the last one saved, with the same order, weights and optimizer. After an epoch the loss on music that is held out
is taken, where there is some. Stops early when it (or else the training loss) has not fallen for `patience` epochs, and
ends on the weights of the best epoch, as the tutorial's callbacks do, unless the recipe wants the last ones.
"""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from antiphon.errors import CorpusError
from antiphon.files import written_aside
from antiphon_train.recipes import Recipe
from antiphon_train.runs import Progress, Run, State

__all__ = ["Examples", "Report", "fit"]

SAVE_EVERY = 60.0
"""Seconds of work that a kill may cost."""

HELD = 4096
"""Held-out examples that are asked after each epoch at most, evenly spread: some seconds of work."""


class Examples(Protocol):
    """What can be trained on."""

    def __len__(self) -> int: ...

    def take(self, places: NDArray[np.int64], random: np.random.Generator) -> tuple[Any, dict[str, Any]]:
        """Inputs and targets at these places, the first axis len(places); what is random comes from `random`."""
        ...


Taken = tuple[Any, dict[str, Any]]
"""What `Examples.take` gives."""


@dataclass(frozen=True, slots=True)
class Report:
    """Told after each chunk.

    Args:
        epoch: the one at work, counted from 1.
        epochs: how many there are at most.
        done, total: examples of this epoch.
        notes_per_second: over this sitting.
        seconds_left: until the last epoch is done, at that rate.
        losses: the mean of each loss so far in this epoch; once it is complete, those on held-out music too.
        finished: the epoch is complete.
    """

    epoch: int
    epochs: int
    done: int
    total: int
    notes_per_second: float
    seconds_left: float
    losses: dict[str, float]
    finished: bool


def fit(
    model: keras.Model,
    examples: Examples,
    recipe: Recipe,
    run: Run,
    seed: int,
    tell: Callable[[Report], None],
    held: Examples | None = None,
) -> Progress:
    """Train until the recipe's epochs are done or the loss no longer falls; ends on the weights that the recipe wants.

    Args:
        held: what is not trained on, to stop by; None stops by the training loss.
    Raises:
        CorpusError: a loss is no finite number: nothing more can be learnt. The state before stays.
    """
    progress = _resume(model, run)
    sitting = _Sitting(model, examples, recipe, run, seed, held)
    while progress.epoch < recipe.epochs and progress.epoch - progress.best_epoch < recipe.patience:
        sitting.epoch(progress, tell)
    if progress.best_epoch and recipe.is_best:
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

    def __init__(
        self, model: keras.Model, examples: Examples, recipe: Recipe, run: Run, seed: int, held: Examples | None
    ) -> None:
        self.model, self.examples, self.recipe, self.run, self.seed = model, examples, recipe, run, seed
        self.held = _held_examples(held, seed)
        self.examples_seen = 0
        self.seconds = 0.0
        self.saved = time.monotonic()

    def epoch(self, progress: Progress, tell: Callable[[Report], None]) -> None:
        """From where `progress` stands to the end of its epoch."""
        order = np.random.default_rng((self.seed, progress.epoch, 0)).permutation(len(self.examples))
        whole = max(len(order) // self.recipe.batch, 1) * self.recipe.batch  # the last, short batch is dropped
        size = self.recipe.chunk * self.recipe.batch
        chunks = [order[at : min(at + size, whole)] for at in range(0, whole, size)]
        total = sum(len(chunk) for chunk in chunks)
        taken = self._taken(progress.epoch, chunks, progress.chunk)
        while progress.chunk < len(chunks):
            self._chunk(progress, *next(taken))
            done = sum(len(chunk) for chunk in chunks[: progress.chunk])
            losses = {name: value / done for name, value in (progress.sums or {}).items()}
            finished = progress.chunk == len(chunks)
            if finished:
                losses |= self._held_losses()
            _see_finite(losses, progress.epoch + 1, self.run)
            if finished:
                self._end_epoch(progress, losses)
            rate = self.examples_seen / self.seconds
            epochs = self.recipe.epochs
            left = (total * (epochs - progress.epoch) - done * (not finished)) / rate
            epoch = progress.epoch + (not finished)
            tell(Report(epoch, epochs, done, total, rate * self.recipe.notes, left, losses, finished))
            if finished:
                return
            if time.monotonic() - self.saved > SAVE_EVERY:
                self._save(progress)

    def _taken(self, epoch: int, chunks: list[NDArray[np.int64]], first: int) -> Iterator[Taken]:
        """Inputs and targets of the chunks from `first` on, each made while the one before is trained on."""

        def take(at: int) -> Taken:
            return self.examples.take(chunks[at], np.random.default_rng((self.seed, epoch, 1 + at)))

        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(take, first)
            for at in range(first + 1, len(chunks)):
                here, coming = coming, ahead.submit(take, at)
                yield here.result()
            yield coming.result()

    def _chunk(self, progress: Progress, inputs: Any, targets: dict[str, Any]) -> None:
        started = time.monotonic()
        # Batch by batch: Keras' `fit` makes a pipeline for each chunk, whose threads now and then leave the network one
        # of two cores (9,600 instead of 17,100 notes/s, measured).
        sums = progress.sums or {}
        count = len(next(iter(targets.values())))
        for at in range(0, count, self.recipe.batch):
            batch = slice(at, at + self.recipe.batch)
            self.model.reset_metrics()  # so that what is said is of this batch alone
            said = self.model.train_on_batch(
                keras.tree.map_structure(lambda array, batch=batch: array[batch], inputs),
                {name: array[batch] for name, array in targets.items()},
                return_dict=True,
            )
            size = min(self.recipe.batch, count - at)
            for name in sorted(said, key=lambda name: name != "loss"):  # the sum of all stands first
                sums[name] = sums.get(name, 0.0) + float(said[name]) * size
        progress.sums = sums
        elapsed = time.monotonic() - started
        progress.chunk += 1
        progress.examples += count
        progress.seconds += elapsed
        self.examples_seen += count
        self.seconds += elapsed

    def _held_losses(self) -> dict[str, float]:
        """Each loss on the held-out examples, as `val_loss`, `val_pitch_loss`, ...; empty where there are none."""
        if self.held is None:
            return {}
        said = self.model.evaluate(*self.held, batch_size=self.recipe.batch, return_dict=True, verbose=0)
        return {f"val_{name}": float(said[name]) for name in sorted(said, key=lambda name: name != "loss")}

    def _end_epoch(self, progress: Progress, losses: dict[str, float]) -> None:
        progress.epoch += 1
        progress.chunk = 0
        progress.sums = None
        judged = losses.get("val_loss", losses["loss"])
        if judged < progress.best_loss:
            progress.best_loss, progress.best_epoch = judged, progress.epoch
        _save_weights(self.model, self.run.checkpoint_path(progress.epoch))
        row = {"epoch": progress.epoch, "examples": progress.examples, "seconds": round(progress.seconds, 1)}
        self.run.add_history(row | losses)
        self._save(progress)

    def _save(self, progress: Progress) -> None:
        optimizer = [keras.ops.convert_to_numpy(variable) for variable in self.model.optimizer.variables]
        self.run.save(State(progress, self.model.get_weights(), optimizer))
        self.saved = time.monotonic()


def _see_finite(losses: dict[str, float], epoch: int, run: Run) -> None:
    lost = [f"{name.replace('_', ' ')} is {value}" for name, value in losses.items() if not math.isfinite(value)]
    if lost:
        raise CorpusError(
            f"the {lost[0]} in epoch {epoch}: what was learnt is lost",
            f"train anew with another --seed and --run; weights of epochs before are in {run.folder / 'checkpoints'}",
        )


def _held_examples(held: Examples | None, seed: int) -> tuple[Any, dict[str, Any]] | None:
    """The same examples after each epoch: what is random in them is drawn once."""
    if held is None:
        return None
    places = np.unique(np.linspace(0, len(held) - 1, min(HELD, len(held))).astype(np.int64))
    return held.take(places, np.random.default_rng((seed, HELD)))
