"""What sounded is written down as it sounded, on one clock."""

import numpy as np
import pytest

from antiphon.event import Event
from antiphon.note import MIN_DURATION, NoteArray
from antiphon.record.played import hear

T = 1_700_000_000.0


def into(at: float, name: str, *values: int | float | str) -> Event:
    return Event("anna", T + at, "in", name, values)


def out(at: float, name: str, *values: int | float | str) -> Event:
    return Event("anna", T + at, "out", name, values)


def told(notes: NoteArray) -> list[tuple[float, int, float, int]]:
    return [
        (round(float(note["onset"]), 4), int(note["pitch"]), round(float(note["duration"]), 4), int(note["velocity"]))
        for note in notes
    ]


PERFORMED = [
    ("no event, no notes", [], []),
    (
        "keys sound from down to up",
        [
            into(5, "note/on", 60, 70, 0),
            into(5.5, "note/on", 64, 71, 0),
            into(6, "note/off", 60),
            into(7, "note/off", 64),
        ],
        [(0, 60, 1, 70), (0.5, 64, 1.5, 71)],
    ),
    (
        "velocity 0 is a key that comes up",
        [into(0, "note/on", 60, 70, 0), into(1, "note/on", 60, 0, 0), into(2, "note/off", 60)],
        [(0, 60, 1, 70)],
    ),
    (
        "a key that goes down again was up in between",
        [into(0, "note/on", 60, 70, 0), into(1, "note/on", 60, 80, 0), into(3, "note/off", 60)],
        [(0, 60, 1, 70), (1, 60, 2, 80)],
    ),
    (
        "a key that never comes up ends with the session",
        [into(0, "note/on", 60, 70, 0), out(4, "prediction", 1, 0.1, 0.1, 1, 0)],
        [(0, 60, 4, 70)],
    ),
    (
        "panic is every key up",
        [into(0, "note/on", 60, 70, 0), into(1, "panic"), into(9, "ping")],
        [(0, 60, 1, 70)],
    ),
    (
        "MIDI of any channel",
        [
            into(0, "midi", 0x93, 60, 70),
            into(1, "midi", 0x83, 60, 64),
            into(2, "midi", 0x90, 62, 5),
            into(3, "midi", 0x90, 62, 0),
        ],
        [(0, 60, 1, 70), (2, 62, 1, 5)],
    ),
    (
        "the pedal holds keys that came up",
        [
            into(0, "midi", 0xB0, 64, 127),
            into(0, "midi", 0x90, 60, 70),
            into(0.5, "midi", 0x90, 62, 71),
            into(1, "midi", 0x80, 60, 0),
            into(2, "midi", 0xB0, 64, 0),
            into(3, "midi", 0x80, 62, 0),
        ],
        [(0, 60, 2, 70), (0.5, 62, 2.5, 71)],
    ),
    (
        "all notes off",
        [into(0, "midi", 0xB0, 64, 127), into(0, "midi", 0x90, 60, 70), into(1, "midi", 0xB1, 123, 0), into(9, "ping")],
        [(0, 60, 1, 70)],
    ),
    (
        "finished notes keep their own rhythm, whenever they were sent",
        [
            into(0, "note", 60, 0.0, 0.5, 64, 0),
            into(0, "note", 62, 0.5, 0.25, 65, 1),
            into(0, "note", 64, 0.25, 0.25, 66, 2),
        ],
        [(0, 60, 0.5, 64), (0.5, 62, 0.25, 65), (0.75, 64, 0.25, 66)],
    ),
    (
        "after a reset a finished note begins when it was played",
        [into(1, "note", 60, 0.0, 1, 64, 0), into(9, "reset"), into(10, "note", 62, 0.0, 0.5, 65, 1)],
        [(0, 60, 1, 64), (9.5, 62, 0.5, 65)],
    ),
    (
        "finished notes after keys count from the last key",
        [into(0, "note/on", 60, 70, 0), into(1, "note/off", 60), into(3, "note", 62, 2.0, 0.5, 65, 1)],
        [(0, 60, 1, 70), (2, 62, 0.5, 65)],
    ),
    (
        "a key that came up before it went down is as short as can be",
        [into(1, "note/on", 60, 70, 0), into(0.5, "note/off", 60)],
        [(0, 60, MIN_DURATION, 70)],
    ),
]


@pytest.mark.parametrize(("events", "notes"), [case[1:] for case in PERFORMED], ids=[case[0] for case in PERFORMED])
def test_the_performer(events: list[Event], notes: list[tuple[float, int, float, int]]) -> None:
    assert told(hear(events).players["performer"]) == notes


PLAYED = [
    (
        "what it plays in time",
        [
            into(0, "note/on", 60, 70, 0),
            out(1, "play/on", 72, 50),
            out(1.5, "play/off", 72),
            out(2, "play/on", 74, 51),
            out(3, "bye", "x"),
        ],
        [(1, 72, 0.5, 50), (2, 74, 1, 51)],
    ),
    (
        "phrases follow the last onset, and proposals are left out",
        [
            into(0.5, "note", 60, 0.0, 0.5, 70, 1),
            out(0.5, "prediction", 61, 0.1, 0.1, 1, 1),
            out(0.5, "phrase/begin", 2, 2),
            out(0.5, "prediction", 62, 0.25, 0.5, 2, 2),
            out(0.5, "prediction", 1, 0.25, 0.5, 2, 1),
            out(0.5, "prediction", 63, 0.5, 0.5, 3, 2),
            out(0.5, "phrase/end", 2),
            out(0.5, "prediction", 1, 0.25, 0.5, 2, 2),
        ],
        [(0.25, 62, 0.5, 2), (0.75, 63, 0.5, 3)],
    ),
    (
        "proposals where there is nothing else",
        [
            into(0, "note/on", 60, 70, 1),
            out(0, "prediction", 61, 0.25, 0.5, 1, 1),
            into(1, "note/on", 62, 70, 2),
            out(1, "prediction", 63, 0.5, 0.5, 1, 2),
        ],
        [(0.25, 61, 0.5, 1), (1.5, 63, 0.5, 1)],
    ),
]


@pytest.mark.parametrize(("events", "notes"), [case[1:] for case in PLAYED], ids=[case[0] for case in PLAYED])
def test_the_model(events: list[Event], notes: list[tuple[float, int, float, int]]) -> None:
    assert told(hear(events).players["model"]) == notes


def test_the_clock_begins_with_whoever_plays_first() -> None:
    players = hear([out(3, "play/on", 72, 50), into(4, "note/on", 60, 70, 0), out(5, "play/off", 72)]).players
    assert told(players["model"]) == [(0, 72, 2, 50)]
    assert told(players["performer"]) == [(1, 60, 1, 70)]
    assert np.isclose(players["performer"]["step"][0], 0)


def test_what_the_pedal_did_is_known_on_the_clock_of_the_notes() -> None:
    moves = [(0.5, 127), (2.0, 80), (2.5, 0), (2.75, 10), (3.0, 64)]
    events = [into(at, "midi", 0xB0, 64, value) for at, value in moves]
    pedal = hear([into(1, "note/on", 60, 70, 0), *events, into(4, "note/off", 60)]).pedal
    assert pedal.presses.tolist() == [-0.5, 2.0]
    assert pedal.lifts.tolist() == [1.5]


@pytest.mark.parametrize("ends", [into(1.0, "midi", 0xB0, 123, 0), into(1.0, "panic")])
def test_the_pedal_comes_up_with_every_key(ends: Event) -> None:
    moves = [into(at, "midi", 0xB0, 64, value) for at, value in ((0.25, 127), (2.0, 127), (3.0, 0))]
    pedal = hear([into(0, "note/on", 60, 70, 0), moves[0], ends, *moves[1:], into(4, "note/off", 60)]).pedal
    assert (pedal.presses.tolist(), pedal.lifts.tolist()) == ([0.25, 2.0], [1.0, 3.0])


def test_taps_stand_on_the_clock_of_the_notes_in_order() -> None:
    take = hear([into(5.5, "beat", 2), into(5, "beat", 1), into(6, "note/on", 60, 70, 0), into(7, "note/off", 60)])
    assert take.taps is not None
    assert take.taps.seconds.tolist() == [-1, -0.5]
    assert take.taps.numbers.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("events", "tempi_bpm"),
    [
        ([], ()),
        ([into(0, "tempo", 90.0), into(1, "set", "tempo", 100.0)], (90, 100)),
        ([into(0, "tempo", 90.0), into(1, "set", "tempo", 0.0)], ()),
        ([into(0, "set", "density", 0.5), into(1, "beat", 0)], ()),
        ([into(0, "set", "tempo", "fast"), into(1, "set", "tempo")], ()),
    ],
)
def test_tempi_that_are_said_and_not_taken_back_go_along(events: list[Event], tempi_bpm: tuple[float, ...]) -> None:
    take = hear(events)
    assert take.tempi_bpm == tempi_bpm
    assert take.taps is None
