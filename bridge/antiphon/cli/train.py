"""`antiphon train`: a folder of MIDI becomes a run folder with a trained network and its pictures."""

import importlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from antiphon.errors import MissingExtra

__all__ = ["command", "load_trainer"]

PLAIN_EVERY = 30.0
"""Seconds between lines where there is no terminal to draw a bar on."""

SHOWN_SKIPPED = 10


@click.command(epilog="Example: antiphon train maestro-v3.0.0 --split train --run runs/first")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--recipe", type=click.Choice(["tutorial", "live"]), default="tutorial", show_default=True, help="How to train."
)
@click.option(
    "--run",
    "run_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where it is kept.  [default: runs/FOLDER-RECIPE]",
)
@click.option("--split", help="Only this part (train, ...) of the table of splits that FOLDER brings.")
@click.option("--epochs", type=click.IntRange(1), help="Instead of the recipe's own number (tutorial: 50).")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the weights and of the order.")
def command(
    folder: Path, recipe: str, run_folder: Path | None, split: str | None, epochs: int | None, seed: int
) -> None:
    """Train a model on FOLDER, a folder or zip of MIDI files.

    Stopped or killed, the same command goes on where it was. The run folder gets the weights of every epoch, the
    history, the loss curve, the piano roll and the distributions of what the network plays, as PNG and CSV.
    """
    corpus_module, train_module = load_trainer("corpus"), load_trainer("train")
    started = time.monotonic()
    with click.progressbar(length=0, label="reading", hidden=not sys.stdout.isatty()) as bar:

        def read(done: int, total: int) -> None:
            bar.length = total
            bar.update(1)

        corpus = corpus_module.read_corpus(folder, split, read)
    click.echo(
        f"read {len(corpus.names)} files, {len(corpus.notes):,} notes in {time.monotonic() - started:.1f} s; "
        f"skipped {len(corpus.skipped)}"
    )
    for skipped in corpus.skipped[:SHOWN_SKIPPED]:
        click.echo(f"  skipped {skipped.name}: {skipped.reason}")
    if len(corpus.skipped) > SHOWN_SKIPPED:
        click.echo(f"  ... and {len(corpus.skipped) - SHOWN_SKIPPED} more")
    target = run_folder or Path("runs") / f"{folder.resolve().stem}-{recipe}"
    click.echo(f"training into {target}; stop it when you like, the same command goes on")
    config = {"recipe": recipe, "corpus": folder.resolve().name, "split": split, "seed": seed}
    progress = train_module.train(corpus, config, target, epochs, _Teller())
    click.echo(
        f"done: {progress.examples:,} examples in {progress.seconds / 3600:.2f} h, best epoch {progress.best_epoch}, "
        f"loss {progress.best_loss:.4f}"
    )
    click.echo(f"next: antiphon export {target} -o my.onnx --licence '...'")


def load_trainer(name: str) -> Any:
    """A module of the training package, which needs the extra `train`.

    Raises:
        MissingExtra: it, or what it needs, is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        with _without_stderr():
            return importlib.import_module(f"antiphon_train.{name}")
    except ModuleNotFoundError as error:
        if str(error.name).startswith("antiphon"):
            raise
        raise MissingExtra(str(error.name), "train") from error


@contextmanager
def _without_stderr() -> Iterator[None]:
    """Throws away what C++ writes to stderr: TensorFlow tells how it was compiled before it can be asked not to."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class _Teller:
    """Shows where training stands: one line drawn again and again on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, report: Any) -> None:
        is_terminal = sys.stdout.isatty()
        if not (is_terminal or report.finished or time.monotonic() - self._last > PLAIN_EVERY):
            return
        self._last = time.monotonic()
        left = (report.total - report.done) / report.examples_per_second
        losses = "  ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in report.losses.items())
        line = (
            f"epoch {report.epoch}/{report.epochs} {report.done / report.total:4.0%}  "
            f"{report.examples_per_second:,.0f} examples/s  {left // 60:.0f}:{left % 60:02.0f} left  {losses}"
        )
        if is_terminal:
            width = shutil.get_terminal_size().columns
            click.echo(f"\r\033[K{line[: width - 1]}", nl=report.finished)
        else:
            click.echo(line)
