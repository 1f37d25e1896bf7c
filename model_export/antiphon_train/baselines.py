"""Yardsticks for pitch: what counting alone can say of the next one.

Uniform, unigram and n-grams interpolated order by order, where a context trusts the shorter one the more, the more
kinds of notes have followed it: p_k = (count + s kinds p_(k-1)) / (total + s kinds). Source: Witten and Bell 1991;
s = 1 is theirs and overfits piano music, so it is chosen on another part of the corpus than the one that is scored.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Grams", "count_grams", "gram_nats", "tuned_strength"]

PITCHES = 128
BEFORE = PITCHES
"""Stands before the first note of a piece."""

BASE = PITCHES + 1
STRENGTHS = (1, 2, 4, 8, 16, 32, 64)

Pitches = NDArray[np.int64]
Grams = list[tuple[Pitches, Pitches, Pitches, Pitches, Pitches]]
"""For each order: sorted grams and their counts; sorted contexts, their totals and kinds."""


def _keys(pieces: Sequence[Pitches], order: int) -> Pitches:
    """A number for each note and the `order` - 1 before it, int64 [notes]; the note itself is the last digit."""
    keys = []
    for piece in pieces:
        padded = np.concatenate([np.full(order - 1, BEFORE), piece])
        key = np.zeros(len(piece), np.int64)
        for lag in range(order - 1, -1, -1):
            key = key * BASE + padded[order - 1 - lag : len(padded) - lag]
        keys.append(key)
    return np.concatenate(keys)


def count_grams(pieces: Sequence[Pitches], order: int) -> Grams:
    """Count what follows what in pieces of pitches, for contexts of 0 to `order` - 1 notes."""
    found: Grams = []
    for length in range(1, order + 1):
        grams, counts = np.unique(_keys(pieces, length), return_counts=True)
        contexts, first = np.unique(grams // BASE, return_index=True)
        kinds = np.diff(np.append(first, len(grams)))
        found.append((grams, counts, contexts, np.add.reduceat(counts, first), kinds))
    return found


def gram_nats(grams: Grams, pieces: Sequence[Pitches], context: int, strength: float) -> NDArray[np.float64]:
    """Nats of each note that has `context` notes before it, float64 [orders + 1, notes]; row 0 is uniform."""
    is_scored = np.concatenate([np.arange(len(piece)) >= context for piece in pieces])
    probability = np.full(int(is_scored.sum()), 1 / PITCHES)
    rows = [probability]
    for length, (known, counts, contexts, totals, kinds) in enumerate(grams, 1):
        keys = _keys(pieces, length)[is_scored]
        total, trust = _find(contexts, totals, keys // BASE), strength * _find(contexts, kinds, keys // BASE)
        counted = (_find(known, counts, keys) + trust * probability) / np.maximum(total + trust, 1)
        probability = np.where(total > 0, counted, probability)
        rows.append(probability)
    return -np.log(np.stack(rows))


def tuned_strength(grams: Grams, pieces: Sequence[Pitches], context: int) -> int:
    """The strength that makes the longest grams likeliest on pieces that are not the ones to be scored."""
    return min(STRENGTHS, key=lambda strength: float(gram_nats(grams, pieces, context, strength)[-1].mean()))


def _find(keys: Pitches, values: Pitches, wanted: Pitches) -> Pitches:
    """The value of each wanted key, 0 where it is missing; `keys` are sorted."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)
