"""A recorder that is killed at any moment, and what must be left of it.

The child puts two events each millisecond and tells the number of the last ones with its time through a pipe. The clock
is the system's, the same in parent and child.
"""

import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

__all__ = ["LOST_AT_MOST", "kill_while_recording"]

LOST_AT_MOST = 0.2
"""Seconds before a kill -9 whose events may be lost."""

TOLD = struct.Struct("<qd")

PROGRAM = """
import os, struct, sys, time
from pathlib import Path
from antiphon.event import Event
from antiphon.record.store import RunInfo
from antiphon.record.writer import Recorder

recorder = Recorder(Path(sys.argv[1]), RunInfo(int(sys.argv[2]), 1.0, "0", "rule", 1))
number = 0
while True:
    number += 1
    recorder.put([
        Event("anna", time.time(), "in", "note", (60, 0.1, 0.5, 64, number)),
        Event("anna", time.time(), "out", "prediction", (61, 0.1, 0.5, 64, number)),
    ])
    os.write(1, struct.pack("<qd", number, time.monotonic()))
    time.sleep(0.001)
"""


def kill_while_recording(path: Path, run: int, rng: random.Random) -> None:
    """Kill a recorder after up to a second, and see that all it was given is there but the last 200 ms."""
    command = [sys.executable, "-c", PROGRAM, str(path), str(run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout and child.stderr
        told = os.read(child.stdout.fileno(), TOLD.size)
        until = time.monotonic() + rng.uniform(0.0, 1.0)
        while (left := until - time.monotonic()) > 0:
            os.set_blocking(child.stdout.fileno(), False)
            told += child.stdout.read() or b""
            time.sleep(min(left, 0.02))
        killed = time.monotonic()
        child.send_signal(signal.SIGKILL)
        os.set_blocking(child.stdout.fileno(), True)
        told += child.stdout.read()
        assert child.stderr.read() == b""
    due = [number for number, at in TOLD.iter_unpack(told) if at <= killed - LOST_AT_MOST]
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = database.execute(
            "SELECT json_extract(arguments, '$[4]') FROM event JOIN session ON session.id = session "
            "JOIN run ON run.id = run WHERE run.number = ? ORDER BY event.number",
            (run,),
        ).fetchall()
    numbers = [number for (number,) in kept]
    assert numbers == [1 + at // 2 for at in range(len(numbers))]
    assert max(due, default=0) <= max(numbers, default=0), "events older than 200 ms are lost"
