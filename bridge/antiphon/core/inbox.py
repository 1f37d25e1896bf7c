"""Datagrams that wait for the core, kept apart by who sent them: one sender's flood is that sender's wait alone.

They are taken in turn, one of each sender, in the order in which each sent them. A bundle of many messages is taken a
slice at a time, so that one datagram costs no more than a chord does. What is beyond the bounds is counted by the one
who puts it in, and dropped.
"""

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from itertools import islice

from antiphon.core.limits import Source
from antiphon.errors import MessageError
from antiphon.osc import codec

__all__ = ["Inbox"]

MAX_QUEUED = 16384
"""Datagrams of one sender held at once: a burst of ten thousand goes in whole, and is answered in some seconds."""

MAX_BYTES = 64 * 1024 * 1024
"""Of all senders together; a note takes 60."""

MAX_BYTES_EACH = MAX_BYTES // 8
"""Of one sender: it cannot fill what others need, and the longest burst of notes is an eighth of it."""

SLICE = 32
"""Messages of a bundle that are taken at once: more than two hands play. The largest datagram holds
a thousand, and a thousand presets kept everyone else from an answer for 160 ms."""

PER_SECOND = 20000
"""Datagrams of one sender a second, over `BURST` seconds: ten times what the network answers, a hundred times the
densest playing. What is beyond is a fault or a flood."""

BURST = 1.0

SHARES = 4
"""While others play, a sender has at most one in so many windows of a run of the network: one of 32 takes four times as
long as one of 8, and a note that comes meanwhile waits for its end."""

TOGETHER = 1.0
"""Seconds in which two senders are heard who play at the same time."""

MAX_RATED = 256
"""Senders whose rates are known at once; the one heard longest ago is forgotten."""


@dataclass(slots=True)
class _Queue:
    """What one sender has waiting, and its bytes."""

    datagrams: deque[tuple[bytes, float]] = field(default_factory=deque)
    size: int = 0

    def put(self, data: bytes, now: float) -> None:
        self.datagrams.append((data, now))
        self.size += len(data)

    def take(self) -> tuple[bytes, float, int]:
        """The next datagram, or slice of one, when it came, and how many messages it holds."""
        data, now = self.datagrams.popleft()
        self.size -= len(data)
        slices = _sliced(data)
        for rest, _ in reversed(slices[1:]):
            self.datagrams.appendleft((rest, now))
            self.size += len(rest)
        return slices[0][0], now, slices[0][1]


class Inbox:
    """Queues of datagrams, one for each sender that has any waiting."""

    def __init__(self) -> None:
        self._queues: OrderedDict[Source, _Queue] = OrderedDict()
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
            queue = self._queues[source] = _Queue()
        elif len(queue.datagrams) >= MAX_QUEUED or queue.size + len(data) > MAX_BYTES_EACH:
            return False
        queue.put(data, now)
        self._bytes += len(data)
        return True

    def take(self, count: int) -> list[tuple[bytes, Source, float]]:
        """Datagrams of about so many messages, with who sent each and when it came: one of each sender in turn."""
        found: list[tuple[bytes, Source, float]] = []
        taken: Counter[Source] = Counter()
        most = count // SHARES if self._is_shared() else count
        had_enough: list[tuple[Source, _Queue]] = []
        while self._queues and taken.total() < count:
            source, queue = self._queues.popitem(last=False)
            before = queue.size
            data, now, messages = queue.take()
            self._bytes += queue.size - before
            found.append((data, source, now))
            taken[source] += messages
            if queue.datagrams and taken[source] >= most:
                had_enough.append((source, queue))
            elif queue.datagrams:
                self._queues[source] = queue
        self._queues.update(had_enough)
        return found

    def _is_shared(self) -> bool:
        """Whether the last two senders were heard within a second of each other."""
        last = [now for _, now in islice(reversed(self._rates.values()), 2)]
        return len(last) == 2 and last[0] - last[1] < TOGETHER

    def _lets_through(self, source: Source, now: float) -> bool:
        left, before = self._rates.pop(source, (PER_SECOND * BURST, now))
        left = min(left + max(now - before, 0.0) * PER_SECOND, PER_SECOND * BURST)
        lets = left >= 1
        self._rates[source] = (left - lets, now)
        if len(self._rates) > MAX_RATED:
            self._rates.popitem(last=False)
        return lets


def _sliced(data: bytes) -> list[tuple[bytes, int]]:
    """A datagram in pieces of at most `SLICE` messages, with how many each holds."""
    if not data.startswith(codec.BUNDLE):
        return [(data, 1)]
    try:
        parts = codec.split(data)
    except MessageError:
        return [(data, 1)]  # the core says what is wrong with it
    if len(parts) <= SLICE:
        return [(data, len(parts))]
    slices = [parts[at : at + SLICE] for at in range(0, len(parts), SLICE)]
    return [
        (codec.bundle(codec.IMMEDIATELY, [codec.bundle(time_tag, [part]) for time_tag, part in one]), len(one))
        for one in slices
    ]
