"""Seconds to beats: a steady pulse at a told tempo, until a tracker finds it.

The rule: the first onset is a downbeat, the tempo is the told one or 120, the meter the told one or 4/4, and every onset
goes to the nearest place that a simple rhythm has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import NotationError
from antiphon.notation.grid import PLACES, Grid, Meter
from antiphon.note import NoteArray

__all__ = ["TEMPO_RANGE", "Hints", "find_grid"]

TEMPO_RANGE = (10.0, 480.0)
"""Beats a minute: beyond it a metronome has no mark, and the places are no rhythm."""

DIVISIONS = ((1, 0.0), (2, 0.02), (4, 0.05), (3, 0.09), (6, 0.16), (12, 0.4))
"""Equal parts that a beat may have, and what each costs beside the mean square distance in beats, times 100."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known before: tempo in beats a minute, meter, beats of pick-up, whether there are triplets."""

    tempo_bpm: float | None = None
    meter: Meter | None = None
    pickup: int | None = None
    triplets: bool | None = None


def find_grid(notes: NoteArray, hints: Hints = Hints()) -> Grid:  # noqa: B008
    """A steady grid from the first onset on.

    Args:
        notes: one or more.
        hints: what is known before.
    Raises:
        NotationError: no such tempo, or no notes.
    """
    tempo_bpm = hints.tempo_bpm or 120.0
    low, high = TEMPO_RANGE
    if not low <= tempo_bpm <= high:
        raise NotationError(f"tempo {tempo_bpm:g} is outside {low:g}-{high:g}", "give beats a minute, for instance 120")
    if not len(notes):
        raise NotationError("there are no notes to write down", "play something first")
    begin = float(notes["onset"].min())
    ends = notes["onset"] + np.maximum(notes["duration"].astype(np.float64), 0.0)
    count = int((float(ends.max()) - begin) * tempo_bpm / 60) + 3
    beats = begin + np.arange(count) * 60 / tempo_bpm
    return _place(notes, beats, hints.meter or Meter(4, 4), hints.pickup or 0, hints.triplets)


def _place(
    notes: NoteArray, beats: NDArray[np.float64], meter: Meter, first_downbeat: int, triplets: bool | None
) -> Grid:
    index = np.arange(len(beats), dtype=np.float64)
    onsets = np.interp(notes["onset"], beats, index)
    offsets = np.interp(notes["onset"] + np.maximum(notes["duration"].astype(np.float64), 0.0), beats, index)
    beat_of = np.floor(onsets + 1 / 8).astype(np.int64)
    best_cost = np.full(len(beats) + 1, np.inf)
    places = np.zeros(len(notes), np.int64)
    allowed = [d for d in DIVISIONS if triplets is not False or d[0] in (1, 2, 4)]
    for division, price in allowed:
        snapped = np.floor(onsets * division + 0.5) / division
        sums = np.bincount(beat_of, 100 * (onsets - snapped) ** 2, len(best_cost))
        counts = np.maximum(np.bincount(beat_of, minlength=len(best_cost)), 1)
        cost = sums / counts + price * 2
        is_better = cost < best_cost
        best_cost = np.where(is_better, cost, best_cost)
        chosen = is_better[beat_of]
        places = np.where(chosen, np.floor(snapped * PLACES + 0.5).astype(np.int64), places)
    return Grid(beats, first_downbeat, ((first_downbeat, meter),), places, offsets * PLACES, 0.5)
