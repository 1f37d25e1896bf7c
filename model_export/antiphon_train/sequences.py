"""Sequences of notes as examples: every position is trained at once, as it will be met on stage.

A sequence is a run of notes of one piece, moved to another key and tempo. Some begin with places without a note, as
windows on stage do, and durations are hidden at random, as those of keys that are still down.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import CorpusError
from antiphon.note import NO_NOTE, WINDOW, FloatArray
from antiphon_train.bins import DURATION, STEP, VELOCITY_WIDTH

__all__ = ["IGNORE", "Sequences"]

HIDE = 0.4
"""Share of durations hidden."""

PADDED = 0.1
"""Share of sequences that begin with places without a note. Few are enough: the first positions of all the others have
short windows, too, only without the empty places."""

ODD = 0.02
"""Share of notes struck where nobody would have: what follows is learnt from them, they themselves are not. A network
that never heard a wrong note does not find home from one of its own."""

FAR_OFF = 36
"""Semitones that an odd note may lie from the one it replaces."""

TRANSPOSE = 6
TEMPO = 0.223
"""Natural log of the greatest change of tempo: x 0.8 to x 1.25."""

LOWEST, HIGHEST = 21, 108
"""Pitches of a piano."""

PITCHES = 128
IGNORE = -1
"""A target that counts for nothing."""


class Sequences:
    """Pieces of a corpus as examples for `fit`: every note of it is a target once an epoch.

    Args:
        rows: the corpus, float32 [n, 4].
        lengths: notes of each piece, int64 [pieces].
        length: notes that a sequence trains; it has one more, which is never a target.
    Raises:
        CorpusError: no piece is longer than a sequence.
    """

    def __init__(self, rows: FloatArray, lengths: NDArray[np.int64], length: int) -> None:
        if lengths.max() <= length:
            raise CorpusError(
                f"the longest piece has {lengths.max()} notes, and training needs more than {length} in one piece",
                "add longer pieces, or train on shorter sequences with --length",
            )
        self._length = length
        self._rows = rows
        ends = np.cumsum(lengths)
        found = [np.arange(end - count, end - length, length) for end, count in zip(ends, lengths, strict=True)]
        self._starts = np.concatenate(found)
        self._last = np.repeat(ends, [len(starts) for starts in found]) - length - 1

    def __len__(self) -> int:
        return len(self._starts)

    def take(
        self, places: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[dict[str, FloatArray], dict[str, NDArray[np.int32]]]:
        """Sequences as the network is called with, and the targets of each head, int32 [b, length]."""
        count, length = len(places), self._length
        starts = np.minimum(self._starts[places] + random.integers(0, length, count), self._last[places])
        notes = self._rows[starts[:, None] + np.arange(length + 1)]  # [b, length + 1, 4]
        played = notes[:, :, 0]
        shift = random.integers(-TRANSPOSE, TRANSPOSE + 1, count)
        shift = np.clip(shift, -played.min(1), PITCHES - 1 - played.max(1))
        notes[:, :, 0] += shift[:, None]
        notes[:, :, 1:3] *= np.exp(random.uniform(-TEMPO, TEMPO, count)).astype(np.float32)[:, None, None]
        targets = {
            "pitch": notes[:, 1:, 0].astype(np.int32),
            "step": STEP.find(notes[:, 1:, 1]),
            "duration": DURATION.find(notes[:, 1:, 2]),
            "velocity": notes[:, 1:, 3].astype(np.int32) // VELOCITY_WIDTH,
        }
        _strike_oddly(notes, targets["pitch"], random)
        is_hidden = (random.random((count, length)) < HIDE).astype(np.float32)
        most = min(WINDOW, length - 1)
        _pad(notes, targets, np.where(random.random(count) < PADDED, random.integers(1, most + 1, count), 0))
        return {"notes": notes, "is_hidden": is_hidden}, targets


def _strike_oddly(notes: FloatArray, targets: NDArray[np.int32], random: np.random.Generator) -> None:
    """Move a few notes to pitches that nobody has to foresee."""
    is_odd = random.random(targets.shape) < ODD
    moved = notes[:, 1:, 0] + random.integers(-FAR_OFF, FAR_OFF + 1, targets.shape)
    notes[:, 1:, 0] = np.where(is_odd, np.clip(moved, LOWEST, HIGHEST), notes[:, 1:, 0])
    targets[is_odd] = IGNORE


def _pad(notes: FloatArray, targets: dict[str, NDArray[np.int32]], empty: NDArray[np.int64]) -> None:
    """Empty the first places of sequences, as on stage; the first note that is left begins its session."""
    places = np.arange(notes.shape[1])[None]
    is_empty = places < empty[:, None]
    begins = (places == empty[:, None]) & (empty[:, None] > 0)
    notes[is_empty] = [NO_NOTE, 0, 0, 0]
    notes[begins, 1] = 0
    for name in targets:
        targets[name][is_empty[:, 1:]] = IGNORE
    targets["step"][begins[:, 1:]] = 0
