"""What a beat network is shown of each onset, and what it says of it.

The rule: a listener is a function from descriptions (`describe`) to `Heard`; whoever loads the network brings it, and
nothing here knows onnxruntime. The descriptions are the accents, plus what they leave out: seconds, pitch classes
and register as such. Networks are shown `SPAN` onsets at a time, spans overlap by `OVERLAP` to each side, and of each
only the middle is believed, so that time and memory grow with the number of onsets alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.accents import FEATURES, measure_accents
from antiphon.notation.onsets import Onsets
from antiphon.notation.tactus import PLACES
from antiphon.note import FloatArray, NoteArray

__all__ = ["OVERLAP", "PERIOD_BINS", "SPAN", "WIDTH", "Heard", "Listener", "describe", "hear"]

WIDTH = len(FEATURES) + 7 + PLACES
"""Numbers that describe an onset."""

SPAN, OVERLAP = 256, 64
"""Onsets that a network is shown at once: about a page; and how many at each end only give it context."""

PERIOD_BINS = 0.17 * 2 ** (np.arange(25) * 0.2)
"""Seconds a beat between which a network chooses, a fifth of an octave apart, .17 to 4.7."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a network says, log-probabilities.

    Args:
        places: of each onset for each place in the beat, shape [c, 12].
        downbeats: of each onset to be a downbeat, against not, log-odds, shape [c].
        periods: of the beat for each of `PERIOD_BINS`, shape [c, 25].
    """

    places: FloatArray
    downbeats: FloatArray
    periods: FloatArray


Listener = Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]
"""From descriptions [batch, SPAN, WIDTH] to places [batch, SPAN, 12], downbeats [batch, SPAN, 1] and periods
[batch, SPAN, 25], as in `Heard`."""


def describe(notes: NoteArray, onsets: Onsets) -> FloatArray:
    """The description of each onset, shape [c, WIDTH], each number about within -3..3."""
    gaps = np.log(np.clip(np.diff(onsets.seconds), 0.02, 10)) + 1.5
    count = len(onsets.seconds)
    classes = notes["pitch"].astype(np.int64) % 12
    chroma = np.minimum(np.bincount(onsets.members * 12 + classes, minlength=count * 12).reshape(count, 12), 1)
    alone = (
        np.append(0.0, gaps),
        np.append(gaps, 0.0),
        np.log(np.clip(onsets.durations, 0.02, 10)) + 1,
        np.log(onsets.sizes),
        (onsets.low - 60) / 12,
        (onsets.high - 60) / 12,
        (onsets.velocities - 64) / 32,
    )
    return np.concatenate([measure_accents(notes, onsets), np.stack(alone, axis=1), chroma], axis=1).astype(np.float32)


def hear(descriptions: FloatArray, listener: Listener) -> Heard:
    """What the network says of every onset, shape [c, WIDTH] in."""
    count = len(descriptions)
    hop = SPAN - 2 * OVERLAP
    starts = np.arange(0, max(count - OVERLAP, 1), hop)
    padded = np.zeros((starts[-1] + SPAN, WIDTH), np.float32)
    padded[:count] = descriptions
    spans = padded[starts[:, None] + np.arange(SPAN)]  # [batch, SPAN, WIDTH]
    places, downbeats, periods = listener(spans)
    owner = np.clip((np.arange(count) - OVERLAP) // hop, 0, len(starts) - 1)
    at = np.arange(count) - starts[owner]
    return Heard(places[owner, at], downbeats[owner, at, 0], periods[owner, at])


def rate_places(heard: Heard, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much each onset speaks for each place, log, against how common the place is, shape [c, 12]."""
    return np.asarray(heard.places - np.log(shares), np.float64)
