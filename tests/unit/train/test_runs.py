"""A run folder is one training and no other."""

import math
from pathlib import Path

import pytest

from antiphon.errors import CorpusError
from antiphon_train.runs import Run, summaries


def test_a_folder_that_holds_another_run_is_refused(tmp_path: Path) -> None:
    Run(tmp_path).open({"recipe": "tutorial", "seed": 0})
    Run(tmp_path).open({"recipe": "tutorial", "seed": 0})
    with pytest.raises(CorpusError, match="seed 0, not 1"):
        Run(tmp_path).open({"recipe": "tutorial", "seed": 1})


def test_a_folder_that_is_no_run_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a run folder"):
        Run(tmp_path).config()
    for text in ("{}", "[]", "7", '{"recipe": ["live"]}', '{"recipe": "bread"}'):
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(CorpusError, match="is not a run folder"):
            Run(tmp_path).config()
    assert Run(tmp_path).load() is None
    assert Run(tmp_path).history() == []


def test_a_row_of_an_epoch_that_is_done_again_takes_the_old_ones_place(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for epoch, loss in ((1, 0.5), (2, 0.4), (2, 0.3)):
        run.add_history({"epoch": epoch, "loss": loss})
    assert run.history() == [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.3}]


def test_a_history_with_a_loss_that_is_no_number_can_be_read(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.open({"recipe": "live"})
    run.add_history({"epoch": 1, "examples": 64, "seconds": 1.5, "loss": math.nan})
    assert math.isnan(run.history()[0]["loss"])
    assert summaries(tmp_path)[0]["state"] == "after epoch 1"


def test_runs_are_told_best_first_with_settings_and_results(tmp_path: Path) -> None:
    for name, losses in (("long", [3.0, 1.0, 2.0]), ("short", [2.5]), ("fresh", [])):
        run = Run(tmp_path / name)
        run.open({"recipe": "live", "corpus": "music", "split": "train", "seed": 0, "epochs": 9, "length": 64})
        for epoch, loss in enumerate(losses, 1):
            run.add_history(
                {"epoch": epoch, "examples": 10 * epoch, "seconds": 2.0 * epoch, "loss": 0.5, "val_loss": loss}
            )
    long, short, fresh = summaries(tmp_path)
    assert [run["run"] for run in (long, short, fresh)] == ["long", "short", "fresh"]
    assert (long["val_loss"], long["best_epoch"], long["trained_notes"]) == (1.0, 2, 1920)
    assert long["notes_per_second"] == 320
    assert long["corpus"] == "music train"
    assert fresh["state"] == "after epoch 0"
    assert [row["notes"] for row in long["history"]] == [640, 1280, 1920]


def test_a_folder_without_runs_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no runs"):
        summaries(tmp_path)


def test_what_other_programs_keep_in_a_config_is_no_run(tmp_path: Path) -> None:
    Run(tmp_path / "ours").open({"recipe": "live"})
    for name, text in (
        ("theirs", '{"model_type": "bert"}'),
        ("list", "[]"),
        ("broken", "{"),
        ("old", '{"recipe": "live"}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(text)
    (tmp_path / "old" / "history.csv").write_text("epoch,windows\n1,5\n")
    assert [run["run"] for run in summaries(tmp_path)] == ["ours"]


@pytest.mark.parametrize("history", [b"epoch,loss\n1,\xff\n", b"epoch,loss\n1\n", b"epoch\n1,2\n"])
def test_a_damaged_history_hides_no_other_run(tmp_path: Path, history: bytes) -> None:
    for name in ("ours", "damaged"):
        Run(tmp_path / name).open({"recipe": "live"})
    (tmp_path / "damaged" / "history.csv").write_bytes(history)
    assert [run["run"] for run in summaries(tmp_path)] == ["ours"]
    with pytest.raises(CorpusError, match=r"history\.csv is damaged"):
        Run(tmp_path / "damaged").history()
