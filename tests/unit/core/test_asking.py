"""Which windows go to the network first, and what becomes of its answers."""

from antiphon.core.asking import BATCH, MOST_NATS
from antiphon.core.limits import EACH, TOGETHER
from antiphon.note import Note
from antiphon.wanted import Answer
from stage import OTHER, PLAYER, Stage


def test_what_is_played_in_time_goes_first_then_phrases_then_one_question_of_each_session_in_turn() -> None:
    stage = Stage()
    stage.receive("predict", 5, 1)
    stage.receive("predict", 1, 99, source=OTHER)
    stage.receive("continue", 3, 7)
    stage.receive("play", 1, source=OTHER)
    stage.core.tick(stage.now)
    wanted = stage.core.wanted(stage.now)
    assert len(wanted) == 1 + 1 + EACH + 1
    stage.core.deliver([Answer(one.ticket, Note(60, 1.0, 0.5, 64), (0.0,) * 4) for one in wanted], stage.now)
    stage.turn()
    assert stage.heard[OTHER][0][1][-1] == 99
    assert [address for address, _ in stage.heard[PLAYER]][:2] == ["/antiphon/phrase/begin", "/antiphon/prediction"]


def test_who_plays_alone_has_the_whole_of_a_run() -> None:
    stage = Stage()
    stage.play("note", 60, 0.1, 0.5, source=OTHER)
    stage.now += TOGETHER
    stage.play("predict", 40)
    assert stage.runs[1:] == [BATCH, 40 - BATCH]


def test_while_others_play_none_has_more_than_a_few_windows_in_a_run() -> None:
    stage = Stage()
    stage.receive("predict", EACH + 1, 1)
    stage.receive("predict", EACH + 2, 2, source=OTHER)
    stage.turn()
    assert stage.runs == [2 * EACH, 1 + EACH]
    assert [len(stage.heard[source]) for source in (PLAYER, OTHER)] == [EACH + 1, EACH + 2]


def test_a_note_that_could_not_be_is_told_with_a_finite_number() -> None:
    stage = Stage(
        answer=lambda wanted: [Answer(one.ticket, Note(60, 0.0, 0.5, 64), (float("-inf"), 0, 0, 0)) for one in wanted]
    )
    stage.play("set", "surprise", 1)
    assert stage.play("note", 60, 0.0, 0.5)[0][1][0] == MOST_NATS


def test_a_network_that_fails_on_a_committed_prediction_lets_the_next_messages_through() -> None:
    stage = Stage()
    stage.play("set", "commit", 1)
    stage.receive("note", 60, 0.1, 0.5, 64, 1)
    stage.receive("note", 62, 0.1, 0.5, 64, 2)
    stage.core.wanted(stage.now)
    stage.core.give_up(stage.now)
    stage.turn()
    assert [(address.split("/")[-1], values[-1]) for address, values in stage.heard[PLAYER]][1:] == [
        ("error", 1),
        ("prediction", 2),
    ]


def test_a_network_that_fails_while_it_plays_ends_what_sounds() -> None:
    stage = Stage()
    stage.play("play", 1)
    stage.advance(0.01)
    stage.receive("note", 60, 0.1, 0.5)
    stage.now += 1.0
    stage.core.tick(stage.now)
    stage.core.wanted(stage.now)
    stage.core.give_up(stage.now)
    stage.turn()
    heard = [address for address, _ in stage.heard[PLAYER] if "/play/" in address]
    assert heard.count("/antiphon/play/on") == heard.count("/antiphon/play/off")
