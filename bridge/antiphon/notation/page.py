"""A score of our own: what stands on the page, as values, before any program writes it.

The rule: a score has bars, which all parts share, and parts of one or two staves; a staff has a measure for each bar,
and a measure one or two voices, rows of chords and rests that fill it from its first place to its last. Every choice
is made when a page is built: writers copy what they find. Places and lengths are 24ths of a beat, as in `grid`,
from the start of the measure. It knows no library.
"""

from dataclasses import dataclass
from typing import Literal

from antiphon.notation.grid import Meter

__all__ = ["Bar", "Chord", "Clef", "Head", "Measure", "Part", "Rest", "Score", "Staff", "Trill", "Words"]

Clef = Literal["treble", "bass"]

Beam = Literal["begin", "continue", "end", "forward hook", "backward hook"]


@dataclass(frozen=True, slots=True)
class Head:
    """One note of a chord: letter, semitones it is raised (-2 to 2), octave (middle C begins 4), accidental shown.

    `accidental` is the raise to show, or None where the signature or an earlier one holds.
    """

    letter: str
    alter: int
    octave: int
    accidental: int | None = None


@dataclass(frozen=True, slots=True)
class Trill:
    """A trill with the next letter above; `accidental` is what stands over its sign, as in `Head`."""

    accidental: int | None = None


@dataclass(frozen=True, slots=True)
class Chord:
    """Notes that begin and end together, one or more, lowest first.

    Args:
        place, length: 24ths of a beat.
        quarters: how long it looks, dots not counted: 0.5 is an eighth.
        dots: 0 or 1.
        tuplet: None, or whether it is the first and the last of its triplet.
        heads: the notes.
        is_tied_from, is_tied_on: whether it goes on from the chord before, and goes on in the next of its voice.
        beams: from the eighths' beam down.
        marks: `staccato`, `tenuto`, `fermata`.
        graces: small notes before it, lowest first.
        trill: on it, or None.
        is_rolled: whether it has a wavy line before it.
    """

    place: int
    length: int
    quarters: float
    dots: int
    tuplet: tuple[bool, bool] | None
    heads: tuple[Head, ...]
    is_tied_from: bool = False
    is_tied_on: bool = False
    beams: tuple[Beam, ...] = ()
    marks: tuple[str, ...] = ()
    graces: tuple[Head, ...] = ()
    trill: Trill | None = None
    is_rolled: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """A silence, as `Chord`; `is_measure` is a whole-measure rest, a hidden one only fills its voice."""

    place: int
    length: int
    quarters: float
    dots: int
    tuplet: tuple[bool, bool] | None
    is_measure: bool = False
    is_hidden: bool = False


Voice = tuple[Chord | Rest, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A bar of one staff.

    Args:
        voices: the upper first.
        clef: in force.
        octaves: by which it is written lower than it sounds (8va), -1 for higher (8vb).
        dynamics: (place, level).
    """

    voices: tuple[Voice, ...]
    clef: Clef
    octaves: int = 0
    dynamics: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Text above the bar at a place: `rit.`; or a metronome mark, if `per_minute` is given, in beats; `is_swung` where
    eighths are swung from there on."""

    place: int
    text: str
    per_minute: int | None = None
    is_swung: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """What all parts share in one measure.

    Args:
        begin: where in a full measure it begins: above 0 for a pick-up.
        length: 24ths of a beat.
        meter: in force; it says what a beat is.
        fifths: sharps of the signature in force, flats below 0.
        words: above the first staff.
    """

    begin: int
    length: int
    meter: Meter
    fifths: int
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Staff:
    """Five lines with their measures."""

    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A player's staves, upper first, and the name in front of them."""

    name: str
    staves: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A page of music."""

    title: str
    bars: tuple[Bar, ...]
    parts: tuple[Part, ...]

    @property
    def first_number(self) -> int:
        """The number of the first bar: 0 if it is a pick-up."""
        return 0 if self.bars[0].begin else 1
