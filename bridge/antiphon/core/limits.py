"""Bounds on what one sender may cost. Each number has its reason beside it."""

from collections import OrderedDict

__all__ = [
    "AHEAD",
    "CALM",
    "EACH",
    "FEW",
    "LEAST_SHARE",
    "MAX_JOBS",
    "MAX_JOBS_EACH",
    "MAX_SENDERS",
    "MAX_SESSIONS",
    "MAX_WAITING",
    "MUCH",
    "SHARE",
    "STATS_LAST",
    "STRUM",
    "TOGETHER",
    "Source",
    "Throttle",
]

Source = tuple[str, int]
"""A sender: address and port."""

EACH = 2
"""Windows of one player in one run of the network while others play, or while a burst may just begin. The network
answers two in 1.0 ms, one in 0.65; what comes meanwhile waits for it, and must find room in the kernel's queue."""

MUCH = 10
"""Predictions of one session that wait at once and are still little: the keys that two hands strike together. Who has
more waiting asks much, and is held to its share while others play."""

SHARE = 0.25
"""Of the network's time at most, for those who ask much while others play: some 350 notes a second are more than hands
play, and three of four notes of the others find the network at rest."""

LEAST_SHARE = 0.05
"""Of the same at least, however much the others play: what waits gets on."""

STRUM = 0.01
"""Seconds within which the notes of a chord or a run follow each other: so long after a note of another those who ask
much still wait."""

CALM = 1.0
"""Seconds after which one who asked much is one who plays like others."""

FEW = 6
"""Messages of one sender that are taken in at once while others play: a tenth of a millisecond of work, and more than
`EACH`, so that who asks much is seen to."""

AHEAD = 256
"""Questions of one session that wait for the network; what else its senders send waits before the core and is not
refused as busy. A panic behind so many notes comes a fifth of a second late."""

TOGETHER = 10.0
"""Seconds. Two who were heard within them play at the same time: a rest of one is no reason to make them wait."""

MAX_SESSIONS = 64
"""Sessions at once: more than a stage has senders, and 2 MB. One more retires the one used longest ago."""

MAX_SENDERS = 256
"""Senders at once, some of them in one session together. One more drops the one heard longest ago."""

MAX_WAITING = 2048
"""Predictions of one session that wait for the network: the longest phrase and a datagram full of notes. A request that
would pass it is refused as busy, so that nobody can ask for more memory than a megabyte."""

MAX_JOBS = 16
"""Models to load, lists of them and files to write that are under way at once, of all senders."""

MAX_JOBS_EACH = 4
"""Of one sender: a patch asks for its model, the list and two files in one go. Each takes up to a second of a core."""

STATS_LAST = 0.1
"""Seconds that a summary is given again before it is made anew: making one takes as long as answering a note."""

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
