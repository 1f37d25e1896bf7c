"""Steps, durations and velocities as classes: the bins in which every recipe's likelihood is stated.

Step: 64 bins, [0, 2 ms), 62 with equal ratios from 2 ms to 4 s, the rest. Duration: the same from 10 ms to 8 s.
Velocity: 32 bins of four. The networks see times on the same scale, as weights of the two nearest points, so that
nothing jumps at an edge.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

__all__ = ["DURATION", "STEP", "VELOCITIES", "VELOCITY_WIDTH", "TimeBins", "logs"]

VELOCITIES = 32
VELOCITY_WIDTH = 4


@dataclass(frozen=True, slots=True)
class TimeBins:
    """A scale of times.

    Args:
        low, high: seconds; below the first and above the second there is one bin each.
        count: of all bins.
    """

    low: float
    high: float
    count: int = 64

    @property
    def edges(self) -> NDArray[np.float32]:
        """The lower edges of bins 1 to count - 1, in seconds, float32 [count - 1]."""
        return np.geomspace(self.low, self.high, self.count - 1).astype(np.float32)

    def find(self, seconds: NDArray[np.float32]) -> NDArray[np.int32]:
        """The bin of each time."""
        return np.searchsorted(self.edges, seconds, side="right").astype(np.int32)

    def place(self, seconds: Any) -> Any:
        """The bin of each time, tensor [..., 1] to floats [..., 1]: `find` in the graph."""
        return ops.sum(ops.cast(seconds >= self.edges, "float32"), -1, keepdims=True)

    def inside(self, places: Any, uniform: Any) -> Any:
        """A time in each bin, evenly on the scale of ratios; evenly in seconds in the first, the lowest of the last."""
        on_scale = ops.exp((ops.minimum(places - 1.0 + uniform, self.count - 2.0)) * self._ratio) * self.low
        return ops.where(places < 0.5, uniform * self.low, on_scale)

    @property
    def _ratio(self) -> float:
        """Natural log of the ratio of two neighbouring edges."""
        return float(np.log(self.high / self.low)) / (self.count - 2)

    def spread(self, seconds: Any) -> Any:
        """Each time as weights of the two nearest points of the scale: tensor [..., 1] to [..., count]."""
        return self.spread_logs(logs(seconds * np.ones(4, np.float32))[..., :1])

    def spread_logs(self, logs: Any) -> Any:
        """The same from what `logs` makes of the times."""
        place = ops.clip((logs - float(np.log(self.low))) / self._ratio + 0.5, 0.0, self.count - 1.0)
        return ops.relu(1.0 - ops.abs(place - ops.arange(self.count, dtype="float32")))


def logs(seconds: Any) -> Any:
    """Natural logs of times, tensor [..., 4 k] to the same, all times below 0.1 ms taken as that.

    Of fours: libraries take the logarithm of four numbers together in another way than of those that are left over, and
    a row of a batch must not depend on how many others are asked with it.
    """
    return ops.log(ops.maximum(seconds, 1e-4))


STEP = TimeBins(0.002, 4.0)
DURATION = TimeBins(0.010, 8.0)
