"""The one file with a socket, a clock and a loop. It moves bytes between the socket, the core and the engine.

All waiting datagrams are drained by our own reader before the network runs: the kernel keeps some 256 and drops the
rest, and asyncio's stock transport hands over one a turn, which would make a hundred batches of one of a hundred
notes. Nothing is printed, logged or written for a note.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
import traceback
from collections import deque
from pathlib import Path

from antiphon.core.core import BATCH, Core
from antiphon.core.limits import Source
from antiphon.engine.engine import Engine
from antiphon.errors import DeviceError
from antiphon.osc.messages import Note

__all__ = ["Server", "bind", "rehearse", "steady_time"]

LARGEST = 65536
"""Bytes: no UDP datagram is larger."""

RECEIVE_BUFFER = 4 * 1024 * 1024
"""Bytes asked of the kernel; the usual 208 KiB keep 256 notes. It gives what its own limit allows."""

MAX_QUEUED = 16384
"""Datagrams held while the network runs: more than a second of the densest playing of 64 senders. Beyond it they are
counted and dropped."""

AFTER_FAULT = 0.01
"""Seconds to the next turn after a fault of ours: its senders are told then, and one that repeats takes no core."""

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
    core.deliver(engine.run(core.wanted()), steady_time())
    core.to_send(steady_time())


class Server:
    """Serves one socket until told to stop.

    Args:
        sock: bound and non-blocking.
        core, engine: warm and ready.
        crash_log: where the traceback of a fault of ours is kept, the first of each start.
    """

    def __init__(self, sock: socket.socket, core: Core, engine: Engine, crash_log: Path) -> None:
        self._sock = sock
        self._core = core
        self._engine = engine
        self._crash_log = crash_log
        self._crashed = False
        self._queue: deque[tuple[bytes, Source, float]] = deque()
        self._stopping: asyncio.Event | None = None

    def serve(self) -> None:
        """Answer until SIGTERM or Ctrl-C; then say goodbye to every session."""
        # On Windows asyncio's own loop has no add_reader, and stops receiving after one answer to a closed port.
        factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
        with asyncio.Runner(loop_factory=factory) as runner, contextlib.suppress(KeyboardInterrupt):
            runner.run(self._run())
        self._core.close("the server stops")
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

    def _turn(self) -> None:
        """One turn: drain, take in, ask the network once, send; come back at once if anything is left."""
        try:
            self._drain()
            self._take_in()
            wanted = self._core.wanted()
            if wanted:
                answers = self._engine.run(wanted)
                self._core.deliver(answers, steady_time())
            self._send()
        except Exception:  # noqa: BLE001 - a fault of ours must not end the concert: counted, kept once, and on
            self._keep_traceback()
            self._core.give_up()
            asyncio.get_running_loop().call_later(AFTER_FAULT, self._turn)
            return
        if self._queue or self._core.wanting():
            asyncio.get_running_loop().call_soon(self._turn)

    def _drain(self) -> None:
        """Every waiting datagram into our own queue."""
        receive, queue = self._sock.recvfrom, self._queue
        for _ in range(MAX_DRAIN):
            try:
                data, source = receive(LARGEST)
            except BlockingIOError:
                return
            except ConnectionError:  # Windows and Linux say so here when an earlier answer found a closed port
                self._core.stats.count("answers_to_closed_ports")
                continue
            if len(queue) < MAX_QUEUED:
                queue.append((data, source, steady_time()))
            else:
                self._core.stats.count("datagrams_dropped")

    def _take_in(self) -> None:
        """Datagrams from the queue into the core, as many as make one run of the network."""
        for _ in range(min(len(self._queue), BATCH)):
            self._core.datagram(*self._queue.popleft())

    def _send(self) -> None:
        for data, address in self._core.to_send(steady_time()):
            try:
                self._sock.sendto(data, address)
            except OSError:  # a full buffer or an unreachable port: UDP promises nothing, and the music goes on
                self._core.stats.count("answers_not_sent")

    def _keep_traceback(self) -> None:
        self._core.stats.count("faults")
        if not self._crashed:
            self._crashed = True
            with contextlib.suppress(OSError):
                self._crash_log.parent.mkdir(parents=True, exist_ok=True)
                self._crash_log.write_text(traceback.format_exc() + f"\npid {os.getpid()}\n", encoding="utf-8")
