"""What a small network says of each note: the left hand's or the right's, from the notes around it.

The rule: a note is described by its pitch against what sounds and is played around it, how long it is, and how its
chord stands; seven dilated convolutions over the notes, in order of place and pitch, look some 70 notes to either side.
The network is a few products of matrices, so numpy runs it, wherever a page is written; its weights and its card, what
it was trained on and how good it is, lie in one file beside the models that play. `docs/hand_network.py` trains it.
Nothing here knows staves, voices or seconds.

Source of the idea: dilated convolutions for sequences, Bai, Kolter and Koltun, "An empirical evaluation of generic
convolutional and recurrent networks for sequence modeling" (2018); a recurrent network did no better and took four
times as long.
"""

import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.grid import PARTS

__all__ = ["DILATIONS", "FILE", "WIDTH", "describe", "read_card", "weigh_sides"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Weights = dict[str, NDArray[np.float32]]

WIDTH = 20
"""Numbers that describe a note."""

DILATIONS = (1, 2, 4, 8, 16, 1, 4)
"""Notes between the taps of each convolution, which has five."""

FILE = Path(str(files("antiphon") / "models" / "hands.npz"))

BLOCK = 96
"""Rows of a product at a time: larger ones OpenBLAS gives to several threads, which costs more than it brings (240 ms
instead of 55 for 5,000 notes beside other programs)."""

SHORTEST, LONGEST = 0.05, 8.0
"""Beats between which gaps and lengths are told apart."""

PAGE, MEASURE = 16.0, 4.0
"""Beats to each side over which mean pitches are taken."""

ALIKE = 0.15
"""Beats by which keys of one hand, let go together, come up apart."""

LEGATO = 0.1
"""Beats that a key may be held into the next note, as in any legato, before it counts as held."""

NONE_HELD = 30.0
"""Semitones to the next held key where there is none, or none nearer."""


def weigh_sides(places: IntArray, offsets: FloatArray, pitches: IntArray) -> FloatArray:
    """Log-odds of each note for the left hand against the right, shape [n].

    Args:
        places: of the onsets, 24ths of a beat, shape [n], rising; within a place the pitches rise.
        offsets: of the releases, on the same scale, shape [n].
        pitches: MIDI numbers, shape [n].
    """
    weights, _ = _load()
    described = describe(places, offsets, pitches)
    heard = np.maximum(_times(described, weights["mix"]) + weights["mix_bias"], 0)  # [n, units]
    for layer, dilation in enumerate(DILATIONS):
        around = _convolve(heard, weights[f"taps{layer}"], dilation) + weights[f"taps{layer}_bias"]
        heard += _times(np.maximum(around, 0), weights[f"join{layer}"]) + weights[f"join{layer}_bias"]
    odds = _times(np.maximum(heard, 0), weights["odds"]) + weights["odds_bias"]
    return np.asarray(odds[:, 0], np.float64)


def read_card() -> dict[str, Any]:
    """What the network says of itself: name, licence, attribution, data, training, figures, limits."""
    _, card = _load()
    return card


@lru_cache(maxsize=1)
def _load() -> tuple[Weights, dict[str, Any]]:
    with np.load(FILE, allow_pickle=False) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files if name != "card"}
        return weights, json.loads(str(stored["card"]))


def _convolve(heard: NDArray[np.float32], taps: NDArray[np.float32], dilation: int) -> NDArray[np.float32]:
    reach = dilation * (len(taps) // 2)
    padded = np.pad(heard, ((reach, reach), (0, 0)))
    count = len(heard)
    summed = _times(padded[:count], taps[0])
    for tap in range(1, len(taps)):
        summed += _times(padded[tap * dilation : tap * dilation + count], taps[tap])
    return summed


def _times(rows: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Their product, a block of rows after the other."""
    blocks = len(rows) // BLOCK
    whole = blocks * BLOCK
    product = np.empty((len(rows), matrix.shape[1]), np.float32)
    product[:whole] = (rows[:whole].reshape(blocks, BLOCK, len(matrix)) @ matrix).reshape(whole, matrix.shape[1])
    product[whole:] = rows[whole:] @ matrix
    return product


def describe(places: IntArray, offsets: FloatArray, pitches: IntArray) -> NDArray[np.float32]:
    """The description of each note, shape [n, WIDTH], each number about within -3..3; arguments as of `weigh_sides`."""
    beats, tones = places / PARTS, pitches.astype(np.float64)
    ends = np.maximum(offsets / PARTS, beats + SHORTEST / 2)
    starts = np.flatnonzero(np.diff(places, prepend=places[0] - 1))
    sizes = np.diff(starts, append=len(places))
    chord = np.repeat(np.arange(len(starts)), sizes)
    below = np.arange(len(places)) - starts[chord]
    above = sizes[chord] - 1 - below
    at = beats[starts]
    gaps = np.diff(at)
    steps = np.diff(tones)
    alike = np.exp(-np.abs(np.diff(ends)) / ALIKE)
    page, measure = _mean_around(at, beats, tones, PAGE)[chord], _mean_around(at, beats, tones, MEASURE)[chord]
    columns = (
        (tones - 60) / 12,
        _octaves_of(np.append(2.0, gaps)[chord]),
        _octaves_of(np.append(gaps, 2.0)[chord]),
        _octaves_of(ends - beats),
        np.log2(sizes[chord]),
        below / 2,
        above / 2,
        np.where(below > 0, np.append(0.0, steps), 0) / 12,
        np.where(above > 0, np.append(steps, 0.0), 0) / 12,
        (tones - tones[starts][chord]) / 12,
        (tones[starts + sizes - 1][chord] - tones) / 12,
        np.where(below > 0, np.append(0.0, alike), 0),
        np.where(above > 0, np.append(alike, 0.0), 0),
        (page - 60) / 12,
        (tones - page) / 12,
        (tones - measure) / 12,
        *_held_around(starts.tolist(), at.tolist(), tones.tolist(), ends.tolist()),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _octaves_of(lengths: FloatArray) -> FloatArray:
    """Beats as powers of two."""
    return np.asarray(np.log2(np.clip(lengths, SHORTEST, LONGEST)), np.float64)


def _mean_around(at: FloatArray, beats: FloatArray, tones: FloatArray, reach: float) -> FloatArray:
    sums = np.concatenate([[0.0], np.cumsum(tones)])
    first, last = np.searchsorted(beats, at - reach), np.searchsorted(beats, at + reach, side="right")
    return np.asarray((sums[last] - sums[first]) / (last - first), np.float64)


def _held_around(starts: list[int], at: list[float], tones: list[float], ends: list[float]) -> FloatArray:
    """Of keys that are still held when a note begins: octaves to the next below and above, and how many, [4, n]."""
    found = np.zeros((len(tones), 4))
    found[:, :2] = NONE_HELD
    held: list[int] = []
    for start, stop, beat in zip(starts, [*starts[1:], len(tones)], at, strict=True):
        held = [note for note in held if ends[note] > beat + LEGATO]
        for note in range(start, stop) if held else ():
            under = [tones[note] - tones[other] for other in held if tones[other] < tones[note]]
            over = [tones[other] - tones[note] for other in held if tones[other] > tones[note]]
            found[note] = min(under, default=NONE_HELD), min(over, default=NONE_HELD), len(under), len(over)
        held.extend(range(start, stop))
    found[:, :2] = np.minimum(found[:, :2], NONE_HELD) / 12
    found[:, 2:] = np.minimum(found[:, 2:], 4) / 2
    return found.T
