"""Scales by name: the pitch classes above a tonic, and how people write both.

A scale is said as `D dorian`, `Bb harmonic minor`, `f# blues`; a tonic alone keeps the scale, a scale alone the tonic.
"""

from collections.abc import Mapping

from antiphon.errors import RangeError
from antiphon.osc.codec import shown

__all__ = ["SCALES", "canonical", "classes_of"]

SCALES: Mapping[str, tuple[int, ...]] = {
    "chromatic": tuple(range(12)),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "octatonic": (0, 1, 3, 4, 6, 7, 9, 10),
}
"""Semitones above the tonic."""

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}


def canonical(said: str, standing: str) -> tuple[str, str]:
    """Tonic and scale of what a performer wrote; what they left out is taken from what stands.

    Args:
        said: `D dorian`, `D` or `dorian`, whatever the case.
        standing: tonic and scale, as this gives them, with a space between.
    Raises:
        RangeError: no such tonic or scale.
    """
    tonic, scale = standing.split(" ", 1)
    words = said.split()
    if words and _tonic(words[0]):
        tonic = _tonic(words[0])
        words = words[1:]
        if not words:
            return tonic, scale
    wanted = " ".join(words).lower()
    if wanted not in SCALES:
        raise RangeError(
            f"there is no scale {shown(said)!r}", f"send a tonic such as C, F# or Bb and one of {', '.join(SCALES)}"
        )
    return tonic, wanted


def classes_of(tonic: str, steps: tuple[int, ...]) -> list[int]:
    """The pitch classes, 0-11, of a scale on a tonic."""
    root = LETTERS[tonic[0]] + ACCIDENTALS[tonic[1:]]
    return [(root + step) % 12 for step in steps]


def _tonic(word: str) -> str:
    """The tonic that a word names, as it is written, or nothing."""
    letter, accidental = word[:1].upper(), word[1:].replace("♯", "#").replace("♭", "b")
    if letter in LETTERS and accidental in ACCIDENTALS:
        return letter + accidental
    return ""
