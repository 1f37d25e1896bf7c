"""A simplified graph has fewer nodes and gives the same numbers."""

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf
import tf2onnx

from antiphon_train.simplify import halve_weights, simplify
from antiphon_train.verify import count_nodes


def graph_of(function: object, *shapes: tuple[int, ...]) -> onnx.ModelProto:
    signature = [tf.TensorSpec(shape, tf.float32, name=f"x{k}") for k, shape in enumerate(shapes)]
    model, _ = tf2onnx.convert.from_function(tf.function(function), input_signature=signature, opset=18)
    return model


def run(model: onnx.ModelProto, *arrays: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    feed = {given.name: array for given, array in zip(session.get_inputs(), arrays, strict=True)}
    return np.asarray(session.run(None, feed)[0])


def test_a_condition_is_one_node_and_keeps_nan_on_its_own_side() -> None:
    model = graph_of(lambda x: tf.where(x > 0.5, x, 0.25), (4,))
    simplify(model.graph)
    assert count_nodes(model.graph)["Where"] == 1
    assert not {"Not", "Mul"} & set(count_nodes(model.graph))
    assert run(model, np.array([1, 0, np.nan, -np.inf], np.float32)).tolist() == [1, 0.25, 0.25, 0.25]


def test_an_index_that_may_count_from_the_end_is_read_as_such() -> None:
    table = np.arange(12, dtype=np.float32).reshape(4, 3)

    def look_up(x: tf.Tensor) -> tf.Tensor:
        index = tf.cast(x, tf.int32)
        return tf.gather(table, tf.where(index < 0, index + 4, index))

    model = graph_of(look_up, (3,))
    before = sum(count_nodes(model.graph).values())
    simplify(model.graph)
    assert sum(count_nodes(model.graph).values()) <= before - 8
    assert run(model, np.array([0, 3, -2], np.float32)) == pytest.approx(table[[0, 3, -2]])


def test_sums_of_products_that_are_no_condition_stay() -> None:
    model = graph_of(lambda x, y: tf.cast(x > 0, tf.float32) * x + tf.cast(y > 0, tf.float32) * y, (3,), (3,))
    simplify(model.graph)
    assert "Where" not in count_nodes(model.graph)
    x, y = np.array([1, -1, 2], np.float32), np.array([-1, 5, 3], np.float32)
    assert run(model, x, y).tolist() == [1, 5, 5]


def test_zeros_before_the_first_note_are_not_spelt_out() -> None:
    layer = keras.layers.LSTM(3)
    x = np.random.default_rng(0).normal(size=(2, 5, 4)).astype(np.float32)
    expected = np.asarray(layer(x))
    model = graph_of(lambda x: layer(x), (None, 5, 4))  # type: ignore[arg-type]
    simplify(model.graph)
    assert not {"Expand", "Shape"} & set(count_nodes(model.graph))
    assert run(model, x) == pytest.approx(expected, abs=1e-5)


def test_the_order_of_the_likeliest_is_cast_once() -> None:
    model = graph_of(lambda x: tf.cast(tf.math.top_k(x, 3)[1], tf.float32), (1, 5))
    simplify(model.graph)
    assert count_nodes(model.graph)["Cast"] == 1
    assert run(model, np.array([[3, 1, 4, 1, 5]], np.float32)).tolist() == [[4, 2, 0]]


def test_weights_are_halved_where_nothing_is_lost() -> None:
    exact, other = np.full((16, 16), 0.5, np.float32), np.full((16, 16), 0.1, np.float32)
    model = graph_of(lambda x: tf.matmul(x, exact) + tf.matmul(x, other), (1, 16))
    halve_weights(model.graph)
    kinds = sorted(tensor.data_type for tensor in model.graph.initializer if np.prod(tensor.dims) >= 256)
    assert kinds == [onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16]
    assert run(model, np.ones((1, 16), np.float32))[0, 0] == pytest.approx(16 * 0.6)


def test_a_number_is_kept_within_limits_by_one_node() -> None:
    model = graph_of(lambda x: tf.clip_by_value(x, -1.0, 2.0), (4,))
    simplify(model.graph)
    assert count_nodes(model.graph) == {"Clip": 1}
    assert run(model, np.array([-3, -0.5, 1.5, 7], np.float32)).tolist() == [-1, -0.5, 1.5, 2]


@pytest.mark.parametrize("axes", [(5, 1), (1, 5), (3, 3)])
def test_a_convolution_lies_along_the_second_axis(axes: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    kernel, x = random.normal(size=(*axes, 3, 2)).astype(np.float32), random.normal(size=(1, 12, 7, 3))
    expected = np.asarray(tf.nn.conv2d(x.astype(np.float32), kernel, 1, "SAME"))
    model = graph_of(lambda x: tf.nn.conv2d(x, kernel, 1, "SAME"), (1, 12, 7, 3))
    simplify(model.graph)
    assert run(model, x.astype(np.float32)) == pytest.approx(expected, abs=1e-5)
    shapes = [tuple(tensor.dims)[2:] for tensor in model.graph.initializer if len(tensor.dims) == 4]
    assert shapes == [(1, 5) if 1 in axes else (3, 3)]
