"""What comes to a socket is read to its end and in order, and one sender's flood does not fill the others' queue."""

import socket
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from antiphon import udp
from antiphon.core.inbox import MAX_QUEUED, Inbox
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
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def reader(
    sock: socket.socket, inbox: Inbox, counts: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reader]:
    """On a kernel that keeps many."""
    monkeypatch.setattr(udp, "LEAST_LOOKS", 0)
    reader = Reader(sock, inbox, lambda name: counts.update([name]))
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


def read(reader: Reader, now: float = 0.0) -> list[tuple[bytes, Source]]:
    return [datagram for batch in reader.batches(now) for datagram in batch]


def needs_linux() -> None:
    if sys.platform != "linux":
        lack("only Linux is known to give a connected socket all that its peer sends")


def set_aside(reader: Reader, inbox: Inbox, flooder: socket.socket) -> None:
    """Something of the flooder waits, and it is set aside."""
    needs_linux()
    inbox.put([b"waits"], flooder.getsockname(), 0.0)
    reader.set_aside(flooder.getsockname())
    assert read(reader) == []


def send_numbers(sender: socket.socket, count: int) -> None:
    for number in range(count):
        sender.send(number.to_bytes(2, "big"))


def numbers(datagrams: list[tuple[bytes, Source]], sender: socket.socket) -> list[int]:
    return [int.from_bytes(data, "big") for data, source in datagrams if source == sender.getsockname()]


def test_a_port_that_is_taken_is_said_in_a_line(sock: socket.socket) -> None:
    port = sock.getsockname()[1]
    with pytest.raises(DeviceError, match=f"port {port} on 127.0.0.1 cannot be opened: ") as caught:
        bind("127.0.0.1", port)
    assert "another antiphon may be running" in caught.value.hint


@pytest.mark.parametrize("host", ["192.0.2.1", "no..name", "\udcff"])
def test_a_host_that_is_not_this_machine_is_said_with_what_helps(host: str) -> None:
    with pytest.raises(DeviceError, match="cannot be opened") as caught:
        bind(host, 0)
    assert caught.value.hint == "give an address of this machine with --host"


def test_all_that_waits_is_read_in_order_with_who_sent_it(reader: Reader, senders: list[socket.socket]) -> None:
    for number in range(100):
        for sender in senders:
            sender.send(bytes([number]))
    expected = [(bytes([number]), sender.getsockname()) for number in range(100) for sender in senders]
    assert [len(batch) for batch in reader.batches(0.0)] == [udp.AT_ONCE] * 3 + [200 - 3 * udp.AT_ONCE]
    for number in range(100):
        for sender in senders:
            sender.send(bytes([number]))
    assert read(reader) == expected
    assert read(reader) == []


def test_a_sender_set_aside_leaves_room_for_the_others(
    reader: Reader, inbox: Inbox, senders: list[socket.socket], counts: Counter[str]
) -> None:
    flooder, polite = senders
    set_aside(reader, inbox, flooder)
    assert counts["senders_set_aside"] == 1
    send_numbers(flooder, 30_000)
    polite.send(b"polite")
    first, *flood = read(reader)
    assert first == (b"polite", polite.getsockname())
    flood += read(reader)
    assert numbers(flood, flooder) == list(range(len(flood)))


def test_beside_a_flood_a_note_waits_until_a_few_datagrams_are_read(
    reader: Reader, inbox: Inbox, senders: list[socket.socket]
) -> None:
    flooder, polite = senders
    set_aside(reader, inbox, flooder)
    send_numbers(flooder, 200)
    batches = reader.batches(0.0)
    assert len(next(batches)) == udp.ASIDE_AT_ONCE
    polite.send(b"polite")
    assert next(batches) == [(b"polite", polite.getsockname())]
    assert list(batches) == []


def test_where_the_kernel_keeps_few_a_burst_is_read_on_beside_notes(
    inbox: Inbox, senders: list[socket.socket], sock: socket.socket
) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 212_992)
    reader = Reader(sock, inbox, lambda _: None)
    flooder, polite = senders
    set_aside(reader, inbox, flooder)
    send_numbers(flooder, 200)
    polite.send(b"polite")
    first, *flood = read(reader)
    assert first == (b"polite", polite.getsockname())
    assert numbers(flood, flooder) == list(range(200))
    reader.close()


def test_beside_one_note_after_the_other_a_flood_is_passed_over_every_second_time_and_gets_on(
    reader: Reader, inbox: Inbox, senders: list[socket.socket]
) -> None:
    flooder, polite = senders
    set_aside(reader, inbox, flooder)
    send_numbers(flooder, 200)
    of_flooder = []
    for _ in range(4):
        polite.send(b"polite")
        first, *flood = read(reader)
        assert first == (b"polite", polite.getsockname())
        of_flooder.append(len(flood))
    assert of_flooder == [0, udp.ASIDE_AT_ONCE] * 2


def test_a_sender_is_set_aside_though_more_waits_than_is_read_at_once_and_its_order_is_kept(
    reader: Reader, inbox: Inbox, senders: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_linux()
    monkeypatch.setattr(udp, "MAX_BATCHES", 1)
    flooder, polite = senders
    inbox.put([b"waits"], flooder.getsockname(), 0.0)
    for number in range(2 * udp.AT_ONCE):
        flooder.send(bytes([number]))
    reader.set_aside(flooder.getsockname())
    heard = read(reader)
    assert len(heard) == udp.AT_ONCE
    flooder.send(bytes([2 * udp.AT_ONCE]))
    polite.send(b"polite")
    for _ in range(4):
        heard += read(reader)
    assert numbers(heard, flooder) == list(range(2 * udp.AT_ONCE + 1))
    assert (b"polite", polite.getsockname()) in heard[: 2 * udp.AT_ONCE + 1]


def test_no_more_are_set_aside_at_once_than_there_may_be(reader: Reader, inbox: Inbox, counts: Counter[str]) -> None:
    needs_linux()
    for port in range(40000, 40000 + 2 * udp.MAX_ASIDE):
        inbox.put([b"waits"], ("127.0.0.1", port), 0.0)
        reader.set_aside(("127.0.0.1", port))
    read(reader)
    assert counts["senders_set_aside"] == udp.MAX_ASIDE


def test_whoever_is_set_aside_while_it_sends_keeps_its_order(
    reader: Reader, inbox: Inbox, senders: list[socket.socket]
) -> None:
    needs_linux()
    flooder, _ = senders
    inbox.put([b"waits"], flooder.getsockname(), 0.0)
    heard, sent = [], 0
    for place in range(50):
        for _ in range(10):
            flooder.send(sent.to_bytes(2, "big"))
            sent += 1
        for batch in reader.batches(0.0):
            heard += batch
            if place == 20:
                reader.set_aside(flooder.getsockname())
            if place > 20:
                flooder.send(sent.to_bytes(2, "big"))
                sent += 1
    heard += read(reader)
    assert numbers(heard, flooder) == list(range(sent))


def test_no_more_is_read_of_a_sender_set_aside_than_there_is_room_for(
    reader: Reader, inbox: Inbox, senders: list[socket.socket]
) -> None:
    flooder, polite = senders
    set_aside(reader, inbox, flooder)
    inbox.put([b""] * (MAX_QUEUED - 2), flooder.getsockname(), 0.0)
    flooder.send(b"1")
    flooder.send(b"2")
    batches = reader.batches(0.0)
    assert next(batches) == [(b"1", flooder.getsockname())]
    inbox.put([b"1"], flooder.getsockname(), 0.0)
    assert list(batches) == []
    polite.send(b"polite")
    assert read(reader) + read(reader) == [(b"polite", polite.getsockname())]
    list(inbox.take(1, 1.0, lambda _: 1))
    assert next(reader.batches(1.0)) == [(b"2", flooder.getsockname())]


def test_what_came_before_a_sender_was_set_aside_comes_first(
    reader: Reader, inbox: Inbox, senders: list[socket.socket]
) -> None:
    needs_linux()
    flooder, polite = senders
    inbox.put([b"waits"], flooder.getsockname(), 0.0)
    flooder.send(b"1")
    polite.send(b"one")
    reader.set_aside(flooder.getsockname())
    heard = [data for data, _ in read(reader)]
    flooder.send(b"2")
    polite.send(b"two")
    heard += [data for data, _ in read(reader)]
    assert heard == [b"1", b"one", b"two", b"2"]


def test_a_sender_comes_back_when_nothing_of_it_waits_and_nothing_is_lost(
    reader: Reader, inbox: Inbox, senders: list[socket.socket]
) -> None:
    flooder, polite = senders
    assert reader.next_due(0.0) is None
    set_aside(reader, inbox, flooder)
    assert reader.next_due(5.0) == 5.0 + udp.LOOKED_AFTER
    flooder.send(b"a")
    assert read(reader) == [(b"a", flooder.getsockname())]
    list(inbox.take(1, 1.0, lambda _: 1))
    batches = reader.batches(1.0)
    assert not inbox.holds(flooder.getsockname())
    assert [data for batch in batches for data, _ in batch] == []
    assert reader.next_due(1.0) is None
    flooder.send(b"b")
    polite.send(b"c")
    assert [data for data, _ in read(reader)] == [b"b", b"c"]


def test_no_more_than_so_many_are_set_aside(reader: Reader, inbox: Inbox, senders: list[socket.socket]) -> None:
    set_aside(reader, inbox, senders[0])
    for port in range(40_000, 40_100):
        inbox.put([b"waits"], ("127.0.0.1", port), 0.0)
        reader.set_aside(("127.0.0.1", port))
        read(reader)
    assert len(reader._aside) == udp.MAX_ASIDE


def test_nobody_else_can_take_the_port_while_a_sender_is_set_aside(
    reader: Reader, inbox: Inbox, senders: list[socket.socket], sock: socket.socket
) -> None:
    set_aside(reader, inbox, senders[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(sock.getsockname())


def test_a_peer_that_is_gone_stops_nothing(
    reader: Reader, inbox: Inbox, senders: list[socket.socket], sock: socket.socket
) -> None:
    flooder, polite = senders
    set_aside(reader, inbox, flooder)
    address = flooder.getsockname()
    flooder.close()
    sock.sendto(b"answer", address)
    polite.send(b"polite")
    assert read(reader) == [(b"polite", polite.getsockname())]
