"""Notochord: events apart, each answered once, in the order of their times, every on with its off."""

import pytest

from antiphon.dialects import Sent, Values
from antiphon.dialects.notochord import MAX_ASKED, Notochord
from antiphon.errors import AddressError, ArgumentError, MessageError, RangeError
from antiphon.osc import codec
from antiphon.osc import messages as osc
from antiphon.osc.messages import Incoming
from spoken import assert_sendable

ANSWER = "/return/notochord/query"
Said = tuple[int, int, float, float]
"""Instrument, pitch, time, velocity."""


def said(sent: Sent) -> Said:
    address, values = sent
    assert address == ANSWER
    assert_sendable(sent)
    assert values[::2] == ("inst", "pitch", "time", "vel", "end", "step")
    inst, pitch, time, vel, end, _ = values[1::2]
    assert end == 0.0
    assert isinstance(inst, int)
    assert isinstance(pitch, int)
    assert isinstance(time, float)
    assert isinstance(vel, float)
    return inst, pitch, round(time, 6), vel


class Client:
    """A dialect with a network that says the next of these notes whenever it is asked: (pitch, step, duration)."""

    def __init__(self, *notes: tuple[int, float, float]) -> None:
        self.dialect = Notochord()
        self.notes = list(notes)
        self.sent: list[Incoming] = []

    def send(self, address: str, *values: int | float | str, now: float = 0.0) -> list[Said]:
        """Send a message; what came back."""
        heard: list[Sent] = []
        for message in self.dialect.read(f"/notochord/{address}", values, now):
            self.sent.append(message)
            if isinstance(message, osc.Query | osc.Continue):
                pitch, step, duration = self.notes.pop(0)
                if isinstance(message, osc.Query) and message.pitch >= 0:
                    pitch = message.pitch
                prediction = osc.Prediction(pitch, step, duration, 80, message.id)
                heard += self.dialect.write(prediction, now)
                heard += self.dialect.write(osc.PhraseEnd(message.id), now)
        heard += self.dialect.outbox
        self.dialect.outbox.clear()
        return [said(sent) for sent in heard]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 60, 0.0, 100.0], osc.NoteOn(60, 100, 0)),
        ([1.0, 60.0, 0, 100], osc.NoteOn(60, 100, 0)),
        ([130, 36, 0.5, 99.6], osc.NoteOn(36, 100, 0)),
        ([1, 60, 0.5, 0.4], osc.NoteOn(60, 1, 0)),
        ([1, 60, 0.5, 0], osc.NoteOff(60)),
    ],
)
def test_an_event_is_a_key_going_down_or_coming_up(values: Values, message: Incoming) -> None:
    assert Notochord().read("/notochord/feed", values, 0.0) == [message]


@pytest.mark.parametrize(
    ("name", "values", "kind", "what"),
    [
        ("feed", [1, 60], ArgumentError, "time is missing"),
        ("feed", [1, 60, 0.0, 64, 1], ArgumentError, "5 arguments came"),
        ("feed", [321, 60, 0.0, 64], RangeError, "inst 321 is outside 0-320"),
        ("feed", [1, 129, 0.0, 64], RangeError, "pitch 129 is outside 0-128"),
        ("feed", [1, 60, -1.0, 64], RangeError, "time -1 is outside 0-3600"),
        ("feed", [1, 60, 0.0, 128], RangeError, "vel 128 is outside 0-127"),
        ("feed", [1, "c", 0.0, 64], ArgumentError, "pitch 'c' is not a number"),
        ("feed_query", [1, 60, 0.0], ArgumentError, "vel is missing"),
        ("query", [1, 2], ArgumentError, "1 stands where a name is due"),
        ("query", ["next_inst"], ArgumentError, "next_inst has no value"),
        ("query", ["next_pitch", 128], RangeError, "pitch 128 is outside 0-127"),
        ("query", ["next_time", "x"], ArgumentError, "time 'x' is not a number"),
        ("query", ["next_vel", 300.0], RangeError, "vel 300 is outside 0-127"),
        ("prompt", ["/etc/passwd"], AddressError, "nobody serves the address /notochord/prompt"),
        ("load", ["x.ckpt"], AddressError, "nobody serves the address /notochord/load"),
        ("homunculus/mute", [1], AddressError, "nobody serves the address /notochord/homunculus/mute"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    name: str, values: Values, kind: type[MessageError], what: str
) -> None:
    with pytest.raises(kind) as caught:
        Notochord().read(f"/notochord/{name}", values, 0.0)
    assert caught.value.what.startswith(what)


@pytest.mark.parametrize("values", [[1, 128, 0.0, 0.0], [0, 60, 0.0, 64]])
def test_the_start_token_is_no_note(values: Values) -> None:
    dialect = Notochord()
    assert dialect.read("/notochord/feed", values, 0.0) == []
    assert dialect.ignored == 1


@pytest.mark.parametrize(
    ("pairs", "query"),
    [
        ([], osc.Query(-1, -1.0, -1.0, -1, 1)),
        (["next_pitch", 60], osc.Query(60, -1.0, -1.0, -1, 1)),
        (["next_vel", 99.6], osc.Query(-1, -1.0, -1.0, 100, 1)),
        (["next_inst", 1, "next_time", 0.25], osc.Query(-1, 0.25, -1.0, -1, 1)),
        (["next_pitch", 60.0, "next_time", 1, "next_vel", 1], osc.Query(60, 1.0, -1.0, 1, 1)),
    ],
)
def test_a_query_keeps_what_its_pairs_name(pairs: Values, query: osc.Query) -> None:
    assert Notochord().read("/notochord/query", pairs, 0.0) == [query]


def test_names_without_a_word_here_are_left_aside_and_counted() -> None:
    dialect = Notochord()
    pairs: Values = ["pitch_temp", 0.5, "include_drum", 1, "allow_end", 0, "next_pitch", 60]
    assert dialect.read("/notochord/query", pairs, 0.0) == [osc.Query(60, -1.0, -1.0, -1, 1)]
    assert dialect.ignored == 3


def test_a_query_is_answered_with_the_next_on_and_the_instrument_it_names() -> None:
    client = Client((60, 0.3, 0.5), (62, 9.0, 0.5))
    assert client.send("query", "next_inst", 7) == [(7, 60, 0.3, 80.0)]
    assert client.send("query", "next_time", 0.25) == [(1, 62, 0.25, 80.0)]


def test_the_answer_has_the_types_that_notochord_sends() -> None:
    dialect = Notochord()
    dialect.read("/notochord/query", [], 0.0)
    (sent,) = dialect.write(osc.Prediction(60, 0.3, 0.5, 80, 1), 0.0)
    assert b",sisisfsfsfsi\0" in codec.write(*sent)


def test_feed_and_query_in_one_message() -> None:
    client = Client((64, 0.5, 1.0))
    assert client.send("feed_query", 12, 60, 0.0, 70, "next_vel", 90) == [(12, 64, 0.5, 80.0)]
    assert client.sent == [osc.NoteOn(60, 70, 0), osc.Query(-1, -1.0, -1.0, 90, 1)]


def test_a_loop_of_query_feed_hears_every_on_and_its_off_in_order() -> None:
    client = Client((60, 0.0, 0.5), (64, 0.25, 0.5), (67, 1.0, 0.1), (67, 0.05, 0.2), (72, 9.0, 1.0))
    now, heard = 0.0, []
    for _ in range(9):
        (event,) = client.send("query_feed", now=now)
        now += event[2]
        heard.append(event[1:])
    assert heard == [
        (60, 0.0, 80.0),
        (64, 0.25, 80.0),
        (60, 0.25, 0.0),
        (64, 0.25, 0.0),
        (67, 0.5, 80.0),
        (67, 0.05, 0.0),  # struck again before its time was over
        (67, 0.0, 80.0),
        (67, 0.2, 0.0),
        (72, 8.8, 80.0),
    ]
    assert [type(message) for message in client.sent] == [osc.Continue] * 5


def test_a_loop_that_does_not_wait_hears_the_same() -> None:
    client = Client((60, 0.0, 0.5), (64, 0.25, 0.5), (67, 1.0, 0.1))
    heard = [event[1:] for _ in range(5) for event in client.send("query_feed", now=0.0)]
    assert heard == [(60, 0.0, 80.0), (64, 0.25, 80.0), (60, 0.25, 0.0), (64, 0.25, 0.0), (67, 0.5, 80.0)]


def test_a_loop_of_query_and_feed_hears_the_off_of_what_it_fed() -> None:
    client = Client((60, 0.5, 0.25), (62, 2.0, 1.0), (62, 2.0, 1.0))
    assert client.send("query", now=0.0) == [(1, 60, 0.5, 80.0)]
    assert client.send("feed", 1, 60, 0.5, 80.0, now=0.5) == []
    assert client.send("query", now=0.5) == [(1, 60, 0.25, 0.0)]
    assert client.send("feed", 1, 60, 0.25, 0.0, now=0.75) == []
    assert client.send("query", now=0.75) == [(1, 62, 1.75, 80.0)]


def test_keys_of_the_player_are_the_players_to_end() -> None:
    client = Client((62, 5.0, 1.0))
    client.send("feed", 1, 60, 0.0, 80.0, now=0.0)
    assert client.send("query", now=0.0) == [(1, 62, 5.0, 80.0)]


def test_a_query_for_a_note_is_not_answered_with_an_off() -> None:
    for pairs in (["min_vel", 1], ["next_vel", 80], ["next_pitch", 0]):
        client = Client((60, 0.0, 0.1), (0, 5.0, 1.0))
        client.send("query_feed")
        assert client.send("query", *pairs) == [(1, 0, 5.0, 80.0)]  # type: ignore[arg-type]


def test_a_query_for_an_off_ends_the_key_that_is_due_or_the_one_it_names() -> None:
    client = Client((60, 0.0, 0.5))
    client.send("query_feed")
    assert client.send("query_feed", "next_vel", 0) == [(1, 60, 0.5, 0.0)]
    assert client.send("query_feed", "next_vel", 0, "next_pitch", 50, "next_inst", 3) == [(3, 50, 0.0, 0.0)]
    assert client.send("query_feed", "next_vel", 0) == []
    assert client.dialect.ignored == 1


def test_an_off_keeps_to_the_instrument_and_the_time_that_the_query_names() -> None:
    client = Client((60, 0.0, 0.1), (62, 1.0, 0.1), (64, 1.0, 0.1))
    client.send("query_feed")
    assert client.send("query", "next_inst", 5) == [(5, 62, 1.0, 80.0)]
    assert client.send("query", "next_time", 0.75) == [(1, 60, 0.75, 0.0)]


def test_a_note_that_a_conditioned_query_feed_made_happen_enters_the_window_with_the_next_message() -> None:
    client = Client((60, 0.5, 0.25), (62, 2.0, 1.0))
    assert client.send("query_feed", "next_pitch", 48) == [(1, 48, 0.5, 80.0)]
    assert client.send("query_feed") == [(1, 48, 0.25, 0.0)]
    assert client.sent == [
        osc.Query(48, -1.0, -1.0, -1, 1),
        osc.Note(48, 0.5, 0.25, 80, 0),
        osc.Continue(1, 2),
    ]


@pytest.mark.parametrize("values", [[], ["start", 0]])
def test_a_reset_forgets_keys_and_queries(values: list[int | str]) -> None:
    client = Client((60, 0.0, 0.5), (62, 3.0, 1.0))
    client.send("query_feed")
    assert client.send("reset", *values) == []
    assert client.sent[-1] == osc.Reset()
    assert client.send("query_feed") == [(1, 62, 3.0, 80.0)]


def test_queries_that_are_never_answered_are_forgotten() -> None:
    dialect = Notochord()
    for _ in range(MAX_ASKED + 10):
        dialect.read("/notochord/query", [], 0.0)
    assert len(dialect._asked) == MAX_ASKED
    assert dialect.write(osc.Error("busy", "", "", MAX_ASKED), 0.0) == []
    assert len(dialect._asked) == MAX_ASKED - 1


def test_a_query_for_an_off_takes_the_key_that_is_due_first_and_keeps_to_the_instrument() -> None:
    client = Client((60, 0.0, 3.0), (62, 0.0, 2.0), (64, 0.0, 2.5))
    client.send("query_feed")
    client.send("query_feed")
    client.send("query_feed", "next_inst", 4)
    assert client.send("query", "next_vel", 0) == [(1, 62, 2.0, 0.0)]
    assert client.send("query", "next_vel", 0, "next_inst", 4) == [(4, 64, 2.5, 0.0)]
    assert client.send("query", "next_vel", 0, "next_pitch", 60) == [(1, 60, 3.0, 0.0)]


def test_a_query_while_an_on_waits_tells_it_and_leaves_it_waiting() -> None:
    client = Client((60, 0.0, 0.5), (62, 1.0, 1.0))
    client.send("query_feed")
    assert client.send("query_feed") == [(1, 60, 0.5, 0.0)]
    assert client.send("query") == [(1, 62, 0.5, 80.0)]
    assert client.send("query_feed") == [(1, 62, 0.5, 80.0)]
    assert len(client.sent) == 2


def test_a_prediction_that_our_own_message_asked_for_is_told_as_an_on() -> None:
    client = Client((60, 0.0, 0.5))
    client.send("query_feed")
    (sent,) = client.dialect.write(osc.Prediction(62, 9.0, 0.5, 80, 77), 0.0)
    assert said(sent) == (1, 62, 9.0, 80.0)


def test_step_counts_the_events_that_happened() -> None:
    dialect = Notochord()
    dialect.read("/notochord/feed", [1, 60, 0.0, 64], 0.0)
    dialect.read("/notochord/query_feed", [], 0.0)
    (sent,) = dialect.write(osc.Prediction(62, 0.5, 0.5, 80, 1), 0.0)
    assert sent[1][-2:] == ("step", 2)
    dialect.read("/notochord/query", [], 0.0)
    (sent,) = dialect.write(osc.Prediction(62, 9.0, 0.5, 80, 2), 0.0)
    assert sent[1][-2:] == ("step", 2)


def test_seconds_between_the_last_event_and_the_last_onset_are_part_of_a_step() -> None:
    client = Client((62, 1.0, 0.5))
    client.send("feed", 1, 60, 0.0, 64, now=10.0)
    client.send("feed", 1, 60, 0.0, 0, now=10.75)
    assert client.send("query", "next_time", 0.25, now=11.0) == [(1, 62, 0.25, 80.0)]
    assert client.sent[-1] == osc.Query(-1, 1.0, -1.0, -1, 1)
