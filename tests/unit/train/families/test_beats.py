"""The beat network: what it takes, what it says, and that it can be exported."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from keras import ops

from antiphon.engine.listener import open_listener, read_card
from antiphon.notation.grid import find_grid
from antiphon.notation.listen import SPAN, WIDTH
from antiphon_train.corpus import read_corpus
from antiphon_train.export import Card, _convert, export
from antiphon_train.families import beats
from antiphon_train.families.beats import against_odds, against_shares, build, stage_graph
from antiphon_train.simplify import halve_weights, simplify
from antiphon_train.train import train
from antiphon_train.verify import check_nodes
from performed import accompanied, perform, steady


def test_heads_are_log_probabilities_and_odds() -> None:
    heard = build(8)(np.zeros((2, 8, WIDTH), np.float32))
    assert {head: tuple(said.shape) for head, said in heard.items()} == {
        "places": (2, 8, 12),
        "steps": (2, 8, 26),
        "downbeats": (2, 8, 1),
        "periods": (2, 8, 25),
    }
    assert np.exp(ops.convert_to_numpy(heard["places"])).sum(axis=-1) == pytest.approx(1, abs=1e-5)


def test_the_right_answer_costs_least_and_what_does_not_count_nothing() -> None:
    truth = np.eye(12, dtype=np.float32)[[[3]]]
    right, wrong = np.log(truth + 1e-6), np.log(truth[..., ::-1] + 1e-6)
    assert against_shares(truth, right) < against_shares(truth, wrong)
    assert against_shares(truth * 0, wrong) == 0
    yes = np.array([[[0.0, 1.0]]], np.float32)
    assert against_odds(yes, np.full((1, 1, 1), 5, np.float32)) < against_odds(yes, np.full((1, 1, 1), -5, np.float32))
    assert against_odds(yes * 0, np.full((1, 1, 1), -5, np.float32)) == 0


def test_a_network_trains_on_files_and_becomes_a_bundle(counted_folder: Path, tmp_path: Path) -> None:
    """From MIDI files whose ticks are beats to a listener that finds a grid."""
    corpus = read_corpus(counted_folder, read=beats.read)
    config = {"recipe": "beats", "seed": 0, "epochs": 1, "length": None}
    train(corpus, None, config, tmp_path / "run", lambda report: None)
    card = Card("mine", "CC0-1.0", "nobody", "tunes made by a test", "hears little")
    said = export([tmp_path / "run"], tmp_path / "mine.onnx", card)
    assert said["difference"] < 1e-4
    written = read_card(tmp_path / "mine.onnx")
    assert (written["family"], written["recipe"], written["window"]) == ("beats", "beats", SPAN)
    notes, _ = perform(accompanied(), steady(0.5))
    assert len(find_grid(notes, listener=open_listener(tmp_path / "mine.onnx")).places) == len(notes)


def test_several_networks_say_their_mean() -> None:
    networks = [build(SPAN), build(SPAN)]
    spans = np.random.default_rng(0).normal(size=(1, SPAN, WIDTH)).astype(np.float32)
    one, two = ([ops.convert_to_numpy(said) for said in stage_graph(network).run(spans)] for network in networks)
    both = [ops.convert_to_numpy(said) for said in stage_graph(*networks).run(spans)]
    for place in (0, 2):
        assert np.exp(both[place]) == pytest.approx((np.exp(one[place]) + np.exp(two[place])) / 2, abs=1e-5)
    assert both[1] == pytest.approx((one[1] + two[1]) / 2, abs=1e-5)


def test_an_exported_network_says_the_same(tmp_path: Path) -> None:
    network = build(SPAN)
    network.set_weights([array.astype(np.float16).astype(np.float32) for array in network.get_weights()])
    stage = stage_graph(network)
    model = _convert(stage)
    simplify(model.graph)
    halve_weights(model.graph)
    check_nodes(model)
    onnx.save(model, tmp_path / "beats.onnx")
    spans = np.random.default_rng(0).normal(size=(3, SPAN, WIDTH)).astype(np.float32)
    for said, meant in zip(open_listener(tmp_path / "beats.onnx")(spans), stage.run(spans), strict=True):
        assert said == pytest.approx(ops.convert_to_numpy(meant), abs=1e-4)
    assert (tmp_path / "beats.onnx").stat().st_size < 1_000_000
