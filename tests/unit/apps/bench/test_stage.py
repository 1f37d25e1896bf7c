"""Each part of the stage's bench gives the figures that it says, on sizes too small to mean anything."""

from antiphon.apps.bench import stage
from antiphon.apps.bench.stock import LIMIT
from antiphon.engine.bundle import find_bundle

MODEL = find_bundle("tutorial")


def test_round_trips_are_measured_beside_the_floor_and_each_other() -> None:
    figures = stage.round_trips(MODEL, 40)
    for name in ("floor", "no_record", "recording", "sixteen_idle"):
        values = [float(figures[f"{name}_{share}_ms"]) for share in ("p50", "p99", "p999")]
        assert 0 < values[0] <= values[1] <= values[2]
    assert float(figures["recording_ratio"]) > 0
    assert {"recording_change_percent", "sixteen_idle_change_percent", "recording_p99_above_floor_ms"} <= set(figures)


def test_what_is_played_arrives_after_it_is_due() -> None:
    figures = stage.play(MODEL, 3.0, 3)
    assert int(figures["ons"]) > 0
    assert float(figures["earliest_ms"]) > -0.5
    assert float(figures["late_p50_ms"]) <= float(figures["late_p99_ms"])
    assert abs(float(figures["clock_drift_ms"])) < 5


def test_a_burst_tells_how_many_answers_came_and_how() -> None:
    figures = stage.burst(MODEL, 100)
    assert (figures["notes"], figures["answers"], figures["in_order"]) == (100, 100, True)
    assert int(figures["receive_buffer_bytes"]) > 0


def test_a_burst_at_a_stock_kernel_is_answered_in_order_but_for_what_the_kernel_dropped() -> None:
    figures = stage.burst(MODEL, 1000, is_stock=True)
    assert figures["in_order"]
    assert int(figures["receive_buffer_bytes"]) <= 2 * LIMIT
    assert int(figures["answers"]) == 1000 - max(int(figures["kernel_dropped"]), 0)


def test_a_flood_is_measured_beside_playing_alone() -> None:
    figures = stage.flood(MODEL, 20)
    assert int(figures["flood_per_second"]) > 0
    assert 0 <= int(figures["flood_unanswered"]) <= 20
    assert int(figures["many_per_second"]) > 0
    assert float(figures["alone_p50_ms"]) > 0
