"""Recording never stops the music: `put` is quick, the queue has an end, and faults heal by themselves."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from antiphon.event import Event
from antiphon.record import writer
from antiphon.record.store import RunInfo
from antiphon.record.writer import Recorder

RUN = RunInfo(7, 1_700_000_000.5, "0", "rule", 3)


def note(number: int) -> Event:
    return Event("anna", float(number), "in", "note/on", (60, 64, number))


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        found: int = database.execute("SELECT count(*) FROM event").fetchone()[0]
        return found


def eventually(path: Path, events: int, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while count(path) < events and time.monotonic() < until:
        time.sleep(0.01)
    return count(path) == events


def test_what_is_put_is_written_soon_and_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    recorder = Recorder(path, RUN)
    recorder.put([note(0), note(1)])
    assert eventually(path, 2)
    recorder.put([note(2)])
    recorder.close()
    assert count(path) == 3
    assert (recorder.dropped, recorder.trouble) == (0, None)


def test_what_waits_is_written_when_the_network_runs_and_not_at_each_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EVERY", "SOON"):
        monkeypatch.setattr(writer, name, 60.0)
    path = tmp_path / "a.sqlite"
    recorder = Recorder(path, RUN)
    recorder.may_write()
    recorder.put([note(0), note(1)])
    assert not eventually(path, 2, within=0.1)
    recorder.may_write()
    assert eventually(path, 2)
    recorder.put([note(2)])
    recorder.may_write()
    assert not eventually(path, 3, within=0.1)
    recorder.close()
    assert count(path) == 3


def test_flush_waits_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    recorder = Recorder(path, RUN)
    recorder.put([note(number) for number in range(3000)])
    assert recorder.flush(5.0)
    assert count(path) == 3000
    recorder.close()


def test_put_takes_microseconds_while_the_thread_writes(tmp_path: Path) -> None:
    recorder, events = Recorder(tmp_path / "a.sqlite", RUN), [note(0), note(1)]
    durations = []
    for _ in range(2000):
        begin = time.perf_counter()
        recorder.put(events)
        durations.append(time.perf_counter() - begin)
    recorder.close()
    assert sorted(durations)[1000] < 20e-6
    assert recorder.dropped == 0


def test_while_another_program_holds_the_file_nothing_is_lost_and_put_does_not_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    recorder = Recorder(path, RUN)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        begin = time.monotonic()
        for number in range(100):
            recorder.put([note(number)])
        assert time.monotonic() - begin < 0.5
        assert not recorder.flush(2.5)
        assert recorder.trouble is not None
        assert recorder.trouble.endswith(
            "database is locked; another program holds it; recording goes on when it lets go"
        )
        database.execute("ROLLBACK")
    assert recorder.flush(5.0)
    recorder.close()
    assert not recorder.trouble
    assert (recorder.dropped, count(path)) == (0, 100)


def test_a_server_starts_although_another_program_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    Recorder(path, RUN).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        recorder = Recorder(path, RUN)
        recorder.put([note(0)])
    assert recorder.flush(5.0)
    recorder.close()


def test_beyond_the_bound_events_are_dropped_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 50)
    monkeypatch.setattr(writer, "CLOSE_WITHIN", 0.1)
    path = tmp_path / "a.sqlite"
    recorder = Recorder(path, RUN)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        for number in range(500):
            recorder.put([note(number)])
        assert 400 <= recorder.dropped <= 450
        begin = time.monotonic()
        recorder.close()
        assert time.monotonic() - begin < 5
    assert recorder.dropped == 500
    assert count(path) == 0


def test_after_the_end_nothing_is_kept(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.sqlite", RUN)
    recorder.close()
    recorder.put([note(0)])
    assert recorder.dropped == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "recorder"]


def test_what_cannot_be_written_is_said_at_once_and_once_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "a.sqlite"
    told: list[str] = []
    recorder = Recorder(path, RUN, told.append)
    assert "cannot be written" in told[0]
    recorder.put([note(0)])
    assert not recorder.flush(3 * writer.RETRY)
    (tmp_path / "file").unlink()
    assert recorder.flush(5.0)
    recorder.close()
    assert (len(told), recorder.dropped, recorder.trouble, count(path)) == (1, 0, None, 1)
