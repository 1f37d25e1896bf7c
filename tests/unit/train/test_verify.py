"""An export that is not the trained network is found before anything is written."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from antiphon.engine.bundle import find_bundle
from antiphon.errors import BundleError
from antiphon_train.families import tutorial
from antiphon_train.verify import check_nodes, compare, count_nodes


def graph_with(*op_types: str) -> onnx.ModelProto:
    """A chain of nodes of these types; a Loop gets a body with an LSTM of its own inside."""
    tensor = helper.make_tensor_value_info("a", TensorProto.FLOAT, [1])
    nodes = []
    for op_type in op_types:
        if op_type == "Loop":
            body = helper.make_graph([helper.make_node("LSTM", ["a", "a", "a"], ["b"])], "body", [tensor], [tensor])
            nodes.append(helper.make_node("Loop", ["", "", "a"], ["b"], body=body))
        else:
            nodes.append(helper.make_node(op_type, ["a"], ["b"]))
    return helper.make_model(helper.make_graph(nodes, "g", [tensor], [tensor]))


def test_nodes_are_counted_inside_subgraphs_too() -> None:
    assert count_nodes(graph_with("Relu", "Loop", "Relu").graph) == {"Relu": 2, "Loop": 1, "LSTM": 1}


@pytest.mark.parametrize("name", ["tutorial", "maestro"])
def test_a_shipped_graph_has_one_lstm_and_no_loop(name: str) -> None:
    model = onnx.load(find_bundle(name))
    check_nodes(model)
    counts = count_nodes(model.graph)
    assert (counts["LSTM"], counts["Loop"], counts["Scan"]) == (1, 0, 0)


@pytest.mark.parametrize(("op_types", "text"), [(("Loop",), "Loop x 1"), (("Relu",), "neither")])
def test_a_graph_with_a_loop_or_without_an_lstm_is_refused(
    monkeypatch: pytest.MonkeyPatch, op_types: tuple[str, ...], text: str
) -> None:
    monkeypatch.setattr(onnx.checker, "check_model", lambda model: None)
    with pytest.raises(BundleError, match=text):
        check_nodes(graph_with(*op_types))


def test_a_graph_that_is_not_sound_is_refused_in_one_line() -> None:
    with pytest.raises(BundleError) as caught:
        check_nodes(graph_with("LSTM"))
    assert "not sound" in caught.value.what
    assert "\n" not in caught.value.what


def test_another_networks_weights_are_found() -> None:
    stage: Any = tutorial.stage_graph(tutorial.build())
    windows = np.full((10, 25, 4), 0.5, np.float32)
    with pytest.raises(BundleError, match="Keras and ONNX"):
        compare(onnx.load(find_bundle("tutorial")), stage, windows, windows[:, 0])
