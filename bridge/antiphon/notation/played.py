"""A player's notes on the grid, as arrays: what was played, and what of it the page writes as notes.

The rule: of two strokes of one pitch at one place only the one held longer can be written; what an ornament's sign
stands for is no note of its own, but goes with its main note, which begins where the ornament does. So does a note that
is too quick for a place of its own: as a second in a chord it would look as nobody played it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import Grid
from antiphon.notation.ornaments import GRACE, PLAIN, ROLL, TRILL, find_ornaments
from antiphon.note import NoteArray

__all__ = ["NO_GRACE", "Played", "merge_played", "read_played"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

NO_GRACE = -1

APART, LEGATO = 0.05, 0.03
"""Seconds between two onsets that are no chord, and by which a key may be held into the next."""

KEYS = 128


@dataclass(frozen=True, slots=True)
class Played:
    """Notes, each pitch once at a place; by place, then pitch; shape [n] each.

    Args:
        places, offsets: of onset and release, 24ths of a beat; releases not rounded.
        pitches: MIDI numbers.
        velocities: 1-127.
        graces: pitch of the grace note before each, or `NO_GRACE`.
        trills: semitones up to the other pitch of a trill, 0 where there is none.
        is_rolled: whether it is part of a rolled chord.
    """

    places: IntArray
    offsets: FloatArray
    pitches: IntArray
    velocities: IntArray
    graces: IntArray
    trills: IntArray
    is_rolled: BoolArray

    def take(self, of: IntArray | BoolArray) -> "Played":
        """Some of the notes, by index or mask."""
        return Played(
            self.places[of], self.offsets[of], self.pitches[of], self.velocities[of], self.graces[of], self.trills[of],
            self.is_rolled[of],
        )  # fmt: skip


def read_played(notes: NoteArray, grid: Grid) -> tuple[Played, Played]:
    """Everything that was played, and what of it is written as notes."""
    found = find_ornaments(notes)
    pitches = notes["pitch"].astype(np.int64)
    places, offsets = grid.places.copy(), np.maximum(grid.offsets, grid.places + 0.1)
    graces, trills = np.full(len(notes), NO_GRACE), np.zeros(len(notes), np.int64)
    is_grace, is_trilled = found.kinds == GRACE, found.kinds == TRILL
    graces[found.mains[is_grace]] = pitches[is_grace]
    quick, mains = _find_quick(notes, places, (found.kinds == PLAIN) & (graces == NO_GRACE))
    graces[mains], is_grace[quick] = pitches[quick], True
    mains = found.mains[is_trilled]
    np.maximum.at(trills, mains, pitches[is_trilled] - pitches[mains])
    np.minimum.at(places, mains, places[is_trilled])
    np.maximum.at(offsets, mains, offsets[is_trilled])
    velocities = notes["velocity"].astype(np.int64)
    everything = Played(places, offsets, pitches, velocities, graces, trills, found.kinds == ROLL)
    is_sign = is_grace | (is_trilled & (found.mains != np.arange(len(notes))))
    return _put_in_order(everything), _put_in_order(everything.take(~is_sign))


def _find_quick(notes: NoteArray, places: IntArray, is_free: BoolArray) -> tuple[IntArray, IntArray]:
    """Notes with the place of the next one of their line, a step away, though they were let go for it, and those next
    ones: too quick for the page, they are small notes before it and not part of its chord."""
    order = np.flatnonzero(is_free)[np.lexsort((notes["pitch"][is_free], places[is_free]))]
    keys = places[order] * KEYS + notes["pitch"][order]
    onsets = notes["onset"][order]
    ends = onsets + notes["duration"][order]
    quick, mains = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step in (-2, -1, 1, 2):
        at = np.minimum(np.searchsorted(keys, keys + step), len(keys) - 1)
        apart = onsets[at] - onsets
        leads = (keys[at] == keys + step) & (apart > APART) & (ends < onsets[at] + LEGATO)
        quick.append(order[leads])
        mains.append(order[at[leads]])
    found, to = np.concatenate(quick), np.concatenate(mains)
    # A note has one small note before it, and a small note none.
    _, first = np.unique(to, return_index=True)
    first = first[~np.isin(to[first], found)]
    return found[first], to[first]


def merge_played(parts: Sequence[Played]) -> Played:
    """The notes of several as if one had played them."""
    if len(parts) == 1:
        return parts[0]
    return _put_in_order(
        Played(
            np.concatenate([part.places for part in parts]),
            np.concatenate([part.offsets for part in parts]),
            np.concatenate([part.pitches for part in parts]),
            np.concatenate([part.velocities for part in parts]),
            np.concatenate([part.graces for part in parts]),
            np.concatenate([part.trills for part in parts]),
            np.concatenate([part.is_rolled for part in parts]),
        )
    )


def _put_in_order(part: Played) -> Played:
    order = np.lexsort((-part.offsets, part.pitches, part.places))
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (np.diff(part.places[order]) != 0) | (np.diff(part.pitches[order]) != 0)
    return part.take(order[is_new])
