"""The last measures of a performance, as if only they had been played: for a page in the middle of a concert.

The rule: beats are found in the latest notes alone, so that a page takes as long after two hours as after two minutes;
then all that begins before the first of the measures is left out, and the grid begins at its bar line.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from antiphon.notation.barlines import find_downbeats
from antiphon.notation.grid import PARTS, Grid
from antiphon.note import NoteArray

__all__ = ["keep_last", "keep_recent"]

LEAST, DENSE = 500, 64
"""Notes in which beats are looked for, at least, and for each measure: what the densest piano music has."""

FEWEST, BUSY, TOGETHER = 256, 32, 0.03
"""The same of moments at which notes begin, which take the time, and seconds between them: 500 notes of a single line
would take twice as long as of two hands."""


def keep_recent(players: Mapping[str, NoteArray], measures: int) -> dict[str, NoteArray]:
    """The latest notes of all players together, more than the last measures have."""
    onsets = np.sort(np.concatenate([notes["onset"] for notes in players.values()]))
    count = max(LEAST, DENSE * measures)
    moments = onsets[np.diff(onsets, prepend=-np.inf) > TOGETHER]
    few = max(FEWEST, BUSY * measures)
    since = max(
        onsets[-count] if len(onsets) > count else -np.inf,
        moments[-few] if len(moments) > few else -np.inf,
    )
    return {name: notes[notes["onset"] >= since] for name, notes in players.items()}


def keep_last(
    players: Mapping[str, NoteArray], grids: Mapping[str, Grid], measures: int
) -> tuple[dict[str, NoteArray], dict[str, Grid]]:
    """The notes that begin in the last measures, 1 or more, and their grid; all of them if there are no more."""
    last = max(int(grid.places.max()) for grid in grids.values() if len(grid.places))
    begun = [at for at in find_downbeats(next(iter(grids.values()))) if at * PARTS <= last]
    if len(begun) < measures:
        return dict(players), dict(grids)
    kept = {name: grid.places >= begun[-measures] * PARTS for name, grid in grids.items()}
    return (
        {name: notes[kept[name]] for name, notes in players.items()},
        {name: _begin_at(grid, begun[-measures], kept[name]) for name, grid in grids.items()},
    )


def _begin_at(grid: Grid, beat: int, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Grid:
    in_force = [meter for at, meter in grid.meters if at <= beat][-1]
    return replace(
        grid,
        beats=grid.beats[beat:],
        first_downbeat=0,
        meters=((0, in_force), *((at - beat, meter) for at, meter in grid.meters if at > beat)),
        places=grid.places[kept] - beat * PARTS,
        offsets=grid.offsets[kept] - beat * PARTS,
    )
