"""Asks a running server for its summary, and stays out of the way while it does.

It asks for `stats` and nothing else: who only asks that has no session, and takes no performer's place. UDP loses what
it likes: a question that was not answered is simply asked again.
"""

import json
import select
import socket
import time
from types import TracebackType
from typing import Any, Self

from antiphon.apps.programs import osc_datagram, read_osc
from antiphon.errors import DeviceError

__all__ = ["PERIOD", "SILENCE", "Asker", "Summary", "ask_once"]

Summary = dict[str, Any]
"""What `/antiphon/stats` answers, read from JSON."""

PERIOD = 0.1
"""Seconds from question to question: the server makes a summary no more often."""

SILENCE = 2.0
"""Seconds without an answer that are worth a word: loading a model or a busy machine can take one."""

TOLD = {"version", "model", "licence", "uptime_s", "sessions", "trouble", "playing", "answers"}
TOLD_OF_EACH = {"name", "performers", "mode", "notes", "idle_s", "sounding", "window", "predicted"}
"""What a summary tells, and what it tells of each session; it may tell more."""

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
        try:
            self._socket = _connected(host, port)
        except (OSError, UnicodeError, TypeError) as error:  # the last two of a name that no network can have
            reason = (getattr(error, "strerror", None) or str(error)).lower()
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
            self._socket.send(STATS)
            while (left := until - time.monotonic()) > 0 and select.select([self._socket], [], [], left)[0]:
                newer = self._read()
                if newer is not None:
                    return newer
        except OSError:  # nobody listens there: not now, perhaps soon
            pass
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
        newest: Summary = summary
        return newest


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
    """A non-blocking socket that hears that server alone."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.connect((host, port))
    except BaseException:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
