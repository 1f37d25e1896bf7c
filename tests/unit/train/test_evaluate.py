"""Figures of a bundle are those of its own likelihoods, over every note that has a window before it."""

import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.engine.bundle import find_bundle
from antiphon_train.corpus import Corpus
from antiphon_train.evaluate import grams_report, interval, report, score


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The excerpt as three pieces, one of them too short for a window."""
    notes = excerpt()
    return Corpus(["a", "b", "c"], notes, np.array([0, 100, 110, 208]), [])


def test_every_note_with_a_window_before_it_is_scored_once(corpus: Corpus) -> None:
    told: list[int] = []
    known = score(find_bundle("tutorial"), corpus, False, lambda done, total: told.append(done))
    held = score(find_bundle("tutorial"), corpus, True, lambda done, total: None)
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
    scores = score(find_bundle("tutorial"), corpus, False, lambda done, total: None)
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
