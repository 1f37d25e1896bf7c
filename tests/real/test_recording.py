"""Recording outlives what happens to processes and disks: kill -9, a full disk, a damaged file, two servers at once."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from antiphon.event import Event
from antiphon.record.reader import list_sessions, read_events
from antiphon.record.store import RunInfo
from antiphon.record.writer import Recorder
from conftest import lack
from killed import kill_while_recording

RUN = RunInfo(1, 1.0, "0", "rule", 1)
posix = pytest.mark.usefixtures("posix")


def notes(count: int) -> list[Event]:
    return [Event("anna", 1.0 * number, "in", "note", (60, 0.1, 0.5, 64, number)) for number in range(count)]


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found: int = database.execute("SELECT count(*) FROM event").fetchone()[0]
        return found


def fill(disk: Path) -> Path:
    """The file that takes all the room there is."""
    filler = disk / "filler"
    with pytest.raises(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 1000)
    return filler


def wait_for_trouble(recorder: Recorder) -> str:
    until = time.monotonic() + 10
    while recorder.trouble is None and time.monotonic() < until:
        time.sleep(0.01)
    return recorder.trouble or ""


@posix
def test_killed_at_any_moment_all_but_the_last_200_ms_is_kept(tmp_path: Path) -> None:
    rng = random.Random(5)
    for run in range(12):
        kill_while_recording(tmp_path / "a.sqlite", run, rng)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True).returncode
    ):
        lack("mounting a small disk needs root on Linux")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_recording_waits_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    path = small_disk / "a.sqlite"
    recorder = Recorder(path, RUN)
    recorder.put(notes(10))
    assert recorder.flush(5)
    filler = fill(small_disk)
    recorder.put(notes(5000))
    assert "free some space" in wait_for_trouble(recorder)
    recorder.put(notes(10))
    filler.unlink()
    assert recorder.flush(10)
    recorder.close()
    assert (recorder.dropped, count(path)) == (0, 5020)


def test_on_a_disk_that_is_full_from_the_start_no_empty_file_stays(small_disk: Path) -> None:
    path, filler = small_disk / "a.sqlite", fill(small_disk)
    told: list[str] = []
    recorder = Recorder(path, RUN, told.append)
    recorder.put(notes(10))
    recorder.close()
    assert "free some space" in told[0]
    assert (len(told), recorder.dropped, path.exists()) == (1, 10, False)
    recorder = Recorder(path, RUN)
    recorder.put(notes(10))
    filler.unlink()
    assert recorder.flush(10)
    recorder.close()
    assert (recorder.dropped, count(path)) == (0, 10)


def test_sessions_on_a_disk_that_is_read_only_are_read(small_disk: Path) -> None:
    recorder = Recorder(small_disk / "a.sqlite", RUN)
    recorder.put(notes(10))
    recorder.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    (session,) = list_sessions(small_disk / "a.sqlite")
    assert len(read_events(small_disk / "a.sqlite", session.number)) == session.performer_notes == 10


@posix
def test_where_files_may_not_grow_recording_waits_and_goes_on(tmp_path: Path) -> None:
    program = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from test_recording import RUN, Recorder, notes, wait_for_trouble
from pathlib import Path
recorder = Recorder(Path(sys.argv[1]), RUN)
recorder.put(notes(10))
assert recorder.flush(5)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
recorder.put(notes(5000))
print(wait_for_trouble(recorder))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert recorder.flush(10)
recorder.close()
print(recorder.dropped)
"""
    path, here = tmp_path / "a.sqlite", Path(__file__).parent
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(here.parent)!r})\n{program}",
        str(path),
        str(here),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.stderr == ""
    trouble, dropped = ended.stdout.splitlines()
    assert "cannot be written" in trouble
    assert (dropped, count(path)) == ("0", 5010)


@posix
def test_a_file_that_is_damaged_meanwhile_is_said_and_after_it_is_moved_away_recording_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    recorder = Recorder(path, RUN)
    recorder.put(notes(2000))
    assert recorder.flush(5)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else the log beside the file still holds all of it
    (tmp_path / "damaged").write_bytes(b"no database" * 10_000)
    (tmp_path / "damaged").rename(path)
    recorder.put(notes(10))
    assert "move the file away" in wait_for_trouble(recorder)
    path.rename(tmp_path / "damaged")
    assert recorder.flush(10)
    recorder.close()
    assert (recorder.dropped, count(path)) == (0, 10)


@posix
def test_a_file_that_is_cut_short_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    recorder = Recorder(path, RUN)
    for _ in range(30):
        recorder.put(notes(1000))
        assert recorder.flush(5)
    with path.open("r+b") as file:
        file.truncate(5000)
    recorder.put(notes(10))
    if not recorder.flush(3):
        assert "move the file away" in wait_for_trouble(recorder)
        path.rename(tmp_path / "damaged")
        assert recorder.flush(10)
    recorder.close()
    assert recorder.dropped == 0
    assert count(path) >= 10


def test_two_servers_write_into_one_file_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    recorders = [Recorder(path, RunInfo(number, 1.0 * number, "0", "rule", 1)) for number in range(2)]
    for _ in range(100):
        for recorder in recorders:
            recorder.put(notes(20))
        time.sleep(0.005)
    for recorder in recorders:
        recorder.close()
        assert (recorder.trouble, recorder.dropped) == (None, 0)
    assert count(path) == 4000
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM session").fetchone() == (2,)


@posix
def test_several_servers_that_start_at_once_make_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    program = (
        "import sys, time; from pathlib import Path; from antiphon.record.store import RunInfo; "
        "from antiphon.record.writer import Recorder; from antiphon.event import Event; "
        "time.sleep(float(sys.argv[2]) - time.time()); "
        "recorder = Recorder(Path(sys.argv[1]), RunInfo(1, time.time(), '0', 'm', 1)); "
        "recorder.put([Event('anna', 1.0, 'in', 'beat', (1,))]); recorder.close(); sys.exit(recorder.dropped)"
    )
    start = str(time.time() + 1.5)
    children = [subprocess.Popen([sys.executable, "-c", program, str(path), start]) for _ in range(6)]
    assert [child.wait(30) for child in children] == [0] * 6
    assert count(path) == 6
