"""Round trip of a note over loopback, from a client in a process of its own, in turns with the floor."""

import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from antiphon.apps.programs import connect, osc_datagram, started
from antiphon.errors import DeviceError

__all__ = ["measure", "percentiles", "trips"]

PAIRS = 4
"""Servers and floors that are started: where a process comes to lie in memory moves its median by a tenth."""

ROUNDS = 2
"""Turns that each pair takes, so that whatever else the machine does falls on both."""

WARM = 200
"""Notes before the first round that are not counted."""

IDLE_SECONDS = 4.0


def measure(model: Path, notes: int, report: Callable[[int, int], None]) -> dict[str, float | int | str]:
    """Latency, start, idle CPU and memory of a server, beside the floor.

    Args:
        model: the bundle.
        notes: round trips of each in all.
        report: called with (pairs done, pairs in all).
    Returns:
        Times in milliseconds (`start_s` in seconds), memory in MB, CPU in percent of one core.
    Raises:
        DeviceError: a program did not start or did not answer.
    """
    note = osc_datagram("/antiphon/note", 60, 0.25, 0.5, 64, 1)
    rounds: dict[str, list[NDArray[np.float64]]] = {"floor": [], "ours": []}
    starts = []
    for pair in range(PAIRS):
        with (
            tempfile.TemporaryDirectory() as folder,  # it records, as on stage, and not among the user's sessions
            started(
                "antiphon", "serve", "--port", "0", "--model", str(model), "--database", f"{folder}/bench.sqlite"
            ) as server,
            connect(server.port) as ours,
        ):
            trips(ours, note, 1)
            starts.append(time.perf_counter() - server.since)
            with started("antiphon.apps.bench.floor", str(model)) as floor, connect(floor.port) as bare:
                _take_turns({"floor": bare, "ours": ours}, note, notes // (PAIRS * ROUNDS), rounds)
            if pair == PAIRS - 1:
                idle, resident = _idle(psutil.Process(server.process.pid))
        report(pair + 1, PAIRS)
    taken = {name: np.concatenate(several) for name, several in rounds.items()}
    figures = percentiles("", taken["ours"]) | percentiles("floor_", taken["floor"])
    return {
        "model": model.stem,
        "notes": len(taken["ours"]),
        **figures,
        "ratio": round(figures["p50_ms"] / figures["floor_p50_ms"], 3),
        "start_s": round(float(np.median(starts)), 3),
        "idle_cpu_percent": idle,
        "rss_mb": resident,
    }


def _take_turns(
    sockets: dict[str, socket.socket], note: bytes, count: int, rounds: dict[str, list[NDArray[np.float64]]]
) -> None:
    """Add seconds of `count` round trips through each socket, from one and then the other, `ROUNDS` times."""
    for sock in sockets.values():
        trips(sock, note, WARM)
    for _ in range(ROUNDS):
        for name, sock in sockets.items():
            rounds[name].append(trips(sock, note, count))


def trips(sock: socket.socket, note: bytes, count: int) -> NDArray[np.float64]:
    """Seconds of `count` round trips, one after the other."""
    seconds = np.empty(count)
    try:
        for number in range(count):
            sent = time.perf_counter()
            sock.send(note)
            sock.recv(65536)
            seconds[number] = time.perf_counter() - sent
    except OSError as error:
        raise DeviceError(
            f"an answer did not come: {error}", "see whether another program keeps the machine busy"
        ) from error
    return seconds


def percentiles(prefix: str, seconds: NDArray[np.float64]) -> dict[str, float]:
    """p50, p99 and p99.9 in milliseconds."""
    values = np.percentile(seconds * 1000, [50, 99, 99.9])
    names = ("p50_ms", "p99_ms", "p999_ms")
    return {prefix + name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _idle(process: psutil.Process) -> tuple[float, float]:
    """CPU in percent of one core while nobody plays, and resident memory in MB."""
    before = process.cpu_times()
    time.sleep(IDLE_SECONDS)
    after = process.cpu_times()
    used = (after.user - before.user) + (after.system - before.system)
    return round(100 * used / IDLE_SECONDS, 2), round(process.memory_info().rss / 1e6, 1)
