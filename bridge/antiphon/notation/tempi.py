"""Which tempi are likely before a note is timed: by how dense the music is, by what is told, by what was found.

The rule: a tempo is one of `PERIODS`, and each onset has a cost for each of them, in nats. Untold, the usual period
falls with the rate of onsets, and the tempo that a file tells is a tendency; told, a tempo is believed within a sixth,
and beyond costs grow with the square of the octaves; once a pulse was found, it is kept near its own. Nothing here
reads places, accents or what a network hears.

Source: the shape is that of a log-normal prior on tempo, as in R. Parncutt, A perceptual model of pulse salience and
metrical accent in musical rhythms, 1994; its numbers are counted.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.tactus import Division

__all__ = ["PERIODS", "expect_periods", "keep_periods"]

BINS_PER_OCTAVE = 16
"""Tempo steps of 4.4 %: less than what players vary from beat to beat."""

PERIODS: NDArray[np.float64] = 0.17 * 2 ** (np.arange(76) / BINS_PER_OCTAVE)
"""Seconds a beat, 353 to 14 beats a minute: annotated beats of real playing reach from .19 to 3.9 s."""

TOLD, KEPT, TOLD_FREE = 10.0, 5.0, 0.22
"""Cost of a squared octave off the tempo that is told, and off the usual one that was found; and the octaves that are
free: a sixth to both sides."""

NOMINAL = 8.0
"""Cost of a squared octave off the tempo that a file tells, beyond those that are free and up to one: enough to choose
between levels. The tempo on that level is then found without it: it would bend one that was played."""

NOT_DOTTED = 0.6
"""Cost of a beat divided by three that is no dotted quarter at that tempo: slow chorales look like one of two quarters.
"""

WANDER = 0.8
"""Octaves off its usual period that a pulse may go: less than to the next level, half or twice as fast."""

UNTOLD, USUAL_RATE, RATE_SHARE = 0.2, 5.5, 0.6
USUAL_PERIODS = {2: 0.52, 3: 0.75}
"""Without a tempo: cost of a squared e-fold off the usual period (seconds) of beats divided so, at the usual rate
(onsets a second). The usual period falls with the rate by this power: -.57 fits piano-midi.de, -.99 real playing."""


def expect_periods(
    seconds: NDArray[np.float64],
    division: Division,
    tempo_bpm: float | None = None,
    tempo_range: tuple[float, float] | None = None,
    nominal_bpm: float | None = None,
) -> NDArray[np.float64]:
    """What `PERIODS` cost each onset: by how dense the onsets are, or by the tempo that is told, shape [c, PERIODS].

    Args:
        seconds: of onsets, rising, shape [c].
        division: beats that are divided by three are longer.
        tempo_bpm: beats a minute, believed within a sixth, and outweighed by what is played only if far from it.
        tempo_range: slowest and fastest tempo that is allowed.
        nominal_bpm: beats a minute by what a file tells; where no tempo is told, levels near it are likelier.
    """
    if tempo_bpm is not None:
        off = np.abs(np.log2(PERIODS * tempo_bpm / 60))
        costs = TOLD * np.maximum(off - TOLD_FREE, 0) ** 2
    else:
        rate = (len(seconds) - 1) / max(float(np.ptp(seconds)), 1e-3)
        usual = USUAL_PERIODS[division] * (USUAL_RATE / np.clip(rate, 0.5, 50)) ** RATE_SHARE
        costs = UNTOLD * np.log(PERIODS / usual) ** 2
        if nominal_bpm is not None:
            off = np.abs(np.log2(PERIODS * nominal_bpm / 60))
            costs = costs + NOMINAL * np.clip(off - TOLD_FREE, 0.0, 1.0) ** 2
            costs = costs + (NOT_DOTTED if division == 3 else 0.0) * (off > TOLD_FREE)
    if tempo_range is not None:
        slow, fast = 60 / min(tempo_range), 60 / max(tempo_range)
        is_out = (slow * 1.02 < PERIODS) | (fast / 1.02 > PERIODS)
        is_out[np.abs(np.log(PERIODS / np.sqrt(slow * fast))).argmin()] = False
        costs = np.where(is_out, np.inf, costs)
    return np.broadcast_to(costs, (len(seconds), len(PERIODS)))


def keep_periods(usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """What `PERIODS` cost each onset once the usual period around it is known, seconds, shape [c]; infinite where none
    of them is near (`WANDER`), shape [c, PERIODS].

    A first pulse goes over to half or twice the tempo where the music is denser or thinner; held to its own usual
    period it stays on one level.
    """
    off = np.abs(np.log2(PERIODS) - np.log2(usual)[:, None])
    costs = KEPT * np.maximum(off - TOLD_FREE, 0) ** 2
    near = np.flatnonzero((off <= WANDER).any(axis=0))
    costs[:, : near[0]] = costs[:, near[-1] + 1 :] = np.inf
    return np.asarray(costs)
