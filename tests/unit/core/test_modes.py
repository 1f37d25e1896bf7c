"""When the model speaks: what a player hears in each mode, in simulated time."""

import itertools
from collections.abc import Sequence

import pytest

from antiphon.note import HIDDEN, Note
from antiphon.wanted import Answer, Wanted
from stage import OTHER, PLAYER, Stage


def every_quarter(wanted: Sequence[Wanted]) -> list[Answer]:
    """A semitone above the last note, a quarter of a second after it, half as long."""
    return [
        Answer(one.ticket, Note(int(one.notes[-1, 0] + 1) % 128, 0.25, 0.125, 70), (-1.0, -2.0, -3.0, -4.0))
        for one in wanted
    ]


def staged() -> Stage:
    return Stage(answer=every_quarter)


def played(stage: Stage, since: float = 0.0) -> list[tuple[float, str, int]]:
    """Seconds since the beginning, on or off, pitch: all that the player heard the model play."""
    return [
        (round(time - since, 6), address.removeprefix("/antiphon/play/"), int(values[0]))
        for time, (address, values) in zip(stage.times[PLAYER], stage.heard[PLAYER], strict=True)
        if address.startswith("/antiphon/play/")
    ]


def strike(stage: Stage, *pitches: int, apart: float = 0.2) -> None:
    for pitch in pitches:
        stage.play("note/on", pitch, 80)
        stage.advance(apart / 2)
        stage.play("note/off", pitch)
        stage.advance(apart / 2)


def test_manual_answers_no_note_and_still_every_question() -> None:
    stage = staged()
    assert stage.play("mode", "manual") == [("/antiphon/value", ["mode", "manual"])]
    assert stage.play("note", 60, 0.1, 0.5) == []
    assert stage.play("predict")[0][1][0] == 61


def test_play_keeps_time_by_itself_until_told_to_stop() -> None:
    stage = staged()
    stage.play("note", 60, 0.1, 0.5)
    begun = stage.now
    stage.play("play", 1)
    stage.advance(1.1)
    assert played(stage, begun)[:6] == [
        (0.0, "on", 61),
        (0.125, "off", 61),
        (0.25, "on", 62),
        (0.375, "off", 62),
        (0.5, "on", 63),
        (0.625, "off", 63),
    ]
    stage.play("play", 0)
    stage.advance(5)
    heard = played(stage)
    assert len(heard) == 10
    assert heard[-1][1] == "off"


def test_what_is_played_ends_at_once_when_the_player_says_stop() -> None:
    for word in (("panic",), ("reset",), ("play", 0), ("mode", "manual")):
        stage = staged()
        stage.play("play", 1)
        stage.advance(0.3)
        stage.play(*word)
        ons = [pitch for _, what, pitch in played(stage) if what == "on"]
        offs = [pitch for _, what, pitch in played(stage) if what == "off"]
        assert sorted(ons) == sorted(offs), word
        stage.advance(5)
        assert len(played(stage)) == len(ons) + len(offs), word


def test_respond_answers_a_pause_with_a_phrase_of_the_same_length_and_density() -> None:
    stage = staged()
    stage.play("mode", "respond")
    strike(stage, 60, 62, 64, 65, 67, 69)
    assert played(stage) == []
    stage.advance(10)
    ons = [time for time, what, _ in played(stage) if what == "on"]
    assert len(ons) == 6
    assert ons[-1] - ons[0] == pytest.approx(1.0, rel=0.05)
    stage.advance(60)
    assert len([1 for _, what, _ in played(stage) if what == "on"]) == 6


def test_respond_waits_for_held_keys_but_not_for_ever() -> None:
    stage = staged()
    stage.play("mode", "respond")
    stage.play("note/on", 60, 80)
    stage.advance(2.5)
    assert played(stage) == []
    stage.play("note/off", 60)
    stage.advance(0.9)
    assert played(stage)
    stage.play("note/on", 60, 80)
    count = len(played(stage))
    stage.advance(4)
    assert len(played(stage)) > count


def test_respond_gives_way_at_once_and_forgets_what_nobody_heard() -> None:
    stage = staged()
    stage.play("mode", "respond")
    strike(stage, 60, 62, 64, 65, 67, 69)
    stage.advance(1.3)
    heard = [pitch for _, what, pitch in played(stage) if what == "on"]
    assert 1 <= len(heard) < 6
    stage.receive("note/on", 40, 80)
    stage.turn()
    assert sorted(pitch for _, what, pitch in played(stage) if what == "off") == sorted(heard)
    stage.receive("predict")
    window = stage.core.wanted(stage.now)[0].notes[:, 0].tolist()
    assert window[-1] == 40
    assert window[-1 - len(heard) : -1] == heard
    assert window[-1 - len(heard) - 1] == 69


def test_a_key_that_came_up_after_the_model_had_begun_has_its_duration_when_the_model_gives_way() -> None:
    stage = staged()
    stage.play("mode", "respond")
    strike(stage, 60)
    stage.play("note/on", 62, 80)
    stage.advance(3.25)  # held for so long that the model begins
    stage.play("note/off", 62)
    stage.play("note/on", 40, 80)
    stage.receive("predict")
    assert stage.core.wanted(stage.now)[0].notes[-3:, [0, 2]].tolist() == [[62, 3.25], [63, 0.125], [40, HIDDEN]]


def test_duet_begins_with_the_player_and_goes_on_beside_them_in_one_window() -> None:
    stage = staged()
    stage.play("mode", "duet")
    stage.advance(5)
    assert played(stage) == []
    stage.play("note/on", 60, 80)
    stage.advance(1)
    assert played(stage)
    stage.play("note/on", 90, 80)
    stage.advance(1)
    pitches = [int(pitch) for pitch in stage.asked[-1].notes[:, 0] if pitch >= 0]
    assert 90 in pitches
    assert pitches[pitches.index(90) + 1] == 91


def rests_after_a_note(stage: Stage) -> None:
    strike(stage, 60)
    stage.advance(20)
    count = len(played(stage))
    stage.advance(20)
    assert len(played(stage)) == count


def test_a_duet_rests_when_the_player_has_left_and_goes_on_when_they_are_back() -> None:
    stage = staged()
    stage.play("mode", "duet")
    rests_after_a_note(stage)
    count = len(played(stage))
    strike(stage, 60)
    stage.advance(2)
    assert len(played(stage)) > count
    stage.play("play", 1)
    stage.advance(30)
    assert played(stage)[-1][0] > stage.now - 1


def test_a_duet_rests_also_after_the_model_was_told_to_play_in_another_mode() -> None:
    stage = staged()
    stage.play("play", 1)
    stage.advance(1)
    stage.play("mode", "duet")
    rests_after_a_note(stage)


def test_after_panic_the_model_does_not_begin_by_itself() -> None:
    stage = staged()
    stage.play("mode", "respond")
    strike(stage, 60, 62, 64)
    stage.play("panic")
    stage.advance(10)
    assert played(stage) == []
    strike(stage, 60, 62, 64)
    stage.advance(10)
    assert len([1 for _, what, _ in played(stage) if what == "on"]) == 3


@pytest.mark.parametrize("mode", ["respond", "duet"])
def test_when_who_set_the_mode_has_left_the_model_plays_to_who_plays(mode: str) -> None:
    stage = staged()
    for source in (PLAYER, OTHER):
        stage.play("session", "band", source=source)
    stage.play("mode", mode, source=OTHER)
    stage.play("session", "elsewhere", source=OTHER)
    strike(stage, 60, 62, 64)
    stage.advance(5)
    assert played(stage)


def test_a_late_server_slides_what_is_left_and_never_bursts() -> None:
    stage = staged()
    stage.play("play", 1)
    stage.advance(0.6)
    stage.now += 3.0
    stage.turn()
    stage.advance(1.0)
    ons = [time for time, what, _ in played(stage) if what == "on"]
    steps = [after - before for before, after in itertools.pairwise(ons)]
    assert min(steps) > 0.2
    assert stage.core.stats.counts["late_notes"] == 1


def test_a_model_without_steps_does_not_stop_the_server() -> None:
    stage = Stage(answer=lambda wanted: [Answer(one.ticket, Note(60, 0.0, 0.1, 64), (0.0,) * 4) for one in wanted])
    stage.play("play", 1)
    stage.advance(1.0)
    assert 10 < len([1 for _, what, _ in played(stage) if what == "on"]) <= 1000


def test_lookahead_sends_ahead_with_the_true_time() -> None:
    stage = staged()
    stage.play("set", "lookahead", 0.5)
    stage.play("play", 1)
    begun = stage.now
    stage.advance(0.3)
    assert [what for _, what, _ in played(stage)][:3] == ["on", "off", "on"]
    assert [round(event.at - begun, 3) for event in stage.events if event.name == "play/on"] == [0.5, 0.75]


def test_polyphony_ends_the_oldest_note() -> None:
    stage = Stage(answer=lambda wanted: [
        Answer(one.ticket, Note(int(one.notes[-1, 0] + 1) % 128, 0.25, 10.0, 64), (0.0,) * 4) for one in wanted
    ])  # fmt: skip
    stage.play("set", "polyphony", 2)
    stage.play("play", 1)
    stage.advance(2)
    sounding: set[int] = set()
    for _, what, pitch in played(stage):
        sounding = sounding | {pitch} if what == "on" else sounding - {pitch}
        assert len(sounding) <= 2


def test_quantize_puts_onsets_on_the_grid_of_the_beat() -> None:
    stage = Stage(answer=lambda wanted: [Answer(one.ticket, Note(60, 0.23, 0.1, 64), (0.0,) * 4) for one in wanted])
    stage.play("tempo", 120.0)
    stage.play("beat", 1)
    begun = stage.now
    stage.play("set", "quantize", 4)
    stage.advance(0.03)
    stage.play("play", 1)
    stage.advance(3)
    ons = [time - begun for time, what, _ in played(stage) if what == "on"]
    assert len(ons) > 8
    assert all(abs(on / 0.125 - round(on / 0.125)) < 1e-3 for on in ons)


def test_who_leaves_hears_the_last_off_and_no_more() -> None:
    stage = staged()
    stage.play("play", 1)
    stage.advance(0.3)
    stage.play("session", "band")
    assert stage.heard[PLAYER][-2][0] == "/antiphon/play/off"
    count = len(stage.heard[PLAYER])
    stage.advance(5)
    assert len(stage.heard[PLAYER]) == count


def test_a_shared_session_has_one_window_and_each_answer_goes_to_who_asked() -> None:
    stage = staged()
    assert stage.play("session", "band")[0][1][3] == "band"
    stage.play("session", "band", source=OTHER)
    stage.play("note", 60, 0.1, 0.5)
    assert stage.play("predict", source=OTHER)[0][1][0] == 61
    assert stage.play("session", "session-1", source=OTHER)[0][0] == "/antiphon/error"
