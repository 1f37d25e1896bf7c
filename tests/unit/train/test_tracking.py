"""Every epoch's figures arrive where people look for them, also when a run is stopped and goes on."""

from pathlib import Path

import mlflow
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from antiphon.errors import CorpusError
from antiphon_train.tracking import tracked

CONFIG = {"recipe": "tutorial", "seed": 0}


def row(epoch: int) -> dict[str, float]:
    return {"epoch": epoch, "examples": 100 * epoch, "loss": 1 / epoch, "val_loss": 2 / epoch}


def test_mlflow_gets_settings_curves_and_pictures_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = tmp_path / "runs" / "first"
    folder.mkdir(parents=True)
    (folder / "loss.png").write_bytes(b"picture")
    with pytest.raises(KeyboardInterrupt), tracked(folder, CONFIG, "mlflow") as log:
        log(row(1))
        raise KeyboardInterrupt
    with tracked(folder, CONFIG, "mlflow") as log:
        log(row(2))
    (run,) = mlflow.search_runs(experiment_names=["antiphon"], output_format="list")
    assert (run.info.status, run.info.run_name) == ("FINISHED", "first")
    assert run.data.params["recipe"] == "tutorial"
    client = mlflow.MlflowClient()
    assert [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, "val_loss")] == [(1, 2.0), (2, 1.0)]
    assert [artifact.path for artifact in client.list_artifacts(run.info.run_id)] == ["loss.png"]


def test_a_server_that_does_not_answer_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(CorpusError, match="MLflow cannot be written to"), tracked(tmp_path, CONFIG, "mlflow"):
        pass


def test_tensorboard_reads_the_curves(tmp_path: Path) -> None:
    for epoch in (1, 2):  # as after a stop
        with tracked(tmp_path, CONFIG, None) as log:
            log(row(epoch))
    curves = EventAccumulator(str(tmp_path / "tensorboard"))
    curves.Reload()
    assert [(event.step, event.value) for event in curves.Scalars("val_loss")] == [(1, 2.0), (2, 1.0)]
