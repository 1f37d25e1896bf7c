"""Bins are those that figures are stated in, in numpy and in the graph."""

import numpy as np
import pytest
from keras import ops

from antiphon_train.bins import DURATION, STEP, TimeBins, classes_of


@pytest.mark.parametrize(("bins", "low", "high"), [(STEP, 0.002, 4.0), (DURATION, 0.010, 8.0)])
def test_there_are_64_with_equal_ratios_between_the_ends(bins: TimeBins, low: float, high: float) -> None:
    assert len(bins.edges) == 63
    assert bins.edges[[0, -1]].tolist() == pytest.approx([low, high])
    assert np.ptp(np.diff(np.log(bins.edges.astype(np.float64)))) < 1e-5
    times = np.array([0.0, low * 0.99, low * 1.01, high * 0.99, high * 1.01, 1e4], np.float32)
    assert bins.find(times).tolist() == [0, 0, 1, 62, 63, 63]


def test_the_graph_finds_the_same_classes() -> None:
    times = np.random.default_rng(0).exponential(0.3, 5000).astype(np.float32)
    times = np.concatenate([times, STEP.edges, DURATION.edges])
    count = np.arange(len(times)) % 128
    found = ops.convert_to_numpy(classes_of(np.stack([count, times, times, count], 1).astype(np.float32)))
    assert (found[:, 0] == count).all()
    assert (found[:, 1] == STEP.find(times)).all()
    assert (found[:, 2] == DURATION.find(times)).all()
    assert (found[:, 3] == count // 4).all()


@pytest.mark.parametrize("bins", [STEP, DURATION])
def test_a_time_drawn_in_a_bin_lies_in_it(bins: TimeBins) -> None:
    places = np.repeat(np.arange(64, dtype=np.float32), 5)
    uniform = np.tile(np.array([0.01, 0.25, 0.5, 0.75, 0.99], np.float32), 64)
    times = ops.convert_to_numpy(bins.inside(places, uniform))
    assert (bins.find(times * np.float32(1.00001)) == places).all()
    assert (times > 0).all()


def test_a_time_is_spread_over_its_two_neighbours() -> None:
    weights = ops.convert_to_numpy(STEP.spread(np.array([[0.0], [0.0021], [0.1], [3600.0]], np.float32)))
    assert weights.sum(1) == pytest.approx([1, 1, 1, 1], abs=1e-5)
    assert ((weights > 0).sum(1) <= 2).all()
