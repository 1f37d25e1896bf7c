"""`antiphon sessions`, `save` and `replay`, as a performer types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from antiphon.apps.programs import started
from antiphon.event import Event
from antiphon.midi.file import read_midi
from antiphon.record.store import RunInfo, Store

BEGIN = 1_700_000_000.0


def run(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antiphon", *arguments]
    environment = os.environ | {"ANTIPHON_DATABASE": str(database)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def events(name: str) -> list[Event]:
    found = [
        Event(name, BEGIN, "state", "begin", (11, "maestro")),
        Event(name, BEGIN, "in", "hello", (f"Anna {name}",)),
    ]
    for number in range(8):
        at = BEGIN + number / 2
        found.append(Event(name, at, "in", "note/on", (60 + number, 64, number)))
        found.append(Event(name, at + 0.01, "out", "prediction", (72, 0.25, 0.5, 64, number)))
        found.append(Event(name, at + 0.25, "in", "note/off", (60 + number,)))
    return found


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    store = Store(path, RunInfo(1, BEGIN, "0", "maestro", 3))
    store.write(events("session-1") + events("session-2") + [Event("session-3", BEGIN, "in", "beat", (1,))])
    store.close()
    return path


def test_sessions_are_listed_for_people_and_for_programs(database: Path) -> None:
    lines = run(database, "sessions").stdout.splitlines()
    assert lines[0].split()[:3] == ["session", "begun", "length"]
    assert len(lines) == 4
    assert all(word in lines[2] for word in ("2023-11-1", "0:04", "Anna session-2", "maestro"))
    listed = [json.loads(line) for line in run(database, "sessions", "--json").stdout.splitlines()]
    assert [(one["number"], one["performer_notes"], one["model_notes"]) for one in listed] == [
        (1, 8, 8),
        (2, 8, 8),
        (3, 0, 0),
    ]


def test_a_session_becomes_a_midi_file(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.mid"
    ended = run(database, "save", "1", "-o", str(path), "--json")
    assert json.loads(ended.stdout) == {"file": str(path), "session": 1, "notes": {"performer": 8, "model": 8}}
    assert len(read_midi(path)) == 16


def test_the_last_measures_begin_at_their_bar_line(database: Path, tmp_path: Path) -> None:
    run(database, "save", "1", "-o", str(tmp_path / "whole.MID"))
    run(database, "save", "1", "-o", str(tmp_path / "last.mid"), "--last", "1")
    whole, last = read_midi(tmp_path / "whole.MID"), read_midi(tmp_path / "last.mid")
    assert 0 < len(last) < len(whole) == 16
    assert last["onset"][0] < 0.1


def test_a_session_becomes_a_page_of_music(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "evening.musicxml"
    ended = run(database, "save", "Anna session-2", "-o", str(path))
    assert ended.stdout == f"wrote {path}: 8 notes of yours, 8 of the model\n"
    assert "Anna session-2, 2023-11-1" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("save", "9", "-o", "a.mid"), 1, "there is no session 9; the last ones are 1 (Anna session-1)"),
        (("save", "3", "-o", "a.mid"), 1, "no note was played in session 3"),
        (("save", "1", "-o", "a.doc"), 2, "has none of the suffixes"),
        (("save", "", "-o", "a.mid"), 1, "the name of the session is empty"),
        (("replay", "9"), 1, "there is no session 9"),
        (("replay", "1", "--to", "a..b:9"), 1, "a..b cannot be reached"),
        (("replay", "1", "--speed", "nan"), 2, "--speed nan is no number"),
        (("replay", "1", "--to", "9000"), 2, "9000 is no HOST:PORT"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(database: Path, arguments: tuple[str, ...], code: int, text: str) -> None:
    ended = run(database, *arguments)
    assert ended.returncode == code
    assert text in ended.stderr
    assert "Traceback" not in ended.stderr
    assert code == 2 or len(ended.stderr.splitlines()) == 1


def test_without_a_recording_the_next_step_is_said(tmp_path: Path) -> None:
    ended = run(tmp_path / "none.sqlite", "sessions")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "start antiphon serve and play" in ended.stdout


def test_a_replay_says_how_many_answers_are_the_same(database: Path) -> None:
    with started("antiphon", "serve", "--port", "0", "--model", "tutorial") as running:
        server = f"127.0.0.1:{running.port}"
        lines = run(database, "replay", "1", "--to", server, "--speed", "20").stdout.splitlines()
        assert lines[0] == "the session was played with maestro; this server plays tutorial"
        assert "at another speed" in lines[1]
        assert lines[-1] == "0 of 8 answers identical"
        figures = json.loads(run(database, "replay", "1", "--to", server, "--speed", "20", "--json").stdout)
    assert (figures["sent"], figures["recorded"], figures["heard"]) == (16, 8, 8)


def test_a_replay_says_that_it_changes_the_model_and_no_refusal_that_was_one_then(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite"
    store = Store(path, RunInfo(1, BEGIN, "0", "maestro", 3))
    store.write(
        [
            Event("session-1", BEGIN, "in", "model", ("nothing",)),
            Event("session-1", BEGIN, "out", "error", ('there is no model called "nothing"', "/antiphon/model", "", 0)),
            Event("session-1", BEGIN, "in", "note", (60, 0.1, 0.5, 64, 1)),
            Event("session-1", BEGIN, "out", "prediction", (72, 0.25, 0.5, 64, 1)),
        ]
    )
    store.close()
    with started("antiphon", "serve", "--port", "0", "--no-record") as running:
        lines = run(path, "replay", "1", "--to", f"127.0.0.1:{running.port}").stdout.splitlines()
    assert lines[0].startswith("the session changes the model to nothing, which the server then plays for everyone")
    assert not [line for line in lines if "refused" in line]
