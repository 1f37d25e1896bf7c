"""The one file with a socket, a clock and a loop. It moves bytes between socket, core, engine and recorder.

All waiting datagrams are drained by our own reader before the network runs: the kernel keeps some 256 and drops the
rest, and asyncio's stock transport hands over one a turn, which would make a hundred batches of one of a hundred
notes. In a burst the network runs in a thread of its own, so that the socket is read on. The loop waits in `select`,
whose time-outs are microseconds: epoll's are whole milliseconds, and a note would be late by as much. Nothing is
printed, logged or written for a note; what takes long, loading a model or writing a file, is done aside, in a thread
or a program of its own.
"""

import asyncio
import contextlib
import ipaddress
import os
import select
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from antiphon.core.core import BATCH, Core, Job
from antiphon.core.inbox import Inbox
from antiphon.engine.engine import Engine
from antiphon.errors import AntiphonError, DeviceError
from antiphon.osc.messages import Error, ModelAnswer, Note, Outgoing
from antiphon.record.writer import Recorder
from antiphon.wanted import Answer, Wanted

__all__ = ["Networks", "Server", "Workshop", "bind", "rehearse", "steady_time"]

Networks = Sequence[ipaddress.IPv4Network]

LARGEST = 65536
"""Bytes: no UDP datagram is larger."""

RECEIVE_BUFFER = 4 * 1024 * 1024
"""Bytes asked of the kernel; the usual 208 KiB keep 256 notes. It gives what its own limit allows."""

AFTER_FAULT = 0.01
"""Seconds to the next turn after a fault of ours: its senders are told then, and one that repeats takes no core."""

READ_ON = 0.0005
"""Seconds between two looks whether the network is done, where nothing comes meanwhile."""

MAX_DRAIN = 1024
"""Datagrams read before the network is run: 10 ms of reading, so that a flood cannot keep others from an answer."""


def bind(host: str, port: int) -> socket.socket:
    """A bound, non-blocking UDP socket.

    Raises:
        DeviceError: the port is taken, or the address is not this machine's.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(
            f"port {port} on {host} cannot be opened: {reason}",
            "another antiphon may be running; stop it, or choose another port with --port",
        ) from error
    sock.setblocking(False)
    return sock


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
        self._stopping: asyncio.Event | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._trouble: str | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._network = ThreadPoolExecutor(1, "network")

        @lru_cache(maxsize=1024)
        def is_heard(host: str) -> bool:
            return not allowed or any(ipaddress.ip_address(host) in network for network in allowed)

        self._is_heard = is_heard

    def serve(self) -> None:
        """Answer until SIGTERM or Ctrl-C; then end every note and say goodbye to every sender."""
        selector = selectors.SelectSelector()
        with (
            asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner,
            contextlib.suppress(KeyboardInterrupt),
        ):
            runner.run(self._run())
        self._core.close("the server stops", steady_time())
        self._send()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        if sys.platform != "win32":  # there, Ctrl-C arrives as KeyboardInterrupt
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._stopping.set)
        loop.add_reader(self._sock, self._turn)
        await self._stopping.wait()
        loop.remove_reader(self._sock)
        if self._timer is not None:
            self._timer.cancel()
        for job in self._jobs:
            job.cancel()

    def _turn(self) -> None:
        """One turn: drain, take in, what is due, ask the network once, send; come back when there is more to do."""
        loop = asyncio.get_running_loop()
        try:
            self._drain(MAX_DRAIN)
            for datagram in self._inbox.take(BATCH):
                self._core.datagram(*datagram)
                self._read_on()
            self._core.tick(steady_time())
            self._send()
            wanted = self._core.wanted(steady_time())
            if wanted:
                self._core.deliver(self._run_network(wanted), steady_time())
                self._core.tick(steady_time())
                self._send()
            for job in self._core.take_jobs():
                self._begin(job)
        except Exception:  # noqa: BLE001 - a fault of ours must not end the concert: counted, kept once, and on
            self._keep_traceback()
            self._core.give_up(steady_time())
            loop.call_later(AFTER_FAULT, self._turn)
            return
        if self._inbox or self._core.wanting(steady_time()):
            loop.call_soon(self._turn)
        else:
            self._wake_at(self._core.next_due())

    def _run_network(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """The network's answers; if more waits than one run takes, the socket is read on meanwhile.

        A run of 32 windows takes some 10 ms, and in a burst most kernels' 512 datagrams come in less: of ten thousand
        notes, sent in 80 ms, 8,000 were lost there, and 3,500 with this.
        """
        if not self._inbox:
            return self._engine.run(wanted)
        running = self._network.submit(self._engine.run, wanted)
        while not running.done():
            select.select([self._sock], [], [], READ_ON)
            self._read_on()
        return running.result()

    def _read_on(self) -> None:
        """In a burst: take from the kernel what came meanwhile."""
        if self._inbox:
            self._drain(BATCH)

    def _wake_at(self, due: float | None) -> None:
        """Come back when something is due by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due is not None:
            wait = max(due - steady_time(), 0.0)
            self._timer = asyncio.get_running_loop().call_later(wait, self._turn)

    def _drain(self, most: int) -> None:
        """Waiting datagrams into the inbox."""
        receive, put, count = self._sock.recvfrom, self._inbox.put, self._core.stats.count
        for _ in range(most):
            try:
                data, source = receive(LARGEST)
            except BlockingIOError:
                return
            except ConnectionError:  # Windows and Linux say so here when an earlier answer found a closed port
                count("answers_to_closed_ports")
                continue
            if not self._is_heard(source[0]):
                count("datagrams_not_allowed")
            elif not put(data, source, steady_time()):
                count("datagrams_dropped")

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
