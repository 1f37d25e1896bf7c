"""Pictures of a training, each with the CSV of its numbers beside it. matplotlib only, without a window."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from antiphon.apps.picture import piano_roll
from antiphon.files import written_aside
from antiphon.midi.file import write_midi
from antiphon.note import WINDOW, FloatArray, NoteArray, from_rows

__all__ = ["SAMPLE", "SAMPLES", "compared_losses", "loss_curve", "samples"]

SAMPLE = 120
"""Notes that a trained network plays for the pictures, as many as in the tutorial."""

SAMPLES = 4
"""Openings that it goes on from, as MIDI files."""

BINS = 48
PERCENTILE = 97.5
"""The time axes end here, as the tutorial's do, or a few long rests would squeeze all else to the left."""


def loss_curve(history: Sequence[dict[str, float]], path: Path) -> None:
    """The losses by epoch: the sum above, and each head below it, on held-out music beside. No history, no picture."""
    if not history:
        return
    names = [name for name in history[0] if name.endswith("loss") and not name.startswith("val_")]
    figure = Figure(figsize=(8, 2.2 * len(names)), layout="constrained")
    epochs = [row["epoch"] for row in history]
    for place, (axes, name) in enumerate(zip(figure.subplots(len(names), sharex=True), names, strict=True)):
        axes.plot(epochs, [row[name] for row in history], marker="o", markersize=3, label="training")
        if f"val_{name}" in history[0]:
            axes.plot(epochs, [row[f"val_{name}"] for row in history], marker="o", markersize=3, label="held out")
        axes.set_ylabel(name.replace("_", " "))
        axes.grid(alpha=0.3)
        if place == 0:
            axes.legend()
        if place == len(names) - 1:
            axes.set_xlabel("epoch")
            axes.xaxis.get_major_locator().set_params(integer=True)
    with written_aside(path) as aside:
        figure.savefig(aside, dpi=110)


def compared_losses(histories: Mapping[str, Sequence[dict[str, float]]], path: Path) -> None:
    """The loss curves of several runs in one picture, over the notes that each had seen; held-out loss where there is.

    Args:
        histories: by the name of the run; the rows also have `notes`.
    """
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    for name, history in histories.items():
        shown = "val_loss" if "val_loss" in history[0] else "loss"
        label = f"{name} ({'held out' if shown == 'val_loss' else 'training'})"
        axes.plot(
            [row["notes"] / 1e6 for row in history],
            [row[shown] for row in history],
            marker="o",
            markersize=3,
            label=label,
        )
    axes.set_xlabel("million notes")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)
    axes.legend()
    with written_aside(path) as aside:
        figure.savefig(aside, dpi=110, format="png")


def samples(pieces: Sequence[NoteArray], generated: FloatArray, folder: Path) -> None:
    """What a network plays: a MIDI file for each opening, and of the first its roll and distributions, too.

    Args:
        pieces: of the corpus; as many notes of the first are shown in the roll as were generated.
        generated: what was played after the first 25 notes of each, float32 [pieces, n, 4].
    """
    for number, (piece, rows) in enumerate(zip(pieces, generated, strict=True), 1):
        opening = piece[:WINDOW]
        both = {"opening": opening, "model": from_rows(rows, float(opening["onset"][-1]))}
        write_midi(folder / "samples" / f"{number}.mid", both)
    played = from_rows(generated[0])
    start = pieces[0][: len(played)].copy()
    start["onset"] -= start["onset"][0]
    piano_roll({"corpus": start}, folder / "roll-corpus.png", "A piece of the corpus")
    piano_roll({"model": played}, folder / "roll-generated.png", "What the network plays")
    _write_notes(played, folder / "roll-generated.csv")
    _distributions({"corpus": pieces[0], "generated": played}, folder)


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
