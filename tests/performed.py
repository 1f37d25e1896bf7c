"""Performances whose beats are known, made here: a tune over a bass, played at any tempo curve."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from antiphon.note import NOTE_DTYPE, NoteArray

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]

TUNES = {
    "4/4": [(0.0, 1.0, 72), (1.0, 0.5, 74), (1.5, 0.5, 76), (2.0, 1.0, 77), (3.0, 1.0, 74)],
    "3/4": [(0.0, 1.0, 72), (1.0, 0.5, 74), (1.5, 0.5, 76), (2.0, 1.0, 77)],
}
"""A measure of melody: beat, length in beats, pitch."""

BEATS = {"4/4": 4, "3/4": 3}


def steady(period: float) -> Curve:
    """Beats to seconds at a constant period."""
    return lambda beats: beats * period


def swaying(period: float) -> Curve:
    """The tempo swings by 8 % around the period, once in 20 beats."""
    return lambda beats: period * (beats + 0.08 * 20 / (2 * np.pi) * np.sin(2 * np.pi * beats / 20))


def perform(
    rows: list[tuple[float, float, int]], curve: Curve, jitter: float = 0.0, start: float = 0.5
) -> tuple[NoteArray, NDArray[np.float64]]:
    """Notes of (beat, length, pitch) rows, and the beat of each."""
    rng = np.random.default_rng(3)
    table = np.array(sorted(rows, key=lambda row: (row[0], row[2])), np.float64)
    onsets = start + curve(table[:, 0]) + rng.normal(0, jitter, len(table))
    ends = start + curve(table[:, 0] + 0.9 * table[:, 1])
    order = np.lexsort((table[:, 2], onsets))
    notes = np.zeros(len(table), NOTE_DTYPE)
    notes["onset"], notes["duration"] = onsets[order], np.maximum(ends - onsets, 0.02)[order]
    notes["pitch"], notes["velocity"] = table[order, 2], 64
    return notes, table[order, 0]


def accompanied(meter: str = "4/4", measures: int = 16) -> list[tuple[float, float, int]]:
    """A tune over a bass note on each downbeat and chords on the other beats; the harmony changes by the measure."""
    beats, rows = BEATS[meter], []
    for measure in range(measures):
        root = (0, 5, 7, 0)[measure % 4]
        at = float(measure * beats)
        rows += [(at + beat, length, pitch + (root + 2) % 5) for beat, length, pitch in TUNES[meter]]
        rows.append((at, 1.0, 36 + root))
        for beat in range(1, beats):
            rows += [(at + beat, 0.8, 52 + root), (at + beat, 0.8, 55 + root)]
    return rows
