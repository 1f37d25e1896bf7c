"""Figures of a bundle are those of its own likelihoods, over every note that has a window before it."""

from pathlib import Path

import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.engine.bundle import find_bundle
from antiphon.errors import BundleError
from antiphon_train.corpus import Corpus
from antiphon_train.evaluate import (
    KNOWN,
    PARTS,
    Scores,
    calibration,
    grams_report,
    interval,
    lengths_report,
    literature,
    report,
    score,
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The excerpt as three pieces, one of them too short for a window."""
    notes = excerpt()
    return Corpus(["a", "b", "c"], notes, np.array([0, 100, 110, 208]), [])


def test_every_note_with_a_window_before_it_is_scored_once(corpus: Corpus) -> None:
    told: list[int] = []
    known = score(find_bundle("tutorial"), corpus, lambda done, total: told.append(done))
    held = score(find_bundle("tutorial"), corpus, lambda done, total: None, is_held=True)
    assert told[-1] == len(known.nats) == (100 - 25) + (98 - 25)
    assert np.bincount(known.piece).tolist() == [75, 0, 73]
    figures = report(known, held)
    assert (figures["notes"], figures["pieces"]) == (148, 2)
    assert 1 < figures["pitch_nll"] < np.log(128)
    assert figures["step_nll"] is None
    assert 0 <= figures["pitch_top1"] <= figures["pitch_top5"] <= 1
    low, high = figures["pitch_nll_interval"]
    assert low <= figures["pitch_nll"] <= high


def test_a_rank_of_0_is_a_pitch_that_no_other_is_likelier_than(corpus: Corpus) -> None:
    scores = score(find_bundle("tutorial"), corpus, lambda done, total: None)
    likely = scores.nats[scores.rank == 0, 0]
    assert likely.size
    assert likely.mean() < scores.nats[scores.rank >= 5, 0].mean()


def test_counting_is_scored_on_the_same_notes(corpus: Corpus) -> None:
    figures = grams_report(corpus, corpus, corpus)
    assert figures["uniform"]["pitch_nll"] == pytest.approx(np.log(128), abs=1e-4)
    assert figures["5-gram"]["pitch_nll"] < figures["2-gram"]["pitch_nll"] < figures["unigram"]["pitch_nll"]


def test_the_interval_widens_where_pieces_differ() -> None:
    piece = np.repeat(np.arange(10), 50)
    even, uneven = interval(np.ones(500), piece), interval(np.repeat(np.arange(10.0), 50), piece)
    assert even == (1.0, 1.0)
    assert uneven[1] - uneven[0] > 2


def test_a_window_is_scored_by_its_length(corpus: Corpus) -> None:
    figures = lengths_report(find_bundle("maestro"), corpus, lambda done, total: None)
    assert list(figures) == [str(known) for known in KNOWN]
    assert figures["25"]["pitch"] < figures["0"]["pitch"]
    every = score(find_bundle("maestro"), corpus, lambda done, total: None, every=10)
    assert figures["25"]["pitch"] == pytest.approx(every.nats[:, 0].mean(), abs=1e-3)


def test_confidence_that_is_right_as_often_as_it_says_has_no_error() -> None:
    random = np.random.default_rng(0)
    confidence = random.random((100_000, 4)).astype(np.float32)
    sure = np.full_like(confidence, 0.9)
    is_right = (random.random(confidence.shape) < confidence).astype(np.float32)
    nothing, rank = np.zeros(len(confidence), np.float32), np.zeros(len(confidence), np.int64)
    honest, boastful = (calibration(Scores(said, rank, said, is_right, nothing, rank)) for said in (confidence, sure))
    for part in PARTS:
        assert honest[part]["error"] < 0.01
        assert boastful[part]["error"] == pytest.approx(0.4, abs=0.01)


def test_a_whole_note_costs_more_nats_in_finer_cells_and_has_them_beside_it(corpus: Corpus) -> None:
    scores = score(find_bundle("maestro"), corpus, lambda done, total: None)
    figures = literature(corpus, scores)
    assert figures["tokens_per_note"] > 3
    assert 4 < figures["nats_per_note"] < 20
    assert set(figures["published"]) == {"Performance RNN (LSTM)", "Music Transformer"}
    assert literature(corpus, score(find_bundle("tutorial"), corpus, lambda d, t: None))["nats_per_note"] is None


def test_what_is_no_bundle_of_notes_is_refused_in_one_line(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("not a model")
    cases = ((find_bundle("beats"), "is of the family beats"), (tmp_path / "text.onnx", "cannot be read as a model"))
    for path, text in cases:
        with pytest.raises(BundleError, match=text):
            score(path, corpus, lambda done, total: None)
