"""Counts and latencies since the start, in bounded memory."""

import math
from collections import Counter

import numpy as np

__all__ = ["Stats"]

KEPT = 4096
"""Latencies kept for the percentiles: the last minutes of playing. p99.9 rests on four of them."""


class Stats:
    """Counters by name, and how long answers took."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._latencies = np.zeros(KEPT)
        self._answered = 0

    def count(self, name: str, more: int = 1) -> None:
        """So many more of these; nothing is told of what never happened."""
        if more:
            self.counts[name] += more

    def answered(self, seconds: float) -> None:
        """An answer left this long after its message came."""
        self._latencies[self._answered % KEPT] = seconds
        self._answered += 1

    def summary(self) -> dict[str, object]:
        """Counts by name, and p50, p99 and p99.9 of the last answers in milliseconds (absent before the first)."""
        kept = np.sort(self._latencies[: min(self._answered, KEPT)])
        summary: dict[str, object] = {"answers": self._answered, **dict(sorted(self.counts.items()))}
        if len(kept):
            for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99), ("p999_ms", 0.999)):
                summary[name] = round(float(kept[math.ceil(share * len(kept)) - 1]) * 1000, 4)
        return summary
