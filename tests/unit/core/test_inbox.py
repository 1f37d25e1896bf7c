"""One sender's flood is that sender's wait alone, and nothing grows without bound."""

from antiphon.core import inbox
from antiphon.core.inbox import Inbox
from antiphon.core.limits import EACH, MAX_SENDERS, Source
from antiphon.osc import codec
from stage import OTHER, PLAYER

LATER = 1.0
"""Seconds after which whatever was sent at 0 has waited long."""


def put(box: Inbox, count: int, source: Source = PLAYER, now: float = 0.0, data: bytes = b"x") -> int:
    return box.put([data] * count, source, now)


def take(box: Inbox, count: int, now: float) -> list[tuple[bytes, Source, float]]:
    return list(box.take(count, now, lambda _: count))


def test_senders_are_taken_in_turn_and_each_in_its_own_order() -> None:
    box = Inbox()
    box.put([bytes([number]) for number in range(5)], PLAYER, 0.0)
    box.put([b"other"], OTHER, 0.0)
    taken = take(box, 3, LATER)
    assert [(data, source) for data, source, _ in taken] == [(b"\0", PLAYER), (b"other", OTHER), (b"\1", PLAYER)]
    assert [data[0] for data, _, _ in take(box, 32, LATER)] == [2, 3, 4]
    assert not box


def test_little_is_taken_at_first_and_all_when_no_more_comes() -> None:
    box = Inbox()
    put(box, 10)
    assert len(take(box, 32, 0.001)) == EACH
    assert len(take(box, 32, LATER)) == 10 - EACH


def test_a_burst_is_taken_when_it_is_over() -> None:
    box = Inbox()
    for number in range(1000):
        put(box, 10, now=number / 10_000)
    assert take(box, 32, 0.1) == []
    assert len(take(box, 32, 0.1 + inbox.QUIET)) == 32


def test_a_sender_slower_than_a_burst_is_answered_all_the_while() -> None:
    box = Inbox()
    for number in range(1000):
        put(box, 1, now=number / 5000)
    assert len(take(box, 32, 0.2)) == 32


def test_a_burst_of_ten_thousand_goes_in_whole() -> None:
    assert put(Inbox(), 10_000) == 10_000


def test_a_flood_is_cut_and_others_are_not() -> None:
    box = Inbox()
    kept = sum(put(box, 1, now=number / 200_000) for number in range(60_000))
    assert kept <= inbox.MAX_QUEUED
    assert put(box, 1, OTHER, 0.3)
    while box:
        take(box, 60_000, LATER)
    assert put(box, 60_000, now=0.3) <= inbox.PER_SECOND
    assert put(box, 1, now=10.0)


def test_large_datagrams_are_bounded_together() -> None:
    box = Inbox()
    kept = sum(put(box, 1, ("127.0.0.1", number % 100), data=bytes(65_000)) for number in range(2000))
    assert kept * 65_000 <= inbox.MAX_BYTES


def test_empty_datagrams_and_countless_senders_are_bounded_too() -> None:
    box = Inbox()
    kept = sum(put(box, 10_000, ("127.0.0.1", number), data=b"") for number in range(1000))
    assert kept * inbox.OVERHEAD <= inbox.MAX_BYTES
    box = Inbox()
    assert sum(put(box, 1, ("127.0.0.1", number)) for number in range(1000)) == MAX_SENDERS


def test_no_more_is_taken_of_a_sender_who_is_full_and_others_are_not_held_up() -> None:
    box = Inbox()
    for source in (PLAYER, OTHER):
        put(box, 10, source)
    taken: list[Source] = []

    def room(source: Source) -> int:
        return 0 if source == PLAYER and taken.count(PLAYER) == 3 else 32

    assert box.has_some(room)
    for _, source, _ in box.take(32, LATER, room):
        taken.append(source)
    assert taken == [PLAYER, OTHER] * 3 + [OTHER] * 7
    assert not box.has_some(room)
    assert len(take(box, 32, LATER)) == 7


def test_no_more_is_taken_of_a_sender_than_there_is_room_for_and_others_have_theirs() -> None:
    box = Inbox()
    for source in (PLAYER, OTHER):
        put(box, 10, source)
    taken = [source for _, source, _ in box.take(32, LATER, lambda source: 2 if source == PLAYER else 5)]
    assert taken == [PLAYER, OTHER] * 2 + [OTHER] * 3


def test_there_is_room_for_a_sender_until_its_queue_is_full_or_its_rate_is_used_up() -> None:
    box = Inbox()
    assert box.room_for(PLAYER, 0.0) >= inbox.MAX_QUEUED
    assert put(box, inbox.MAX_QUEUED - 1) == inbox.MAX_QUEUED - 1
    assert box.room_for(PLAYER, 0.0) == 1
    list(box.take(inbox.MAX_QUEUED, LATER, lambda _: inbox.MAX_QUEUED))
    left = int(inbox.PER_SECOND * inbox.BURST) - inbox.MAX_QUEUED + 1
    assert box.room_for(PLAYER, 0.0) == left
    assert put(box, 2 * left) == left
    assert box.room_for(PLAYER, 0.0) == 0
    assert box.room_for(PLAYER, 0.1) == inbox.PER_SECOND / 10
    assert box.room_for(OTHER, 0.0) >= inbox.MAX_QUEUED


def test_who_has_more_waiting_than_the_kernel_keeps_for_all_crowds_it_and_who_has_nothing_is_not_held() -> None:
    box = Inbox()
    put(box, inbox.CROWD)
    assert not box.is_crowded_by(PLAYER)
    put(box, 1)
    assert box.is_crowded_by(PLAYER)
    assert (box.holds(PLAYER), box.holds(OTHER)) == (True, False)
    take(box, 2 * inbox.CROWD, LATER)
    assert not (box.is_crowded_by(PLAYER) or box.holds(PLAYER))


def test_many_senders_are_forgotten() -> None:
    box = Inbox()
    for number in range(1000):
        put(box, 1, ("127.0.0.1", number))
    assert len(box._rates) <= MAX_SENDERS


def test_a_long_bundle_is_taken_a_slice_at_a_time_with_its_times_and_others_come_between() -> None:
    box = Inbox()
    pings = [codec.write("/antiphon/ping", (number,)) for number in range(1000)]
    early = codec.bundle(5, pings[:500])
    box.put([codec.bundle(7, [early, *pings[500:]])], PLAYER, 0.5)
    box.put([b"other"], OTHER, 0.6)
    found = []
    while box:
        taken = take(box, 32, LATER)
        assert sum(len(codec.split(data)) for data, _, _ in taken) <= inbox.SLICE + 1
        found += taken
    assert (b"other", OTHER, 0.6) in found[:2]
    assert {now for data, source, now in found if source == PLAYER} == {0.5}
    parts = [part for data, source, _ in found if source == PLAYER for part in codec.split(data)]
    assert parts == [(5, ping) for ping in pings[:500]] + [(7, ping) for ping in pings[500:]]
    assert box._bytes == 0


def test_a_chord_in_a_bundle_stays_whole_and_a_broken_bundle_goes_on_to_be_refused() -> None:
    box = Inbox()
    chord = codec.bundle(1, [codec.write("/antiphon/note/on", (60,))] * 10)
    box.put([chord, chord[:-3]], PLAYER, 0.0)
    assert [data for data, _, _ in take(box, 32, LATER)] == [chord, chord[:-3]]


def test_one_sender_of_large_datagrams_leaves_room_for_others() -> None:
    box = Inbox()
    assert put(box, 2000, data=bytes(65_000)) * 65_000 <= inbox.MAX_BYTES_EACH
    assert put(box, 1, OTHER, data=bytes(65_000))
