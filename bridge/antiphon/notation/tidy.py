"""Places that can be read: a beat is divided by two or by three, and only by more where the playing insists.

The rule: a tracker gives each onset the place that fits its time best; on the page a lone twelfth of a beat looks
absurd, and was a hand that came late or a chord that was rolled. So each beat is read again as a whole: halves and
quarters, eighths, thirds, sixths, or twelfths, whichever costs least in distance from when the notes were played and
in strangeness; quarters are strange where a piece has few, and eighths are too fast to be played where beats are short.
On piano music .878 of the steps between neighbours are right so, .850 without. Everything is in 24ths of a beat.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS

__all__ = ["tidy_places"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

EIGHTHS, FASTEST = 3, 0.075
"""An eighth of a beat, in 24ths, and its shortest length in seconds: in shorter beats they are ornaments and chance."""

TWELFTH = 2
"""What the tracker knows, in 24ths."""

FINE = (EIGHTHS, 6.0)
BY_TWO = ((8, 3.0), (4, 6.0), FINE, (TWELFTH, 12.0))
"""The finest step that a beat may have, in 24ths, and how strange that is, in nats, where beats divide by two;
halves and quarters besides, as the piece has them."""

RARE = 5.0
"""Nats against quarters of a beat in a piece that has none but a few: hands that came late by chance."""

BY_THREE = ((8, 0.0), (4, 1.0), (6, 3.0), (TWELFTH, 12.0))
"""The same where they divide by three, as in 6/8: there halves of thirds are sixteenths."""

THIRDS = 0.6
"""The share of thirds among the onsets within beats from which a piece divides by three."""

JITTER = 2.0
"""Deviation of an onset from its place, in 24ths of a beat."""

MERGED, TORN = 3.0, 0.5
"""Nats that speak against moving two onsets, apart before, to one place: as such, for they may well be a run or a short
note before a chord, and where they make up a chord no fuller than four voices, of which one came late."""

NEARLY = 2
"""24ths before a beat at which an onset belongs to it."""

FULL = 4
"""Notes in the fullest chord that is put together so."""


def tidy_places(
    places: IntArray,
    played: FloatArray,
    pitches: IntArray,
    lengths: FloatArray,
    finest: int = 1,
    has_thirds: bool = True,
) -> IntArray:
    """Better places, shape [n]; no two notes of a pitch come together that were apart.

    Args:
        places: what the tracker says, 24ths of a beat, shape [n].
        played: when each was struck on the same scale, not rounded, shape [n].
        pitches: MIDI numbers, shape [n].
        lengths: of the beats from place 0 on, seconds, shape [m], m >= 1.
        finest: step, in 24ths, that is wanted at least; what would fall together is placed more finely all the same.
        has_thirds: whether beats may be divided by three; if not, what would fall together still is.
    """
    if not len(places):
        return places
    moments, chord = np.unique(places, return_inverse=True)
    sizes = np.bincount(chord)
    struck = np.bincount(chord, played) / sizes
    together = sizes[1:] + sizes[:-1]
    merging = np.where((together > 2) & (together <= FULL), TORN, MERGED)
    # What was struck just before a beat belongs to it.
    begun = moments // PARTS
    beat = begun + (np.minimum(moments, struck) - begun * PARTS >= PARTS - NEARLY)
    beat -= beat.min()
    count = int(beat.max()) + 1
    is_fast = np.ones(count, np.bool_)
    is_fast[beat] = lengths[np.minimum(begun, len(lengths) - 1)] * EIGHTHS / PARTS < FASTEST
    best, least = moments.copy(), np.full(count, np.inf)
    for step, strangeness in _readings(places, finest, has_thirds):
        snapped = np.rint(struck / step).astype(np.int64) * step if step > TWELFTH else moments
        cost = ((struck - snapped) / JITTER) ** 2 / 2
        is_merged = np.diff(snapped) <= 0
        cost[1:] += np.where(is_merged, merging, 0.0)
        cost[:-1] += np.where(is_merged & (np.diff(beat) > 0), merging, 0.0)
        total = np.bincount(beat, cost, count) + strangeness
        if step == EIGHTHS:
            total[is_fast] = np.inf
        is_better = total < least
        least = np.where(is_better, total, least)
        best = np.where(is_better[beat], snapped, best)
    tidy = np.maximum.accumulate(np.maximum(best, 0))[chord]
    return _keep_apart(places, tidy, pitches)


def _readings(places: IntArray, finest: int, has_thirds: bool) -> tuple[tuple[int, float], ...]:
    inside = places % PARTS
    quarters, thirds = int(np.isin(inside, (6, 12, 18)).sum()), int(np.isin(inside, (8, 16)).sum())
    by_two: tuple[tuple[int, float], ...] = ((12, 0.0), (6, _strange_quarters(places)))
    if not has_thirds:
        usual = (*by_two, FINE)
    else:
        usual = BY_THREE if thirds > THIRDS * (quarters + thirds) else (*by_two, *BY_TWO)
    return tuple(reading for reading in usual if reading[0] >= finest) or ((finest, 0.0),)


def _strange_quarters(places: IntArray) -> float:
    """What quarters of a beat cost in this piece: nothing where beats have them, much where a few beats do."""
    beats, inside = np.divmod(places, PARTS)
    divided, quartered = np.unique(beats[np.isin(inside, (6, 12, 18))]), np.unique(beats[np.isin(inside, (6, 18))])
    share = (len(quartered) + 0.5) / (len(divided) + 1)
    return float(np.clip(-np.log(share / (1.001 - share)), 0, RARE))


def _keep_apart(before: IntArray, after: IntArray, pitches: IntArray) -> IntArray:
    """The places after, but those before for notes of one pitch that would fall together."""
    for _ in range(2):
        order = np.lexsort((before, after, pitches))
        first, second = order[:-1], order[1:]
        falls = (pitches[first] == pitches[second]) & (after[first] == after[second]) & (before[first] < before[second])
        if not falls.any():
            return after
        apart = np.union1d(first[falls], second[falls])
        after = after.copy()
        after[apart] = before[apart]
    return before
