"""The player's tempo: told in beats a minute, tapped as beats, or heard in what is played.

What is told or tapped holds; only without it is the tempo estimated, from the last onsets: the period, and its phase,
with which they go round a circle most nearly together (the resonance of Large and Kolen 1994, taken at once over a
window instead of by an oscillator), among periods that people tap, with a liking for 2 beats a second (Parncutt 1994).
"""

from collections import deque

import numpy as np

from antiphon.osc.table import FASTEST, SLOWEST

__all__ = ["Tempo"]

KEPT = 24
"""Onsets that the estimate rests on: some bars."""

TOGETHER = 0.05
"""Seconds within which onsets are one: chords are spread as much."""

LEAST = 6
"""Onsets before there is an estimate."""

PERIODS = np.geomspace(60 / 180, 60 / 60, 80)
"""Seconds a beat that are tried: 60 to 180 beats a minute, one and a half octaves about the ones that people tap."""

LIKED = np.exp(-0.5 * (np.log(PERIODS / 0.5) / 0.6) ** 2)

TAPS = 5
"""Beats whose median interval is the tempo."""


class Tempo:
    """Period and phase of the beat, as far as they are known."""

    def __init__(self) -> None:
        self.bpm = 0.0
        self._beat: float | None = None
        self._taps: deque[float] = deque(maxlen=TAPS)
        self._onsets: deque[float] = deque(maxlen=KEPT)

    def tell(self, bpm: float) -> None:
        """The player says the tempo; 0 takes back what was said."""
        self.bpm = bpm
        self._taps.clear()
        if not bpm:
            self._beat = None

    def tap(self, at: float) -> None:
        """A beat falls; from the second on they say the tempo, too. A gap longer than the slowest beat begins anew."""
        if self._taps and not 0 < at - self._taps[-1] <= 60 / SLOWEST:
            self._taps.clear()
        self._taps.append(at)
        self._beat = at
        if len(self._taps) > 1:
            self.bpm = min(60 / float(np.median(np.diff(self._taps))), FASTEST)

    def hear(self, onset: float) -> None:
        """The player strikes a key."""
        if not self._onsets or onset - self._onsets[-1] > TOGETHER:
            self._onsets.append(onset)

    def snap(self, at: float, places: int) -> float:
        """The nearest of so many places of a beat, or `at` itself where no tempo is known."""
        period, beat = self._grid()
        if period == 0.0:
            return at
        unit = period / places
        return beat + round((at - beat) / unit) * unit

    def unit(self, places: int) -> float:
        """Seconds from one of so many places of a beat to the next, 0 where no tempo is known."""
        return self._grid()[0] / places

    def _grid(self) -> tuple[float, float]:
        """Seconds a beat (0: not known), and the time of one."""
        if self.bpm:
            first = self._onsets[0] if self._onsets else 0.0
            return 60 / self.bpm, first if self._beat is None else self._beat
        return self._estimate()

    def _estimate(self) -> tuple[float, float]:
        if len(self._onsets) < LEAST:
            return 0.0, 0.0
        last = self._onsets[-1]
        since = np.array(self._onsets) - last  # [n], <= 0
        circle = np.exp(2j * np.pi * since / PERIODS[:, None]).mean(1)  # [periods]
        best = int(np.argmax(np.abs(circle) * LIKED))
        period = float(PERIODS[best])
        return period, last + float(np.angle(circle[best])) / (2 * np.pi) * period
