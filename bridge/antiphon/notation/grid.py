"""Where the beats fall: what a beat tracker hands over, and everything behind it (key, hands, voices, page) works on.

The rule: a place is a whole number of twelfths of a beat since the first beat, so that sixteenths and triplets both
exist. A beat is what one taps: a quarter in 4/4, a dotted quarter in 6/8, an eighth in 3/8. Seconds end here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PLACES", "Grid", "Meter"]

PLACES = 12
"""Places in a beat: triplets and sixteenths both exist."""


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
