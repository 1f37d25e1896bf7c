"""The same notes as the tokens of Performance RNN, so that nats a note can stand beside what was published.

388 tokens: 128 note-ons, 128 note-offs, 100 shifts of time by 10 ms to 1 s, 32 velocities, one written whenever it
changes. A published figure in nats a token, times the tokens that a note takes in the corpus at hand, is nats a note;
ours is the sum of the four parts, with step and duration in the same cells of 10 ms.
Source: Oore et al. 2018, https://arxiv.org/abs/1808.03715; figures from Huang et al. 2018,
https://arxiv.org/abs/1809.04281, table 3.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.note import FloatArray, NoteArray
from antiphon_train.bins import STEP, TimeBins
from antiphon_train.corpus import Corpus

__all__ = ["CAVEATS", "PUBLISHED", "cell_nats", "tokens_per_note"]

PUBLISHED = {"Performance RNN (LSTM)": 1.97, "Music Transformer": 1.84}
"""Nats a token, on their own split of performances of the same competition."""

CAVEATS = (
    "their data is an older choice of the same competition's performances with other splits; "
    "their durations are stretched by the pedal, ours are of the keys; they read up to thousands of tokens, "
    "ours 25 notes; "
    "ours is told where each note ends when it begins, theirs in its place"
)

CELL = 0.01
SHIFT = 100
"""Cells of the longest shift: one second."""

VELOCITIES = 32
CLOSED = {STEP.high: 30.0}
"""Seconds at which the last, open bin of step ends; that of duration ends at twice it."""


def tokens_per_note(corpus: Corpus) -> float:
    """How many of the 388 tokens a note takes, on average over a corpus."""
    return sum(_count_tokens(piece) for piece in corpus.pieces()) / len(corpus.notes)


def _count_tokens(notes: NoteArray) -> int:
    onsets = np.round(notes["onset"] / CELL).astype(np.int64)
    offsets = np.maximum(np.round((notes["onset"] + notes["duration"]) / CELL).astype(np.int64), onsets + 1)
    gaps = np.diff(np.sort(np.concatenate([onsets, offsets])))
    loudness = notes["velocity"] // (128 // VELOCITIES)
    changes = 1 + int((np.diff(loudness) != 0).sum())
    return 2 * len(notes) + int((-(-gaps // SHIFT)).sum()) + changes


def cell_nats(bins: TimeBins, log_probs: FloatArray, seconds: FloatArray) -> FloatArray:
    """Nats of the cell of 10 ms around each time, its mass spread evenly in seconds inside each bin.

    Args:
        log_probs: of the bins, float32 [b, bins].
        seconds: the true times, float32 [b].
    """
    edges = np.concatenate([[0.0], bins.edges.astype(np.float64), [CLOSED.get(bins.high, 60.0)]])
    masses = np.exp(log_probs.astype(np.float64))
    below = np.concatenate([np.zeros((len(masses), 1)), np.cumsum(masses, 1)], 1)  # [b, bins + 1]
    rows = np.arange(len(masses))

    def under(times: NDArray[np.float64]) -> NDArray[np.float64]:
        place = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, bins.count - 1)
        share = np.clip((times - edges[place]) / (edges[place + 1] - edges[place]), 0, 1)
        return np.asarray(below[rows, place] + masses[rows, place] * share)

    cell = np.round(np.minimum(seconds, edges[-1] - CELL) / CELL)
    mass = under((cell + 0.5) * CELL) - under(np.maximum(cell - 0.5, 0) * CELL)
    return np.asarray(-np.log(np.maximum(mass, 1e-12)), np.float32)
