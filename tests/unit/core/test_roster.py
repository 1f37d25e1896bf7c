"""Senders and sessions are bounded, named, shared by wish, and told when they are dropped."""

from antiphon.apps.programs import osc_datagram, read_osc
from antiphon.core.core import Core, Identity
from antiphon.core.limits import MAX_SENDERS, MAX_SESSIONS, Source
from stage import BEGIN, OTHER, PLAYER, Stage


def sender(number: int) -> Source:
    return ("127.0.0.1", 20000 + number)


def test_senders_in_one_session_share_window_and_controls() -> None:
    stage = Stage()
    stage.play("session", "band")
    stage.play("set", "density", 2.0)
    stage.play("session", "band", source=OTHER)
    assert stage.play("get", "density", source=OTHER)[0][1] == ["density", 2.0]


def test_a_session_that_everybody_left_is_over() -> None:
    stage = Stage()
    stage.play("session", "band")
    stage.play("note", 60, 0.1, 0.5)
    stage.play("session", "other")
    stage.play("session", "band")
    stage.play("predict")
    assert (stage.asked[-1].notes[:, 0] == -1).all()
    assert [event.session for event in stage.events if event.name == "end"] == ["session-1", "band", "other"]


def test_what_was_asked_of_a_session_that_is_over_is_refused_by_its_id() -> None:
    stage = Stage()
    stage.play("set", "commit", 1)
    stage.receive("note", 60, 0.5, 0.5, 64, 7)
    stage.receive("note", 62, 0.5, 0.5, 64, 8)
    heard = stage.play("session", "band")
    assert [(address, values[-1]) for address, values in heard] == [
        ("/antiphon/error", 7),
        ("/antiphon/error", 8),
        ("/antiphon/hello", 1),
    ]
    assert heard[0][1][0] == "the session was over before this was answered"


def test_an_answer_is_kept_in_the_session_that_it_was_asked_of() -> None:
    stage = Stage()
    stage.play("session", "band", source=OTHER)
    stage.play("session", "band")
    stage.receive("note", 60, 0.5, 0.5, 64, 7)
    heard = stage.play("session", "elsewhere")
    assert heard[-1] == ("/antiphon/prediction", [61, 0.25, 0.25, 64, 7])
    assert [event.session for event in stage.events if event.name in ("note", "prediction")] == ["band", "band"]


def test_where_there_is_one_session_at_once_it_is_left_for_another() -> None:
    core = Core(Identity("0", "rule", 1, 1), BEGIN, max_sessions=1)
    core.datagram(osc_datagram("/antiphon/note", 60, 0.5, 0.5, 64, 7), PLAYER, BEGIN)
    core.datagram(osc_datagram("/antiphon/session", "band"), PLAYER, BEGIN)
    heard = [read_osc(data) for data, _ in core.to_send(BEGIN)]
    assert [(address, values[-1]) for address, values in heard] == [("/antiphon/error", 7), ("/antiphon/hello", 1)]
    core.datagram(osc_datagram("/antiphon/note", 60, 0.5, 0.5), PLAYER, BEGIN)
    assert len(core.wanted(BEGIN)) == 1


def test_nobody_joins_the_session_of_another_sender_unasked() -> None:
    stage = Stage()
    stage.play("hello")
    heard = stage.play("session", "session-1", source=OTHER)
    assert heard[0][0] == "/antiphon/error"
    assert "one sender alone" in str(heard[0][1][0])


def test_the_sender_heard_longest_ago_is_dropped_and_told_and_its_session_goes_on_for_others() -> None:
    stage = Stage()
    stage.play("session", "band", source=sender(0))
    for number in range(1, MAX_SENDERS):
        stage.play("session", "band", source=sender(number))
    stage.play("session", "band", source=sender(MAX_SENDERS))
    assert stage.heard[sender(0)][-1][0] == "/antiphon/bye"
    assert stage.play("note", 60, 0.1, 0.5, source=sender(1))[-1][0] == "/antiphon/prediction"


def test_a_session_that_is_retired_ends_what_it_plays() -> None:
    stage = Stage()
    stage.play("play", 1, source=sender(0))
    stage.advance(0.01)
    for number in range(1, MAX_SESSIONS + 1):
        stage.play("hello", source=sender(number))
    heard = [address.removeprefix("/antiphon/") for address, _ in stage.heard[sender(0)]]
    assert heard.count("play/on") == heard.count("play/off") > 0
    assert heard[-1] == "bye"


def test_a_named_session_has_the_same_random_numbers_whoever_comes_first() -> None:
    def draws(first: str) -> list[float]:
        stage = Stage(seed=4)
        stage.play("session", first, source=OTHER)
        stage.play("session", "band", source=PLAYER)
        stage.play("predict")
        return [float(number) for number in stage.asked[-1].uniform]

    assert draws("x") == draws("y")
