"""What a player hears back, in simulated time."""

import json
import struct

import pytest

from antiphon.apps.programs import osc_datagram
from antiphon.core.core import BATCH
from antiphon.core.limits import AHEAD, ERRORS_PER_SECOND, FEW, MAX_JOBS, MAX_JOBS_EACH, MAX_SESSIONS, MAX_WAITING
from antiphon.note import HIDDEN
from stage import OTHER, PLAYER, Stage


def test_the_very_first_note_is_answered() -> None:
    assert Stage().play("note", 60, 0.0, 0.5, 80, 7) == [("/antiphon/prediction", [61, 0.0, 0.25, 80, 7])]


def test_a_key_that_goes_down_is_answered_and_its_step_is_the_time_since_the_last() -> None:
    stage = Stage()
    stage.play("note/on", 60, 80)
    stage.advance(0.5)
    assert stage.play("note/on", 64, 80, 3) == [("/antiphon/prediction", [65, 0.25, 0.25, 80, 3])]


def test_a_key_that_comes_up_is_not_answered_and_gives_its_note_a_duration() -> None:
    stage = Stage()
    stage.play("note/on", 60, 80)
    stage.advance(0.75)
    assert stage.play("note/off", 60) == []
    stage.receive("predict")
    assert stage.core.wanted(stage.now)[0].notes[-1].tolist() == [60, 0, 0.75, 80]


def test_velocity_0_is_a_key_that_comes_up() -> None:
    stage = Stage()
    stage.play("note/on", 60, 80)
    stage.advance(0.25)
    assert stage.play("note/on", 60, 0) == []
    stage.receive("predict")
    assert stage.core.wanted(stage.now)[0].notes[-1, 2] == 0.25


def test_a_held_key_is_hidden_in_the_window_that_its_answer_comes_from() -> None:
    stage = Stage()
    stage.receive("note/on", 60, 80)
    stage.advance(0.5)
    stage.receive("note/off", 60)
    assert stage.core.wanted(stage.now)[0].notes[-1, 2] == HIDDEN


def test_predictions_are_alternatives_and_do_not_enter_the_window() -> None:
    stage = Stage()
    stage.play("note", 60, 0.0, 0.5)
    assert [values[0] for _, values in stage.play("predict", 3, 9)] == [61, 61, 61]
    assert stage.play("predict") == [("/antiphon/prediction", [61, 0.0, 0.25, 64, 0])]


def test_a_phrase_enters_the_window_and_is_framed() -> None:
    stage = Stage()
    stage.play("note", 60, 0.0, 0.5)
    heard = stage.play("continue", 3, 9)
    assert [address.removeprefix("/antiphon/") for address, _ in heard] == [
        "phrase/begin",
        "prediction",
        "prediction",
        "prediction",
        "phrase/end",
    ]
    assert heard[0][1] == [9, 3]
    assert heard[-1][1] == [9]
    assert [values[0] for _, values in heard[1:-1]] == [61, 62, 63]


def test_a_note_played_into_a_phrase_is_answered_before_the_phrase_ends() -> None:
    stage = Stage()
    stage.receive("continue", 50, 1)
    stage.receive("note", 40, 0.0, 0.5, 64, 2)
    stage.turn()
    heard = [(address, values[-1]) for address, values in stage.heard[PLAYER]]
    assert heard.index(("/antiphon/prediction", 2)) <= 3


def test_reset_empties_the_window_and_ends_a_phrase() -> None:
    stage = Stage()
    stage.play("note", 60, 0.0, 0.5)
    stage.receive("continue", 5, 1)
    stage.core.deliver([], stage.now)
    assert stage.play("reset") == [("/antiphon/phrase/begin", [1, 0]), ("/antiphon/phrase/end", [1])]
    stage.receive("predict")
    assert (stage.core.wanted(stage.now)[0].notes[:, 0] == -1).all()


def test_panic_lifts_every_key() -> None:
    stage = Stage()
    stage.play("note/on", 60)
    stage.advance(2)
    stage.play("panic")
    stage.receive("predict")
    assert stage.core.wanted(stage.now)[0].notes[-1, 2] == 2.0


def test_hello_says_who_is_there_and_which_session_this_is() -> None:
    stage = Stage()
    assert stage.play("hello", "joe") == [("/antiphon/hello", ["0", "rule", 25, "session-1", 1])]
    assert stage.play("hello", source=OTHER)[0][1][3] == "session-2"


def test_answers_go_to_the_port_that_was_asked_for_on_the_senders_own_host() -> None:
    stage = Stage()
    stage.receive("reply", 7000)
    stage.receive("note", 60, 0.0, 0.5)
    stage.turn()
    assert PLAYER not in stage.heard
    assert [address for address, _ in stage.heard[(PLAYER[0], 7000)]] == [
        "/antiphon/hello",
        "/antiphon/prediction",
    ]


def test_each_sender_has_a_window_of_its_own() -> None:
    stage = Stage()
    stage.play("note", 60, 0.0, 0.5)
    stage.play("note", 30, 0.0, 0.5, source=OTHER)
    assert stage.play("predict")[0][1][0] == 61
    assert stage.play("predict", source=OTHER)[0][1][0] == 31


def test_ping_gives_everything_back() -> None:
    assert Stage().play("ping", 1, 0.5, "x") == [("/antiphon/pong", [1, 0.5, "x"])]


def test_a_wrong_message_is_answered_with_what_to_send_and_changes_nothing() -> None:
    stage = Stage()
    stage.play("note", 60, 0.0, 0.5)
    wrong = stage.play("note", 300, 0.0, 0.5, 64, 8)
    assert wrong == [
        (
            "/antiphon/error",
            ["pitch 300 is outside 0-127", "/antiphon/note", "send a MIDI note number, 60 is middle C", 8],
        )
    ]
    assert stage.play("predict")[0][1][0] == 61


def test_bytes_that_are_not_osc_are_counted_and_not_answered() -> None:
    stage = Stage()
    stage.core.datagram(b"nonsense", PLAYER, stage.now)
    stage.turn()
    assert not stage.heard
    summary = json.loads(str(stage.play("stats")[0][1][0]))
    assert summary["refused_datagram"] == 1


def test_errors_are_answered_twenty_times_a_second_and_then_counted() -> None:
    stage = Stage()
    for _ in range(100):
        stage.receive("nope")
    stage.turn()
    assert len(stage.heard[PLAYER]) == ERRORS_PER_SECOND
    stage.advance(1.0)
    assert len(stage.play("nope")) == 1


def test_a_full_house_retires_the_session_used_longest_ago_and_tells_it() -> None:
    stage = Stage()
    for number in range(MAX_SESSIONS + 1):
        stage.play("hello", source=("127.0.0.1", 40000 + number))
    assert stage.heard[("127.0.0.1", 40000)][-1][0] == "/antiphon/bye"
    assert len(stage.heard[("127.0.0.1", 40001)]) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("set", "temperature", "hot"),
        ("set", "nothing", 1),
        ("get", "nothing"),
        ("preset", "nothing"),
        ("session", "session-9"),
        ("clip", 0, 1),
        ("nope",),
    ],
)
def test_every_refusal_names_the_address_it_came_under(words: tuple[int | float | str, ...]) -> None:
    stage = Stage()
    (answer,) = stage.play(*words)
    assert answer[0] == "/antiphon/error"
    assert answer[1][1] == f"/antiphon/{words[0]}"


def test_a_refusal_of_what_waited_its_turn_names_its_address_too() -> None:
    stage = Stage()
    stage.play("set", "commit", 1)
    stage.receive("note", 60, 0.1, 0.5)
    stage.receive("set", "temperature", "hot")
    stage.turn()
    assert [values[1] for address, values in stage.heard[PLAYER] if address == "/antiphon/error"] == ["/antiphon/set"]


def test_too_many_requests_at_once_are_refused_as_busy() -> None:
    stage = Stage()
    for number in range(MAX_WAITING + 1):
        stage.receive("predict", 1, number)
    stage.turn()
    errors = [values for address, values in stage.heard[PLAYER] if address == "/antiphon/error"]
    assert [values[-1] for values in errors] == [MAX_WAITING]
    assert len(stage.heard[PLAYER]) == MAX_WAITING + 1


def test_there_is_no_room_for_more_of_who_has_asked_much_until_some_of_it_is_answered() -> None:
    stage = Stage()
    stage.play("hello")
    for number in range(AHEAD):
        assert stage.core.room(PLAYER) == BATCH
        stage.receive("predict", 1, number)
    assert stage.core.room(PLAYER) == 0
    stage.core.deliver(stage.answer(stage.core.wanted(stage.now)), stage.now)
    assert stage.core.room(PLAYER) == BATCH


def test_there_is_room_for_a_few_messages_of_a_stranger_or_of_each_who_plays_with_others() -> None:
    stage = Stage()
    assert stage.core.room(PLAYER) == FEW
    stage.play("hello")
    assert stage.core.room(PLAYER) == BATCH
    stage.play("hello", source=OTHER)
    assert stage.core.room(PLAYER) == stage.core.room(OTHER) == FEW


def test_answers_come_in_the_order_of_the_questions_however_they_are_batched() -> None:
    stage = Stage()
    for number in range(100):
        stage.receive("note", 60, 0.1, 0.5, 64, number)
    stage.turn()
    assert [values[-1] for _, values in stage.heard[PLAYER]] == list(range(100))
    assert max(stage.runs) == 32


def test_the_same_seed_and_messages_give_the_same_random_numbers_however_they_are_batched() -> None:
    def uniforms(together: bool) -> list[list[float]]:
        stage = Stage(seed=5)
        found = []
        for number in range(4):
            stage.receive("note", 60 + number, 0.1, 0.5)
            if not together:
                found += [one.uniform.tolist() for one in stage.core.wanted(stage.now)]
        return found + [one.uniform.tolist() for one in stage.core.wanted(stage.now)]

    assert uniforms(together=True) == uniforms(together=False)


def bundle(time: float, *elements: bytes) -> bytes:
    tag = int((time + 2208988800) * 2**32)
    return b"#bundle\0" + struct.pack(">Q", tag) + b"".join(struct.pack(">i", len(e)) + e for e in elements)


@pytest.mark.parametrize(("early", "step"), [(0.25, 0.75), (3600.0, 1.0)])
def test_a_time_tag_near_now_is_the_time_of_the_event_and_any_other_is_now(early: float, step: float) -> None:
    stage = Stage()
    stage.play("note/on", 60)
    stage.advance(1.0)
    stage.core.datagram(bundle(stage.now - early, osc_datagram("/antiphon/note/on", 62)), PLAYER, stage.now)
    assert stage.core.wanted(stage.now)[0].notes[-1, 1] == pytest.approx(step, abs=1e-6)
    assert stage.core.stats.counts["time_tags_ignored"] == (early > 2)


def test_a_bad_message_in_a_bundle_leaves_its_neighbours_alone() -> None:
    stage = Stage()
    good, bad = osc_datagram("/antiphon/note", 60, 0.1, 0.5), osc_datagram("/antiphon/note", 300, 0.1, 0.5)
    stage.core.datagram(bundle(stage.now, good, bad, good), PLAYER, stage.now)
    stage.turn()
    assert sorted(address for address, _ in stage.heard[PLAYER]) == [
        "/antiphon/error",
        "/antiphon/prediction",
        "/antiphon/prediction",
    ]


def test_when_the_network_fails_its_senders_are_told_and_the_next_note_is_answered() -> None:
    stage = Stage()
    stage.receive("note", 60, 0.1, 0.5, 64, 1)
    stage.receive("continue", 5, 2)
    stage.core.wanted(stage.now)
    stage.core.give_up(stage.now)
    stage.turn()
    assert [(address, values[-1]) for address, values in stage.heard[PLAYER]] == [
        ("/antiphon/phrase/begin", 5),
        ("/antiphon/error", 2),
        ("/antiphon/phrase/end", 2),
        ("/antiphon/error", 1),
    ]
    assert len(stage.play("note", 60, 0.1, 0.5)) == 1


def test_everyone_hears_that_the_server_stops() -> None:
    stage = Stage()
    stage.play("hello")
    stage.core.close("the server stops", stage.now)
    stage.turn()
    assert stage.heard[PLAYER][-1] == ("/antiphon/bye", ["the server stops"])


def test_who_only_watches_has_no_session() -> None:
    stage = Stage()
    assert json.loads(str(stage.play("stats")[0][1][0]))["sessions"] == 0
    assert stage.play("ping", 1) == [("/antiphon/pong", [1])]


def test_stats_count_messages_by_kind() -> None:
    stage = Stage()
    stage.play("note/on", 60)
    stage.play("note/on", 62)
    summary = json.loads(str(stage.play("stats")[0][1][0]))
    assert summary["messages_note/on"] == 2


def test_stats_say_how_many_and_how_quickly() -> None:
    stage = Stage()
    stage.receive("note", 60, 0.1, 0.5)
    stage.advance(0.004)
    stage.turn()
    summary = json.loads(str(stage.play("stats")[0][1][0]))
    assert (summary["answers"], summary["sessions"]) == (1, 1)
    assert summary["p50_ms"] == pytest.approx(4.0, abs=0.01)


def test_no_more_is_done_aside_at_once_than_is_served() -> None:
    stage = Stage()
    for _ in range(MAX_JOBS_EACH):
        assert stage.play("models") == []
    ((_, (what, address, _, _)),) = stage.play("save", "evening")
    assert (what, address) == ("the jobs before this one are under way", "/antiphon/save")
    jobs = stage.core.take_jobs()
    assert len(jobs) == MAX_JOBS_EACH
    assert stage.play("models")[0][0] == "/antiphon/error"
    stage.core.finish(jobs[0], [])
    assert stage.play("models") == []
    for number in range(100):
        stage.receive("models", source=("127.0.0.1", number + 1))
    assert MAX_JOBS_EACH - 1 + len(stage.core.take_jobs()) == MAX_JOBS


def test_clips_beyond_what_can_wait_are_refused_and_none_is_cut_short() -> None:
    stage = Stage()
    stage.play("note", 60, 0.1, 0.5)
    stage.play("continue", 500)
    for _ in range(100):
        stage.receive("clip", 0, 0, 500)
    stage.turn()
    stage.advance(1)
    sent = [address for address, _ in stage.heard[(PLAYER[0], 11000)]]
    assert 5 < sent.count("/live/clip_slot/create_clip") < 50
    assert sent.count("/live/clip/add/notes") == 3 * sent.count("/live/clip_slot/create_clip")
    assert any(values[0] == "the clips before this one are under way" for _, values in stage.heard[PLAYER])
    assert stage.core.next_due() is None


def test_a_message_that_waited_while_a_note_began_ends_it_at_once_and_in_no_bundle() -> None:
    stage = Stage()
    stage.play("play", 1)
    came = stage.now
    stage.now += 0.001
    stage.turn()
    assert stage.heard[PLAYER][-1][0] == "/antiphon/play/on"
    stage.core.datagram(osc_datagram("/antiphon/play", 0), PLAYER, came - 0.001)
    sent = [data for data, _ in stage.core.to_send(stage.now)]
    assert sent
    assert all(data.startswith(b"/antiphon/play/off") for data in sent)
