"""A file that is no bundle, or not one of ours, is refused by name in one line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest

from antiphon.core.core import BATCH
from antiphon.engine.bundle import KEY, find_bundle
from antiphon.engine.engine import Engine
from antiphon.errors import BundleError


def change(**values: Any) -> Callable[[onnx.ModelProto], None]:
    """A change to the metadata; None takes the entry away."""

    def apply(model: onnx.ModelProto) -> None:
        said = json.loads(model.metadata_props[0].value) | values
        model.metadata_props[0].value = json.dumps({k: v for k, v in said.items() if v is not None})

    return apply


def rename(old: str, new: str) -> Callable[[onnx.ModelProto], None]:
    """Another name for an input or output."""

    def apply(model: onnx.ModelProto) -> None:
        for node in model.graph.node:
            node.input[:] = [new if name == old else name for name in node.input]
            node.output[:] = [new if name == old else name for name in node.output]
        for tensor in (*model.graph.input, *model.graph.output):
            tensor.name = new if tensor.name == old else tensor.name

    return apply


def no_metadata(model: onnx.ModelProto) -> None:
    del model.metadata_props[:]


def not_json(model: onnx.ModelProto) -> None:
    model.metadata_props[0].value = "{"


CASES: list[tuple[Callable[[onnx.ModelProto], None], str]] = [
    (no_metadata, f"its metadata has no '{KEY}'"),
    (not_json, "its metadata cannot be read"),
    (change(format=2), "has the format 2"),
    (change(family="choir"), "is of the family choir"),
    (change(window=50), "windows of 50 notes"),
    (change(licence=None), "has no 'licence'"),
    (rename("notes", "events"), "has an input events"),
    (rename("log_prob", "score"), "has no output log_prob"),
]


@pytest.mark.parametrize(("spoil", "text"), CASES)
def test_a_bundle_that_does_not_fit_is_refused_by_name(
    tmp_path: Path, spoil: Callable[[onnx.ModelProto], None], text: str
) -> None:
    model = onnx.load(find_bundle(None))
    spoil(model)
    path = tmp_path / "spoilt.onnx"
    onnx.save(model, path)
    with pytest.raises(BundleError) as caught:
        Engine(path, "cpu", BATCH)
    assert text in caught.value.what
    assert str(path) in caught.value.what
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"not a model", bytes(1000)])
def test_a_file_that_is_no_model_is_one_clear_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(data)
    with pytest.raises(BundleError) as caught:
        Engine(path, "cpu", BATCH)
    assert str(path) in caught.value.what
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nothing", "./nothing.onnx", "../etc/passwd", ""])
def test_a_model_that_is_not_there_is_said_so(name: str) -> None:
    with pytest.raises(BundleError):
        find_bundle(name)


def test_a_place_that_cannot_be_looked_into_is_one_clear_line() -> None:
    with pytest.raises(BundleError, match="cannot be read: file name too long"):
        find_bundle("long" * 100 + ".onnx")
