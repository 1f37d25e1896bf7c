"""How music steps on from onset to onset, where beats are divided by two, by three, or hardly at all.

The rule: a `Stepping` is a table of what each step costs, minus the log of how often music takes it, counted in pieces
whose beats are exact. Costs of two tables compare: the stepping under which a piece is cheapest is its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.tactus import PLACES, Division

__all__ = ["BY_THREE", "BY_TWO", "PLAIN", "Stepping", "is_plain"]


@dataclass(frozen=True, slots=True, eq=False)
class Stepping:
    """Costs of steps, nats; two are the same if they are one object.

    Args:
        division: how beats are divided, if they are.
        steps: of each place of the beat, by 1..12 twelfths, shape [12, 12].
        places: minus log of how often a note begins at each place, shape [12].
        begins: the same of the first note of all, shape [12].
        empty_beat: of each beat without a note that a longer step passes over.
        period: the shortest and the longest beat of such music, seconds.
    """

    division: Division
    steps: NDArray[np.float64]
    places: NDArray[np.float64]
    begins: NDArray[np.float64]
    empty_beat: float
    period: tuple[float, float] = (0.0, np.inf)


BY_TWO = Stepping(
    2,
    np.array(
        (
            (4.8, 2.7, 1.7, 2.0, 6.8, 1.1, 6.9, 4.2, 3.4, 5.0, 7.0, 1.7),  # from place 0
            (0.2, 2.1, 6.0, 4.9, 6.0, 6.6, 6.6, 4.2, 6.6, 6.6, 4.8, 6.6),  # from place 1
            (0.8, 0.6, 4.2, 5.4, 7.0, 7.0, 6.6, 7.0, 7.0, 6.2, 7.0, 7.0),  # from place 2
            (1.6, 5.6, 0.3, 7.0, 7.0, 5.2, 7.0, 7.0, 5.0, 7.0, 7.0, 7.0),  # from place 3
            (3.3, 0.9, 6.4, 0.6, 7.0, 6.9, 7.0, 5.5, 7.0, 7.0, 7.0, 6.9),  # from place 4
            (0.2, 1.9, 3.8, 5.3, 6.5, 7.0, 5.2, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 5
            (4.1, 1.7, 1.1, 4.2, 6.5, 0.8, 7.0, 7.0, 6.6, 7.0, 7.0, 4.9),  # from place 6
            (0.2, 2.7, 2.2, 4.9, 5.2, 6.9, 5.7, 6.9, 6.9, 6.9, 6.9, 6.9),  # from place 7
            (1.5, 1.7, 5.3, 0.5, 7.0, 7.0, 7.0, 5.6, 7.0, 7.0, 7.0, 6.9),  # from place 8
            (1.7, 3.3, 0.3, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 9
            (1.8, 0.2, 7.0, 6.1, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 10
            (0.1, 5.7, 6.2, 6.6, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 11
        )
    ),
    np.array((1.0, 5.9, 3.7, 2.5, 2.6, 5.5, 1.5, 5.6, 2.6, 2.3, 3.3, 4.7)),
    np.array((0.2, 5.5, 5.5, 5.5, 5.5, 5.5, 2.3, 5.5, 5.5, 3.3, 4.0, 4.7)),
    empty_beat=2.0,
)
"""Counted in 247 pieces of piano music (piano-midi.de), each weighed by the root of its length. One part in ten is
`BY_THREE`: swung music has beats in three, too. Steps of one beat, two and three cost 1.7, 3.9 and 5.6. Four pieces in
five of 223 begin on a beat: what is struck just before one is a hand that came early."""

BY_THREE = Stepping(
    3,
    np.array(
        (
            (3.2, 1.6, 6.0, 0.9, 6.1, 2.3, 6.5, 2.0, 6.0, 4.8, 6.7, 2.7),  # from place 0
            (0.8, 0.7, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5),  # from place 1
            (2.1, 0.2, 4.9, 4.6, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 2
            (0.1, 5.0, 3.3, 6.8, 6.8, 6.8, 6.8, 6.8, 5.8, 6.8, 6.8, 6.8),  # from place 3
            (2.8, 1.1, 4.8, 0.5, 7.0, 6.1, 7.0, 5.5, 7.0, 7.0, 7.0, 6.1),  # from place 4
            (0.7, 0.7, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6),  # from place 5
            (2.5, 0.1, 5.1, 6.0, 7.0, 4.9, 7.0, 7.0, 7.0, 7.0, 7.0, 6.8),  # from place 6
            (0.1, 6.8, 3.5, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8),  # from place 7
            (2.7, 1.4, 3.5, 0.4, 7.0, 7.0, 7.0, 6.1, 7.0, 6.8, 7.0, 6.5),  # from place 8
            (0.5, 1.1, 3.5, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 9
            (1.6, 0.2, 7.0, 4.9, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 10
            (0.1, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 6.7, 7.0, 7.0, 7.0),  # from place 11
        )
    ),
    np.array((1.3, 4.5, 2.8, 4.3, 1.7, 4.4, 2.4, 4.2, 1.4, 4.1, 2.6, 3.6)),
    np.array((0.4, 5.5, 5.5, 5.5, 3.0, 5.5, 3.3, 4.4, 1.9, 5.5, 3.3, 4.4)),
    empty_beat=2.0,
)
"""Counted in 40 pieces there whose beats are divided by three, first notes in 83 with many triplets."""

PLAIN = Stepping(
    2,
    np.array(
        (
            (5.8, 4.7, 4.6, 4.1, 6.5, 1.2, 6.5, 5.0, 3.9, 6.3, 6.5, 0.7),  # from place 0
            (0.8, 0.7, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5),  # from place 1
            (2.1, 0.2, 4.9, 4.6, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 2
            (1.8, 5.7, 0.2, 6.1, 6.1, 6.1, 6.1, 6.1, 5.9, 6.1, 6.1, 6.1),  # from place 3
            (2.8, 1.1, 4.8, 0.5, 7.0, 6.1, 7.0, 5.5, 7.0, 7.0, 7.0, 6.1),  # from place 4
            (0.7, 0.7, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 6.6),  # from place 5
            (5.4, 3.3, 3.4, 6.5, 6.5, 0.1, 6.5, 6.5, 6.5, 6.5, 6.5, 4.5),  # from place 6
            (0.1, 6.8, 3.5, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8, 6.8),  # from place 7
            (2.7, 1.4, 3.5, 0.4, 7.0, 7.0, 7.0, 6.1, 7.0, 6.8, 7.0, 6.5),  # from place 8
            (3.1, 3.6, 0.1, 6.4, 6.4, 6.4, 6.4, 6.4, 6.4, 6.4, 6.4, 6.4),  # from place 9
            (1.6, 0.2, 7.0, 4.9, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0),  # from place 10
            (0.1, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 6.7, 7.0, 7.0, 7.0),  # from place 11
        )
    ),
    np.array((0.4, 6.8, 5.1, 5.0, 4.0, 6.7, 1.5, 6.5, 3.7, 3.8, 4.9, 5.9)),
    BY_TWO.begins,
    empty_beat=1.7,
    period=(0.3, 1.2),
)
"""A note a beat, as in nursery songs: counted in the tunes of `docs/simple_tunes.py` that are not in 6/8, with the same
part of `BY_THREE`. Songs are sung at 50 to 200 beats a minute."""


def is_plain(places: NDArray[np.int64]) -> bool:
    """Whether music steps on as `PLAIN` does rather than as the others: by whole beats and even halves.

    Args:
        places: of onsets, twelfths since a beat, never falling, shape [c].
    """
    costs = {stepping: _cost_steps(places, stepping) for stepping in (BY_TWO, BY_THREE, PLAIN)}
    return min(costs, key=costs.__getitem__) is PLAIN


def _cost_steps(places: NDArray[np.int64], stepping: Stepping) -> float:
    """What all steps cost, nats; onsets at one place take none."""
    steps = np.diff(places)
    here, steps = places[:-1][steps > 0] % PLACES, steps[steps > 0] - 1
    return float((stepping.steps[here, steps % PLACES] + steps // PLACES * stepping.empty_beat).sum())
