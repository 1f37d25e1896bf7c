"""A network as the stage calls it: named inputs and outputs by the contract of its family, and the way from one to
the other in `keras.ops`. `export` turns it into a bundle; until then it can be called as it stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

from antiphon.note import WINDOW, FloatArray
from antiphon.wanted import CHOOSE

__all__ = ["StageGraph", "play"]


@dataclass(frozen=True, slots=True)
class StageGraph:
    """What is exported.

    Args:
        inputs: the shape of each without its batch axis, float32, in the order in which `run` takes them.
        outputs: the names of what `run` gives, in its order.
        run: tensors [b, ...] to tensors [b, ...].
    """

    inputs: Mapping[str, tuple[int, ...]]
    outputs: tuple[str, ...]
    run: Callable[..., tuple[Any, ...]]


def play(stage: StageGraph, windows: FloatArray, count: int, seed: int) -> FloatArray:
    """What a network plays after windows at temperature 1: for looking at while it trains, not for the stage.

    Args:
        windows: float32 [b, 25, 4].
        count: notes to play.
    Returns:
        float32 [b, count, 4].
    """
    random = np.random.default_rng(seed)
    batch = len(windows)
    ones = np.ones((batch, 4), np.float32)
    free = np.full((batch, 4), CHOOSE, np.float32)
    rows = windows.copy()
    for _ in range(count):
        uniform = random.random((batch, *stage.inputs["uniform"]), dtype=np.float32)
        note, *_ = stage.run(rows[:, -WINDOW:], ones, ones, np.ones((batch, 128), np.float32), free, uniform)
        rows = np.concatenate([rows, ops.convert_to_numpy(note)[:, None]], 1)
    return rows[:, WINDOW:]
