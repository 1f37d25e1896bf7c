"""The last notes that the model played in a session, for those who ask for them afterwards.

They lie in one array whose memory is there from the first note on, and not as objects of their own: a deque of tuples
took 220 bytes a note and grew for as long as the model had played fewer than it keeps, half an evening. It was all
that made a server grow.
"""

import numpy as np

from antiphon.note import NOTE_DTYPE, Note, NoteArray

__all__ = ["KEPT", "Past"]

KEPT = 1000
"""Notes of the model that `clip` can write: as many as one message may ask for. They take 20 kB."""


class Past:
    """A ring of notes, each with its onset in seconds."""

    def __init__(self) -> None:
        self._ring = np.full(KEPT, np.zeros((), NOTE_DTYPE))  # written, so that the system gives the memory now
        self._count = 0
        self.last_onset = 0.0

    def add(self, onset: float, note: Note) -> None:
        """The model played a note."""
        self._ring[self._count % KEPT] = (onset, *note)
        self._count += 1
        self.last_onset = onset

    def last(self, count: int) -> NoteArray:
        """The last notes as they were played, oldest first, at most so many."""
        many = min(count, self._count, KEPT)
        return self._ring[np.arange(self._count - many, self._count) % KEPT]
