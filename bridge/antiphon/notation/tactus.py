"""The beat that one taps to, and the meters that count it.

The rule: the tactus of a meter is what its conductor beats: the note of its denominator, or three of them where the
numerator is a multiple of three above three. Annotators of real playing tap so too.
"""

from dataclasses import dataclass
from typing import Literal

from antiphon.errors import NotationError

__all__ = ["DENOMINATORS", "METERS", "PARTS", "PLACES", "Barlines", "Division", "Meter"]

PLACES = 12
"""Places in a beat that the pulse is tracked on: the least number that has triplets and sixteenths both."""

PARTS = 2 * PLACES
"""Parts of a beat that notes are written on: thirty-seconds as well."""

DENOMINATORS = (1, 2, 4, 8, 16)
"""Of meters that can be written."""

Division = Literal[2, 3]
"""How beats are divided: by two in simple meters, by three in compound ones."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature, as written: 6 and 8 in 6/8.

    Raises:
        NotationError: there is no such meter.

    Args:
        split: parts of its beats that are tapped, where music is slow: 3 if the eighths of 6/8 are, 2 if those of 2/4.
    """

    numerator: int
    denominator: int
    split: int = 1

    def __post_init__(self) -> None:
        if self.numerator < 1 or self.denominator not in DENOMINATORS:
            raise NotationError(f"{self.numerator}/{self.denominator} is no meter", "give for instance 3/4 or 6/8")

    @property
    def is_compound(self) -> bool:
        """What is tapped is dotted: in 6/8, 9/8, 12/8, but not in 3/8, whose eighths are tapped."""
        return self._is_dotted and self.split == 1

    @property
    def beats(self) -> int:
        """Beats that are tapped in a measure: 4 in 4/4, 2 in 6/8, 3 in 3/8."""
        return (self.numerator // 3 if self._is_dotted else self.numerator) * self.split

    @property
    def beat_quarters(self) -> float:
        """Length of such a beat in quarters: 1 in 4/4, 1.5 in 6/8, .5 in 3/8."""
        return 4 / self.denominator * (3 if self._is_dotted else 1) / self.split

    def lasting(self, beats: int) -> "Meter":
        """The signature of a measure of so many of these beats."""
        if beats == self.beats:
            return self
        if self.is_compound:
            return Meter(3 * beats, self.denominator)
        counted = Meter(beats // self.split * (3 if self._is_dotted else 1), self.denominator, self.split)
        if self.split > 1 and counted.beats == beats:
            return counted
        tapped = self.denominator * (1 if self._is_dotted else self.split)
        # Six quarters that are tapped one by one are no two dotted ones.
        return Meter(beats, tapped, 3 if beats % 3 == 0 and beats > 3 else 1)

    @property
    def _is_dotted(self) -> bool:
        return self.numerator % 3 == 0 and self.numerator > 3


METERS = (
    Meter(2, 4),
    Meter(3, 4),
    Meter(4, 4),
    Meter(2, 2),
    Meter(6, 8),
    Meter(9, 8),
    Meter(12, 8),
    Meter(3, 8),
)
"""The common meters: of 306 pieces of piano music (piano-midi.de) all but 19 begin in one of them."""

Barlines = tuple[tuple[int, Meter | None], ...]
"""Downbeats that are told, rising: which beat each is, and the meter from there, if that is told too."""
