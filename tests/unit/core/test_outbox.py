"""What is sent is in the words of who hears it, and what is to be kept is kept once."""

from antiphon.core.outbox import Outbox
from antiphon.core.requests import Sender
from antiphon.core.stats import Stats
from antiphon.dialects import find
from antiphon.osc import codec
from antiphon.osc import messages as osc
from antiphon.timetag import time_tag_of
from stage import PLAYER, read_all

SENDER = Sender(PLAYER, PLAYER, "joe", "s")


def test_messages_leave_in_order_once_and_their_latency_is_counted() -> None:
    stats = Stats()
    outbox = Outbox(stats, is_recorded=False)
    outbox.put(osc.Prediction(60, 0.1, 0.2, 64, 1), SENDER, 5.0, 4.5, None)
    outbox.put_raw(b"raw", PLAYER)
    sent = outbox.empty(5.0)
    assert [address for _, address in sent] == [PLAYER, PLAYER]
    assert sent[1][0] == b"raw"
    assert outbox.empty(5.0) == []
    assert stats.summary()["p50_ms"] == 500.0
    assert outbox.take_events() == []


def test_what_is_due_later_goes_as_a_bundle_with_its_time() -> None:
    outbox = Outbox(Stats(), is_recorded=False)
    outbox.put(osc.PlayOn(60, 64), SENDER, 5.0, None, 5.5)
    ((data, _),) = outbox.empty(5.0)
    assert codec.split(data)[0][0] == time_tag_of(5.5)
    assert read_all(data) == [("/antiphon/play/on", [60, 64])]


def test_a_sender_with_a_dialect_hears_its_own_words() -> None:
    spoken = find("/wek/inputs")
    assert spoken is not None
    outbox = Outbox(Stats(), is_recorded=False)
    outbox.put(osc.Prediction(60, 0.5, 0.25, 64, 1), Sender(PLAYER, PLAYER, "joe", "s", spoken()), 0.0, None, None)
    assert read_all(outbox.empty(0.0)[0][0]) == [("/wek/outputs", [60.0, 0.5, 0.25, 64.0])]


def test_music_is_kept_for_the_recorder_and_small_talk_is_not() -> None:
    outbox = Outbox(Stats(), is_recorded=True)
    outbox.keep("in", "s", 1.0, osc.Set("temperature", (0.5,)))
    outbox.keep("in", "s", 1.0, osc.Panic())
    outbox.keep("in", "s", 1.0, osc.NoteOff(60))
    outbox.keep("out", "s", 1.0, osc.Pong((1,)))
    outbox.keep("out", "s", 1.25, osc.PlayOff(60))
    outbox.keep_state("s", 2.0, "end", ("left",))
    assert [tuple(event) for event in outbox.take_events()] == [
        ("s", 1.0, "in", "set", ("temperature", 0.5)),
        ("s", 1.0, "in", "panic", ()),
        ("s", 1.0, "in", "note/off", (60,)),
        ("s", 1.25, "out", "play/off", (60,)),
        ("s", 2.0, "state", "end", ("left",)),
    ]
    assert outbox.take_events() == []
