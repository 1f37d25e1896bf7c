"""What stands beside the notes: loudness, tempo and touch, in the few words that a reader needs.

The rule: say little, and only what lasts. A dynamic stands where the level changes for two measures at least; `rit.`
and `accel.` where the tempo leaves what it was by a sixth for two measures, `a tempo` where it comes back; a dot
where a note is held for a small part of its length though the piece is played long, a line where one is held in full
though it is played short.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS

__all__ = ["find_dynamics", "find_tempo_words", "find_touch"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LEVELS = ((38, "pp"), (51, "p"), (63, "mp"), (77, "mf"), (94, "f"), (128, "ff"))
"""Velocities below which a level holds: what MIDI programs play the dynamics with, and the middles between."""

CLEAR = 6
"""Velocities by which a measure must pass a border, so that a level on the border does not flicker."""

CALM = 4
"""Measures ahead whose mean is the level of one."""

SLOWER, FASTER, BACK = 0.84, 1.19, 0.93
"""Shares of the tempo of the eight measures before: of `rit.`, of `accel.`, of `a tempo`."""

BEFORE = 8

DOT, LINE = 0.38, 0.9
"""Shares of the written length: held less is staccato, held more is tenuto among short notes."""

SOON = PARTS
"""Twelfths of a beat to the next marked note at most: dots are read in rows."""

LONG, SHORT = 0.6, 0.45
"""The articulation of a piece, above which dots and below which lines say something."""


def find_dynamics(velocities: IntArray, measures: IntArray, count: int) -> dict[int, str]:
    """The measures at whose start a level is written.

    Args:
        velocities: 1-127, shape [n].
        measures: of each note, shape [n].
        count: of measures.
    """
    sums = np.bincount(measures, velocities, count)
    notes = np.bincount(measures, minlength=count)
    played = np.flatnonzero(notes)
    means = sums[played] / notes[played]
    found: dict[int, str] = {}
    level = ""
    for at, measure in enumerate(played.tolist()):
        if level and at == len(played) - 1:
            break  # a last chord alone
        here = float(np.mean(means[at : at + CALM]))
        if not level or (_is_clear(here, level) and _is_clear(float(means[at]), level)):
            new = _level_of(here)
            if new != level and (not found or measure - max(found) >= CALM):
                found[measure] = level = new
    return found


def _level_of(velocity: float) -> str:
    return next(name for border, name in LEVELS if velocity < border)


def _is_clear(velocity: float, level: str) -> bool:
    at = [name for _, name in LEVELS].index(level)
    low = LEVELS[at - 1][0] if at else 0
    return velocity < low - CLEAR or velocity >= LEVELS[at][0] + CLEAR


def find_tempo_words(tempi: FloatArray) -> dict[int, str]:
    """The measures at whose start a change of tempo is written.

    Args:
        tempi: quarters a minute of each measure, shape [m].
    """
    found: dict[int, str] = {}
    reference = 0.0
    since = 0
    for measure in range(2, len(tempi)):
        if reference:
            if tempi[measure] > BACK * reference and tempi[measure] < reference / BACK:
                found[measure] = "a tempo"
                reference, since = 0.0, measure
            elif measure - since > BEFORE:
                reference, since = 0.0, measure
            continue
        before = float(np.median(tempi[max(0, since, measure - BEFORE) : measure]))
        here = tempi[measure : measure + 2]
        if measure - since < 2:
            continue
        if np.all(here < SLOWER * before):
            found[measure], reference, since = "rit.", before, measure
        elif np.all(here > FASTER * before) and len(here) == 2:
            found[measure], reference, since = "accel.", before, measure
    return found


def find_touch(places: IntArray, offsets: FloatArray, ends: IntArray, voices: IntArray, middle: float) -> list[str]:
    """`staccato`, `tenuto` or nothing for each note; three of a kind at least stand together.

    Args:
        places, offsets, ends: onset, release and written end, 24ths of a beat, shape [n].
        voices: any numbers, shape [n].
        middle: the articulation of the piece: how much of its length a note is held, usually.
    """
    lengths = ends - places
    shares = (offsets - places) / np.maximum(lengths, 1)
    is_short = (shares < DOT) & (lengths <= PARTS) & (lengths >= PARTS // 4) & (middle > LONG)
    is_long = (shares > LINE) & (lengths >= PARTS // 2) & (middle < SHORT)
    # All notes of a chord are alike, or none is marked.
    rows = np.stack([voices, places], axis=1)
    _, first, chord, sizes = np.unique(rows, axis=0, return_index=True, return_inverse=True, return_counts=True)
    chord = chord.ravel()
    begins = places[first]
    dots = _in_company(np.bincount(chord, is_short) == sizes, begins)[chord]
    lines = _in_company(np.bincount(chord, is_long) == sizes, begins)[chord]
    return ["staccato" if dot else "tenuto" if line else "" for dot, line in zip(dots, lines, strict=True)]


def _in_company(is_marked: BoolArray, places: IntArray) -> BoolArray:
    """Where three marked ones stand in a row, each soon after the other."""
    steps = np.diff(places)
    goes_on = is_marked[:-1] & is_marked[1:] & (steps > 0) & (steps <= SOON)
    middle = np.flatnonzero(goes_on[:-1] & goes_on[1:]) + 1
    company = np.zeros(len(is_marked), np.bool_)
    company[[middle - 1, middle, middle + 1]] = True
    return company
