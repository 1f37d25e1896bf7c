"""Steps, durations and velocities as classes: the bins in which every recipe's likelihood is stated.

Step: 64 bins, [0, 2 ms), 62 with equal ratios from 2 ms to 4 s, the rest. Duration: the same from 10 ms to 8 s.
Velocity: 32 bins of four. The networks see times on the same scale, as weights of the two nearest points, so that
nothing jumps at an edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

__all__ = [
    "DURATION",
    "PITCHES",
    "POINTS",
    "STEP",
    "VELOCITIES",
    "VELOCITY_WIDTH",
    "TimeBins",
    "classes_of",
    "logs",
    "near",
    "points",
]

PITCHES = 128
VELOCITIES = 32
VELOCITY_WIDTH = 4
POINTS = 64

PITCH_EDGES = np.arange(1, PITCHES, dtype=np.float32)
VELOCITY_EDGES = np.arange(VELOCITY_WIDTH, VELOCITIES * VELOCITY_WIDTH, VELOCITY_WIDTH, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class TimeBins:
    """A scale of times.

    Args:
        low, high: seconds; below the first and above the second there is one bin each.
        count: of all bins.
    """

    low: float
    high: float
    count: int = POINTS

    @property
    def edges(self) -> NDArray[np.float32]:
        """The lower edges of bins 1 to count - 1, in seconds, float32 [count - 1]."""
        return np.geomspace(self.low, self.high, self.count - 1).astype(np.float32)

    def find(self, seconds: NDArray[np.float32]) -> NDArray[np.int32]:
        """The bin of each time."""
        return np.searchsorted(self.edges, seconds, side="right").astype(np.int32)

    def inside(self, places: Any, uniform: Any) -> Any:
        """A time in each bin, evenly on the scale of ratios; evenly in seconds in the first, the lowest of the last."""
        at = ops.minimum(places + uniform, self.count - 1.0)
        on_scale = ops.exp(at * self.ratio + (float(np.log(self.low)) - self.ratio))
        # In the first bin the other is the lesser, in all others it is beyond the last.
        return ops.minimum(on_scale, uniform * self.low + places * self.high)

    @property
    def ratio(self) -> float:
        """Natural log of the ratio of two neighbouring edges."""
        return float(np.log(self.high / self.low)) / (self.count - 2)

    @property
    def second(self) -> float:
        """The point of one second."""
        return 0.5 - float(np.log(self.low)) / self.ratio

    def spread(self, seconds: Any) -> Any:
        """Each time as weights of the two nearest points of the scale: tensor [..., 1] to [..., count]."""
        return near(points(logs(seconds * np.ones(4, np.float32))[..., :1], [self]))


def logs(seconds: Any) -> Any:
    """Natural logs of times, tensor [..., 4 k] to the same, all times below 0.1 ms taken as that.

    Of fours: libraries take the logarithm of four numbers together in another way than of those that are left over, and
    a row of a batch must not depend on how many others are asked with it.
    """
    return ops.log(ops.maximum(seconds, 1e-4))


def points(logs: Any, scales: Sequence[TimeBins]) -> Any:
    """Where times lie on scales, from 0 at the first point to 63 at the last.

    Args:
        logs: natural logs of seconds, tensor [..., k].
        scales: one for each of the k columns, or for all of them.
    """
    per_nat = np.array([1 / bins.ratio for bins in scales], np.float32)
    second = np.array([bins.second for bins in scales], np.float32)
    return ops.clip(logs * per_nat + second, 0.0, POINTS - 1.0)


def near(points: Any) -> Any:
    """Weights of the two points that are nearest to each place, tensor [..., 1] to [..., 64]."""
    return ops.relu(1.0 - ops.abs(points - ops.arange(POINTS, dtype="float32")))


STEP = TimeBins(0.002, 4.0)
DURATION = TimeBins(0.010, 8.0)


def _lower_edges() -> NDArray[np.float32]:
    """The lower edges of all classes but the first of pitch, step, duration and velocity, float32 [4, 127], filled up
    with what no number reaches."""
    table = np.full((4, PITCHES - 1), np.inf, np.float32)
    for place, edges in enumerate((PITCH_EDGES, STEP.edges, DURATION.edges, VELOCITY_EDGES)):
        table[place, : len(edges)] = edges
    return table


LOWER_EDGES = _lower_edges()


def classes_of(notes: Any) -> Any:
    """The classes of pitch, step, duration and velocity, tensor [b, 4] to floats [b, 4]: `find` in the graph."""
    return ops.sum(ops.cast(ops.expand_dims(notes, -1) >= LOWER_EDGES, "float32"), -1)
