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


@pytest.mark.parametrize(
    ("meter", "beats", "quarters", "is_compound"),
    [
        (Meter(6, 8), 2, 1.5, True),
        (Meter(6, 8, 3), 6, 0.5, False),
        (Meter(2, 4, 2), 4, 0.5, False),
        (Meter(2, 2, 2), 4, 1.0, False),
        (Meter(6, 4, 3), 6, 1.0, False),
    ],
)
def test_a_beat_that_is_split_is_tapped_in_parts(meter: Meter, beats: int, quarters: float, is_compound: bool) -> None:
    assert (meter.beats, meter.beat_quarters, meter.is_compound) == (beats, quarters, is_compound)


@pytest.mark.parametrize(
    ("meter", "beats", "lasting"),
    [
        (Meter(4, 4), 4, Meter(4, 4)),
        (Meter(4, 4), 3, Meter(3, 4)),
        (Meter(4, 4), 6, Meter(6, 4, 3)),
        (Meter(6, 8), 3, Meter(9, 8)),
        (Meter(6, 8, 3), 3, Meter(3, 8)),
        (Meter(6, 8, 3), 9, Meter(9, 8, 3)),
        (Meter(6, 8, 3), 4, Meter(4, 8)),
        (Meter(2, 4, 2), 6, Meter(3, 4, 2)),
        (Meter(2, 4, 2), 3, Meter(3, 8)),
        (Meter(2, 4, 2), 9, Meter(9, 8, 3)),
    ],
)
def test_a_measure_of_other_length_has_the_same_beats(meter: Meter, beats: int, lasting: Meter) -> None:
    assert meter.lasting(beats) == lasting
    assert lasting.beats == beats
    assert lasting.beat_quarters == meter.beat_quarters
