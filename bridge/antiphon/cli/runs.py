"""`antiphon runs`: what was trained, side by side."""

import json
from pathlib import Path
from typing import Any

import click

from antiphon.cli.train import load_trainer

__all__ = ["command"]

COLUMNS = {
    "run": "run",
    "recipe": "recipe",
    "corpus": "corpus",
    "length": "length",
    "seed": "seed",
    "epochs": "epochs",
    "best_epoch": "best",
    "trained_notes": "notes",
    "hours": "hours",
    "notes_per_second": "notes/s",
    "loss": "loss",
    "val_loss": "held out",
    "state": "state",
}
"""What is told of a run, and its heading."""


@click.command(epilog="Example: antiphon runs --picture losses.png")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("runs"))
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the loss curves of all of them in one picture, a PNG.",
)
@click.option("--json", "wants_json", is_flag=True, help="One JSON object for each run, with its whole history.")
def command(folder: Path, picture: Path | None, wants_json: bool) -> None:
    """List the runs in FOLDER (default: runs), the best first, and compare their settings and losses.

    Losses are those of the best epoch; compare held-out ones of the same recipe and corpus.
    """
    if picture is not None and picture.suffix.lower() != ".png":
        raise click.UsageError(f"{picture} should end in .png")
    module = load_trainer("runs")
    found = module.summaries(folder)
    if picture is not None:
        histories = {run["run"]: run["history"] for run in found if run["history"]}
        if not histories:
            raise click.UsageError("no run has finished an epoch yet, so there is no curve to draw")
        load_trainer("plots").compared_losses(histories, picture)
    if wants_json:
        for run in found:
            click.echo(json.dumps(run))
        return
    rows = [list(COLUMNS.values()), *([_cell(run[name]) for name in COLUMNS] for run in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if picture is not None:
        click.echo(f"wrote {picture}")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return (
        f"{value:.4f}" if isinstance(value, float) and value < 100 else f"{value:,}" if value != str(value) else value
    )
