"""Bar lines follow the meter, and a lone beat is no measure."""

import pytest

from antiphon.notation.barlines import find_downbeats, join_lone_beats
from antiphon.notation.grid import Grid, Meter
from scores import lay

ROWS = [(12 * at, 12 * at + 11, 60 + at % 12) for at in range(20)]


def test_bar_lines_follow_the_meter() -> None:
    grid = lay(ROWS)
    changing = Grid(grid.beats, 1, ((1, Meter(3, 4)), (7, Meter(2, 4))), grid.places, grid.offsets, 1.0)
    assert find_downbeats(changing)[:5] == [1, 4, 7, 9, 11]


@pytest.mark.parametrize(
    ("meters", "expected"),
    [
        ("0:4/4", "0:4/4"),
        ("0:4/4 16:1/4 17:4/4", "0:4/4 16:5/4 21:4/4"),
        ("0:6/8 4:3/8 5:6/8", "0:6/8 4:9/8 7:6/8"),
        ("0:3/4 3:1/4 4:3/4 7:2/4 9:3/4", "0:3/4 3:4/4 7:2/4 9:3/4"),
        ("0:4/4 4:1/4 5:4/4 9:1/4 10:4/4", "0:4/4 4:5/4 9:5/4 14:4/4"),
        ("0:1/4", "0:1/4"),
        ("0:4/4 8:1/4", "0:4/4 8:1/4"),
    ],
)
def test_a_lone_beat_joins_the_measure_after_it(meters: str, expected: str) -> None:
    given = []
    for word in meters.split():
        at, _, meter = word.partition(":")
        numerator, _, denominator = meter.partition("/")
        given.append((int(at), Meter(int(numerator), int(denominator))))
    found = [f"{at}:{meter.numerator}/{meter.denominator}" for at, meter in join_lone_beats(given)]
    assert " ".join(found) == expected
