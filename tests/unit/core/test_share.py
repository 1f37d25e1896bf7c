"""Who asks much is held to a share while others play, and to none when nobody does."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from antiphon.core.limits import CALM, EACH, LEAST_SHARE, MUCH, SHARE, STRUM, TOGETHER, Source
from stage import OTHER, PLAYER, Stage

RUN = 0.001
"""Seconds that each run of the network takes here."""

THIRD: Source = ("127.0.0.1", 50003)


def run(stage: Stage) -> list[Source]:
    """One run; who was answered how often."""
    wanted = stage.core.wanted(stage.now)
    if not wanted:
        return []
    stage.now += RUN
    stage.core.deliver(stage.answer(wanted), stage.now)
    return [address for _, address in stage.core.to_send(stage.now)]


def beside(many: Iterable[Source]) -> Stage:
    """Other plays, and these ask much."""
    stage = Stage()
    stage.play("note", 60, 0.1, 0.5, source=OTHER)
    for source in many:
        stage.receive("predict", 100, 1, source=source)
    return stage


def test_one_window_of_those_who_ask_much_goes_with_what_others_ask_and_then_none_for_long() -> None:
    stage = beside([PLAYER])
    stage.receive("predict", EACH, 2, source=OTHER)
    assert sorted(run(stage)) == sorted([PLAYER] + [OTHER] * EACH)
    stage.receive("predict", EACH, 2, source=OTHER)
    assert run(stage) == [OTHER] * EACH


def test_then_they_wait_for_three_times_as_long_and_the_core_says_until_when() -> None:
    stage = beside([PLAYER])
    stage.now += STRUM
    assert run(stage) == [PLAYER]
    due = stage.core.next_due() or 0.0
    assert due == pytest.approx(stage.now + RUN * (1 / SHARE - 1))
    assert not stage.core.wanting(stage.now)
    assert run(stage) == []
    stage.now = due
    assert stage.core.wanting(stage.now)
    assert run(stage) == [PLAYER]


def test_notes_that_come_one_upon_the_other_make_them_wait_longer_but_not_for_ever() -> None:
    stage = beside([PLAYER])
    times = []
    for _ in range(1000):
        stage.receive("note", 60, 0.1, 0.5, source=OTHER)
        answered = run(stage)
        assert answered.count(OTHER) == 1, "the network ran for the others alone, and the next note would find it"
        if PLAYER in answered:
            times.append(stage.now)
        stage.now += 0.0005
    waits = [after - before for before, after in pairwise(times)]
    assert min(waits) >= RUN / LEAST_SHARE - RUN
    assert max(waits) <= RUN / LEAST_SHARE + 4 * RUN


def test_those_who_ask_much_have_the_share_together_and_in_turn() -> None:
    stage = beside([PLAYER, THIRD])
    stage.now += STRUM
    answered = []
    for _ in range(6):
        answered += run(stage)
        stage.now = stage.core.next_due() or stage.now
    assert answered in ([PLAYER, THIRD] * 3, [THIRD, PLAYER] * 3)


def test_when_the_others_have_rested_for_long_they_are_held_no_more() -> None:
    stage = beside([PLAYER])
    stage.now += TOGETHER - 2 * RUN
    assert len(run(stage)) == 1
    stage.now += 2 * RUN
    assert len(run(stage)) == EACH
    assert len(run(stage)) == EACH


def test_where_all_ask_much_all_are_served_alike_and_who_has_done_holds_nobody_until_they_play() -> None:
    stage = Stage()
    stage.receive("predict", 100, 1)
    stage.receive("predict", 2 * MUCH, 1, source=OTHER)
    counts = [len(run(stage)) for _ in range(MUCH)]
    assert counts == [2 * EACH] * MUCH
    assert len(run(stage)) == EACH
    stage.now += CALM
    assert len(run(stage)) == EACH
    stage.receive("note", 60, 0.1, 0.5, source=OTHER)
    assert sorted(run(stage)) == [PLAYER, OTHER]
    assert run(stage) == []


def test_a_long_phrase_and_what_waits_for_commits_are_much_too() -> None:
    for words in (("continue", 100, 1), ("note", 60, 0.1, 0.5, 64, 1)):
        stage = beside([])
        stage.play("set", "commit", 1)
        for _ in range(2 * MUCH):
            stage.receive(*words)
        stage.now += STRUM
        assert run(stage).count(PLAYER) >= 1
        assert run(stage) == []


def test_who_plays_in_time_is_one_who_plays() -> None:
    stage = Stage()
    stage.play("play", 1, source=OTHER)
    stage.advance(2 * TOGETHER)
    stage.receive("predict", 100, 1)
    assert run(stage).count(PLAYER) <= 1
    assert not stage.core.wanting(stage.now)


def test_a_run_that_failed_counts_as_one() -> None:
    stage = beside([PLAYER])
    stage.now += STRUM
    stage.core.wanted(stage.now)
    stage.now += RUN
    stage.core.give_up(stage.now)
    assert not stage.core.wanting(stage.now)
