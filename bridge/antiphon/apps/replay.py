"""A recorded session played once more into a running server, and its answers held against the recorded ones.

The server may be on another machine. Answers come to this socket alone; they are read while the next message is waited
for, and for a moment after the last.
"""

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.apps.programs import ANSWER_WITHIN, osc_datagram
from antiphon.errors import DeviceError, MessageError
from antiphon.event import Event
from antiphon.osc import codec
from antiphon.osc.table import PREFIX
from antiphon.record.reader import SessionInfo
from antiphon.record.replay import Cue, same_answers, script

__all__ = ["Replayed", "replay", "to_datagram"]

SILENCE = 2.0
"""Seconds without an answer after which no more are expected."""

AHEAD = 0.2
"""Seconds before the first message, for the server to take in the seed."""

LARGEST = 65536
"""Bytes: no UDP datagram is larger."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it.

    Args:
        model: the server's.
        sent: messages.
        recorded, heard: predictions then and now.
        identical: predictions that are the same, bit by bit.
        refused: what the server's first error said, empty if there was none.
    """

    model: str
    sent: int
    recorded: int
    heard: int
    identical: int
    refused: str


def to_datagram(cue: Cue) -> bytes:
    """A cue as an OSC bundle with its time tag."""
    return codec.bundle(cue.tag, [osc_datagram(PREFIX + cue.name, *cue.values)])


def replay(session: SessionInfo, events: Sequence[Event], server: tuple[str, int], speed: float = 1.0) -> Replayed:
    """Send what the performer sent to a server, with its timing.

    Args:
        session, events: as `reader` gives them.
        server: host and UDP port.
        speed: 2 is twice as fast.
    Raises:
        DeviceError: no server answers there.
    """
    recorded = [event.values for event in events if event.way == "out" and event.name == "prediction"]
    with _connect(server) as sock:
        client = _Client(sock)
        model = client.greet()
        sock.send(osc_datagram(f"{PREFIX}reset"))
        if session.seed is not None:
            sock.send(osc_datagram(f"{PREFIX}set", "seed", session.seed))
        cues = script(events, _now() + AHEAD, speed)
        for cue in cues:
            client.listen(cue.due)
            sock.send(to_datagram(cue))
        while len(client.predictions) < len(recorded) and client.listen(_now() + SILENCE, once=True):
            pass
        client.listen(_now())
        sock.send(osc_datagram(f"{PREFIX}panic"))
    identical = same_answers(recorded, client.predictions)
    return Replayed(model, len(cues), len(recorded), len(client.predictions), identical, client.refused)


class _Client:
    """Reads what the server answers."""

    def __init__(self, sock: socket.socket) -> None:
        self.predictions: list[tuple[int | float | str, ...]] = []
        self.refused = ""
        self._sock = sock
        self._model: str | None = None

    def greet(self) -> str:
        """The model that the server plays."""
        self._sock.send(osc_datagram(f"{PREFIX}hello"))
        until = _now() + ANSWER_WITHIN
        while self._model is None and self.listen(until, once=True):
            pass
        if self._model is None:
            host, port = self._sock.getpeername()[:2]
            raise DeviceError(f"no server answers at {host}:{port}", "start one with antiphon serve")
        return self._model

    def listen(self, until: float, once: bool = False) -> bool:
        """Take answers in until a moment, or `once`; tells whether one came last."""
        while True:
            wait = max(until - _now(), 0.0)
            if not select.select([self._sock], [], [], wait)[0]:
                return False
            try:
                self._take(*codec.read(self._sock.recv(LARGEST)))
            except (ConnectionError, MessageError):  # nobody listens there, or somebody else does: silence tells it
                time.sleep(min(wait, 0.01))
            if once:
                return True

    def _take(self, address: str, values: Sequence[int | float | str | None]) -> None:
        known = tuple(value for value in values if value is not None)
        if address == f"{PREFIX}prediction":
            self.predictions.append(known)
        elif address == f"{PREFIX}hello" and len(known) > 1:
            self._model = str(known[1])
        elif address == f"{PREFIX}error" and known and not self.refused:
            self.refused = str(known[0])


def _connect(server: tuple[str, int]) -> socket.socket:
    host, port = server
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)[0]
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.connect(address)
    except (OSError, UnicodeError, TypeError) as error:  # the last two of a name that no network can have
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise DeviceError(f"{host} cannot be reached: {reason}", "give the server's host as --to HOST:PORT") from error
    return sock


_OFFSET = time.time() - time.perf_counter()


def _now() -> float:
    """Seconds of Unix time by a clock that never jumps."""
    return _OFFSET + time.perf_counter()
