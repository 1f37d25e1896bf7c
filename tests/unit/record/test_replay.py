"""A replay sends the same messages with the same differences of time, to the last bit."""

import itertools
import random

import pytest

from antiphon.event import Event
from antiphon.record.replay import same_answers, script
from antiphon.timetag import time_tag_of

BEGIN = 1_700_000_000.0


def into(at: float, name: str, *values: int | float | str) -> Event:
    return Event("anna", at, "in", name, values)


def test_all_moments_are_moved_by_the_same_whole_seconds() -> None:
    rng = random.Random(2)
    events = [into(BEGIN + rng.random() * 100, "note/on", 60, 64, number) for number in range(200)]
    start = BEGIN + 123_456.789
    cues = script(events, start)
    assert [cue.values[2] for cue in cues] == list(range(200))
    shifts = {cue.tag - time_tag_of(event.at) for cue, event in zip(cues, events, strict=True)}
    assert len(shifts) == 1
    assert shifts.pop() % 2**32 == 0
    assert start <= cues[0].due < start + 1
    assert all(one.due <= other.due for one, other in itertools.pairwise(cues))


def test_a_message_whose_tag_lies_before_the_one_before_keeps_its_place_and_its_tag() -> None:
    first, second = script([into(BEGIN + 1.5, "note/on", 60, 64, 0), into(BEGIN + 1.25, "note/off", 59)], BEGIN)
    assert (first.due, second.due) == (BEGIN + 0.5, BEGIN + 0.5)
    assert first.tag - second.tag == 1 << 30


def test_twice_as_fast_takes_half_the_time() -> None:
    first, second = script([into(BEGIN, "beat", 1), into(BEGIN + 3, "beat", 2)], BEGIN + 10, speed=2.0)
    assert second.due - first.due == 1.5
    assert second.tag - first.tag == 3 << 31


def test_only_what_the_performer_sent_and_what_changes_answers_is_sent_again() -> None:
    events = [
        Event("anna", BEGIN, "state", "begin", (1, "rule")),
        *(into(BEGIN, name) for name in ("hello", "reply", "stats", "save", "session", "ping")),
        into(BEGIN, "set", "temperature", 0.5),
        into(BEGIN, "note/on", 60, 64, 0),
        Event("anna", BEGIN, "out", "prediction", (61, 0.1, 0.1, 64, 0)),
    ]
    assert [cue.name for cue in script(events, BEGIN)] == ["set", "note/on"]
    assert script(events[:3], BEGIN) == []


@pytest.mark.parametrize(
    ("heard", "same"),
    [
        ([(60, 0.5, 0.1, 64, 0), (61, 0.5, 0.1, 64, 1)], 2),
        ([(61, 0.5, 0.1, 64, 1), (60, 0.5, 0.10000000149011612, 64, 0)], 2),
        ([(60, 0.5, 0.1, 64, 0), (60, 0.5, 0.1, 64, 0)], 1),
        ([(60, 0.5, 0.1000001, 64, 0)], 0),
        ([], 0),
    ],
)
def test_answers_are_the_same_if_their_bits_are(heard: list[tuple[float, ...]], same: int) -> None:
    assert same_answers([(60, 0.5, 0.1, 64, 0), (61, 0.5, 0.1, 64, 1)], heard) == same
