"""The recorder: events are put into a bounded queue on the path of a note, and a thread of its own writes them.

    put(events)     from the server's loop: a microsecond, never waits, never raises
    may_write()     from the loop, just before the network runs: what waits is written meanwhile
    the thread      writes all that waits in one transaction, 20 ms after the last one if the network runs, 50 ms if it
                    does not; killed at any moment, 200 ms are lost at most
    trouble         what is wrong just now, for the server to say once; recording goes on by itself when it is over,
                    a fault that is there at the start too

Python runs one thread at a time, so a note that comes while events are made into rows waits for that. While the network
runs the loop needs neither Python nor, on two cores, the other core, whose owner waits for the answer: a transaction of
that moment is over when the answer is there.

The rule: whatever the disk does, the music goes on. What cannot be written is kept up to a bound and tried again;
beyond the bound it is dropped and counted.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from antiphon.errors import RecordError
from antiphon.event import Event
from antiphon.record.store import RunInfo, Store

__all__ = ["Recorder"]

EVERY = 0.05
"""Seconds between two looks at the queue: with the writing itself a commit comes 150 ms after its event at most."""

SOON = 0.02
"""Seconds from one transaction to the next while the network runs again and again: of a thousand notes a second forty
events come in them, which take 0.2 to 0.5 ms of the 0.7 that a run takes."""

RETRY = 0.25
"""Seconds to the next try after a fault: soon enough to lose nothing, seldom enough to leave a full disk alone."""

MAX_WAITING = 32_768
"""Events kept while they cannot be written: some 15 MB, minutes of one dense player."""

MAX_BATCH = 1024
"""Events in one transaction, some 5 ms: another server that writes into the same file waits no longer."""

CLOSE_WITHIN = 2.0
"""Seconds that `close` goes on trying: a server that is told to stop stops."""


class Recorder:
    """Records the events of one run.

    Args:
        path: the database; made if it is not there.
        run: this start of the server.
        tell: told in one line, in the recorder's own thread but for the start, that recording begins to fail.
    """

    def __init__(self, path: Path, run: RunInfo, tell: Callable[[str], None] = lambda trouble: None) -> None:
        self.run = run
        self._store = Store(path, run)
        self._tell = tell
        self._waiting: deque[Event] = deque()
        self._batch: list[Event] = []
        self._put = 0
        self._written = 0
        self._dropped = 0
        self._trouble: str | None = None
        self._soonest = 0.0
        self._wake = threading.Event()
        self._closing = False
        try:
            self._store.open()
        except RecordError as error:
            self._fail(error)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Events that are lost: the queue was full, or they could not be written before the end."""
        return self._dropped

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written just now, in one line with what to do; None while all is well."""
        return self._trouble

    def put(self, events: Sequence[Event]) -> None:
        """Hand these to the thread. Takes a microsecond, never waits and never raises; from one thread alone."""
        if self._closing or len(self._waiting) + len(events) > MAX_WAITING:
            self._dropped += len(events)
        else:
            self._put += len(events)
            self._waiting.extend(events)

    def may_write(self) -> None:
        """Now is a good moment: the loop's thread will not need Python for most of a millisecond."""
        if self._waiting and time.monotonic() >= self._soonest:
            self._soonest = time.monotonic() + SOON
            self._wake.set()

    def flush(self, within: float) -> bool:
        """Wait at most so many seconds until all that was put so far is written; tells whether it is."""
        goal, until = self._put, time.monotonic() + within
        self._wake.set()
        while self._written < goal and time.monotonic() < until:
            time.sleep(0.002)
        return self._written >= goal

    def close(self) -> None:
        """Write what waits and end the thread; what cannot be written within two seconds is counted as dropped."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._wake.wait(RETRY if self._trouble else EVERY)
            self._wake.clear()
            self._write_all()
        until = time.monotonic() + CLOSE_WITHIN
        while not self._write_all() and time.monotonic() < until:
            time.sleep(EVERY)
        self._dropped += self._put - self._written
        self._store.close()

    def _write_all(self) -> bool:
        """Write what waits, until nothing does or a fault says why not; tells whether all is written."""
        while self._batch or self._waiting:
            if not self._batch:
                self._batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH))]
            try:
                self._store.write(self._batch)
            except RecordError as error:
                self._fail(error)
                return False
            self._trouble = None
            self._written += len(self._batch)
            self._batch = []
        return True

    def _fail(self, error: RecordError) -> None:
        is_new = self._trouble is None
        self._trouble = str(error)
        if is_new:
            self._tell(self._trouble)
