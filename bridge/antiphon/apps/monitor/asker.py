"""Asks a running server for its summary, and stays out of the way while it does.

To the server whoever sends is a sender with a session. So the asker greets as `monitor`, and sessions in which nobody
but monitors is are left out of what it gives. It sends from one port of its own, if that is free: else each
`monitor --json` in a loop would be a sender more, and the performers idle longest would be dropped for them.
UDP loses what it likes: a question that was not answered is simply asked again.
"""

import contextlib
import json
import select
import socket
import time
from types import TracebackType
from typing import Any, Self

from antiphon.apps.programs import osc_datagram, read_osc
from antiphon.errors import DeviceError

__all__ = ["NAME", "PERIOD", "SILENCE", "Asker", "Summary", "ask_once", "without_monitors"]

Summary = dict[str, Any]
"""What `/antiphon/stats` answers, read from JSON."""

NAME = "monitor"
"""What a monitor greets as."""

PERIOD = 0.1
"""Seconds from question to question: the server makes a summary no more often."""

SILENCE = 2.0
"""Seconds without an answer that are worth a word: loading a model or a busy machine can take one."""

OWN_PORT = 9097
"""The port to send from if it is free; below those that systems give out, and nobody's by custom."""

TOLD = {"version", "model", "licence", "uptime_s", "sessions", "trouble", "playing", "answers"}
TOLD_OF_EACH = {"name", "performers", "mode", "notes", "idle_s", "sounding", "window", "predicted"}
"""What a summary tells, and what it tells of each session; it may tell more."""

HELLO = osc_datagram("/antiphon/hello", NAME)
STATS = osc_datagram("/antiphon/stats")


class Asker:
    """A UDP socket that speaks with one server alone.

    Args:
        host, port: where the server listens.
    Raises:
        DeviceError: the host cannot be found.
    """

    def __init__(self, host: str, port: int) -> None:
        self.where = f"{host}:{port}"
        self._is_greeted = False
        try:
            self._socket = _connected(host, port)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DeviceError(f"{host} cannot be reached: {reason}", "name the server's machine with --host") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    @property
    def source(self) -> tuple[str, int]:
        """The address and port that it sends from."""
        host, port = self._socket.getsockname()
        return host, port

    def ask(self, within: float) -> Summary | None:
        """The newest summary, None if none came within so many seconds.

        Raises:
            DeviceError: what answers there is no antiphon.
        """
        until = time.monotonic() + within
        found = self._read()
        try:
            if not self._is_greeted:
                self._socket.send(HELLO)
                self._is_greeted = True
            self._socket.send(STATS)
            while (left := until - time.monotonic()) > 0 and select.select([self._socket], [], [], left)[0]:
                newer = self._read()
                if newer is not None:
                    return newer
        except OSError:  # nobody listens there: not now, perhaps soon
            pass
        if found is None:
            self._is_greeted = False  # perhaps another server comes, which does not know us
        return found

    def _read(self) -> Summary | None:
        """The newest summary of all that waits in the socket."""
        found = None
        while True:
            try:
                data = self._socket.recv(65536)
            except OSError:  # nothing left, or the server's port is closed
                return found
            found = self._take(data) or found

    def _take(self, data: bytes) -> Summary | None:
        try:
            address, values = read_osc(data)
            if address == "/antiphon/bye":
                self._is_greeted = False
            if address != "/antiphon/stats":
                return None
            summary = json.loads(str(values[0]))
            is_known = summary.keys() >= TOLD and all(one.keys() >= TOLD_OF_EACH for one in summary["playing"])
        except (DeviceError, ValueError, LookupError, TypeError, AttributeError):
            is_known = False
        if not is_known:
            raise DeviceError(
                f"what answers at {self.where} is no antiphon, or one of another version",
                "name the server's port with --port, or install the same version here",
            )
        return without_monitors(summary)


def without_monitors(summary: Summary) -> Summary:
    """The same without sessions in which nobody but monitors is."""
    playing = [one for one in summary["playing"] if set(one["performers"]) != {NAME}]
    hidden = len(summary["playing"]) - len(playing)
    return summary | {"playing": playing, "sessions": summary["sessions"] - hidden}


def ask_once(host: str, port: int) -> Summary:
    """One summary.

    Raises:
        DeviceError: none came within `SILENCE`.
    """
    until = time.monotonic() + SILENCE
    with Asker(host, port) as asker:
        while (left := until - time.monotonic()) > 0:
            begun = time.monotonic()
            summary = asker.ask(min(left, PERIOD))
            if summary is not None:
                return summary
            time.sleep(max(begun + PERIOD - time.monotonic(), 0.0))
    raise DeviceError(
        f"no answer from {host}:{port} within {SILENCE:g} s",
        "start it with antiphon serve, or name where it listens with --host and --port",
    )


def _connected(host: str, port: int) -> socket.socket:
    """A non-blocking socket on the one address of ours that leads there; it hears nobody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, port))
        ours = probe.getsockname()[0]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):  # another monitor has it: any port will do
        sock.bind((ours, OWN_PORT))
    sock.connect((host, port))
    sock.setblocking(False)
    return sock
