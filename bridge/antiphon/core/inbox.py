"""Datagrams that wait for the core, kept apart by who sent them: one sender's flood is that sender's wait alone.

They are taken one of each sender in turn, in the order in which each sent them. Of a sender who may be in the middle of
a burst few are taken, and none once more have come than two hands play: the kernel's queue would run over while the
network answers. A bundle of many messages is taken a slice at a time, so that one datagram costs no more than a chord
does. What is beyond the bounds is dropped, and counted by the one who put it in.
"""

from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, repeat

from antiphon.core.limits import EACH, MAX_SENDERS, Source
from antiphon.errors import MessageError
from antiphon.osc import codec

__all__ = ["Inbox"]

MAX_QUEUED = 16384
"""Datagrams of one sender held at once: a burst of ten thousand goes in whole, and is answered in some seconds. No more
senders have any waiting than the core knows."""

MAX_BYTES = 64 * 1024 * 1024
"""Of all senders together; a note takes 190."""

MAX_BYTES_EACH = MAX_BYTES // 8
"""Of one sender: it cannot fill what others need, and the longest burst of notes is less than half of it."""

OVERHEAD = 128
"""Bytes that a datagram takes beside its own: an empty one is not kept for nothing."""

SLICE = 32
"""Messages of a bundle that are taken at once: more than two hands play. The largest datagram holds
a thousand, and a thousand presets kept everyone else from an answer for 160 ms."""

PER_SECOND = 20000
"""Datagrams of one sender a second, over `BURST` seconds: ten times what the network answers, a hundred times the
densest playing. What is beyond is a fault or a flood."""

BURST = 1.0

CHORD = 32
"""Datagrams of one sender that come together without being a burst: two hands on an instrument play a third of it."""

CROWD = 256
"""Datagrams of one sender that wait at once, half of what most kernels keep for all: it gets a queue of its own."""

QUIET = 0.005
"""Seconds. A sender of whom more than `CHORD` datagrams came within them is in a burst. Most kernels keep 500, which a
burst fills in 3 ms, and 32 windows take the network 12."""


@dataclass(slots=True)
class _Queue:
    """What one sender has waiting, and its bytes."""

    datagrams: deque[tuple[bytes, float]] = field(default_factory=deque)
    size: int = 0

    @property
    def calm_at(self) -> float:
        """When its burst is over, if it is one and nothing more comes."""
        return self.datagrams[-min(CHORD, len(self.datagrams))][1] + QUIET

    @property
    def ready_at(self) -> float:
        return self.calm_at if len(self.datagrams) > CHORD else self.datagrams[0][1]

    def take(self) -> tuple[bytes, float, int]:
        """The next datagram, or slice of one, when it came, and how many messages it holds."""
        data, now = self.datagrams.popleft()
        self.size -= len(data) + OVERHEAD
        slices = _sliced(data)
        for rest, _ in reversed(slices[1:]):
            self.datagrams.appendleft((rest, now))
            self.size += len(rest) + OVERHEAD
        return slices[0][0], now, slices[0][1]


@dataclass(slots=True)
class _Rate:
    """Datagrams that a sender may still send, as of when it was heard."""

    left: float
    heard: float

    def at(self, now: float) -> float:
        """What it is by now."""
        return min(self.left + max(now - self.heard, 0.0) * PER_SECOND, PER_SECOND * BURST)


class Inbox:
    """Queues of datagrams, one for each sender that has any waiting."""

    def __init__(self) -> None:
        self._queues: OrderedDict[Source, _Queue] = OrderedDict()
        self._rates: OrderedDict[Source, _Rate] = OrderedDict()
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._queues)

    def put(self, datagrams: Sequence[bytes], source: Source, now: float) -> int:
        """Datagrams of one sender arrive; how many were kept, the first ones."""
        queue = self._queues.get(source)
        if queue is None:
            if len(self._queues) >= MAX_SENDERS:
                return 0
            queue = _Queue()
        most = min(self._let_through(source, len(datagrams), now), MAX_QUEUED - len(queue.datagrams))
        kept = datagrams[: max(most, 0)]
        room = min(MAX_BYTES_EACH - queue.size, MAX_BYTES - self._bytes)
        sizes = list(accumulate(len(data) + OVERHEAD for data in kept))
        if sizes and sizes[-1] > room:
            kept = kept[: bisect_right(sizes, room)]
        if not kept:
            return 0
        queue.datagrams.extend(zip(kept, repeat(now)))
        queue.size += sizes[len(kept) - 1]
        self._bytes += sizes[len(kept) - 1]
        self._queues[source] = queue
        return len(kept)

    def take(self, count: int, now: float, room: Callable[[Source], int]) -> Iterator[tuple[bytes, Source, float]]:
        """Datagrams of about so many messages, with who sent each and when it came: one of each sender in turn.

        Args:
            room: how many messages of a sender may be taken, asked again after each has been taken in.
        """
        turns = deque(
            (source, room(source) if queue.calm_at <= now else EACH)
            for source, queue in self._queues.items()
            if queue.ready_at <= now
        )
        while turns and count > 0:
            source, most = turns.popleft()
            if not room(source):
                continue
            queue = self._queues[source]
            before = queue.size
            data, came, messages = queue.take()
            self._bytes += queue.size - before
            count -= messages
            if not queue.datagrams:
                del self._queues[source]
            else:
                self._queues.move_to_end(source)
                if messages < most:
                    turns.append((source, most - messages))
            yield data, source, came

    def has_some(self, room: Callable[[Source], int]) -> bool:
        """Whether anything waits that there is room for, now or when its burst is over."""
        return any(room(source) for source in self._queues)

    def is_crowded_by(self, source: Source) -> bool:
        """Whether so much of a sender waits that what else it sends should not be in one queue with the others'."""
        queue = self._queues.get(source)
        return queue is not None and len(queue.datagrams) > CROWD

    def room_for(self, source: Source, now: float) -> int:
        """How many more datagrams of a sender would be kept now, if they are no larger than notes."""
        queue, rate = self._queues.get(source), self._rates.get(source)
        left = PER_SECOND * BURST if rate is None else rate.at(now)
        return min(MAX_QUEUED - (len(queue.datagrams) if queue else 0), int(left))

    def holds(self, source: Source) -> bool:
        """Whether anything of a sender waits."""
        return source in self._queues

    def _let_through(self, source: Source, count: int, now: float) -> int:
        """How many of so many datagrams the sender's rate lets through."""
        rate = self._rates.get(source)
        if rate is None:
            rate = self._rates[source] = _Rate(PER_SECOND * BURST, now)
            if len(self._rates) > MAX_SENDERS:
                self._rates.popitem(last=False)
        else:
            self._rates.move_to_end(source)
        left = rate.at(now)
        through = min(count, int(left))
        rate.left, rate.heard = left - through, now
        return through


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
