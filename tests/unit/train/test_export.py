"""A run that is not finished makes no bundle, and leaves no file."""

from pathlib import Path

import pytest

from antiphon.errors import CorpusError
from antiphon_train.export import Card, export
from antiphon_train.runs import Run


def test_a_run_without_a_model_is_said_so_and_nothing_is_written(tmp_path: Path) -> None:
    Run(tmp_path / "run").open({"recipe": "tutorial"})
    with pytest.raises(CorpusError, match="has no trained model yet"):
        export(tmp_path / "run", tmp_path / "a.onnx", Card("a", "MIT", "", ""))
    with pytest.raises(CorpusError, match="is not a run folder"):
        export(tmp_path / "missing", tmp_path / "a.onnx", Card("a", "MIT", "", ""))
    assert not list(tmp_path.glob("*.onnx"))
