"""Hundreds of thousands of damaged datagrams: no crash, no hang, no fault of ours; the next note is answered."""

import random
import time

import pytest

from antiphon.apps.programs import osc_datagram
from antiphon.osc.table import INCOMING
from stage import OTHER, PLAYER, Stage

pytestmark = pytest.mark.slow


def damaged(rng: random.Random, seeds: list[bytes]) -> bytes:
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.randrange(1, 6)):
        kind = rng.randrange(4)
        at = rng.randrange(len(data) + 1)
        if kind == 0 and data:
            data[at % len(data)] = rng.randrange(256)
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            data[at:at] = rng.randbytes(rng.choice([1, 4, 8]))
        else:
            data += rng.choice(seeds)
    return bytes(data)


def test_half_a_million_datagrams() -> None:
    rng, stage = random.Random(3), Stage()
    seeds = [osc_datagram(row.address, *[a.low for a in row.arguments if a.kind != "s"]) for row in INCOMING.values()]
    seeds += [b"#bundle\0" + bytes(7) + b"\1" + len(seed).to_bytes(4, "big") + seed for seed in seeds]
    worst = 0.0
    for number in range(500_000):
        data = damaged(rng, seeds)
        started = time.perf_counter()
        stage.core.datagram(data, PLAYER, stage.now)
        worst = max(worst, time.perf_counter() - started)
        stage.advance(0.001)
        if number % 1000 == 0:
            stage.receive("reset")
            stage.turn()
            stage.heard.clear()
            assert stage.play("note", 60, 0.1, 0.5, 64, number, source=OTHER)[-1][1][-1] == number
    assert worst < 0.05
