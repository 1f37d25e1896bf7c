"""The sustain pedal: while it is down, a key that comes up goes on sounding, and its note lasts until the pedal rises.

So it is heard, and so it stands in the window: a model that answers with durations answers to what sounded.
"""

from antiphon.core.window import Window

__all__ = ["Pedal"]


class Pedal:
    """The keys of one window, as far as the pedal holds them."""

    def __init__(self, window: Window) -> None:
        self.is_down = False
        self._window = window
        self._held: set[int] = set()

    def strike(self, pitch: int) -> None:
        """A key goes down: its string is no longer the pedal's."""
        self._held.discard(pitch)

    def lift(self, pitch: int, at: float) -> None:
        """A key comes up, and its note ends unless the pedal holds it."""
        if self.is_down:
            self._held.add(pitch)
        else:
            self._window.lift(pitch, at)

    def move(self, is_down: bool, at: float) -> None:
        """The pedal goes down, or up with all that it holds."""
        self.is_down = is_down
        if not is_down:
            for pitch in self._held:
                self._window.lift(pitch, at)
            self._held.clear()

    def lift_all(self, at: float) -> None:
        """Every key and the pedal come up."""
        self.move(False, at)
        self._window.lift_all(at)
