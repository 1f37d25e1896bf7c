"""Bounds on what one sender may cost. Each number has its reason beside it."""

from collections import OrderedDict

__all__ = ["MAX_SESSIONS", "MAX_WAITING", "Source", "Throttle"]

Source = tuple[str, int]
"""A sender: address and port."""

MAX_SESSIONS = 64
"""Sessions at once: more than a stage has senders, and under 1 MB. One more retires the one used longest ago."""

MAX_WAITING = 1024
"""Requests of one session that wait for the network: a datagram's worth. More are refused as busy."""

ERRORS_PER_SECOND = 20
"""Errors answered to one sender: enough to read, too few to feed a loop between two programs."""

MAX_THROTTLED = 256
"""Senders whose errors are counted at once; the one heard longest ago is forgotten."""


class Throttle:
    """Lets through so many errors a second for each sender."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Source, tuple[float, int]] = OrderedDict()

    def lets_through(self, source: Source, now: float) -> bool:
        """Whether an error may still be answered to this sender in this second."""
        started, count = self._seen.pop(source, (now, 0))
        if not 0 <= now - started < 1:
            started, count = now, 0
        self._seen[source] = (started, count + 1)
        if len(self._seen) > MAX_THROTTLED:
            self._seen.popitem(last=False)
        return count < ERRORS_PER_SECOND
