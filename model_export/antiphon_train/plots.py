"""Pictures of a training, each with the CSV of its numbers beside it. matplotlib only, without a window."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from antiphon.apps.picture import piano_roll
from antiphon.files import written_aside
from antiphon.note import FloatArray, NoteArray, from_rows

__all__ = ["SAMPLE", "loss_curve", "samples"]

SAMPLE = 120
"""Notes that a trained network plays for the pictures, as many as in the tutorial."""

BINS = 48
PERCENTILE = 97.5
"""The time axes end here, as the tutorial's do, or a few long rests would squeeze all else to the left."""


def loss_curve(history: Sequence[dict[str, float]], path: Path) -> None:
    """The losses by epoch: the sum above, and each head below it. No history, no picture."""
    if not history:
        return
    names = [name for name in history[0] if name.endswith("loss")]
    figure = Figure(figsize=(8, 2.2 * len(names)), layout="constrained")
    for place, (axes, name) in enumerate(zip(figure.subplots(len(names), sharex=True), names, strict=True)):
        axes.plot([row["epoch"] for row in history], [row[name] for row in history], marker="o", markersize=3)
        axes.set_ylabel(name.replace("_", " "))
        axes.grid(alpha=0.3)
        if place == len(names) - 1:
            axes.set_xlabel("epoch")
            axes.xaxis.get_major_locator().set_params(integer=True)
    with written_aside(path) as aside:
        figure.savefig(aside, dpi=110)


def samples(corpus: NoteArray, generated: FloatArray, folder: Path) -> None:
    """The piano roll and the three distributions of what was learnt from and of what was generated.

    Args:
        corpus: a piece of the corpus; as many of its notes are shown in the roll as were generated.
        generated: float32 [n, 4].
    """
    played = from_rows(generated)
    start = corpus[: len(played)].copy()
    start["onset"] -= start["onset"][0]
    piano_roll({"corpus": start}, folder / "roll-corpus.png", "A piece of the corpus")
    piano_roll({"model": played}, folder / "roll-generated.png", "What the network plays")
    _write_notes(played, folder / "roll-generated.csv")
    _distributions({"corpus": corpus, "generated": played}, folder)


def _write_notes(notes: NoteArray, path: Path) -> None:
    with written_aside(path) as aside, aside.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["onset", "pitch", "step", "duration", "velocity"])
        table.writerows([round(float(value), 6) for value in row] for row in notes.tolist())


def _distributions(sets: dict[str, NoteArray], folder: Path) -> None:
    """Histograms of pitch, step and duration: a column of pictures each, a row for each set, and their counts."""
    columns = ("pitch", "step", "duration")
    whole = np.concatenate(list(sets.values()))
    figure = Figure(figsize=(12, 3.2 * len(sets)), layout="constrained")
    grid = figure.subplots(len(sets), len(columns), squeeze=False)
    rows: list[list[object]] = []
    for column, name in enumerate(columns):
        top = 128 if name == "pitch" else max(float(np.percentile(whole[name], PERCENTILE)), 1e-3)
        edges = np.linspace(0, top, 129 if name == "pitch" else BINS + 1)
        for row, (label, notes) in enumerate(sets.items()):
            counts, _ = np.histogram(notes[name], edges)
            axes = grid[row][column]
            axes.bar(edges[:-1], counts, np.diff(edges), align="edge")
            axes.set_title(f"{name} ({label})" if name == "pitch" else f"{name} in seconds ({label})")
            rows += [[label, name, round(edge, 6), int(count)] for edge, count in zip(edges, counts, strict=False)]
    with written_aside(folder / "distributions.png") as aside:
        figure.savefig(aside, dpi=110)
    with (
        written_aside(folder / "distributions.csv") as aside,
        aside.open("w", newline="", encoding="utf-8") as file,
    ):
        table = csv.writer(file)
        table.writerow(["set", "quantity", "from", "count"])
        table.writerows(rows)
