"""What a person looks for in the picture is there, at every size of terminal."""

import io
from typing import Any

import pytest
from rich.console import Console

from antiphon.apps.monitor.asker import Summary
from antiphon.apps.monitor.view import History, view

WHERE = "127.0.0.1:9000"


def session(number: int, **changes: Any) -> dict[str, Any]:
    told = {
        "name": f"session-{number}",
        "performers": [f"session-{number}"],
        "mode": "echo",
        "notes": 3,
        "idle_s": 0.3,
        "tempo": 0.0,
        "sounding": [],
        "window": [[60, 0.0, 0.5, 64], [64, 0.5, 0.5, 64], [67, 0.5, -1.0, 64]],
        "predicted": [[58, 0.25, 0.5, 64], [72, 0.25, 0.5, 64]],
    }
    return told | changes


def summary(*playing: dict[str, Any], **changes: Any) -> Summary:
    told = {
        "version": "0.1.0",
        "model": "maestro",
        "licence": "CC-BY-NC-SA-4.0",
        "run": 1,
        "uptime_s": 3725.0,
        "sessions": len(playing),
        "sessions_retired": 0,
        "trouble": "",
        "playing": list(playing),
        "answers": 1234,
        "p50_ms": 0.21,
        "p99_ms": 0.52,
        "p999_ms": 1.75,
    }
    return told | changes


TWO = summary(
    session(1, performers=["Anna"]),
    session(2, performers=["Ben", "Cleo"], mode="duet", sounding=[70, 73], tempo=92.0),
    late_notes=7,
    refused_range=4,
    messages_impsy=11,
)


def picture(told: Summary | None, width: int = 100, height: int = 40, silence: str = "") -> str:
    history = History()
    for second in range(70 if told else 0):
        history.add(told or {}, float(second))
    console = Console(record=True, width=width, height=height, file=io.StringIO())
    console.print(view(told, history, WHERE, silence, width, height))
    return console.export_text()


def test_who_plays_what_is_expected_what_sounds_and_how_quick_it_is() -> None:
    shown = picture(TWO)
    for words in (
        "antiphon 0.1.0 at 127.0.0.1:9000  up 1:02:05  model maestro (CC-BY-NC-SA-4.0)",
        "p50       0.21 ms", "p99       0.52 ms", "p99.9     1.75 ms", "▄▄▄▄", "of 0.5 ms",
        "answers 1,234", "late notes 7", "impsy 11", "refused  range 4",
        "Anna in session-1  echo  3 notes  idle 0.3 s",
        "Ben, Cleo in session-2  duet  3 notes  idle 0.3 s  92 bpm",
        "predicted C5 Bb3", "sounding Bb4 C#5", "●", "╌╌╌", "○", "q or Ctrl-C leaves",
    ):  # fmt: skip
        assert words in shown


def test_what_is_expected_is_drawn_once_and_only_where_the_player_waits_for_it() -> None:
    entered = session(1, predicted=[[67, 0.5, -1.0, 64]])
    for told in (entered, session(1, mode="duet"), session(1, predicted=[]), session(1, window=[])):
        assert "○" not in picture(summary(told))


def test_an_empty_server_says_how_to_begin() -> None:
    told = {name: value for name, value in summary(answers=0).items() if not name.endswith("_ms")}
    shown = picture(told)
    assert "nobody plays yet; a first note: /antiphon/note 60 0.25 0.5 80" in shown
    assert "no note was answered yet" in shown


def test_trouble_and_silence_are_said_above_all_else() -> None:
    shown = picture(summary(trouble="the disk is full; make room"), silence="no answer for 3 s")
    assert shown.splitlines()[0].strip() == "no answer for 3 s"
    assert "trouble: the disk is full; make room" in shown
    assert picture(None).splitlines()[0].strip() == "asking 127.0.0.1:9000"


@pytest.mark.parametrize("width", [1, 20, 40, 100, 250])
@pytest.mark.parametrize("height", [1, 5, 10, 24, 60])
@pytest.mark.parametrize("count", [0, 1, 2, 16])
def test_no_line_is_broken_and_none_runs_over_the_edge(width: int, height: int, count: int) -> None:
    told = summary(*(session(number) for number in range(count)), sessions=count + 3)
    lines = picture(told, width, height).splitlines()
    assert len(lines) <= max(height, 8)
    assert max(len(line) for line in lines) <= width


def test_sixteen_sessions_have_their_lines_and_the_rest_is_counted() -> None:
    many = [session(number, performers=[f"player {number}"]) for number in range(1, 17)]
    shown = picture(summary(*many, sessions=20), 120, 24)
    assert all(f"player {number} in" in shown for number in range(1, 17))
    assert "and 4 more" in shown
    assert "and 11 more" in picture(summary(*many), 120, 12)


def test_the_order_is_that_of_coming_but_who_stopped_stands_last() -> None:
    played = [session(10), session(2), session(1, idle_s=300.0), session(9)]
    shown = picture(summary(*played), 100, 20)
    places = [shown.index(f"session-{number} ") for number in (2, 9, 10, 1)]
    assert places == sorted(places)
    assert "idle 5:00" in shown


def test_names_from_the_wire_are_neither_markup_nor_control_codes() -> None:
    shown = picture(summary(session(1, performers=["[red]\x1b[2Jevil[/nothing]"])))
    assert "[red]?[2Jevil[/nothing]" in shown
    assert "\x1b" not in shown


def test_history_is_a_minute_long_with_gaps_where_nothing_was_heard() -> None:
    history = History()
    for at in (0.0, 0.4, 0.9, 1.1, 4.0):
        history.add({"p50_ms": at}, at)
    assert history.of("p50_ms") == [0.9, 1.1, None, None, 4.0]
    history.add({"p50_ms": 9.0}, 1000.0)
    assert history.of("p50_ms") == [None] * 59 + [9.0]
    assert history.of("p99_ms") == [None] * 60
