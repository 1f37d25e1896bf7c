"""Which key signature stands where.

The rule: the notes of a window (a measure) are drawn, in theory, from the profile of a key, each as often as its pitch
class belongs there; the signature is the path through 24 keys under which all windows are likeliest, where each change
costs so much that only a lasting one is worth it (a hidden Markov model). The key that a phrase wanders to is no
change of signature. The last bass note and the first say more about the tonic than any other. Nothing here knows
meter or seconds: windows are given as numbers.

Source: Krumhansl, Cognitive Foundations of Musical Pitch (1990), for key profiles; these are Bellman's, "About the
determination of key of a musical excerpt" (CMMR 2005), counted by Budge in 1943. Of five that were tried they find most
signatures of piano music (.95 of the notes; Krumhansl and Kessler's .87); in chorales all but the latter are alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Key", "find_keys", "find_tonics"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MAJOR = (16.80, 0.86, 12.95, 1.41, 13.49, 11.93, 1.25, 20.28, 1.80, 8.04, 0.62, 10.57)
MINOR = (18.16, 0.69, 12.99, 13.34, 1.07, 11.15, 1.38, 21.07, 7.49, 1.53, 0.92, 10.21)
"""How often each degree is played in a key, in percent, from the tonic up in semitones."""


@dataclass(frozen=True, slots=True)
class Patience:
    """What a path through the keys may do.

    Args:
        change: what a change of signature costs, in nats of the windows' likelihood.
        mode: what a change between a major key and its relative minor costs.
        weight: notes that a window counts as at most: a run of many is hardly more evidence than a chord held.
    """

    change: float
    mode: float
    weight: float


SIGNATURE = Patience(change=25.0, mode=6.0, weight=1.5)
"""Signatures change seldom."""

TONICS = Patience(change=4.0, mode=1.0, weight=4.0)
"""Phrases wander."""

TONIC = 3.5
"""Nats that speak for the keys whose tonic is the last bass note, half of it the first."""

DORIAN, FLAT_DORIAN, MIXOLYDIAN = 0.60, 0.36, 0.40
"""Share of raised sixths among the sixths of a minor key, and of lowered sevenths among the sevenths of a major one,
from which the signature has them. Old music leaves out the last flat of a minor key more readily if it has two or more.
"""

DIATONIC = {True: (0.045, (1, 4, 6)), False: (0.035, (1, 3, 6, 8))}
"""Only where other degrees that are foreign to the key (semitones from its tonic, in minor and in major) are rarer than
this: in chromatic music sixths and sevenths are altered by the harmony."""

FEWEST = 12
"""Sixths or sevenths that say so, at least: a turn and a cadence are no mode."""

MOST = 6
"""Sharps or flats of a signature."""

FIFTHS_MAJOR = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
"""Sharps (flats below 0) of the major key on each pitch class."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its sharps (flats below 0), -6 to 6, and its mode."""

    fifths: int
    is_minor: bool = False


def find_keys(pitches: IntArray, weights: FloatArray, windows: IntArray, count: int) -> tuple[Key, ...]:
    """The key whose signature is in force in each window.

    Args:
        pitches: MIDI numbers in the order of their onsets, shape [n].
        weights: how much each counts, its length for instance, > 0, shape [n].
        windows: the window of each note, 0 to `count` - 1, shape [n].
        count: of windows.
    """
    if not len(pitches):
        return (Key(0),) * count
    table = _count(pitches, weights, windows, count, SIGNATURE)
    likelihood = table @ np.log(_profiles()).T  # [count, 24]
    last = pitches[-6:].min() % 12
    first = pitches[:3].min() % 12
    likelihood[-1, [last, last + 12]] += TONIC
    likelihood[0, [first, first + 12]] += TONIC / 2
    keys = [_key(state) for state in _best_path(likelihood, SIGNATURE)]
    return tuple(_spare_accidentals(keys, np.bincount(pitches % 12, minlength=12)))


def find_tonics(pitches: IntArray, weights: FloatArray, windows: IntArray, count: int) -> tuple[IntArray, BoolArray]:
    """The key that each window is in by itself: pitch class of the tonic, and whether it is minor, shape [count]."""
    if not len(pitches):
        return np.zeros(count, np.int64), np.zeros(count, np.bool_)
    table = _count(pitches, weights, windows, count, TONICS)
    path = np.array(_best_path(table @ np.log(_profiles()).T, TONICS), np.int64)
    return path % 12, path >= 12


def _count(pitches: IntArray, weights: FloatArray, windows: IntArray, count: int, patience: Patience) -> FloatArray:
    table = np.zeros((count, 12))
    np.add.at(table, (windows, pitches % 12), weights)
    sums = table.sum(axis=1, keepdims=True)
    counted: FloatArray = table * np.minimum(patience.weight, sums) / np.maximum(sums, 1e-9)
    return counted


def _spare_accidentals(keys: list[Key], counts: IntArray) -> list[Key]:
    """The same keys; where one holds throughout and its music is diatonic, the signature of its old mode (Dorian,
    Mixolydian) if that saves accidentals. `counts` are of notes by pitch class, shape [12]."""
    key = keys[-1]
    if any(other.fifths != key.fifths for other in keys):
        return keys
    heard = np.roll(counts, -(7 * key.fifths + 9 * key.is_minor))  # by degree, in semitones
    rare, foreign = DIATONIC[key.is_minor]
    usual, modal = (8, 9) if key.is_minor else (11, 10)
    least = MIXOLYDIAN if not key.is_minor else FLAT_DORIAN if key.fifths <= -2 else DORIAN
    degree = heard[usual] + heard[modal]
    is_modal = degree >= FEWEST and heard[modal] > least * degree
    if not is_modal or heard[list(foreign)].sum() >= rare * heard.sum():
        return keys
    fifths = key.fifths + (1 if key.is_minor else -1)
    fifths -= 12 if fifths > MOST else -12 if fifths < -MOST else 0
    return [Key(fifths, other.is_minor) for other in keys]


def _profiles() -> FloatArray:
    return np.array([np.roll(profile, tonic) for profile in (MAJOR, MINOR) for tonic in range(12)]) / 100  # [24, 12]


def _key(state: int) -> Key:
    tonic, is_minor = state % 12, state >= 12
    return Key(FIFTHS_MAJOR[(tonic + 3 * is_minor) % 12], is_minor)


def _best_path(likelihood: FloatArray, patience: Patience) -> list[int]:
    count = len(likelihood)
    relative = np.concatenate([(np.arange(12) + 9) % 12 + 12, (np.arange(12) + 3) % 12])  # of each state
    came = np.zeros((count, 24), np.int64)
    score = likelihood[0].copy()
    for window in range(1, count):
        best = int(score.argmax())
        options = np.stack(
            [score, score[relative] - patience.mode, np.full(24, score[best] - patience.change)]
        )  # [3, 24]
        choice = options.argmax(axis=0)
        came[window] = np.where(choice == 0, np.arange(24), np.where(choice == 1, relative, best))
        score = options.max(axis=0) + likelihood[window]
    path = [int(score.argmax())]
    for window in range(count - 1, 0, -1):
        path.append(int(came[window, path[-1]]))
    return path[::-1]
