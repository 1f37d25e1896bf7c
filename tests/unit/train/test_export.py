"""A run that is not finished makes no bundle, and leaves no file."""

import shutil
from pathlib import Path

import pytest

from antiphon.engine.bundle import find_bundle
from antiphon.engine.engine import Engine
from antiphon.errors import CorpusError
from antiphon_train.export import Card, _metadata, export, keep_figures
from antiphon_train.runs import Run
from antiphon_train.stage import StageGraph


def test_a_run_without_a_model_is_said_so_and_nothing_is_written(tmp_path: Path) -> None:
    Run(tmp_path / "run").open({"recipe": "tutorial"})
    with pytest.raises(CorpusError, match="has no trained model yet"):
        export([tmp_path / "run"], tmp_path / "a.onnx", Card("a", "MIT", "", "", ""))
    with pytest.raises(CorpusError, match="is not a run folder"):
        export([tmp_path / "missing"], tmp_path / "a.onnx", Card("a", "MIT", "", "", ""))
    assert not list(tmp_path.glob("*.onnx"))


def test_a_run_whose_weights_are_damaged_is_said_so(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    run.open({"recipe": "tutorial"})
    run.add_history({"epoch": 1, "examples": 1, "seconds": 1.0, "loss": 1.0})
    run.best_path.write_bytes(b"")
    with pytest.raises(CorpusError, match=r"best\.weights\.h5 is damaged"):
        export([run.folder], tmp_path / "a.onnx", Card("a", "MIT", "", "", ""))


def test_runs_that_cannot_be_averaged_are_said_so(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        Run(folder).open({"recipe": "tutorial"})
    with pytest.raises(CorpusError, match="only runs of beats go into one bundle"):
        export(folders, tmp_path / "a.onnx", Card("a", "MIT", "", "", ""))


@pytest.mark.parametrize(("recipe", "kept"), [("beats", 2), ("live", 1)])
def test_the_figures_of_a_bundle_are_those_of_its_weights(tmp_path: Path, recipe: str, kept: int) -> None:
    run = Run(tmp_path)
    run.open({"recipe": recipe, "corpus": "tunes"})
    for epoch, loss in ((1, 0.5), (2, 0.9)):
        run.add_history(
            {"epoch": epoch, "examples": 100, "seconds": 1.0, "loss": loss / 2, "val_loss": loss, "val_step_loss": loss}
        )
    card, stage = Card("a", "MIT", "", "", ""), StageGraph({"onsets": (256, 3)}, (), lambda: ())
    said = _metadata([run], card, [], stage)
    loss = {1: 0.5, 2: 0.9}[kept]
    assert said["training"]["epochs"] == kept
    assert said["figures"] == {"train_loss": loss / 2, "held_out_loss": loss, "held_out_step_loss": loss}
    assert _metadata([run, run], card, [], stage)["figures"]["first_held_out_loss"] == loss


def test_figures_are_kept_in_the_bundle_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "copy.onnx"
    shutil.copy(find_bundle("tutorial"), path)
    keep_figures(path, {"pitch_nll": 3.68})
    before, after = (Engine(one, "cpu", 1).bundle.metadata for one in (find_bundle("tutorial"), path))
    assert after["figures"] == {"pitch_nll": 3.68}
    assert {**after, "figures": None} == {**before, "figures": None}
