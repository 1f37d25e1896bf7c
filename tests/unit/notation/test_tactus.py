"""Meters and the beats that one taps in them."""

import pytest

from antiphon.notation.tactus import Meter


@pytest.mark.parametrize(
    ("numerator", "denominator", "beats", "quarters"),
    [
        (4, 4, 4, 1.0),
        (3, 4, 3, 1.0),
        (2, 2, 2, 2.0),
        (6, 8, 2, 1.5),
        (9, 8, 3, 1.5),
        (12, 8, 4, 1.5),
        (3, 8, 3, 0.5),
        (12, 16, 4, 0.75),
        (5, 4, 5, 1.0),
    ],
)
def test_the_tactus_of_a_meter(numerator: int, denominator: int, beats: int, quarters: float) -> None:
    meter = Meter(numerator, denominator)
    assert (meter.beats, meter.beat_quarters) == (beats, quarters)
