"""The beat network: what it takes, what it says, and that it can be exported."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from keras import ops

from antiphon.engine.listener import open_listener
from antiphon.notation.listen import SPAN, WIDTH
from antiphon_train.export import _convert
from antiphon_train.families.beats import HEADS, build, losses, stage_graph
from antiphon_train.simplify import halve_weights, simplify
from antiphon_train.verify import check_nodes


def test_heads_are_log_probabilities_and_odds() -> None:
    heard = build(8)(np.zeros((2, 8, WIDTH), np.float32))
    assert {head: tuple(heard[head].shape) for head in HEADS} == {
        "places": (2, 8, 12),
        "downbeats": (2, 8, 1),
        "periods": (2, 8, 25),
    }
    assert np.exp(ops.convert_to_numpy(heard["places"])).sum(axis=-1) == pytest.approx(1, abs=1e-5)


def test_the_right_answer_costs_least() -> None:
    truth = np.eye(12, dtype=np.float32)[[3]]
    right, wrong = np.log(truth + 1e-6), np.log(truth[:, ::-1] + 1e-6)
    against = losses()["places"]
    assert float(against(truth, right)[0]) < float(against(truth, wrong)[0])


def test_an_exported_network_says_the_same(tmp_path: Path) -> None:
    network = build(SPAN)
    network.set_weights([array.astype(np.float16).astype(np.float32) for array in network.get_weights()])
    stage = stage_graph(network)
    model = _convert(stage)
    simplify(model.graph)
    halve_weights(model.graph)
    check_nodes(model)
    onnx.save(model, tmp_path / "beats.onnx")
    spans = np.random.default_rng(0).normal(size=(3, SPAN, WIDTH)).astype(np.float32)
    for said, meant in zip(open_listener(tmp_path / "beats.onnx")(spans), stage.run(spans), strict=True):
        assert said == pytest.approx(ops.convert_to_numpy(meant), abs=1e-4)
    assert (tmp_path / "beats.onnx").stat().st_size < 1_000_000
