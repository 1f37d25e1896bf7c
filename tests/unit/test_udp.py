"""What comes to a socket is read to its end and in order."""

import socket
from collections import Counter
from collections.abc import Iterator

import pytest

from antiphon import udp
from antiphon.core.limits import Source
from antiphon.errors import DeviceError
from antiphon.udp import Reader, bind


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    with bind("127.0.0.1", 0) as sock:
        yield sock


@pytest.fixture
def counts() -> Counter[str]:
    return Counter()


@pytest.fixture
def reader(sock: socket.socket, counts: Counter[str]) -> Reader:
    return Reader(sock, lambda name: counts.update([name]))


@pytest.fixture
def senders(sock: socket.socket) -> Iterator[list[socket.socket]]:
    senders = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for sender in senders:
        sender.connect(sock.getsockname())
    yield senders
    for sender in senders:
        sender.close()


def read(reader: Reader) -> list[tuple[bytes, Source]]:
    return [datagram for batch in reader.batches() for datagram in batch]


def test_a_port_that_is_taken_is_said_in_a_line(sock: socket.socket) -> None:
    port = sock.getsockname()[1]
    with pytest.raises(DeviceError, match=f"port {port} on 127.0.0.1 cannot be opened: "):
        bind("127.0.0.1", port)


def test_all_that_waits_is_read_in_order_with_who_sent_it(reader: Reader, senders: list[socket.socket]) -> None:
    for number in range(100):
        for sender in senders:
            sender.send(bytes([number]))
    expected = [(bytes([number]), sender.getsockname()) for number in range(100) for sender in senders]
    assert [len(batch) for batch in reader.batches()] == [udp.AT_ONCE] * 3 + [200 - 3 * udp.AT_ONCE]
    for number in range(100):
        for sender in senders:
            sender.send(bytes([number]))
    assert read(reader) == expected
    assert read(reader) == []


def test_a_peer_that_is_gone_stops_nothing(
    reader: Reader, senders: list[socket.socket], sock: socket.socket, counts: Counter[str]
) -> None:
    gone, polite = senders
    address = gone.getsockname()
    gone.close()
    sock.sendto(b"answer", address)
    polite.send(b"polite")
    assert read(reader) == [(b"polite", polite.getsockname())]
