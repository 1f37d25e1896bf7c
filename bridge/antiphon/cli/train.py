"""`antiphon train`: a folder of MIDI becomes a run folder with a trained network and its pictures."""

import importlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from antiphon.cli.seed import SEED
from antiphon.errors import MissingExtra

__all__ = ["command", "load_trainer"]

PLAIN_EVERY = 30.0
"""Seconds between lines where there is no terminal to draw a bar on."""

SHOWN_SKIPPED = 10


@click.command(epilog="Example: antiphon train maestro-v3.0.0 --split train --recipe live --run runs/first")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--recipe", type=click.Choice(["tutorial", "live", "beats"]), default="live", show_default=True, help="How."
)
@click.option(
    "--run",
    "run_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where it is kept.  [default: runs/FOLDER-RECIPE]",
)
@click.option(
    "--from",
    "earlier",
    type=click.Path(file_okay=False, path_type=Path),
    help="A finished run whose weights are the first ones: to teach it your own music, or to go on more gently.",
)
@click.option("--split", help="Only this part (train, ...) of the table of splits that FOLDER brings.")
@click.option("--only", metavar="COLUMN=VALUE", multiple=True, help="Only files whose row in that table says so.")
@click.option("--epochs", type=click.IntRange(1), help="Instead of the recipe's own number (live: 11, tutorial: 50).")
@click.option("--length", type=click.IntRange(2, 1000), help="Notes in a sequence of the recipe live.  [default: 64]")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of the weights and of the order.")
@click.option("--track", type=click.Choice(["mlflow"]), help="Also write to the server of MLFLOW_TRACKING_URI.")
def command(
    folder: Path,
    recipe: str,
    run_folder: Path | None,
    earlier: Path | None,
    split: str | None,
    only: tuple[str, ...],
    epochs: int | None,
    length: int | None,
    seed: int,
    track: str | None,
) -> None:
    """Train a model on FOLDER, a folder or zip of MIDI files.

    Stopped or killed, the same command goes on where it was. It stops by itself when music that is not trained on gets
    no likelier: the part `validation` of the table of splits, or else every twentieth piece. The run folder gets the
    weights of every epoch, the history, TensorBoard's log, the loss curve, and what the network plays: MIDI files, a
    piano roll, distributions.
    """
    if length and recipe != "live":
        raise click.UsageError(f"--length is for the recipe live; {recipe} always has windows of 25 notes")
    conditions = dict(_condition(one) for one in only)
    train_module = load_trainer("train")
    started_from = load_trainer("runs").Run(earlier) if earlier else None
    if started_from:
        started_from.config()  # that it is a run is seen before a whole corpus is read
    config = {
        "recipe": recipe,
        "corpus": folder.resolve().name,
        "split": split,
        "only": conditions,
        "epochs": epochs,
        "length": length,
        "seed": seed,
    }
    network = load_trainer("families").NETWORKS[recipe]
    is_long = partial(network.is_long, recipe=train_module.asked(config))
    corpus, held = _read(folder, split, conditions, network.read, is_long)
    target = run_folder or Path("runs") / f"{folder.resolve().stem}-{recipe}"
    click.echo(f"training into {target}; stop it when you like, the same command goes on")
    progress = train_module.train(corpus, held, config, target, _Teller(), track, started_from)
    click.echo(
        f"done: {progress.examples:,} examples in {progress.seconds / 3600:.2f} h, best epoch {progress.best_epoch}, "
        f"loss {progress.best_loss:.4f}"
    )
    click.echo(f"next: antiphon export {target} -o my.onnx --licence '...'")


def _condition(said: str) -> tuple[str, str]:
    column, is_equal, value = said.partition("=")
    if not is_equal:
        raise click.UsageError(f"--only {said} should be COLUMN=VALUE, as in --only licence=MIT")
    return column, value


def _read(folder: Path, split: str | None, conditions: dict[str, str], reader: Any, is_long: Any) -> tuple[Any, Any]:
    """What is trained on, and what is held out or None."""
    corpus_module = load_trainer("corpus")
    started = time.monotonic()
    with click.progressbar(length=0, label="reading", hidden=not sys.stdout.isatty()) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total
            bar.update(1)

        corpus = corpus_module.read_corpus(folder, split, conditions, told, reader)
    click.echo(
        f"read {len(corpus.names)} files, {len(corpus.notes):,} notes in {time.monotonic() - started:.1f} s; "
        f"skipped {len(corpus.skipped)}"
    )
    for skipped in corpus.skipped[:SHOWN_SKIPPED]:
        click.echo(f"  skipped {skipped.name}: {skipped.reason}")
    if len(corpus.skipped) > SHOWN_SKIPPED:
        click.echo(f"  ... and {len(corpus.skipped) - SHOWN_SKIPPED} more")
    corpus, held = corpus_module.hold_out(folder, corpus, split, conditions, reader, is_long)
    if held is not None:
        click.echo(f"held out: {len(held.names)} files, {len(held.notes):,} notes")
    else:
        click.echo("held out: nothing, too few files are long enough; training goes by its own loss")
    return corpus, held


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
        losses = "  ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in report.losses.items())
        line = (
            f"epoch {report.epoch}/{report.epochs} {report.done / report.total:4.0%}  "
            f"{report.notes_per_second:,.0f} notes/s  {_time(report.seconds_left)} left  {losses}"
        )
        if is_terminal:
            width = shutil.get_terminal_size().columns
            click.echo(f"\r\033[K{line[: width - 1]}", nl=report.finished)
        else:
            click.echo(line)


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02} h" if minutes >= 60 else f"{minutes} min"
