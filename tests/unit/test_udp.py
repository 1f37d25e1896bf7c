"""What comes to a socket is read to its end and in order, and one sender's flood does not fill the others' queue."""

import socket
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from antiphon import udp
from antiphon.core.limits import Source
from antiphon.errors import DeviceError
from antiphon.udp import Reader, bind
from conftest import lack


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    with bind("127.0.0.1", 0) as sock:
        yield sock


@pytest.fixture
def counts() -> Counter[str]:
    return Counter()


@pytest.fixture
def reader(sock: socket.socket, counts: Counter[str]) -> Iterator[Reader]:
    reader = Reader(sock, lambda name: counts.update([name]))
    yield reader
    reader.close()


@pytest.fixture
def senders(sock: socket.socket) -> Iterator[list[socket.socket]]:
    senders = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for sender in senders:
        sender.connect(sock.getsockname())
    yield senders
    for sender in senders:
        sender.close()


def read(reader: Reader, now: float = 0.0, room: bool = True) -> list[tuple[bytes, Source]]:
    return [datagram for batch in reader.batches(now, lambda _: room) for datagram in batch]


def needs_linux() -> None:
    if sys.platform != "linux":
        lack("only Linux is known to give a connected socket all that its peer sends")


def set_aside(reader: Reader, flooder: socket.socket) -> None:
    needs_linux()
    reader.floods(flooder.getsockname())
    assert read(reader) == []


def test_a_port_that_is_taken_is_said_in_a_line(sock: socket.socket) -> None:
    port = sock.getsockname()[1]
    with pytest.raises(DeviceError, match=f"port {port} on 127.0.0.1 cannot be opened: "):
        bind("127.0.0.1", port)


def test_all_that_waits_is_read_in_order_with_who_sent_it(reader: Reader, senders: list[socket.socket]) -> None:
    for number in range(100):
        for sender in senders:
            sender.send(bytes([number]))
    expected = [(bytes([number]), sender.getsockname()) for number in range(100) for sender in senders]
    assert [len(batch) for batch in reader.batches(0.0, lambda _: True)] == [udp.AT_ONCE] * 3 + [200 - 3 * udp.AT_ONCE]
    for number in range(100):
        for sender in senders:
            sender.send(bytes([number]))
    assert read(reader) == expected
    assert read(reader) == []


def test_a_sender_set_aside_leaves_room_for_the_others(
    reader: Reader, senders: list[socket.socket], counts: Counter[str]
) -> None:
    flooder, polite = senders
    set_aside(reader, flooder)
    assert counts["senders_set_aside"] == 1
    for number in range(30_000):
        flooder.send(number.to_bytes(2, "big"))
    polite.send(b"polite")
    first, *flood = read(reader)
    assert first == (b"polite", polite.getsockname())
    assert [source for _, source in flood] == [flooder.getsockname()] * udp.ASIDE_AT_ONCE
    flood += read(reader)
    assert [int.from_bytes(data, "big") for data, _ in flood] == list(range(2 * udp.ASIDE_AT_ONCE))


def test_a_sender_is_set_aside_though_more_waits_than_is_read_at_once_and_its_order_is_kept(
    reader: Reader, senders: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_linux()
    monkeypatch.setattr(udp, "MAX_BATCHES", 1)
    flooder, polite = senders
    for number in range(2 * udp.AT_ONCE):
        flooder.send(bytes([number]))
    reader.floods(flooder.getsockname())
    heard = read(reader)
    assert len(heard) == udp.AT_ONCE
    flooder.send(bytes([2 * udp.AT_ONCE]))
    polite.send(b"polite")
    heard += read(reader) + read(reader)
    of_flooder = [data[0] for data, source in heard if source == flooder.getsockname()]
    assert of_flooder == list(range(2 * udp.AT_ONCE + 1))
    assert (b"polite", polite.getsockname()) in heard[: 2 * udp.AT_ONCE + 1]


def test_a_sender_set_aside_is_not_read_while_there_is_no_room_for_it(
    reader: Reader, senders: list[socket.socket]
) -> None:
    flooder, polite = senders
    set_aside(reader, flooder)
    flooder.send(b"1")
    polite.send(b"polite")
    assert read(reader, room=False) == [(b"polite", polite.getsockname())]
    assert read(reader) == [(b"1", flooder.getsockname())]


def test_what_came_before_a_sender_was_set_aside_comes_first(reader: Reader, senders: list[socket.socket]) -> None:
    needs_linux()
    flooder, polite = senders
    flooder.send(b"1")
    polite.send(b"one")
    reader.floods(flooder.getsockname())
    heard = [data for data, _ in read(reader)]
    flooder.send(b"2")
    polite.send(b"two")
    assert heard + [data for data, _ in read(reader)] == [b"1", b"one", b"two", b"2"]


def test_who_is_silent_for_long_is_forgiven(reader: Reader, senders: list[socket.socket]) -> None:
    flooder, polite = senders
    assert reader.next_due(0.0) is None
    set_aside(reader, flooder)
    assert reader.next_due(5.0) == 5.0 + udp.LOOKED_AFTER
    flooder.send(b"a")
    assert read(reader, 5.0) == [(b"a", flooder.getsockname())]
    read(reader, 5.0 + udp.FORGIVEN)
    assert reader.next_due(20.0) is not None
    read(reader, 5.1 + udp.FORGIVEN)
    assert reader.next_due(20.0) is None
    flooder.send(b"b")
    polite.send(b"c")
    assert [data for data, _ in read(reader)] == [b"b", b"c"]


def test_no_more_than_so_many_are_set_aside(reader: Reader, senders: list[socket.socket], sock: socket.socket) -> None:
    set_aside(reader, senders[0])
    for port in range(40_000, 40_100):
        reader.floods(("127.0.0.1", port))
        read(reader)
    assert len(reader._aside) == udp.MAX_ASIDE


def test_nobody_else_can_take_the_port_while_a_sender_is_set_aside(
    reader: Reader, senders: list[socket.socket], sock: socket.socket
) -> None:
    set_aside(reader, senders[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(sock.getsockname())


def test_a_peer_that_is_gone_stops_nothing(reader: Reader, senders: list[socket.socket], sock: socket.socket) -> None:
    flooder, polite = senders
    set_aside(reader, flooder)
    address = flooder.getsockname()
    flooder.close()
    sock.sendto(b"answer", address)
    polite.send(b"polite")
    assert read(reader) == [(b"polite", polite.getsockname())]
