"""Events are written whole or not at all, into whatever file stands under the name just now."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from antiphon.errors import RecordError
from antiphon.event import Event
from antiphon.record.store import RunInfo, Store

RUN = RunInfo(7, 1_700_000_000.5, "0", "rule", 3)
BEGIN = Event("anna", 1.5, "state", "begin", (11, "rule"))


def note(number: int, session: str = "anna") -> Event:
    return Event(session, 2.0 + number, "in", "note/on", (60, 64, number))


OPENED: list[Store] = []


def store(path: Path, run: RunInfo = RUN) -> Store:
    OPENED.append(Store(path, run))
    OPENED[-1].open()
    return OPENED[-1]


@pytest.fixture(autouse=True)
def close_all() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def test_a_run_a_session_and_its_events_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a.sqlite"
    writing = store(path)
    writing.write([BEGIN, note(0), Event("anna", 1 / 3, "out", "prediction", (61, 0.1, 0.25, 64, 5))])
    assert rows(path, "SELECT number, started, version, model, seed FROM run") == [(7, RUN.started, "0", "rule", 3)]
    assert rows(path, "SELECT id, run, name, begun, model, seed, performer FROM session") == [
        (1, 1, "anna", 1.5, "rule", 11, None)
    ]
    assert rows(path, "SELECT * FROM event WHERE number > 0") == [
        (1, 1, 2.0, "in", "note/on", "[60,64,0]"),
        (1, 2, 1 / 3, "out", "prediction", "[61,0.1,0.25,64,5]"),
    ]


def test_many_events_and_sessions_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    store(path).write([note(number, f"session-{number % 3}") for number in range(500)])
    for session in (1, 2, 3):
        found = [text for one, text in rows(path, "SELECT session, arguments FROM event") if one == session]
        assert [json.loads(str(text))[2] for text in found] == list(range(session - 1, 500, 3))


def test_the_performer_is_who_said_hello(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    hellos = [Event("anna", 2.0, "in", "hello", (name,)) for name in ("Anna", "", "half \ud800")]
    store(path).write([BEGIN, *hellos[:2]])
    assert rows(path, "SELECT performer FROM session") == [("Anna",)]
    store(tmp_path / "b.sqlite").write([BEGIN, *hellos])
    assert rows(tmp_path / "b.sqlite", "SELECT performer FROM session") == [("half ?",)]


def test_a_name_that_comes_back_after_its_end_is_another_session(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    end = Event("anna", 3.0, "state", "end", ("left",))
    store(path).write([BEGIN, end, BEGIN, note(0), end])
    assert rows(path, "SELECT session, count(*) FROM event GROUP BY session") == [(1, 2), (2, 3)]


def test_values_that_json_or_sqlite_cannot_hold_are_written_as_they_can(tmp_path: Path) -> None:
    class Number:
        def item(self) -> int:
            return 5

    path = tmp_path / "a.sqlite"
    strange = Event("anna", 2.0, "in", "ping", (float("nan"), 2**70, "\ud800", Number()))  # type: ignore[arg-type]
    writing = store(path, RunInfo(1, 1.0, "0", "rule", 2**70))
    writing.write([Event("anna", 1.0, "state", "begin", (2**64, "rule")), strange])
    assert rows(path, "SELECT seed FROM session") == [(None,)]
    assert rows(path, "SELECT arguments FROM event WHERE number = 1") == [('[NaN,1180591620717411303424,"\\ud800",5]',)]


def test_two_runs_in_one_file_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    first, second = store(path), store(path, RunInfo(8, 9.0, "0", "other", 4))
    for writing in (first, second, first):
        writing.write([note(0)])
    assert rows(path, "SELECT session.run, count(*) FROM event JOIN session ON session.id = session GROUP BY 1") == [
        (1, 2),
        (2, 1),
    ]


@pytest.mark.usefixtures("posix")
def test_a_file_that_was_moved_away_is_begun_anew_with_its_sessions(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    writing = store(path)
    writing.write([BEGIN, note(0)])
    path.rename(tmp_path / "kept.sqlite")
    writing.write([note(1)])
    assert rows(path, "SELECT name, model, seed FROM session") == [("anna", "rule", 11)]
    assert rows(path, "SELECT arguments FROM event") == [("[60,64,1]",)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


def test_after_a_pause_a_session_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    writing = store(path)
    writing.write([BEGIN, note(0)])
    writing.close()
    writing.write([note(1)])
    assert rows(path, "SELECT session, number FROM event") == [(1, 0), (1, 1), (1, 2)]
    assert rows(path, "SELECT count(*) FROM run") == [(1,)]


def test_what_fails_is_not_written_at_all_and_may_be_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    writing = store(path)
    events = [BEGIN, *map(note, range(200))]
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON event WHEN new.number = 150 BEGIN SELECT raise(ABORT, 'full'); END"
        )
        with pytest.raises(RecordError, match="cannot be written: full"):
            writing.write(events)
        assert rows(path, "SELECT count(*) FROM event") == [(0,)]
        assert rows(path, "SELECT count(*) FROM session") == [(0,)]
        database.execute("DROP TRIGGER full")
    writing.write(events)
    assert rows(path, "SELECT count(*), max(number), max(session) FROM event") == [(201, 200, 1)]


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"no database at all" * 100, "file is not a database"), (b"", None)],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, content: bytes, what: str | None) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(content)
    if what is None:
        store(path).write([note(0)])
    else:
        with pytest.raises(RecordError, match=what):
            store(path)
        assert path.read_bytes() == content


def test_a_file_of_a_later_antiphon_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(RecordError, match="its format is 99"):
        store(path)
    assert rows(path, "SELECT count(*) FROM sqlite_schema") == [(0,)]


@pytest.mark.parametrize("version", [0, 1, 5])
def test_another_programs_database_is_refused_and_left_as_it_was(tmp_path: Path, version: int) -> None:
    path = tmp_path / "photos.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE photo (name TEXT)")
        database.execute(f"PRAGMA user_version = {version}")
    content = path.read_bytes()
    with pytest.raises(RecordError, match="another program's database") as caught:
        store(path)
    assert "--database" in caught.value.hint
    assert path.read_bytes() == content


def test_a_place_where_nothing_can_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "a.sqlite", tmp_path):
        with pytest.raises(RecordError, match=r"cannot be written|cannot be opened|unable to open") as caught:
            store(path)
        assert caught.value.hint


def test_a_goodbye_after_the_end_of_its_session_is_written_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    end, bye = Event("anna", 9.0, "state", "end", ("over",)), Event("anna", 9.0, "out", "bye", ("over",))
    writing = store(path)
    writing.write([BEGIN, note(0)])
    writing.write([note(1), end, bye])
    writing.write([note(2)])
    writing.write([end, bye, BEGIN, note(0)])
    numbered = [(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (2, 0), (2, 1)]
    assert rows(path, "SELECT session, number FROM event ORDER BY session, number") == numbered
