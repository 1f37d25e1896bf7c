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
from antiphon.notation.pedal import mark_onsets
from antiphon.notation.tactus import PLACES
from antiphon.note import FloatArray, NoteArray
from antiphon.take import NO_PEDAL, Pedalling

__all__ = [
    "OVERLAP",
    "PERIOD_BINS",
    "SPAN",
    "WIDTH",
    "Heard",
    "Listener",
    "cost_periods",
    "cost_places",
    "describe",
    "hear",
    "weigh_downbeats",
]

WIDTH = len(FEATURES) + 9 + PLACES
"""Numbers that describe an onset."""

SPAN, OVERLAP = 256, 64
"""Onsets that a network is shown at once: about a page; and how many at each end only give it context."""

PERIOD_BINS = np.asarray(0.17 * 2 ** (np.arange(25) * 0.2), np.float64)
"""Seconds a beat between which a network chooses, a fifth of an octave apart, .17 to 4.7."""

SHARES = np.exp(-np.array([1.0, 5.5, 3.5, 2.6, 2.5, 5.3, 1.5, 5.2, 2.4, 2.4, 3.2, 4.6]))
"""How common each place of the beat is in what the network was trained on."""

TRUST_PLACES, TRUST_DOWNBEATS, TRUST_PERIODS = 0.5, 0.8, 0.1
"""How much the network's words weigh: of music that it does not know it is too sure. What it says of the tempo is alike
at neighbours, so it counts a tenth."""

LEAST_LOG = -8.0
"""A period that the network thinks impossible costs no more than this."""


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


Listener = Callable[[FloatArray], tuple[FloatArray, ...]]
"""From descriptions [batch, SPAN, WIDTH] to places [batch, SPAN, 12], downbeats [batch, SPAN, 1] and periods
[batch, SPAN, 25], as in `Heard`."""


def describe(notes: NoteArray, onsets: Onsets, pedal: Pedalling = NO_PEDAL) -> FloatArray:
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
        *mark_onsets(onsets.seconds, pedal).T[2:],
    )
    columns = [measure_accents(notes, onsets, pedal), np.stack(alone, axis=1), chroma]
    return np.concatenate(columns, axis=1).astype(np.float32)


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


def weigh_downbeats(heard: Heard) -> NDArray[np.float64]:
    """Log-odds of each onset to be a downbeat, shape [c]."""
    return np.asarray(TRUST_DOWNBEATS * heard.downbeats, np.float64)


def cost_places(heard: Heard) -> NDArray[np.float64]:
    """What each place of the beat costs each onset, against how common it is, shape [c, 12]."""
    return np.asarray(TRUST_PLACES * (np.log(SHARES) - heard.places), np.float64)


def cost_periods(heard: Heard, periods: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each of `periods` (seconds) costs each onset, shape [c, len(periods)]."""
    at = np.clip(np.log(periods / PERIOD_BINS[0]) / np.log(PERIOD_BINS[1] / PERIOD_BINS[0]), 0, len(PERIOD_BINS) - 1)
    low = np.minimum(at.astype(np.int64), len(PERIOD_BINS) - 2)
    share = at - low
    logs = np.maximum(heard.periods.astype(np.float64), LEAST_LOG)
    return np.asarray(-TRUST_PERIODS * ((1 - share) * logs[:, low] + share * logs[:, low + 1]))
