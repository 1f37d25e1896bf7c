"""The last 25 notes of a session, and which of them are still held."""

import numpy as np

from antiphon.note import HIDDEN, MAX_SECONDS, MIN_DURATION, FloatArray, Note, empty_window

__all__ = ["Window"]


class Window:
    """Rows of (pitch, step, duration, velocity), oldest first; a key still down has its duration hidden.

    A held key is known by how many notes had come when it went down, so a note-off finds its row without a search,
    and finds none when the note has left the window.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget every note and every held key."""
        self._rows = empty_window()
        self._count = 0
        self._held: dict[int, tuple[int, float]] = {}

    def add(self, note: Note) -> None:
        """A note enters on the right, the oldest leaves."""
        self._rows[:-1] = self._rows[1:]
        self._rows[-1] = note
        self._count += 1

    def press(self, pitch: int, step: float, velocity: int, now: float) -> None:
        """A key goes down; the same key, if it was down, comes up first."""
        self.lift(pitch, now)
        self.add(Note(pitch, step, HIDDEN, velocity))
        self._held[pitch] = (self._count, now)

    def lift(self, pitch: int, now: float) -> None:
        """A key comes up: its duration is known now. A key that was not down is nothing."""
        pressed = self._held.pop(pitch, None)
        if pressed is None:
            return
        number, onset = pressed
        age = self._count - number
        if age < len(self._rows):
            self._rows[-1 - age, 2] = min(max(now - onset, MIN_DURATION), MAX_SECONDS)

    def lift_all(self, now: float) -> None:
        """Every key comes up."""
        for pitch in list(self._held):
            self.lift(pitch, now)

    def snapshot(self) -> FloatArray:
        """The window as it is now, float32 [25, 4]: a copy, as a later note-off may still fill in a duration."""
        return np.array(self._rows)
