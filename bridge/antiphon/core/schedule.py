"""What is to sound when: a heap of due times that pairs every on with its off.

Three rules. A note that begins is sure to end: its off is in the heap with its on, and whatever empties the heap ends
what sounds. A pitch has one string: struck again while it sounds, it ends first, and the older off is void. What is
late slides and never bursts: if the next thing due is more than `LATE` behind, all that follows moves by as much, so
the spacing is kept and nothing is dropped.

Times are seconds of the core's clock. With a look-ahead things are given out that much earlier, with their true time.
"""

import heapq
from typing import NamedTuple

__all__ = ["LATE", "Due", "Schedule"]

LATE = 0.01
"""Seconds behind at which the rest slides. Less is not heard as late; the loop of a busy server is some ms behind."""


class Due(NamedTuple):
    """A key of the model goes down (velocity above 0) or comes up at `at`."""

    at: float
    pitch: int
    velocity: int


class Schedule:
    """Notes of one session that sound or will."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, bool, int, int, int]] = []
        self._number = 0
        self._slid = 0.0
        self._sounding: dict[int, tuple[int, float]] = {}
        self.polyphony = 128
        self.late = 0

    @property
    def slid(self) -> float:
        """Seconds by which everything has moved so far."""
        return self._slid

    @property
    def sounding(self) -> list[int]:
        """Pitches that sound, those longest down first."""
        return list(self._sounding)

    def add(self, pitch: int, velocity: int, onset: float, duration: float) -> None:
        """A note that is to begin at `onset` and to last `duration` seconds."""
        self._number += 1
        due = onset - self._slid
        heapq.heappush(self._heap, (due, True, self._number, pitch, velocity))
        heapq.heappush(self._heap, (due + duration, False, self._number, pitch, 0))

    def next_due(self) -> float | None:
        """When the next thing is due, None if nothing is."""
        return self._heap[0][0] + self._slid if self._heap else None

    def release(self, now: float, lookahead: float = 0.0) -> list[Due]:
        """All that is due until `now + lookahead`, in order."""
        due = self.next_due()
        if due is not None and now - due > LATE:
            self._slid += now - due
            self.late += 1
        found: list[Due] = []
        # As the session says when it is due: added on the other side, the look-ahead may round to a moment too late.
        while self._heap and self._heap[0][0] + self._slid - lookahead <= now:
            at, is_on, number, pitch, velocity = heapq.heappop(self._heap)
            at += self._slid
            if is_on:
                self._begin(found, at, number, pitch, velocity)
            elif self._sounding.get(pitch, (0,))[0] == number:
                del self._sounding[pitch]
                found.append(Due(at, pitch, 0))
        return found

    def end_all(self, now: float) -> list[Due]:
        """Forget what has not begun and end what sounds: at once, or as soon as it was sent to begin."""
        self._heap.clear()
        ends = [Due(max(now, onset), pitch, 0) for pitch, (_, onset) in self._sounding.items()]
        self._sounding.clear()
        return ends

    def _begin(self, found: list[Due], at: float, number: int, pitch: int, velocity: int) -> None:
        if pitch in self._sounding:
            del self._sounding[pitch]
            found.append(Due(at, pitch, 0))
        while len(self._sounding) >= self.polyphony:
            oldest = next(iter(self._sounding))
            del self._sounding[oldest]
            found.append(Due(at, oldest, 0))
        self._sounding[pitch] = (number, at)
        found.append(Due(at, pitch, velocity))
