"""What the core wants of the network, and what it gets back: arrays, so that neither knows the other.

The core says which windows want an answer, the engine stacks them into batches, a family reads them. The fields
carry the names of the `note` family's graph inputs.
"""

from typing import NamedTuple

import numpy as np

from antiphon.note import FloatArray, Note

__all__ = ["CHOOSE", "DRAWS", "TOP_P", "Answer", "Wanted"]

DRAWS = 8
"""Random numbers that go with one window; a graph takes as many as it has a use for."""

CHOOSE = -1.0
"""Stands in `chosen` for a value that the network is to choose."""


TOP_P = (0.97, 1.0, 1.0, 1.0)
"""Of pitch, step, duration and velocity, if nothing else is set. Of pitches the last three in a hundred are left out:
there, each hardly likely, lie the notes far outside everything around them that no pianist would strike."""


class Wanted(NamedTuple):
    """One window that wants an answer.

    Args:
        ticket: comes back with the answer.
        notes: the window, float32 [25, 4].
        temperature, top_p: of pitch, step, duration and velocity, float32 [4].
        pitch_mask: 1 where a pitch may be chosen, else 0, float32 [128].
        chosen: values that are already known, or `CHOOSE`, float32 [4].
        uniform: random numbers in [0, 1), float32 [DRAWS].
    """

    ticket: int
    notes: FloatArray
    temperature: FloatArray
    top_p: FloatArray
    pitch_mask: FloatArray
    chosen: FloatArray
    uniform: FloatArray

    @classmethod
    def plain(cls, ticket: int, notes: FloatArray, uniform: FloatArray) -> "Wanted":
        """A window with nothing forbidden and nothing chosen, at temperature 1: as a new session asks."""
        return cls(ticket, notes, _ONES, np.array(TOP_P, np.float32), _ALL, _FREE, uniform)

    def as_learnt(self) -> "Wanted":
        """The same at temperature 1 from all that there is, so that the probabilities are the model's own."""
        return self._replace(temperature=_ONES, top_p=_ONES, pitch_mask=_ALL)


class Answer(NamedTuple):
    """What the network answered: the note, and the natural log of its parts' probabilities, NaN where it has none."""

    ticket: int
    note: Note
    log_prob: tuple[float, float, float, float]


_ONES = np.ones(4, np.float32)
_ALL = np.ones(128, np.float32)
_FREE = np.full(4, CHOOSE, np.float32)
