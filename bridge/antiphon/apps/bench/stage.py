"""What a stage asks of the server, each figure beside its floor or peer in one run and in turns.

    trips    round trips of a note: a bare echo, the server as it is, recording, and with sixteen silent players
    play     how late notes arrive that the model plays in time
    burst    ten thousand notes in one go: how many answers, and whether in order
    stock    the same where the kernel grants no more than its default
    flood    a polite player's round trips alone, beside a sender that never waits and sends to nobody (what such a
             program costs by itself), beside one of 5,000 notes a second, beside one that never waits

Only figures: what they should be is said in the docs. A busy machine shows in all of them, so each has its peer.
"""

import contextlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from antiphon.apps.bench.latency import percentiles, trips
from antiphon.apps.bench.stock import LIMIT
from antiphon.apps.programs import Running, connect, osc_datagram, read_osc, started
from antiphon.errors import DeviceError
from antiphon.record.reader import find_session, read_events

__all__ = ["burst", "flood", "measure", "play", "round_trips"]

Figures = dict[str, float | int | str | bool]

NOTE = osc_datagram("/antiphon/note", 60, 0.25, 0.5, 64, 1)
IDLE_SESSIONS = 16
ROUNDS = 8
"""Turns that each takes: whatever else the machine does falls on all."""

WARM = 100
"""Notes before the first round that are not counted."""

SETTLED = 2.0
"""Seconds of silence after which nothing more is expected to come of a burst."""

PLAYED = 20.0
"""Seconds that the model plays at most, or until so many notes have come."""

ASKED = 4 * 1024 * 1024
"""Bytes that the server asks of the kernel for its socket."""

PLAYED_NOTES = 300

BURST = 10_000

FLOODED = 200
"""Round trips beside the flood at most: each may take a quarter of a second."""

FLOODS = {"elsewhere": 0, "many": 5000, "flood": 0}
"""Notes a second of the other sender: to a port that nobody reads, all that a process can send; a loop in a patch that
feeds itself; and all that it can send to the server."""

READ_AHEAD = 16 * 1024 * 1024
"""Bytes asked of the kernel for our own sockets, so that what is lost was not lost here."""

PATIENCE = 0.25
"""Seconds after which a note beside the flood counts as lost: the kernel had no room for it."""

PREDICTION = b"/antiphon/prediction\0"

FLOODER = """
import signal, socket, sys, time
stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(("127.0.0.1", int(sys.argv[1])))
note, sent = bytes.fromhex(sys.argv[2]), 0
print("floods", flush=True)
begun = time.perf_counter()
rate = float(sys.argv[3])
while not stop:
    if rate:
        time.sleep(max(begun + sent / rate - time.perf_counter(), 0))
    for _ in range(100):
        try:
            sock.send(note)
        except OSError:
            pass
    sent += 100
print(round(sent / (time.perf_counter() - begun)))
"""


def measure(model: Path, notes: int, report: Callable[[int, int], None]) -> dict[str, Figures]:
    """All of it.

    Args:
        model: the bundle.
        notes: round trips of each in all.
        report: called with (parts done, parts in all).
    Raises:
        DeviceError: a program did not start or did not answer.
    """
    parts: dict[str, Callable[[], Figures]] = {
        "trips": lambda: round_trips(model, notes),
        "play": lambda: play(model, PLAYED, PLAYED_NOTES),
        "burst": lambda: burst(model, BURST),
        "stock": lambda: burst(model, BURST, is_stock=True),
        "flood": lambda: flood(model, min(notes, FLOODED)),
    }
    figures = {}
    for number, (name, part) in enumerate(parts.items(), 1):
        figures[name] = part()
        report(number, len(parts))
    return figures


def round_trips(model: Path, count: int) -> Figures:
    """Milliseconds of round trips through the floor and the servers, in turns; ratios of medians to the floor's."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        enter = running.enter_context
        databases = [str(Path(folder) / f"{name}.sqlite") for name in ("recording", "crowd")]
        floor = enter(started("antiphon.apps.bench.floor", str(model)))
        silent = enter(_served(model, "--no-record"))
        recording = enter(_served(model, "--database", databases[0]))
        crowded = enter(_served(model, "--database", databases[1]))
        for _ in range(IDLE_SESSIONS):
            idle = enter(connect(crowded.port))
            idle.send(osc_datagram("/antiphon/hello", "idle"))
            idle.recv(65536)
        programs = {"floor": floor, "no_record": silent, "recording": recording, "sixteen_idle": crowded}
        sockets = {name: enter(connect(program.port)) for name, program in programs.items()}
        for sock in sockets.values():
            trips(sock, NOTE, WARM)
        rounds: dict[str, list[NDArray[np.float64]]] = {name: [] for name in sockets}
        for _ in range(ROUNDS):
            for name, sock in sockets.items():
                rounds[name].append(trips(sock, NOTE, count // ROUNDS))
    figures: Figures = {"notes": count // ROUNDS * ROUNDS}
    for name, several in rounds.items():
        figures |= percentiles(f"{name}_", np.concatenate(several))
    for name in ("no_record", "recording", "sixteen_idle"):
        figures[f"{name}_ratio"] = _ratio(figures, f"{name}_p50_ms", "floor_p50_ms")
        above = float(figures[f"{name}_p99_ms"]) - float(figures["floor_p99_ms"])
        figures[f"{name}_p99_above_floor_ms"] = round(above, 4)
    figures["recording_change_percent"] = _change(figures, "recording_p50_ms", "no_record_p50_ms")
    figures["sixteen_idle_change_percent"] = _change(figures, "sixteen_idle_p50_ms", "recording_p50_ms")
    return figures


def play(model: Path, seconds: float, notes: int) -> Figures:
    """How late each note began and ended that the model played, by its due time in the recording."""
    arrived: list[tuple[float, str]] = []
    offset = time.time() - time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "play.sqlite"
        with _served(model, "--database", str(path), "--seed", "1") as server, connect(server.port) as sock:
            sock.send(osc_datagram("/antiphon/note", 60, 0.2, 0.2, 64, 0))
            sock.recv(65536)
            sock.send(osc_datagram("/antiphon/play", 1))
            until = time.perf_counter() + seconds
            while time.perf_counter() < until and len(arrived) < 2 * notes:
                data = sock.recv(65536)
                arrived.append((time.perf_counter(), read_osc(data)[0].removeprefix("/antiphon/")))
            sock.send(osc_datagram("/antiphon/play", 0))
        events = read_events(path, find_session(path, "last").number)
        due = [(event.at, event.name) for event in events if event.way == "out" and event.name.startswith("play/")]
    drift = time.time() - time.perf_counter() - offset
    if [name for _, name in due[: len(arrived)]] != [name for _, name in arrived]:
        raise DeviceError("the recording is not what was heard", "run it again on a machine with less to do")
    late = np.array([came + offset - at for (came, _), (at, _) in zip(arrived, due, strict=False)])
    on = late[[name == "play/on" for _, name in arrived]]
    return {
        "ons": len(on),
        "offs": len(late) - len(on),
        **percentiles("late_", late),
        "late_on_p99_ms": percentiles("", on)["p99_ms"],
        "earliest_ms": round(float(late.min()) * 1000, 4),
        "clock_drift_ms": round(drift * 1000, 4),
    }


def burst(model: Path, notes: int, is_stock: bool = False) -> Figures:
    """So many notes as fast as they can be sent; what came back, and where the rest was lost.

    Args:
        is_stock: the server's socket gets no larger buffer than an untuned kernel grants.
    """
    ids: list[int] = []
    program, asked = ("antiphon.apps.bench.stock", LIMIT) if is_stock else ("antiphon", ASKED)
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(model, "--database", f"{folder}/burst.sqlite", program=program) as server,
    ):
        with connect(server.port) as sock:
            trips(sock, NOTE, WARM)
            _widen(sock)
            sock.settimeout(SETTLED)
            reader = threading.Thread(target=_collect, args=(sock, notes, ids))
            reader.start()
            datagrams = [osc_datagram("/antiphon/note", 60, 0.1, 0.2, 64, number) for number in range(notes)]
            begun = time.perf_counter()
            for data in datagrams:
                sock.send(data)
            sent = time.perf_counter() - begun
            reader.join()
            took = time.perf_counter() - begun
        lost, granted = _dropped(server.port), _granted(asked)
    return {
        "notes": notes,
        "answers": len(ids),
        "in_order": ids == sorted(set(ids)),
        "sent_in_ms": round(sent * 1000, 1),
        "answered_in_s": round(took if len(ids) == notes else took - SETTLED, 3),
        "kernel_dropped": lost,
        "receive_buffer_bytes": granted,
    }


def flood(model: Path, notes: int) -> Figures:
    """A polite player's round trips, alone, and beside each of the senders in `FLOODS`."""
    figures: Figures = {"notes": notes}
    with tempfile.TemporaryDirectory() as folder, _served(model, "--database", f"{folder}/flood.sqlite") as server:
        with connect(server.port) as sock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unread:
            unread.bind(("127.0.0.1", 0))
            ports = {"elsewhere": unread.getsockname()[1]}
            trips(sock, NOTE, WARM)
            figures |= percentiles("alone_", _patient_trips(sock, notes)[0])
            for name, rate in FLOODS.items():
                figures |= _beside(sock, ports.get(name, server.port), name, rate, notes)
                figures[f"{name}_ratio"] = _ratio(figures, f"{name}_p50_ms", "alone_p50_ms")
        figures["kernel_dropped"] = _dropped(server.port)
    return figures


def _beside(sock: socket.socket, port: int, name: str, rate: int, notes: int) -> Figures:
    """Round trips beside a sender of so many notes a second, 0 for as many as it can."""
    command = [sys.executable, "-c", FLOODER, str(port), NOTE.hex(), str(rate)]
    flooder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this Python
    try:
        if flooder.stdout:
            flooder.stdout.readline()
        seconds, unanswered = _patient_trips(sock, notes)
    finally:
        flooder.terminate()
        told = flooder.communicate()[0]
    sent = int(told.split()[-1])
    return {**percentiles(f"{name}_", seconds), f"{name}_unanswered": unanswered, f"{name}_per_second": sent}


def _patient_trips(sock: socket.socket, count: int) -> tuple[NDArray[np.float64], int]:
    """Seconds of those round trips that were answered, and how many were not."""
    seconds, unanswered = [], 0
    sock.settimeout(PATIENCE)
    for number in range(count):
        note = osc_datagram("/antiphon/note", 60, 0.25, 0.5, 64, number)
        sent = time.perf_counter()
        sock.send(note)
        try:
            while int.from_bytes(sock.recv(65536)[-4:], "big") != number:
                pass
            seconds.append(time.perf_counter() - sent)
        except TimeoutError:
            unanswered += 1
    return np.array(seconds or [PATIENCE]), unanswered


def _served(model: Path, *words: str, program: str = "antiphon") -> AbstractContextManager[Running]:
    return started(program, "serve", "--port", "0", "--model", str(model), *words)


def _widen(sock: socket.socket) -> None:
    """As much room for answers as the kernel gives, past its usual limit if we may."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_AHEAD)


def _collect(sock: socket.socket, count: int, ids: list[int]) -> None:
    """The ids of predictions, as they come, until all are there or nothing comes any more."""
    with contextlib.suppress(TimeoutError):
        while len(ids) < count:
            data = sock.recv(65536)
            if data.startswith(PREDICTION):
                ids.append(int.from_bytes(data[-4:], "big"))


def _dropped(port: int) -> int:
    """Datagrams that the kernel dropped before a server on this port, -1 where the system does not say."""
    sockets = Path("/proc/net/udp")
    if not sockets.exists():
        return -1
    rows = [line.split() for line in sockets.read_text().splitlines()[1:]]
    return sum(int(row[-1]) for row in rows if row[1].endswith(f":{port:04X}"))


def _granted(asked: int) -> int:
    """Bytes that the kernel grants a socket that asks for so many."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, asked)
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def _ratio(figures: Figures, name: str, peer: str) -> float:
    return round(float(figures[name]) / float(figures[peer]), 3)


def _change(figures: Figures, name: str, peer: str) -> float:
    return round(100 * (float(figures[name]) / float(figures[peer]) - 1), 1)
