"""The grid that notes are written on: beats in seconds, measures, and the place of every note in twelfths of a beat.

The rule: a beat is the tactus that one taps to (`Meter.beats` of them in a measure), not always a quarter: in 6/8 it is
a dotted quarter, in 3/8 an eighth. A place counts twelfths of a beat since the first beat, so that sixteenths
(3) and triplets (4) both have one. `find_grid` strings the rooms together: `onsets` gathers notes into chords, `beats`
finds a pulse and the place of each chord in it, `meter` decides which pulse is the beat and where measures begin.
Nothing here knows voices, keys or files.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PLACES", "Grid", "Hints", "Meter"]

PLACES = 12
"""Places in a beat: the least number that has triplets and sixteenths both."""

Seconds = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature, as written: 6 and 8 in 6/8."""

    numerator: int
    denominator: int

    @property
    def is_compound(self) -> bool:
        """Beats are dotted: 6/8, 9/8, 12/8, but not 3/8, whose eighths are tapped."""
        return self.numerator % 3 == 0 and self.numerator > 3

    @property
    def beats(self) -> int:
        """Beats that are tapped in a measure: 4 in 4/4, 2 in 6/8, 3 in 3/8."""
        return self.numerator // 3 if self.is_compound else self.numerator

    @property
    def beat_quarters(self) -> float:
        """Length of such a beat in quarters: 1 in 4/4, 1.5 in 6/8, .5 in 3/8."""
        return 4 / self.denominator * (3 if self.is_compound else 1)


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beforehand; everything may be left out.

    Args:
        tempo_bpm: beats of the tactus a minute, on the whole; believed save for clear evidence of another level.
        tempo_range: the slowest and fastest tempo that is looked for, beats a minute.
        meter: holds for the whole piece.
        pickup_beats: beats before the first full measure.
        beats: times of beats, seconds, rising, at least two: the tempo between them is taken from them.
        triplets: whether beats may be divided by three (in a meter that is not compound).
    """

    tempo_bpm: float | None = None
    tempo_range: tuple[float, float] | None = None
    meter: Meter | None = None
    pickup_beats: int | None = None
    beats: Seconds | None = None
    triplets: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """Beats, measures, and where each note stands in them.

    Args:
        beats: seconds of each beat of the tactus, rising, shape [m]; they cover every onset and one beat after the
            last offset.
        first_downbeat: index into `beats` of the downbeat of the first full measure, < beats of its meter; what is
            before it is the pick-up.
        meters: from which downbeat on (index into `beats`) each meter holds; the first at `first_downbeat`, and it
            holds for the pick-up too.
        places: of each note's onset, twelfths of a beat since `beats[0]`, shape [n].
        offsets: of each note's release, on the same scale, not rounded, shape [n].
        confidence: 0-1, how far ahead of the next best reading this one is.
    """

    beats: Seconds
    first_downbeat: int
    meters: tuple[tuple[int, Meter], ...]
    places: Places
    offsets: Seconds
    confidence: float


def find_grid(notes: NoteArray, hints: Hints | None = None) -> Grid:
    """The grid under a performance.

    Args:
        notes: in any order, at least one; a duration that is hidden or zero counts as very short.
        hints: what is known beforehand.
    Raises:
        NotationError: no notes, or times that are not finite.
    """
