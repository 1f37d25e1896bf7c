"""One sender's flood is that sender's wait alone, and nothing grows without bound."""

from antiphon.core import inbox
from antiphon.core.inbox import Inbox
from stage import OTHER, PLAYER


def test_senders_are_taken_in_turn_and_each_in_its_own_order() -> None:
    box = Inbox()
    for number in range(5):
        box.put(bytes([number]), PLAYER, 0.0)
    box.put(b"other", OTHER, 0.0)
    taken = box.take(3)
    assert [(data, source) for data, source, _ in taken] == [(b"\0", PLAYER), (b"other", OTHER), (b"\1", PLAYER)]
    assert [data[0] for data, _, _ in box.take(10)] == [2, 3, 4]
    assert not box


def test_a_burst_of_ten_thousand_goes_in_whole() -> None:
    box = Inbox()
    assert all(box.put(b"x", PLAYER, 0.0) for _ in range(10_000))


def test_a_flood_is_cut_and_others_are_not() -> None:
    box = Inbox()
    kept = sum(box.put(b"x", PLAYER, number / 200_000) for number in range(60_000))
    assert kept <= inbox.MAX_QUEUED
    assert box.put(b"x", OTHER, 0.3)
    box.take(60_000)
    assert sum(box.put(b"x", PLAYER, 0.3) for _ in range(60_000)) <= inbox.PER_SECOND
    assert box.put(b"x", PLAYER, 10.0)


def test_large_datagrams_are_bounded_together() -> None:
    box = Inbox()
    kept = sum(box.put(bytes(65_000), ("127.0.0.1", number % 100), 0.0) for number in range(2000))
    assert kept * 65_000 <= inbox.MAX_BYTES


def test_many_senders_are_forgotten() -> None:
    box = Inbox()
    for number in range(1000):
        box.put(b"x", ("127.0.0.1", number), 0.0)
    assert len(box._rates) <= inbox.MAX_RATED
