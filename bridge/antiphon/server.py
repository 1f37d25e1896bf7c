"""The one file with a clock and a loop. It moves bytes between socket, core, engine and recorder.

All waiting datagrams are drained (`udp.py`) before the network runs, so that a hundred notes are a few batches and not
a hundred. The loop waits in `select`, whose time-outs are microseconds: epoll's are whole milliseconds, and a note
would be late by as much. Nothing is printed, logged or written for a note; what takes long, loading a model or writing
a file, is done aside, in a thread or a program of its own.
"""

import asyncio
import contextlib
import gc
import ipaddress
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Protocol

from antiphon.core.core import BATCH, Core, Job
from antiphon.core.inbox import Inbox
from antiphon.engine.engine import Engine
from antiphon.errors import AntiphonError
from antiphon.osc.messages import Error, ModelAnswer, Note, Outgoing
from antiphon.record.writer import Recorder
from antiphon.udp import Reader

__all__ = ["Networks", "Server", "Workshop", "rehearse", "steady_time"]

Networks = Sequence[ipaddress.IPv4Network]

AFTER_FAULT = 0.01
"""Seconds to the next turn after a fault of ours: its senders are told then, and one that repeats takes no core."""

_OFFSET = time.time() - time.perf_counter()


def steady_time() -> float:
    """Seconds of Unix time as it was at the start, plus a clock that never jumps."""
    return _OFFSET + time.perf_counter()


def rehearse(core: Core, engine: Engine) -> None:
    """Play one note through a core that is thrown away, so that nothing loads when the first real one comes.

    Without it the first answer took 10 ms, most of it numpy loading its random numbers.
    """
    core.receive(Note(60, 0.0, 0.5, 64, 0), ("rehearsal", 0), steady_time())
    core.deliver(engine.run(core.wanted(steady_time())), steady_time())
    core.to_send(steady_time())


class Workshop(Protocol):
    """What the server has done aside, in threads; each raises an AntiphonError that says why not."""

    def load(self, name: str) -> Engine:
        """A model by name, loaded and warm."""

    def models(self) -> list[Outgoing]:
        """All models there are."""

    def save(self, session: str, name: str, format: str, bars: int) -> list[Outgoing]:
        """Write a session of this run into the output folder, the last bars alone if they are more than 0."""


class Server:
    """Serves one socket until told to stop.

    Args:
        sock: bound and non-blocking.
        core, engine: warm and ready.
        workshop: for what takes long.
        recorder: keeps what happened, or None.
        allowed: networks whose senders are heard; none of them for every one that reaches the socket.
        crash_log: where the traceback of a fault of ours is kept, the first of each start.
    """

    def __init__(
        self,
        sock: socket.socket,
        core: Core,
        engine: Engine,
        workshop: Workshop,
        recorder: Recorder | None,
        allowed: Networks,
        crash_log: Path,
    ) -> None:
        self._sock = sock
        self._core = core
        self._engine = engine
        self._workshop = workshop
        self._recorder = recorder
        self._crash_log = crash_log
        self._crashed = False
        self._inbox = Inbox()
        self._reader = Reader(sock, self._inbox, core.stats.count)
        self._stopping: asyncio.Event | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._trouble: str | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._loading = asyncio.Lock()

        @lru_cache(maxsize=1024)
        def is_heard(host: str) -> bool:
            return not allowed or any(ipaddress.ip_address(host) in network for network in allowed)

        self._is_heard = is_heard

    def serve(self) -> None:
        """Answer until SIGTERM, Ctrl-C or the terminal's end; then end every note and say goodbye to every sender."""
        gc.freeze()  # what is loaded stays: looking through all of it took 16 ms, now and then on the way of a note
        selector = selectors.SelectSelector()
        with (
            asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner,
            contextlib.suppress(KeyboardInterrupt),
        ):
            runner.run(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        if sys.platform != "win32":  # there, Ctrl-C arrives as KeyboardInterrupt
            is_kept = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # started with nohup, to outlive its terminal
            for number in (signal.SIGINT, signal.SIGTERM, *(() if is_kept else (signal.SIGHUP,))):
                loop.add_signal_handler(number, self._stopping.set)
        loop.add_reader(self._sock, self._turn)
        try:
            await self._stopping.wait()
        finally:  # however it stops, and here: the runner waits, minutes perhaps, for what is done aside
            loop.remove_reader(self._sock)
            self._reader.close()
            if self._timer is not None:
                self._timer.cancel()
            for job in self._jobs:
                job.cancel()
            self._core.close("the server stops", steady_time())
            self._send()

    def _turn(self) -> None:
        """One turn: drain, take in, what is due, ask the network once, send; come back when there is more to do."""
        try:
            self._drain()
            for datagram in self._inbox.take(BATCH, steady_time(), self._core.room):
                self._core.datagram(*datagram)
            self._core.tick(steady_time())
            self._send()
            wanted = self._core.wanted(steady_time())
            if wanted:
                if self._recorder is not None:
                    self._recorder.may_write()
                answers = self._engine.run(wanted)
                self._core.deliver(answers, steady_time())
                self._core.tick(steady_time())
                self._send()
            for job in self._core.take_jobs():
                self._begin(job)
        except Exception:  # noqa: BLE001 - a fault of ours must not end the concert: counted, kept once, and on
            self._keep_traceback()
            self._core.give_up(steady_time())
            self._wake_at(steady_time() + AFTER_FAULT)
            return
        now = steady_time()
        # Awake as long as anything waits, a burst that goes on too: a loop that sleeps is woken on its sender's core,
        # and waits there for its turn.
        if self._inbox.has_some(self._core.room) or self._core.wanting(now):
            self._wake_at(now)
            return
        dues = (self._core.next_due(), self._reader.next_due(now))
        self._wake_at(min((due for due in dues if due is not None), default=None))

    def _wake_at(self, due: float | None) -> None:
        """Come back when something is due by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due is not None:
            wait = max(due - steady_time(), 0.0)
            self._timer = asyncio.get_running_loop().call_later(wait, self._turn)

    def _drain(self) -> None:
        """Waiting datagrams into the inbox. Whoever has many waiting is set aside before the next reading."""
        for batch in self._reader.batches(steady_time()):
            now = steady_time()
            for source, group in groupby(batch, itemgetter(1)):
                datagrams = [data for data, _ in group]
                if not self._is_heard(source[0]):
                    self._core.stats.count("datagrams_not_allowed", len(datagrams))
                    continue
                lost = len(datagrams) - self._inbox.put(datagrams, source, now)
                self._core.stats.count("datagrams_dropped", lost)
                if lost or self._inbox.is_crowded_by(source):
                    self._reader.set_aside(source)

    def _send(self) -> None:
        for data, address in self._core.to_send(steady_time()):
            try:
                self._sock.sendto(data, address)
            except OSError:  # a full buffer or an unreachable port: UDP promises nothing, and the music goes on
                self._core.stats.count("answers_not_sent")
        if self._recorder is not None:
            self._recorder.put(self._core.take_events())
            if self._recorder.trouble != self._trouble:
                self._tell_trouble(self._recorder.trouble)

    def _tell_trouble(self, trouble: str | None) -> None:
        """Say once to everyone that recording has stopped; the music goes on, and so does the recorder's trying."""
        self._trouble = trouble
        self._core.trouble = trouble or ""
        if trouble is not None:
            what, _, hint = trouble.partition("; ")
            self._core.tell_all(Error(what, "", hint, 0))

    def _begin(self, job: Job) -> None:
        task = asyncio.get_running_loop().create_task(self._do(job))
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _do(self, job: Job) -> None:
        """A job of the core, aside; the old model stays until the new one is warm."""
        answers: list[Outgoing]
        try:
            if job.kind == "model":
                async with self._loading:  # in turn: else the one that loads slowest would stay, not the last
                    engine = await asyncio.to_thread(self._workshop.load, job.name)
                bundle = engine.bundle
                family = str(bundle.metadata["family"])
                self._engine = engine
                self._core.swap(bundle.name, family, bundle.licence, steady_time())
                answers = [ModelAnswer(bundle.name, family, bundle.licence)]
            elif job.kind == "models":
                answers = await asyncio.to_thread(self._workshop.models)
            else:
                answers = await asyncio.to_thread(self._workshop.save, job.session, job.name, job.format, job.bars)
        except AntiphonError as error:
            answers = [Error(error.what, f"/antiphon/{job.kind}", error.hint, 0)]
        except Exception:  # noqa: BLE001 - as above: what is done aside must not end the concert either
            self._keep_traceback()
            answers = [Error("a fault of ours", f"/antiphon/{job.kind}", "the server's log folder has the details", 0)]
        self._core.finish(job, answers)
        self._send()

    def _keep_traceback(self) -> None:
        self._core.stats.count("faults")
        if not self._crashed:
            self._crashed = True
            with contextlib.suppress(OSError):
                self._crash_log.parent.mkdir(parents=True, exist_ok=True)
                self._crash_log.write_text(traceback.format_exc() + f"\npid {os.getpid()}\n", encoding="utf-8")
