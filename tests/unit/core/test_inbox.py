"""One sender's flood is that sender's wait alone, and nothing grows without bound."""

from antiphon.core import inbox
from antiphon.core.inbox import Inbox
from antiphon.osc import codec
from stage import OTHER, PLAYER


def test_senders_are_taken_in_turn_and_each_in_its_own_order() -> None:
    box = Inbox()
    for number in range(5):
        box.put(bytes([number]), PLAYER, 0.0)
    box.put(b"other", OTHER, 0.0)
    taken = box.take(8)
    assert [(data, source) for data, source, _ in taken] == [(b"\0", PLAYER), (b"other", OTHER), (b"\1", PLAYER)]
    assert [data[0] for data, _, _ in box.take(32)] == [2, 3, 4]
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


def test_while_others_play_a_backlog_has_a_quarter_of_a_run_and_else_all_of_it() -> None:
    box = Inbox()
    for _ in range(100):
        box.put(b"x", PLAYER, 0.0)
    assert len(box.take(32)) == 32
    box.put(b"other", OTHER, 0.5)
    box.put(b"x", PLAYER, 0.6)
    assert [source for _, source, _ in box.take(32)] == [PLAYER, OTHER, *[PLAYER] * 7]
    assert len(box.take(32)) == 8
    box.put(b"x", PLAYER, 2.0)
    assert len(box.take(32)) == 32


def test_many_senders_are_forgotten() -> None:
    box = Inbox()
    for number in range(1000):
        box.put(b"x", ("127.0.0.1", number), 0.0)
    assert len(box._rates) <= inbox.MAX_RATED


def test_a_long_bundle_is_taken_a_slice_at_a_time_with_its_times_and_others_come_between() -> None:
    box = Inbox()
    pings = [codec.write("/antiphon/ping", (number,)) for number in range(100)]
    early = codec.bundle(5, pings[:50])
    box.put(codec.bundle(7, [early, *pings[50:]]), PLAYER, 0.5)
    box.put(b"other", OTHER, 0.6)
    found = []
    while box:
        taken = box.take(inbox.SLICE)
        assert sum(len(codec.split(data)) for data, _, _ in taken) <= inbox.SLICE + 1
        found += taken
    assert found[1] == (b"other", OTHER, 0.6)
    assert {now for data, source, now in found if source == PLAYER} == {0.5}
    parts = [part for data, source, _ in found if source == PLAYER for part in codec.split(data)]
    assert parts == [(5, ping) for ping in pings[:50]] + [(7, ping) for ping in pings[50:]]
    assert box._bytes == 0


def test_a_chord_in_a_bundle_stays_whole_and_a_broken_bundle_goes_on_to_be_refused() -> None:
    box = Inbox()
    chord = codec.bundle(1, [codec.write("/antiphon/note/on", (60,))] * 10)
    for data in (chord, chord[:-3]):
        box.put(data, PLAYER, 0.0)
    assert [data for data, _, _ in box.take(32)] == [chord, chord[:-3]]


def test_one_sender_of_large_datagrams_leaves_room_for_others() -> None:
    box = Inbox()
    kept = sum(box.put(bytes(65_000), PLAYER, 0.0) for _ in range(2000))
    assert kept * 65_000 <= inbox.MAX_BYTES_EACH
    assert box.put(bytes(65_000), OTHER, 0.0)
