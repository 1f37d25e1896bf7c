"""The socket, read to its end: bytes and who sent them, and nothing of what they say.

Whatever waits is read at once, since the kernel keeps some 500 datagrams and drops the rest; asyncio's stock transport
hands over one a turn. That queue is one for all senders. So one that floods is set aside: a second socket on the same
port, connected to it, gets all that it sends from then on, and what the kernel drops is dropped to it alone.
"""

import contextlib
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from antiphon.core.limits import Source
from antiphon.errors import DeviceError

__all__ = ["Reader", "bind"]

Datagrams = list[tuple[bytes, Source]]

LARGEST = 65536
"""Bytes: no UDP datagram is larger."""

RECEIVE_BUFFER = 4 * 1024 * 1024
"""Bytes asked of the kernel; the usual 208 KiB keep 256 notes. It gives what its own limit allows."""

AT_ONCE = 64
"""Datagrams in one batch, as if they had come in the same moment: 0.2 ms of reading."""

MAX_BATCHES = 16
"""Batches until the network is run: 3 ms of reading, so that a flood cannot keep others from an answer."""

ASIDE_AT_ONCE = 16
"""Datagrams read at once of a sender that is set aside: more than the network answers meanwhile."""

MAX_ASIDE = 16
"""Senders set aside at once; the kernel keeps up to 416 KiB for each."""

LOOKED_AFTER = 0.01
"""Seconds from one look at those set aside to the next, where nothing else is to be done."""

FORGIVEN = 10.0
"""Seconds of silence after which a sender is no longer set aside."""


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


@dataclass(slots=True)
class _Aside:
    """The socket of a sender that is set aside, and when it was heard."""

    sock: socket.socket
    heard: float


class Reader:
    """Reads one socket, and those of senders that are set aside.

    Args:
        sock: bound and non-blocking.
        count: counts by name what happened.
    """

    def __init__(self, sock: socket.socket, count: Callable[[str], None]) -> None:
        self._sock = sock
        self._count = count
        self._aside: dict[Source, _Aside] = {}
        self._flooding: set[Source] = set()
        self._unread: list[socket.socket] = []

    def batches(self, now: float, has_room: Callable[[Source], bool]) -> Iterator[Datagrams]:
        """All that waits, in order; of senders that are set aside a little, after the others, if there is room."""
        for _ in range(MAX_BATCHES):
            batch = self._receive(self._sock, AT_ONCE)
            if batch:
                yield batch
            if len(batch) < AT_ONCE:
                break
        is_read = len(batch) < AT_ONCE
        while self._flooding:
            self._set_aside(self._flooding.pop(), now)
        if not is_read:  # what a sender sent before it was set aside comes first
            return
        while self._unread:  # what others sent in the moment before it was connected is there too
            yield self._receive(self._unread.pop(), AT_ONCE)
        for source, aside in list(self._aside.items()):
            if not has_room(source):
                continue
            batch = self._receive(aside.sock, ASIDE_AT_ONCE)
            if batch:
                aside.heard = now
                yield batch
            elif now - aside.heard > FORGIVEN:
                aside.sock.close()
                del self._aside[source]

    def floods(self, source: Source) -> None:
        """This sender sends more than is kept: it is set aside at the next reading."""
        if source not in self._aside and len(self._aside) < MAX_ASIDE:
            self._flooding.add(source)

    def next_due(self, now: float) -> float | None:
        """When to read again even if nothing comes to the socket itself."""
        return now + LOOKED_AFTER if self._aside else None

    def close(self) -> None:
        """Set nobody aside any more; the socket itself stays open."""
        for aside in self._aside.values():
            aside.sock.close()
        self._aside.clear()

    def _set_aside(self, source: Source, now: float) -> None:
        """Give this sender a second socket on our port.

        Both sockets must allow the port to be shared while the second is bound, and only then: nobody else can.
        """
        if sys.platform != "linux":  # elsewhere it is not sure which of the two sockets is given what
            return
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        share = (socket.SOL_SOCKET, socket.SO_REUSEADDR)
        try:
            sock.setsockopt(*share, 1)
            self._sock.setsockopt(*share, 1)
            sock.bind(self._sock.getsockname())
            sock.connect(source)
        except OSError:  # no more files, or no way to where it seems to come from
            sock.close()
            return
        finally:
            self._sock.setsockopt(*share, 0)
        self._aside[source] = _Aside(sock, now)
        self._unread.append(sock)
        self._count("senders_set_aside")

    def _receive(self, sock: socket.socket, most: int) -> Datagrams:
        """The next waiting datagrams, fewer than `most` if they are all."""
        receive = sock.recvfrom
        batch: Datagrams = []
        while len(batch) < most:
            try:
                batch.append(receive(LARGEST))
            except BlockingIOError:
                break
            except ConnectionError:  # Windows and Linux say so here when an earlier answer found a closed port
                self._count("answers_to_closed_ports")
        return batch
