"""Performances whose beats were heard: recordings on piano rolls, where two beat networks agree on the beats in them.

    python docs/heard_rolls.py open-piano.zip distinct_pieces.csv leave_out_files.csv ONE.onnx OTHER.onnx FOLDER

FOLDER is a corpus that `beat_corpus.py` wrote: it gets a folder `heard/` and the rows of its files, all to be trained
on. Of each recording the stretches are kept in which either network alone finds most of the beats that both together
find: one MIDI file each, a quarter to a beat, in measures of one beat, for where measures begin is heard less surely.

Sources: Q. Xie, M.-T. Luong, E. Hovy, Q. V. Le, Self-training with noisy student improves ImageNet classification,
2020; A. Holzapfel, M. E. P. Davies, J. R. Zapata, J. L. Oliveira, F. Gouyon, Selective sampling for beat tracking
evaluation, 2012 (agreement as a sign of right beats).
"""

import csv
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from beat_corpus import midi_bytes
from numpy.typing import NDArray
from played_scores import Counted, Passage, is_free, write_down

from antiphon.engine.listener import Listener, open_listener
from antiphon.notation.grid import Grid, find_grid
from antiphon.notation.tactus import PARTS, Meter
from antiphon.note import NoteArray
from antiphon_train.corpus import read_notes

QUARTER = 480
CLOSE = 0.07
"""Seconds within which two beats are the same one: what scorers of beats allow."""

WINDOW, AGREED = 32, 0.85
"""Beats over which the share of those that both networks find alone must be so high."""

LEAST_BEATS, LEAST_NOTES = 48, 150
"""Of a stretch, and of a recording that is listened to."""


def both(one: Listener, other: Listener) -> Listener:
    """The mean of what two networks say."""

    def listen(spans: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        places, downbeats, periods = zip(one(spans), other(spans), strict=True)
        return np.logaddexp(*places) - np.log(2), np.mean(downbeats, axis=0), np.logaddexp(*periods) - np.log(2)

    return listen


def stretches(notes: NoteArray, one: Listener, other: Listener) -> Iterator[bytes]:
    """The MIDI files of a recording."""
    grid = find_grid(notes, listener=both(one, other))
    agreed = np.prod([is_found(grid, find_grid(notes, listener=listener)) for listener in (one, other)], axis=0)
    window = np.ones(min(WINDOW, len(agreed)))
    is_sure = np.convolve(agreed, window, "same") >= AGREED * np.convolve(np.ones(len(agreed)), window, "same")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_sure, [False]]).astype(np.int8)))
    for begin, end in edges.reshape(-1, 2):
        inside = np.flatnonzero((grid.places >= begin * PARTS) & (grid.places < end * PARTS))
        if end - begin >= LEAST_BEATS and len(inside) >= LEAST_NOTES:
            order = inside[np.lexsort((notes["pitch"][inside], grid.places[inside]))]
            ticks = (grid.places[order] - begin * PARTS) * (QUARTER // PARTS)
            score = Counted(ticks, notes["pitch"][order].astype(np.int64), {0: Meter(1, 4)})
            section = write_down(notes, score, Passage(order, np.arange(len(order))))
            yield midi_bytes(section.rows, section.quarters, section.meters)


def is_found(grid: Grid, other: Grid) -> NDArray[np.float64]:
    """1 for each beat that stands in the other grid too, shape [m]."""
    after = np.clip(np.searchsorted(other.beats, grid.beats), 1, len(other.beats) - 1)
    off = np.minimum(np.abs(other.beats[after] - grid.beats), np.abs(other.beats[after - 1] - grid.beats))
    return np.asarray(off < CLOSE, np.float64)


def main(rolls: Path, pieces: Path, leave_out: Path, one: Path, other: Path, folder: Path) -> None:
    """Add to the folder."""
    with leave_out.open(newline="", encoding="utf-8") as table:
        left_out = {row["file"] for row in csv.DictReader(table)}
    with pieces.open(newline="", encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["archive"] == rolls.name]
    free = [row["path"] for row in rows if is_free(row) and row["path"] not in left_out]
    listeners = open_listener(one), open_listener(other)
    (folder / "heard").mkdir(exist_ok=True)
    with zipfile.ZipFile(rolls) as packed, (folder / "splits.csv").open("a", newline="", encoding="utf-8") as table:
        for done, path in enumerate(free, 1):
            notes = read_notes(packed.read(path))
            for number, data in enumerate(stretches(notes, *listeners) if len(notes) >= LEAST_NOTES else ()):
                name = f"heard/{Path(path).stem}-{number}.mid"
                (folder / name).write_bytes(data)
                csv.writer(table).writerow((name, "train"))
            print(f"\r{done}/{len(free)} recordings", end="", flush=True)
    print()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:7]))
