"""A run folder is one training and no other."""

from pathlib import Path

import pytest

from antiphon.errors import CorpusError
from antiphon_train.runs import Run


def test_a_folder_that_holds_another_run_is_refused(tmp_path: Path) -> None:
    Run(tmp_path).open({"recipe": "tutorial", "seed": 0})
    Run(tmp_path).open({"recipe": "tutorial", "seed": 0})
    with pytest.raises(CorpusError, match="seed 0, not 1"):
        Run(tmp_path).open({"recipe": "tutorial", "seed": 1})


def test_a_folder_that_is_no_run_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a run folder"):
        Run(tmp_path).config()
    assert Run(tmp_path).load() is None
    assert Run(tmp_path).history() == []


def test_a_row_of_an_epoch_that_is_done_again_takes_the_old_ones_place(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for epoch, loss in ((1, 0.5), (2, 0.4), (2, 0.3)):
        run.add_history({"epoch": epoch, "loss": loss})
    assert run.history() == [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.3}]
