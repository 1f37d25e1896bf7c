"""A run: one folder that holds all of a training, so that it can be killed, resumed, looked at and exported.

config.json       what was asked for: recipe, corpus, seed
state.npz         weights, optimizer and place in the epoch; written aside, so a kill leaves the last good one
examples.npz      some examples of the corpus, for the comparison of Keras and ONNX
checkpoints/      the weights after each epoch, for Keras
history.csv       a row for each epoch
best.weights.h5   the best weights, or the last where the recipe wants those; written once, when training ends
*.png, *.csv      loss curve, distributions, piano roll, made from the above
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import CorpusError
from antiphon.files import written_aside
from antiphon_train.recipes import RECIPES

__all__ = ["Progress", "Run", "State", "summaries"]

COLUMNS = {"epoch", "examples", "seconds", "loss"}
"""What every row of a history has; the losses of the heads and of held-out music come beside them."""


@dataclass(slots=True)
class Progress:
    """Where a training stands.

    Args:
        epoch: epochs finished.
        chunk: chunks of the next epoch finished.
        examples: seen, in all epochs.
        seconds: time spent training, over all sittings.
        sums: of each loss over the finished chunks of this epoch, weighted by their examples.
        best_loss: the least loss of an epoch so far, on held-out music where there is some.
        best_epoch: the epoch that had it, counted from 1; 0 before the first.
    """

    epoch: int = 0
    chunk: int = 0
    examples: int = 0
    seconds: float = 0.0
    sums: dict[str, float] | None = None
    best_loss: float = float("inf")
    best_epoch: int = 0


@dataclass(slots=True)
class State:
    """All that goes on after a kill: where it stands, and the arrays of model and optimizer, in Keras' order."""

    progress: Progress
    weights: list[NDArray[Any]]
    optimizer: list[NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Run:
    """The folder of one training."""

    folder: Path

    def open(self, config: dict[str, Any]) -> None:
        """Make the folder for `config`, or see that the one that is there was made for the same.

        The number of epochs alone may change: a run can be asked to go on for longer.

        Raises:
            CorpusError: the folder holds another training.
        """
        if self.config_path.exists():
            there = self.config()
            for name, value in config.items():
                if there.get(name) != value and name != "epochs":
                    raise CorpusError(
                        f"{self.folder} holds a run with {name} {there.get(name)}, not {value}",
                        "name another folder with --run, or delete this one",
                    )
        with written_aside(self.config_path) as aside:
            aside.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

    @property
    def config_path(self) -> Path:
        return self.folder / "config.json"

    @property
    def best_path(self) -> Path:
        return self.folder / "best.weights.h5"

    def config(self) -> dict[str, Any]:
        """What was asked for.

        Raises:
            CorpusError: the folder is no run.
        """
        try:
            config: dict[str, Any] = json.loads(self.config_path.read_text(encoding="utf-8"))
            RECIPES[config["recipe"]]
        except (OSError, ValueError, LookupError, TypeError) as error:  # or another program's config.json
            raise CorpusError(
                f"{self.folder} is not a run folder", "give one that antiphon train wrote, or a new one to train into"
            ) from error
        return config

    def is_one(self) -> bool:
        """Whether the folder holds a run, and not something else that has a config.json."""
        try:
            self.config()
            return all(row.keys() >= COLUMNS for row in self.history())
        except CorpusError:
            return False

    def save(self, state: State) -> None:
        """Write the state aside and put it in the place of the last one."""
        progress = {name: getattr(state.progress, name) for name in Progress.__slots__}
        arrays: dict[str, Any] = {f"weight_{k}": array for k, array in enumerate(state.weights)}
        arrays |= {f"optimizer_{k}": array for k, array in enumerate(state.optimizer)}
        with written_aside(self.folder / "state.npz") as aside, aside.open("wb") as file:
            np.savez(file, progress=np.array(json.dumps(progress)), **arrays)

    def load(self) -> State | None:
        """The last state, or None before the first."""
        path = self.folder / "state.npz"
        if not path.exists():
            return None
        with np.load(path) as held:
            progress = Progress(**json.loads(str(held["progress"])))
            weights = [held[f"weight_{k}"] for k in range(sum(name.startswith("weight_") for name in held.files))]
            count = sum(name.startswith("optimizer_") for name in held.files)
            return State(progress, weights, [held[f"optimizer_{k}"] for k in range(count)])

    def checkpoint_path(self, epoch: int) -> Path:
        """The weights after `epoch`, counted from 1."""
        return self.folder / "checkpoints" / f"epoch-{epoch:03}.weights.h5"

    def keep_examples(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep some examples of the corpus, for `antiphon export` to compare Keras and ONNX on."""
        with written_aside(self.folder / "examples.npz") as aside, aside.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    def examples(self) -> dict[str, NDArray[Any]]:
        """The examples that were kept, by name.

        Raises:
            CorpusError: none were.
        """
        try:
            with np.load(self.folder / "examples.npz") as held:
                return dict(held)
        except (OSError, ValueError) as error:
            raise CorpusError(f"{self.folder} has no examples.npz", "run antiphon train on it once more") from error

    def history(self) -> list[dict[str, float]]:
        """A row for each finished epoch: epoch, examples, seconds, loss and the loss of each head.

        Raises:
            CorpusError: the file is damaged.
        """
        path = self.folder / "history.csv"
        if not path.exists():
            return []
        try:
            with path.open(newline="", encoding="utf-8") as file:
                return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
        except (OSError, ValueError, TypeError, csv.Error) as error:
            raise CorpusError(f"{path} is damaged", "put back a copy of it, or move the run away") from error

    def kept(self) -> dict[str, float]:
        """The row of the final weights: of the best epoch, or the last where its recipe wants that."""
        history = self.history()
        if RECIPES[self.config()["recipe"]].is_best:
            return min(history, key=lambda row: row.get("val_loss", row["loss"]))
        return history[-1]

    def training(self) -> dict[str, Any]:
        """All the training in the final weights: epochs, notes, hours; with those of the run that it went on from."""
        config, earlier = self.config(), self.config().get("earlier", {})
        recipe, kept = RECIPES[config["recipe"]], self.kept()
        notes = int(kept["examples"]) * int(config.get("length") or recipe.notes)
        return {
            "epochs": int(kept["epoch"]) + earlier.get("epochs", 0),
            "notes": notes + earlier.get("notes", 0),
            "hours": round(kept["seconds"] / 3600 + earlier.get("hours", 0.0), 3),
        }

    def add_history(self, row: dict[str, float]) -> None:
        """Put an epoch's row at the end; a row of the same epoch, left by a kill in between, is replaced."""
        rows = [old for old in self.history() if old["epoch"] < row["epoch"]] + [row]
        with (
            written_aside(self.folder / "history.csv") as aside,
            aside.open("w", newline="", encoding="utf-8") as file,
        ):
            table = csv.DictWriter(file, list(row))
            table.writeheader()
            table.writerows(rows)


def summaries(folder: Path) -> list[dict[str, Any]]:
    """What each run below a folder is and has reached, those with the least held-out loss first.

    A config.json without a recipe, or beside a history of other columns, is another program's and left out.

    Raises:
        CorpusError: there is none.
    """
    runs = [Run(path.parent) for path in sorted(folder.glob("**/config.json"))]
    found = [_summary(run, folder) for run in runs if run.is_one()]
    if not found:
        raise CorpusError(f"{folder} holds no runs", "train one with antiphon train, or name the folder that has them")
    return sorted(found, key=lambda run: (run["val_loss"] is None, run["val_loss"] or run["loss"] or float("inf")))


def _summary(run: Run, root: Path) -> dict[str, Any]:
    config, history = run.config(), run.history()
    length = config.get("length") or 1
    judged = "val_loss" if history and "val_loss" in history[0] else "loss"
    best = min(history, key=lambda row: row[judged], default={})
    last = history[-1] if history else {}
    trained, seconds = int(last.get("examples", 0)) * length, last.get("seconds", 0.0)
    corpus = " ".join(str(config[key]) for key in ("corpus", "split") if config.get(key))
    return {
        "run": run.folder.relative_to(root).as_posix() if run.folder != root else run.folder.name,
        "recipe": config.get("recipe"),
        "corpus": corpus,
        "length": length,
        "seed": config.get("seed"),
        "epochs": config.get("epochs"),
        "best_epoch": int(best["epoch"]) if best else None,
        "trained_notes": trained,
        "hours": round(seconds / 3600, 3),
        "notes_per_second": round(trained / seconds) if seconds else None,
        "loss": best.get("loss"),
        "val_loss": best.get("val_loss"),
        "state": "finished" if run.best_path.exists() else f"after epoch {len(history)}",
        "history": [{**row, "notes": row["examples"] * length} for row in history],
    }
