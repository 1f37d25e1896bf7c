"""The socket, read to its end: bytes and who sent them, and nothing of what they say.

Whatever waits is read at once, since the kernel keeps some 500 datagrams and drops the rest; asyncio's stock transport
hands over one a turn. That queue is one for all senders. So one that sends much is set aside: a second socket on the
same port, connected to it, gets all that it sends from then on, and what the kernel drops is dropped to it alone. The
others' datagrams are read first, and what it sent while nothing of theirs is there. It comes back when all of that has
been taken up.
"""

import contextlib
import errno
import socket
import sys
from collections.abc import Callable, Generator, Iterator

from antiphon.core.inbox import Inbox
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
"""Batches until the network is run: 3 ms of reading, so that many who send much cannot keep others from an answer."""

ASIDE_AT_ONCE = 32
"""Datagrams read of those set aside until the others are looked after again: 0.05 ms that a note of theirs waits."""

MAX_LOOKS = 32
"""Times that is done until the network is run, if nobody else sends."""

LEAST_LOOKS = 16
"""Times that is done whoever else sends, on a kernel that keeps few: else most of a burst would be lost there."""

MAX_ASIDE = 8
"""Senders set aside at once; where the kernel's limits have been raised it keeps up to 8 MiB for each."""

LOOKED_AFTER = 0.001
"""Seconds from one look at those set aside to the next, where nothing else is to be done: the quickest program sends
300 datagrams in them, and most kernels keep 500."""


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
    except (OSError, UnicodeError, TypeError) as error:  # the last two of a name that no network can have
        sock.close()
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        is_port = getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES)
        hint = "another antiphon may be running; stop it, or choose another port with --port"
        raise DeviceError(
            f"port {port} on {host} cannot be opened: {reason}",
            hint if is_port else "give an address of this machine with --host",
        ) from error
    sock.setblocking(False)
    return sock


class Reader:
    """Reads one socket, and those of senders that are set aside.

    Args:
        sock: bound and non-blocking.
        inbox: where the datagrams go: it knows what more it would keep of a sender, and whether any waits.
        count: counts by name what happened.
    """

    def __init__(self, sock: socket.socket, inbox: Inbox, count: Callable[[str], None]) -> None:
        self._sock = sock
        self._inbox = inbox
        self._count = count
        self._crowding: set[Source] = set()
        self._new: list[socket.socket] = []
        self._aside: dict[Source, socket.socket] = {}
        self._is_passed_over = False
        is_roomy = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= RECEIVE_BUFFER
        self._least_looks = 0 if is_roomy else LEAST_LOOKS

    def batches(self, now: float) -> Iterator[Datagrams]:
        """All that waits, in order; of senders set aside, as much as there is room for, until another sends something.

        What is yielded is to be in the inbox before the next is asked for.
        """
        is_heard = False  # of those who are not set aside
        for _ in range(MAX_BATCHES):
            while self._crowding:
                self._open(self._crowding.pop())
            batch = self._receive(self._sock, AT_ONCE)
            if batch:
                is_heard = True
                yield batch
            if len(batch) < AT_ONCE:
                break
        else:  # what a sender sent before it was set aside comes first, and may not all be read
            return
        if not self._aside:
            return
        while self._new:  # what others sent in the moment before it was connected is there too
            yield self._receive(self._new.pop(), AT_ONCE)
        self._is_passed_over = is_heard and not self._is_passed_over  # others go first, but not for ever
        least = self._least_looks or int(not self._is_passed_over)
        for look in range(MAX_LOOKS):
            if (is_heard and look >= least) or not (yield from self._read_aside(now)):
                return
            batch = self._receive(self._sock, AT_ONCE)
            if batch:
                is_heard = True
                yield batch

    def set_aside(self, source: Source) -> None:
        """This sender sends much: it has its own queue from the next reading on."""
        if source not in self._aside and len(self._aside) + len(self._crowding) < MAX_ASIDE:
            self._crowding.add(source)

    def next_due(self, now: float) -> float | None:
        """When to read again even if nothing comes to the socket itself."""
        return now + LOOKED_AFTER if self._aside else None

    def close(self) -> None:
        """Set nobody aside any more; the socket itself stays open."""
        for sock in self._aside.values():
            sock.close()
        self._aside.clear()

    def _read_aside(self, now: float) -> Generator[Datagrams, None, bool]:
        """A little of each sender that is set aside; tells whether there was any."""
        is_more = False
        for source, sock in list(self._aside.items()):
            most = min(max(ASIDE_AT_ONCE // len(self._aside), 1), self._inbox.room_for(source, now))
            batch = self._receive(sock, most)
            if batch:
                is_more = True
                yield batch
            elif most and not self._inbox.holds(source):
                yield self._take_back(source)
        return is_more

    def _open(self, source: Source) -> None:
        """Give this sender a second socket on our port.

        Both sockets must allow the port to be shared while the second is bound, and only then: nobody else can.
        """
        if sys.platform != "linux":  # elsewhere it is not sure which of the two sockets is given what
            return
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        share = (socket.SOL_SOCKET, socket.SO_REUSEADDR)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            sock.setsockopt(*share, 1)
            self._sock.setsockopt(*share, 1)
            sock.bind(self._sock.getsockname())
            sock.connect(source)
        except OSError:  # no more files, or no way to where it seems to come from
            sock.close()
            return
        finally:
            self._sock.setsockopt(*share, 0)
        self._aside[source] = sock
        self._new.append(sock)
        self._count("senders_set_aside")

    def _take_back(self, source: Source) -> Datagrams:
        """The socket of all gets again what this sender sends; what came to its own meanwhile."""
        with self._aside.pop(source) as sock:
            try:
                sock.connect(self._sock.getsockname())  # which sends nothing: nobody's datagrams come here any more
            except OSError:
                return []
            return self._receive(sock, AT_ONCE)

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
