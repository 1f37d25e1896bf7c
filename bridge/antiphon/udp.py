"""The socket, read to its end: bytes and who sent them, and nothing of what they say.

Whatever waits is read at once, since the kernel keeps some 500 datagrams and drops the rest; asyncio's stock transport
hands over one a turn.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator

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

MAX_BATCHES = 64
"""Batches until the network is run: 10 ms of reading, so that a flood cannot keep others from an answer."""


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


class Reader:
    """Reads one socket.

    Args:
        sock: bound and non-blocking.
        count: counts by name what happened.
    """

    def __init__(self, sock: socket.socket, count: Callable[[str], None]) -> None:
        self._sock = sock
        self._count = count

    def batches(self) -> Iterator[Datagrams]:
        """All that waits, in order."""
        for _ in range(MAX_BATCHES):
            batch = self._receive()
            if batch:
                yield batch
            if len(batch) < AT_ONCE:
                return

    def _receive(self) -> Datagrams:
        """The next waiting datagrams, fewer than `AT_ONCE` if they are all."""
        receive = self._sock.recvfrom
        batch: Datagrams = []
        while len(batch) < AT_ONCE:
            try:
                batch.append(receive(LARGEST))
            except BlockingIOError:
                break
            except ConnectionError:  # Windows and Linux say so here when an earlier answer found a closed port
                self._count("answers_to_closed_ports")
        return batch
