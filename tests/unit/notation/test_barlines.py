"""Bar lines follow the meter."""

from antiphon.notation.barlines import find_downbeats
from antiphon.notation.grid import Grid, Meter
from scores import lay

ROWS = [(12 * at, 12 * at + 11, 60 + at % 12) for at in range(20)]


def test_bar_lines_follow_the_meter() -> None:
    grid = lay(ROWS)
    changing = Grid(grid.beats, 1, ((1, Meter(3, 4)), (7, Meter(2, 4))), grid.places, grid.offsets, 1.0)
    assert find_downbeats(changing)[:5] == [1, 4, 7, 9, 11]
