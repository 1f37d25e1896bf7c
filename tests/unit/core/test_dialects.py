"""Patches made for other programs play here: what each sends and hears, through the whole core."""

import pytest

from antiphon.core.limits import Source
from antiphon.note import Note
from antiphon.osc.messages import Error, Saved
from antiphon.wanted import Answer
from stage import OTHER, PLAYER, Stage


def addresses(stage: Stage, source: Source = PLAYER) -> list[str]:
    return [address for address, _ in stage.heard[source]]


def test_wekinator_inputs_are_answered_by_outputs() -> None:
    stage = Stage()
    assert stage.play("/wek/inputs", 60.0, 0.5, 0.25, 80.0) == [("/wek/outputs", [61.0, 0.25, 0.25, 80.0])]


def test_a_virtual_keyboard_is_answered_in_time_with_on_and_off() -> None:
    stage = Stage()
    stage.play("/vkb_midi/3/note/60", 80)
    stage.advance(0.1)
    stage.play("/vkb_midi/3/note/60", 0)
    stage.advance(10)
    assert set(addresses(stage)) == {"/vkb_midi/3/note/61"}
    assert [values for _, values in stage.heard[PLAYER]] == [[80], [0]]


def test_notochord_is_asked_and_answers_with_pairs() -> None:
    stage = Stage()
    stage.play("/notochord/feed", 1, 60, 0.1, 80.0)
    heard = stage.play("/notochord/query")
    assert [address for address, _ in heard] == ["/return/notochord/query"]
    pairs = dict(zip(heard[0][1][::2], heard[0][1][1::2], strict=True))
    assert pairs["pitch"] == 61


def test_impsy_is_played_with_when_it_pauses() -> None:
    stage = Stage()
    for value in (0.4, 0.5, 0.6):
        stage.play("/interface", value)
        stage.advance(0.2)
    stage.advance(10)
    assert set(addresses(stage)) == {"/impsy"}


def test_other_programs_are_never_sent_errors() -> None:
    stage = Stage()
    assert stage.play("/wek/inputs", 300.0) == []
    assert stage.core.stats.counts["messages"] >= 0
    assert any(name.startswith("refused") for name in stage.core.stats.counts)


@pytest.mark.parametrize(
    "first",
    [
        ("/wek/inputs", 60.0, 0.5, 0.25, 80.0),
        ("/vkb_midi/3/note/60", 80),
        ("/interface", 0.4),
        ("/notochord/feed", 1, 60, 0.1, 80.0),
    ],
)
def test_a_patch_may_mix_its_own_messages_with_ours(first: tuple[int | float | str, ...]) -> None:
    stage = Stage()
    stage.play(*first)
    assert not [address for address in addresses(stage) if address.startswith("/antiphon/")]
    asked = [
        (("ping", 7), "/antiphon/pong"), (("stats",), "/antiphon/stats"), (("hello",), "/antiphon/hello"),
        (("get", "mode"), "/antiphon/value"), (("set", "temperature", 0.5), "/antiphon/value"),
        (("session", "band"), "/antiphon/hello"), (("set", "temperature", "hot"), "/antiphon/error"),
        (("nope",), "/antiphon/error"), (("save", "../a"), "/antiphon/error"),
    ]  # fmt: skip
    for words, answer in asked:
        assert [address for address, _ in stage.play(*words)] == [answer]
    stage.play("models")
    (job,) = stage.core.take_jobs()
    stage.core.finish(job, [Error("none", "/antiphon/models", "look", 0), Saved("a.mid")])
    stage.turn()
    assert addresses(stage)[-2:] == ["/antiphon/error", "/antiphon/saved"]
    assert stage.play("reply", 9001) == []
    assert addresses(stage, (PLAYER[0], 9001)) == ["/antiphon/hello"]


def test_a_clip_goes_to_ableton_on_the_senders_own_machine() -> None:
    stage = Stage()
    assert stage.play("clip", 0, 1)[0][0] == "/antiphon/error"
    stage.play("continue", 5)
    stage.play("clip", 0, 1)
    stage.advance(1)
    live = ("127.0.0.1", 11000)
    assert addresses(stage, live)[0] == "/live/clip_slot/create_clip"
    notes = next(values for address, values in stage.heard[live] if address == "/live/clip/add/notes")
    assert len(notes) == 2 + 5 * 5
    assert stage.times[live][1] - stage.times[live][0] > 0.09


@pytest.mark.parametrize("first", [("continue", 3), ("note", 60, 0.5, 0.5)])
def test_what_the_model_went_on_with_and_what_it_played_in_time_stand_in_one_clip(
    first: tuple[str | int | float, ...],
) -> None:
    stage = Stage(answer=lambda wanted: [Answer(one.ticket, Note(60, 0.25, 0.1, 64), (0.0,) * 4) for one in wanted])
    stage.play("set", "commit", 1)
    stage.play(*first)
    stage.play("play", 1)
    stage.advance(2)
    stage.play("play", 0)
    stage.play("clip", 0, 1)
    stage.advance(1)
    assert stage.heard[("127.0.0.1", 11000)][0] == ("/live/clip_slot/create_clip", [0, 1, 8.0])


def test_a_keyboard_that_went_to_another_session_hears_no_note_of_the_one_before() -> None:
    stage = Stage()
    stage.play("set", "mode", "echo")
    stage.play("session", "band", source=OTHER)
    stage.play("session", "band")
    stage.receive("/vkb_midi/3/note/60", 80)
    stage.receive("set", "mode", "echo")
    stage.receive("/vkb_midi/3/note/60", 80)
    stage.receive("session", "duo")
    stage.turn()
    stage.advance(10)
    assert [event for event in stage.events if event.name == "play/on" and event.session == "duo"] == []
    assert stage.core._roster.sessions["band"]._listener is None


def test_a_message_that_waited_until_its_sender_had_gone_plays_nothing_to_them() -> None:
    stage = Stage()
    stage.play("session", "band", source=OTHER)
    stage.play("session", "band")
    stage.play("set", "commit", 1)
    stage.receive("note", 60, 0.1, 0.5)
    stage.receive("play", 1)
    stage.receive("session", "duo")
    stage.turn()
    stage.advance(5)
    assert not [address for address, _ in stage.heard[PLAYER] if address.startswith("/antiphon/play")]
