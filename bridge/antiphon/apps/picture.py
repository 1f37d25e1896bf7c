"""Pictures of notes. matplotlib lives in this file alone, without a window and without its global state."""

from collections.abc import Mapping
from itertools import cycle
from pathlib import Path

import numpy as np

from antiphon.errors import MissingExtra
from antiphon.files import written_aside
from antiphon.note import NoteArray

__all__ = ["piano_roll"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
"""One for each player: told apart by the colour-blind too. Source: Okabe and Ito 2008."""

FAINTEST = 0.35
"""Opacity of the softest note: still to be seen on white."""

MARGIN = 3
"""Semitones above and below the notes."""


def piano_roll(players: Mapping[str, NoteArray], path: Path, title: str) -> None:
    """Draw performances as a piano roll: time in seconds, pitch upwards, loud notes darker, a colour for each player.

    Args:
        players: performances by name, on one clock; one may be empty.
        path: the PNG to write; it appears when it is whole.
        title: what stands above it.
    Raises:
        DeviceError: the file cannot be written.
        MissingExtra: no matplotlib.
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.patches import Patch
    except ImportError as error:
        raise MissingExtra("matplotlib", "notation") from error
    figure = Figure(figsize=(16, 7), layout="constrained")
    axes = figure.add_subplot()
    names = []
    for colour, (name, notes) in zip(cycle(COLOURS), players.items(), strict=False):
        opacity = FAINTEST + (1 - FAINTEST) * notes["velocity"] / 127
        rgb = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        colours = np.column_stack([np.tile(rgb, (len(notes), 1)), opacity])
        axes.barh(notes["pitch"], notes["duration"], 0.8, notes["onset"], color=colours, linewidth=0)
        names.append(Patch(color=colour, label=name))
    every = np.concatenate([notes["pitch"] for notes in players.values()])
    low, high = (int(every.min()), int(every.max())) if len(every) else (48, 72)
    octaves = range(-(-(low - MARGIN) // 12) * 12, high + MARGIN + 1, 12)
    axes.set_yticks(list(octaves), [f"C{pitch // 12 - 1}" for pitch in octaves])
    axes.set_ylim(low - MARGIN, high + MARGIN)
    axes.margins(x=0.01)
    axes.grid(axis="y", alpha=0.4)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("seconds")
    axes.set_title(title, parse_math=False)
    figure.legend(handles=names, loc="outside upper right", ncols=len(names), frameon=False)
    with written_aside(path) as aside:
        figure.savefig(aside, dpi=100)
