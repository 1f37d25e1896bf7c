"""Sessions are listed, found by what people call them, and read back as they were."""

import time
from pathlib import Path

import pytest

from antiphon.errors import RecordError
from antiphon.event import Event
from antiphon.record.reader import SessionInfo, find_session, list_sessions, read_events
from antiphon.record.store import RunInfo, Store


def events(name: str, at: float, performer: str = "") -> list[Event]:
    return [
        Event(name, at, "state", "begin", (11, "rule")),
        Event(name, at, "in", "hello", (performer,)),
        Event(name, at + 1 / 3, "in", "note/on", (60, 64, 1)),
        Event(name, at + 1 / 3, "out", "prediction", (61, 0.125, 0.25, 64, 1)),
        Event(name, at + 1, "in", "note/off", (60,)),
        Event(name, at + 2.5, "state", "end", ("the server stops",)),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a folder?#%" / "a.sqlite"
    for number, evening in enumerate((["session-1", "session-2"], ["session-1"])):
        store = Store(path, RunInfo(70 + number, 100.0 * number, "0", "rule", 3))
        for name in evening:
            store.write(events(name, 100.0 * number, "Anna" if name == "session-2" else ""))
        store.close()
    return path


def test_sessions_are_listed_newest_last(path: Path) -> None:
    sessions = list_sessions(path)
    assert [(one.number, one.run, one.name, one.performer) for one in sessions] == [
        (1, 70, "session-1", ""),
        (2, 70, "session-2", "Anna"),
        (3, 71, "session-1", ""),
    ]
    assert sessions[2] == SessionInfo(3, 71, "session-1", "", 100.0, 2.5, 1, 1, "rule", 11)


@pytest.mark.parametrize(
    ("which", "number"),
    [("1", 1), ("session-1", 3), ("session-2", 2), ("Anna", 2), ("last", 3), ("3", 3), ("70:session-1", 1)],
)
def test_a_session_is_found_by_what_people_call_it(path: Path, which: str, number: int) -> None:
    assert find_session(path, which).number == number


def test_no_name_that_a_sender_chose_takes_the_place_of_a_surer_one(path: Path) -> None:
    store = Store(path, RunInfo(72, 200.0, "0", "rule", 3))
    store.write([*events("1", 200.0, "70:session-1"), *events("band", 201.0, "session-2")])
    store.close()
    found = [find_session(path, which).number for which in ("1", "70:session-1", "session-2", "72:1", "band")]
    assert found == [1, 1, 2, 4, 5]


def test_a_session_that_is_not_there_is_refused_with_those_that_are(path: Path) -> None:
    with pytest.raises(RecordError) as caught:
        find_session(path, "9")
    assert caught.value.what == "there is no session 9"
    assert caught.value.hint == (
        "the last ones are 1 (session-1), 2 (Anna), 3 (session-1); antiphon sessions lists them all"
    )


def test_a_session_without_a_performers_name_is_not_found_by_an_empty_one(path: Path) -> None:
    with pytest.raises(RecordError, match="the name of the session is empty"):
        find_session(path, "")


def test_the_last_is_the_last_that_was_played_in(path: Path) -> None:
    store = Store(path, RunInfo(72, 300.0, "0", "rule", 3))
    store.write([Event("session-1", 300.0, "in", "hello", ("",))])
    store.close()
    assert len(list_sessions(path)) == 4
    assert find_session(path, "last").number == 3


def test_a_place_that_cannot_be_looked_into_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be read: file name too long"):
        list_sessions(tmp_path / ("long" * 100))


def test_where_nothing_is_recorded_nothing_is_listed_or_made(tmp_path: Path) -> None:
    assert list_sessions(tmp_path / "a.sqlite") == []
    with pytest.raises(RecordError, match="nothing is recorded in"):
        find_session(tmp_path / "a.sqlite", "last")
    assert not list(tmp_path.iterdir())


def test_events_come_back_to_the_last_bit(path: Path) -> None:
    assert read_events(path, 2) == events("session-2", 0.0, "Anna")


def test_a_session_is_read_while_it_is_recorded(path: Path) -> None:
    store = Store(path, RunInfo(9, 9.0, "0", "rule", 3))
    store.write(events("session-9", 9.0)[:3])
    assert find_session(path, "last").length == pytest.approx(1 / 3)
    store.close()


@pytest.mark.parametrize("content", [b"something else" * 200, b""])
def test_a_file_that_is_something_else_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(content)
    with pytest.raises(RecordError):
        list_sessions(path)
    assert path.read_bytes() == content


@pytest.mark.slow
def test_a_hundred_long_evenings_are_listed_in_a_few_seconds(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    store = Store(path, RunInfo(1, 1.0, "0", "rule", 3))
    for session in range(100):
        store.write(events(f"session-{session}", 1.0)[2:5] * 3000)
    store.close()
    begin = time.perf_counter()
    assert list_sessions(path)[-1].performer_notes == 3000
    assert time.perf_counter() - begin < 5
