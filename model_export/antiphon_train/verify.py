"""Is the exported graph the trained network? Asked before anything is written.

tf2onnx does not fail on what it cannot convert, and turns an LSTM into a Loop without a word; only counting nodes
and comparing numbers finds it.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from antiphon.errors import BundleError
from antiphon.note import NO_NOTE, FloatArray

__all__ = ["TOLERANCE", "agree", "check_nodes", "compare", "count_nodes"]

HINT = "train with the versions that the extra `train` names"

TOLERANCE = 1e-4
"""The largest difference between Keras and ONNX, in nats and seconds."""

NUDGE = 1e-5
"""A random number can lie so near to where one class ends and the next begins that rounding decides. Then, and only
then, Keras draws ONNX' note, too, once the number is moved by this much."""

BELOW_ONE = np.nextafter(np.float32(1), np.float32(0))

RECURRENT = ("LSTM", "GRU")
LOOPS = ("Loop", "Scan")


def count_nodes(graph: onnx.GraphProto) -> Counter[str]:
    """How many nodes of each type, subgraphs included."""
    counts: Counter[str] = Counter()
    for node in graph.node:
        counts[node.op_type] += 1
        for attribute in node.attribute:
            for inner in _graphs(attribute):
                counts += count_nodes(inner)
    return counts


def _graphs(attribute: onnx.AttributeProto) -> Iterable[onnx.GraphProto]:
    if attribute.type == onnx.AttributeProto.GRAPH:
        return [attribute.g]
    return list(attribute.graphs)


def check_nodes(model: onnx.ModelProto) -> None:
    """See that the graph is sound, has a recurrent node and no loop.

    Raises:
        BundleError: which of it is not so.
    """
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise BundleError(f"the exported graph is not sound: {str(error).splitlines()[0]}", HINT) from error
    counts = count_nodes(model.graph)
    loops = [name for name in LOOPS if counts[name]]
    if loops or not any(counts[name] for name in RECURRENT):
        found = ", ".join(f"{name} x {counts[name]}" for name in (*RECURRENT, *LOOPS) if counts[name]) or "neither"
        raise BundleError(f"the exported graph should have LSTM or GRU nodes and no loop, and has {found}", HINT)


def compare(model: onnx.ModelProto, stage: Any, windows: FloatArray, following: FloatArray) -> float:
    """Run Keras and ONNX on the same windows, free and with the true note chosen, at several temperatures.

    Args:
        model: the graph with its final names.
        stage: a `stage_graph` with `inputs`, `outputs` and `run`.
        windows: float32 [n, 25, 4]; their first places are emptied here, so that every length is compared.
        following: the true next notes, float32 [n, 4].
    Returns:
        The largest difference of any output, over the windows from which both drew the same note.
    Raises:
        BundleError: it is more than `TOLERANCE`, or they drew different notes and rounding does not explain it.
    """
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    worst = 0.0
    # As many windows of each length, from full to empty.
    is_empty = np.arange(windows.shape[1]) < (np.arange(len(windows)) % (windows.shape[1] + 1))[:, None]
    windows = np.where(is_empty[:, :, None], np.array([NO_NOTE, 0, 0, 0], np.float32), windows)
    for temperature, top_p, known in ((1.0, 1.0, True), (1.0, 1.0, False), (0.7, 0.9, False)):
        feed = {
            "notes": windows,
            "temperature": np.full((len(windows), 4), temperature, np.float32),
            "top_p": np.full((len(windows), 4), top_p, np.float32),
            "pitch_mask": np.ones((len(windows), 128), np.float32),
            "chosen": following if known else np.full((len(windows), 4), -1, np.float32),
            "uniform": random.random((len(windows), *stage.inputs["uniform"]), dtype=np.float32),
        }
        ours = [np.asarray(output) for output in stage.run(**feed)]
        theirs = session.run(list(stage.outputs), feed)
        is_same = _is_close(ours[0], theirs[0])
        unexplained = ~is_same
        for nudge in (-NUDGE, NUDGE):
            nudged = stage.run(**{**feed, "uniform": np.clip(feed["uniform"] + np.float32(nudge), 0, BELOW_ONE)})
            unexplained &= ~_is_close(np.asarray(nudged[0]), theirs[0])
        if unexplained.any():
            drawn = f"{unexplained.sum()} of {len(windows)} windows"
            raise BundleError(f"Keras and ONNX draw other notes from {drawn}", HINT)
        for name, all_ours, all_theirs in zip(stage.outputs, ours, theirs, strict=True):
            one, other = all_ours[is_same], all_theirs[is_same]
            if not np.array_equal(np.isnan(one), np.isnan(other)):
                raise BundleError(f"Keras and ONNX disagree on which of {name} is NaN", "report it")
            with np.errstate(invalid="ignore"):  # minus infinity on both sides is no difference
                difference = np.where(one == other, 0, np.abs(one - other))
            worst = max(worst, float(np.nanmax(difference)))
    if worst > TOLERANCE:
        raise BundleError(
            f"Keras and ONNX differ by {worst:.2g} on {len(windows)} windows, more than {TOLERANCE:g}", HINT
        )
    return worst


def agree(model: onnx.ModelProto, stage: Any, **inputs: FloatArray) -> float:
    """Run Keras and ONNX on the same inputs, where nothing is drawn.

    Returns:
        The largest difference of any output, as a share of what is larger than 1: log-odds reach 30.
    Raises:
        BundleError: it is more than ten times `TOLERANCE`: 256 steps of an LSTM round more often than 25.
    """
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    worst = 0.0
    for output, theirs in zip(stage.run(**inputs), session.run(list(stage.outputs), inputs), strict=True):
        ours = np.asarray(output)
        worst = max(worst, float((np.abs(ours - theirs) / np.maximum(np.abs(ours), 1)).max()))
    if worst > 10 * TOLERANCE:
        raise BundleError(f"Keras and ONNX differ by {worst:.2g}, more than {10 * TOLERANCE:g}", HINT)
    return worst


def _is_close(one: FloatArray, other: FloatArray) -> NDArray[np.bool_]:
    """Which rows [b, n] are equal to within `TOLERANCE`, bool [b]."""
    return np.asarray((np.abs(one - other) <= TOLERANCE).all(-1))
