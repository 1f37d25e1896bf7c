"""Clips on their way to Ableton Live: the first message of each at once, the others a turn of AbletonOSC later."""

from bisect import insort
from collections import deque
from collections.abc import Sequence
from operator import itemgetter

from antiphon.core.limits import Source
from antiphon.dialects.ableton import TICK
from antiphon.dialects.dialect import Sent
from antiphon.errors import BusyError
from antiphon.osc import codec
from antiphon.osc.table import PREFIX

__all__ = ["MAX_LATER", "Clips"]

MAX_LATER = 64
"""Messages of clips that wait for their time, a tenth of a second: eight of the longest clips."""

CLIP_MESSAGES = 8
"""Messages of the longest clip at most: its slot, a thousand notes, its name."""


class Clips:
    """What is to be sent when, soonest first."""

    def __init__(self) -> None:
        self._later: deque[tuple[float, bytes, Source]] = deque()

    def has_room(self) -> None:
        """See that one more clip may wait.

        Raises:
            BusyError: it may not.
        """
        if len(self._later) > MAX_LATER - CLIP_MESSAGES:
            raise BusyError("the clips before this one are under way", "send it again", f"{PREFIX}clip")

    def add(self, sent: Sequence[Sent], address: Source, now: float) -> None:
        """The messages of a clip, and where they go."""
        for place, one in enumerate(sent):
            insort(self._later, (now + (TICK if place else 0.0), codec.write(*one), address), key=itemgetter(0))

    def next_due(self) -> float | None:
        """When `take` gives something, None if nothing waits."""
        return self._later[0][0] if self._later else None

    def take(self, now: float) -> list[tuple[bytes, Source]]:
        """The bytes that are due and where they go, in order; each is given once."""
        found = []
        while self._later and self._later[0][0] <= now:
            _, data, address = self._later.popleft()
            found.append((data, address))
        return found
