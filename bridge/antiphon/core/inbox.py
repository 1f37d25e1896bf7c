"""Datagrams that wait for the core, kept apart by who sent them: one sender's flood is that sender's wait alone.

They are taken in turn, one of each sender, in the order in which each sent them. What is beyond the bounds is counted
by the one who puts it in, and dropped.
"""

from collections import OrderedDict, deque

from antiphon.core.limits import Source

__all__ = ["Inbox"]

MAX_QUEUED = 16384
"""Datagrams of one sender held at once: a burst of ten thousand goes in whole, and is answered in some seconds."""

MAX_BYTES = 64 * 1024 * 1024
"""Of all senders together; a note takes 60."""

PER_SECOND = 20000
"""Datagrams of one sender a second, over `BURST` seconds: ten times what the network answers, a hundred times the
densest playing. What is beyond is a fault or a flood."""

BURST = 1.0

MAX_RATED = 256
"""Senders whose rates are known at once; the one heard longest ago is forgotten."""


class Inbox:
    """Queues of datagrams, one for each sender that has any waiting."""

    def __init__(self) -> None:
        self._queues: OrderedDict[Source, deque[tuple[bytes, float]]] = OrderedDict()
        self._rates: OrderedDict[Source, tuple[float, float]] = OrderedDict()
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._queues)

    def put(self, data: bytes, source: Source, now: float) -> bool:
        """A datagram arrives; whether it was kept."""
        if not self._lets_through(source, now) or self._bytes + len(data) > MAX_BYTES:
            return False
        queue = self._queues.get(source)
        if queue is None:
            queue = self._queues[source] = deque()
        elif len(queue) >= MAX_QUEUED:
            return False
        queue.append((data, now))
        self._bytes += len(data)
        return True

    def take(self, count: int) -> list[tuple[bytes, Source, float]]:
        """At most so many datagrams, with who sent each and when it came: one of each sender in turn."""
        found: list[tuple[bytes, Source, float]] = []
        queues = self._queues
        while queues and len(found) < count:
            source, queue = queues.popitem(last=False)
            data, now = queue.popleft()
            self._bytes -= len(data)
            found.append((data, source, now))
            if queue:
                queues[source] = queue
        return found

    def _lets_through(self, source: Source, now: float) -> bool:
        left, before = self._rates.pop(source, (PER_SECOND * BURST, now))
        left = min(left + max(now - before, 0.0) * PER_SECOND, PER_SECOND * BURST)
        lets = left >= 1
        self._rates[source] = (left - lets, now)
        if len(self._rates) > MAX_RATED:
            self._rates.popitem(last=False)
        return lets
