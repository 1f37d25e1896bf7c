"""Spans of counted pieces as examples: what a beat network is shown, and what it should say of each onset.

A span is `SPAN` onsets of one piece, played anew each time (`rubato`) and described as a listener is told of them
(`antiphon.notation.listen`). Onsets that there are not, at the end of a short piece, count for nothing: the rows of
their targets are zeros.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import CorpusError
from antiphon.notation.listen import PERIOD_BINS, SPAN, WIDTH, describe
from antiphon.notation.onsets import Onsets, gather_onsets
from antiphon.notation.tactus import METERS, PLACES
from antiphon.note import FloatArray, NoteArray
from antiphon_train.rubato import pedal_of, play_anew

__all__ = ["LEAST", "STEPS", "Spans"]

STEPS = 26
"""Kinds of steps from the onset before to this one: by 0 to 24 twelfths of a beat, or by more."""

LEAST = 40
"""Onsets of a piece that is trained on, at least: shorter ones have no meter to speak of."""

COMPOUND = 3
"""How often spans in a compound meter are shown, for one of the others: they are rare, and heard as simple ones."""

SPARE = 16
"""Onsets more than a span that are played: some of them are left out or fall together."""

BLUR = 0.7
"""Deviation of the target over periods, in bins of a fifth of an octave: neighbours are nearly right."""

NEAR = 0.05
"""Beats from the downbeat within which an onset is on it."""


class Spans:
    """Pieces of a corpus as examples for `fit`.

    Args:
        notes: the corpus, `COUNTED_DTYPE` [n].
        bounds: int64 [pieces + 1], as in `Corpus`.
    Raises:
        CorpusError: no piece is long enough.
    """

    def __init__(self, notes: NoteArray, bounds: NDArray[np.int64]) -> None:
        self._pieces = [notes[first:end] for first, end in pairwise(bounds)]
        self._starts = [np.flatnonzero(np.diff(piece["onset"], prepend=-np.inf) > 0) for piece in self._pieces]
        rows: list[tuple[int, int]] = []
        for piece, starts in enumerate(self._starts):
            if len(starts) >= LEAST:
                times = COMPOUND if _is_compound(self._pieces[piece]) else 1
                rows += [(piece, begin) for begin in range(0, len(starts) - LEAST + 1, SPAN)] * times
        if not rows:
            raise CorpusError(f"no piece has {LEAST} onsets", "add longer pieces")
        self._rows = np.array(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, places: NDArray[np.int64], random: np.random.Generator) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Descriptions [b, SPAN, WIDTH] and the targets of each head, [b, SPAN, classes]."""
        shown = np.zeros((len(places), SPAN, WIDTH), np.float32)
        targets = {
            "places": np.zeros((len(places), SPAN, PLACES), np.float32),
            "steps": np.zeros((len(places), SPAN, STEPS), np.float32),
            "downbeats": np.zeros((len(places), SPAN, 2), np.float32),
            "periods": np.zeros((len(places), SPAN, len(PERIOD_BINS)), np.float32),
        }
        for at, (piece, begin) in enumerate(self._rows[places]):
            played = play_anew(self._span(piece, begin, random), random)
            onsets = gather_onsets(played)
            described = describe(played, onsets, pedal_of(played))[:SPAN]
            shown[at, : len(described)] = described
            for head, shares in _answer(played, onsets).items():
                targets[head][at, : len(described)] = shares[:SPAN]
        return shown, targets

    def _span(self, piece: int, begin: int, random: np.random.Generator) -> NoteArray:
        """Somewhat more than a span's notes, from about the onset `begin` on."""
        starts = np.append(self._starts[piece], len(self._pieces[piece]))
        moved = begin + random.integers(-SPAN // 2, SPAN // 2 + 1)
        first = int(np.clip(moved, 0, max(len(starts) - 1 - SPAN, 0)))
        return self._pieces[piece][starts[first] : starts[min(first + SPAN + SPARE, len(starts) - 1)]]


def _is_compound(notes: NoteArray) -> bool:
    known = notes["meter"][notes["meter"] >= 0]
    return len(known) > 0 and METERS[int(np.bincount(known).argmax())].is_compound


def _answer(played: NoteArray, onsets: Onsets) -> dict[str, Any]:
    """What each head should say of each onset: shares that sum to 1, or to 0 where it counts for nothing."""
    beats = np.bincount(onsets.members, played["beat"]) / onsets.sizes
    in_measure = np.full(len(beats), np.inf)
    np.minimum.at(in_measure, onsets.members, played["in_measure"])
    periods = np.bincount(onsets.members, played["period"]) / onsets.sizes
    counted = np.rint(beats * PLACES).astype(np.int64)
    place = counted % PLACES
    steps = np.eye(STEPS)[np.clip(np.diff(counted, prepend=counted[0]), 0, STEPS - 1)]
    steps[0] = 0  # nothing is before it
    is_down = ((place == 0) & (in_measure < NEAR)).astype(np.int64)
    downbeats = np.eye(2)[is_down]
    downbeats[np.isnan(in_measure)] = 0  # no measures are known
    width = np.log(PERIOD_BINS[1] / PERIOD_BINS[0])
    off = (np.log(periods)[:, None] - np.log(PERIOD_BINS)) / width  # [c, 25], bins
    near = np.exp(-((off / BLUR) ** 2) / 2) + 1e-9
    return {
        "places": np.eye(PLACES)[place],
        "steps": steps,
        "downbeats": downbeats,
        "periods": near / near.sum(axis=1, keepdims=True),
    }
