"""What stands beside the notes: loudness, tempo and touch, in the few words that a reader needs.

The rule: say little, and only what lasts. A dynamic stands where the level changes for two measures or more; `rit.`
and `accel.` where the tempo leaves what it was by a sixth for two measures, `a tempo` where it comes back; a dot
where a note is held for a small part of its length though its hand plays long, a line where one is held in full though
both hands play short.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS

__all__ = ["find_dynamics", "find_tempo_words", "find_touch"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LEVELS = {"pp": 31.0, "p": 45.0, "mp": 57.0, "mf": 70.0, "f": 85.0, "ff": 103.0}
"""Velocities at the middle of what MIDI programs play each dynamic with."""

SWAY, FAR, CHANGE = 8.0, 6.0, 4.0
"""Velocities by which a measure strays from its level, nats that it speaks against another one at most, and nats that
speak against a change: two measures two levels louder have their sign, one measure, or two of the next level, none."""

SLOWER, FASTER, BACK = 0.84, 1.19, 0.93
"""Shares of the tempo of the eight measures before: of `rit.`, of `accel.`, of `a tempo`."""

BEFORE = 8

ANOTHER_LEVEL = (1.8, 2.2)
"""Times faster or slower from one measure to the next: then beats are counted on another level, or a new tempo begins
that no word between the two would name."""

DOT, DOTTED, LINE = 0.38, 0.5, 0.9
"""Shares of the written length: held less is staccato; held less than the second goes with staccato around it; held
more is tenuto among short notes."""

COMPANY = 3
SOON = PARTS
"""Marked notes in a row at least, and 24ths of a beat from each to the next at most: dots are read in rows."""

LONG, SHORT = 0.6, 0.45
"""The articulation of a hand, above which dots and below which lines say something."""


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
    before = ""
    for measure, level in zip(played.tolist(), _best_levels(means), strict=True):
        if level != before:
            found[measure] = before = level
    return found


def _best_levels(means: FloatArray) -> list[str]:
    """The level of each measure by its mean velocity: a path that seldom changes (Viterbi); a last chord has none."""
    misfit = np.minimum(((means[:, None] - np.array([*LEVELS.values()])) / SWAY) ** 2 / 2, FAR)
    if len(means) > 1:
        misfit[-1] = 0.0
    cost, came = misfit[0], []
    for more in misfit[1:]:
        best = int(cost.argmin())
        is_new = cost[best] + CHANGE < cost
        came.append(np.where(is_new, best, np.arange(len(LEVELS))))
        cost = np.where(is_new, cost[best] + CHANGE, cost) + more
    path = [int(cost.argmin())]
    for before in reversed(came):
        path.append(int(before[path[-1]]))
    names = list(LEVELS)
    return [names[at] for at in reversed(path)]


def find_tempo_words(tempi: FloatArray) -> dict[int, str]:
    """The measures at whose start a change of tempo is written.

    Args:
        tempi: quarters a minute of each measure, shape [m].
    """
    found: dict[int, str] = {}
    reference = 0.0
    since = 0
    for measure in range(2, len(tempi)):
        if _is_another_level(tempi[measure] / tempi[measure - 1]):
            reference, since = 0.0, measure
            continue
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


def _is_another_level(ratio: float) -> bool:
    low, high = ANOTHER_LEVEL
    return low < max(ratio, 1 / ratio) < high


def find_touch(
    places: IntArray, offsets: FloatArray, ends: IntArray, voices: IntArray, middles: FloatArray
) -> list[str]:
    """`staccato`, `tenuto` or nothing for each note; three of a kind at least stand together.

    Args:
        places, offsets, ends: onset, release and written end, 24ths of a beat, shape [n].
        voices: any numbers, shape [n].
        middles: the articulation of the hand of each: how much of its length a note is held, usually, shape [n].
    """
    lengths = ends - places
    shares = (offsets - places) / np.maximum(lengths, 1)
    has_dots = (lengths <= PARTS) & (lengths >= PARTS // 4) & (middles > LONG)
    is_short, is_shortish = has_dots & (shares < DOT), has_dots & (shares < DOTTED)
    is_long = (shares > LINE) & (lengths >= PARTS // 2) & (middles.max(initial=0) < SHORT)
    # All notes of a chord are alike, or none is marked.
    rows = np.stack([voices, places], axis=1)
    _, first, chord, sizes = np.unique(rows, axis=0, return_index=True, return_inverse=True, return_counts=True)
    chord = chord.ravel()
    begins = places[first]
    short, shortish, long = (np.bincount(chord, one) == sizes for one in (is_short, is_shortish, is_long))
    dots = _in_company(short, shortish, begins)[chord]
    lines = _in_company(long, long, begins)[chord]
    return ["staccato" if dot else "tenuto" if line else "" for dot, line in zip(dots, lines, strict=True)]


def _in_company(is_marked: BoolArray, may_be: BoolArray, places: IntArray) -> BoolArray:
    """The rows, each of them soon after the other, of what may be marked, where half of it is and three are."""
    steps = np.diff(places)
    breaks = ~(may_be[:-1] & may_be[1:] & (steps > 0) & (steps <= SOON))
    row = np.concatenate([[0], np.cumsum(breaks)])
    marked, sizes = np.bincount(row, is_marked), np.bincount(row)
    return np.asarray(may_be & ((marked >= COMPANY) & (2 * marked >= sizes))[row])
