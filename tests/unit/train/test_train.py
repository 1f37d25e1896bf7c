"""From a folder of music to a run that holds all that was promised."""

import csv
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from antiphon.apps.demo import excerpt
from antiphon.errors import CorpusError
from antiphon.midi.file import read_midi
from antiphon_train.corpus import Corpus
from antiphon_train.families import NETWORKS
from antiphon_train.fit import Report
from antiphon_train.runs import Run
from antiphon_train.train import asked, train
from ticking import midi


def corpus(note_count: int) -> Corpus:
    notes = excerpt()[:note_count]
    return Corpus(["excerpt.mid"], notes, np.array([0, len(notes)]), [])


def test_a_run_holds_history_curve_roll_and_distributions(tmp_path: Path) -> None:
    told: list[Report] = []
    train(
        corpus(208), corpus(208), {"recipe": "tutorial", "seed": 0, "epochs": 2, "length": None}, tmp_path, told.append
    )
    for name in ("loss.png", "distributions.png", "roll-generated.png", "roll-corpus.png"):
        assert imread(tmp_path / name).shape[0] > 300
    for name, rows in (("history.csv", 2), ("roll-generated.csv", 120), ("distributions.csv", 2 * (128 + 48 + 48))):
        with (tmp_path / name).open() as file:
            assert len(list(csv.DictReader(file))) == rows
    assert told[-1].finished
    assert Run(tmp_path).examples()["windows"].shape == (1000, 25, 4)
    assert Run(tmp_path).config()["examples"] == 208 - 25
    assert {"loss", "val_loss"} <= Run(tmp_path).history()[0].keys()
    assert len(read_midi(tmp_path / "samples" / "1.mid")) == 25 + 120
    assert list((tmp_path / "tensorboard").iterdir())


def test_a_corpus_too_small_for_a_window_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="needs more than 25 in one piece"):
        train(
            corpus(25),
            None,
            {"recipe": "tutorial", "seed": 0, "epochs": 1, "length": None},
            tmp_path,
            lambda report: None,
        )


@pytest.mark.parametrize(("name", "least"), [("tutorial", 26), ("live", 65), ("beats", 40)])
def test_a_piece_is_long_where_its_recipe_finds_examples_in_it(name: str, least: int) -> None:
    network, recipe = NETWORKS[name], asked({"recipe": name, "epochs": None, "length": None})
    for count in (least - 1, least):
        notes = network.read(midi([(0, 4, 4)], [at * 240 for at in range(count)]))
        assert network.is_long(notes, recipe) == (count == least)
        with nullcontext() if count == least else pytest.raises(CorpusError):
            network.examples(Corpus(["a.mid"], notes, np.array([0, count]), []), recipe)


def test_a_run_goes_on_from_the_weights_of_another_and_tells_all_of_its_training(tmp_path: Path) -> None:
    asked = {"recipe": "tutorial", "seed": 0, "epochs": 1, "length": None}
    train(corpus(208), None, asked, tmp_path / "first", lambda report: None)
    first = Run(tmp_path / "first")
    for _ in range(2):  # killed and started again, it is the same run
        train(corpus(208), None, asked, tmp_path / "second", lambda report: None, earlier=first)
    second = Run(tmp_path / "second")
    assert second.history()[0]["loss"] < first.history()[0]["loss"]
    assert second.config()["earlier"] == {"run": "first", **first.training()}
    assert second.training()["epochs"] == 2
    assert second.training()["notes"] == 2 * first.training()["notes"]


def test_only_a_finished_run_of_the_same_recipe_can_be_gone_on_from(tmp_path: Path) -> None:
    first = Run(tmp_path / "first")
    first.folder.mkdir()
    first.open({"recipe": "live"})
    for recipe, wrong in (("tutorial", "was trained by the recipe live"), ("live", "has no trained model yet")):
        asked = {"recipe": recipe, "seed": 0, "epochs": 1, "length": None}
        with pytest.raises(CorpusError, match=wrong):
            train(corpus(208), None, asked, tmp_path / "second", lambda report: None, earlier=first)
