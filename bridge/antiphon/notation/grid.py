"""Where the beats fall: what key, hands, voices and page work on.

The rule: a place is a whole number of twelfths of a beat since the first beat, so that sixteenths and triplets both
exist. A beat is what one taps: a quarter in 4/4, a dotted quarter in 6/8, an eighth in 3/8. Seconds end here.
Nothing here hears the beat yet: the tempo is the told one or 120, the meter the told one or 4/4, the first onset is a
downbeat, and every onset goes to the nearest place that a simple rhythm has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import NotationError
from antiphon.note import NoteArray

__all__ = ["NO_HINTS", "PLACES", "Grid", "Hints", "Meter", "find_grid"]

PLACES = 12
"""Places in a beat: triplets and sixteenths both exist."""

TEMPO_RANGE = (10.0, 480.0)
"""Beats a minute: beyond it a metronome has no mark, and the places are no rhythm."""

DIVISIONS = ((1, 0.0), (2, 0.02), (4, 0.05), (3, 0.09), (6, 0.16), (12, 0.4))
"""Equal parts that a beat may have, and what each costs beside the mean square distance in beats, times 100."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter as it is written: 4 and 4, or 6 and 8."""

    numerator: int
    denominator: int

    @property
    def is_compound(self) -> bool:
        """Whether a beat is dotted: 6/8, 9/8, 12/8."""
        return self.numerator > 3 and self.numerator % 3 == 0

    @property
    def beats(self) -> int:
        """Beats in a measure: 2 in 6/8, 3 in 3/8 and 3/4."""
        return self.numerator // 3 if self.is_compound else self.numerator

    @property
    def beat_quarters(self) -> float:
        """How long a beat is, in quarters: 1.5 in 6/8, 0.5 in 3/8."""
        return 4 / self.denominator * (3 if self.is_compound else 1)


@dataclass(frozen=True, slots=True)
class Grid:
    """The beats of a performance, and each note's place among them.

    Args:
        beats: seconds, rising, shape [m]; they cover every onset and one beat after the last offset.
        first_downbeat: index into `beats` of the first full measure's downbeat, less than a measure's beats; what
            comes before is the pick-up.
        meters: (index into `beats` of the downbeat from which it holds, meter), the first at `first_downbeat`; it holds
            for the pick-up too.
        places: of each note's onset, twelfths of a beat since the first beat, shape [n].
        offsets: of each note's release, on the same scale but not rounded, shape [n].
        confidence: 0-1.
    """

    beats: NDArray[np.float64]
    first_downbeat: int
    meters: tuple[tuple[int, Meter], ...]
    places: NDArray[np.int64]
    offsets: NDArray[np.float64]
    confidence: float


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beforehand; everything may be left out.

    Args:
        tempo_bpm: beats a minute.
        meter: holds for the whole piece.
        pickup_beats: beats before the first full measure.
        triplets: whether beats may be divided by three.
    """

    tempo_bpm: float | None = None
    meter: Meter | None = None
    pickup_beats: int | None = None
    triplets: bool = True


NO_HINTS = Hints()


def find_grid(notes: NoteArray, hints: Hints = NO_HINTS) -> Grid:
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
    return _place(notes, beats, hints.meter or Meter(4, 4), hints.pickup_beats or 0, hints.triplets)


def _place(notes: NoteArray, beats: NDArray[np.float64], meter: Meter, first_downbeat: int, triplets: bool) -> Grid:
    index = np.arange(len(beats), dtype=np.float64)
    onsets = np.interp(notes["onset"], beats, index)
    offsets = np.interp(notes["onset"] + np.maximum(notes["duration"].astype(np.float64), 0.0), beats, index)
    beat_of = np.floor(onsets + 1 / 8).astype(np.int64)
    best_cost = np.full(len(beats) + 1, np.inf)
    places = np.zeros(len(notes), np.int64)
    allowed = [d for d in DIVISIONS if triplets or d[0] in (1, 2, 4)]
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
