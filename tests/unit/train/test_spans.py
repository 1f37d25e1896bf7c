"""Spans of counted pieces: what is shown and what should be said."""

from pathlib import Path

import numpy as np
import pytest

from antiphon.errors import CorpusError
from antiphon.notation.listen import SPAN, WIDTH
from antiphon.notation.tactus import PLACES
from antiphon_train.corpus import Corpus, read_corpus
from antiphon_train.counted import read_counted
from antiphon_train.spans import COMPOUND, STEPS, Spans


@pytest.fixture
def corpus(counted_folder: Path) -> Corpus:
    return read_corpus(counted_folder, read=read_counted)


def test_answers_are_shares_and_the_padding_counts_for_nothing(corpus: Corpus) -> None:
    spans = Spans(corpus.notes, corpus.bounds)
    shown, answers = spans.take(np.arange(len(spans)), np.random.default_rng(0))
    assert shown.shape == (len(spans), SPAN, WIDTH)
    for head, shares in answers.items():
        sums = shares.sum(axis=-1)
        assert ((np.abs(sums - 1) < 1e-5) | (sums == 0)).all()
        first = int(head == "steps")  # nothing is before the first onset
        assert (sums[:, first:40] > 0).all()
        shown_rows, sums = np.abs(shown).sum(axis=-1)[:, first:], sums[:, first:]
        assert ((sums == 0) == (shown_rows == 0)).all()


def test_a_downbeat_stands_on_a_beat_and_is_the_rarer(corpus: Corpus) -> None:
    _, answers = Spans(corpus.notes, corpus.bounds).take(np.arange(2), np.random.default_rng(0))
    is_beat, is_down = answers["places"][..., 0] > 0, answers["downbeats"][..., 1] > 0
    assert (is_beat | ~is_down).all()
    assert 0 < is_down.sum() < is_beat.sum()


def test_where_no_measures_are_known_downbeats_count_for_nothing(corpus: Corpus) -> None:
    unknown = corpus.notes.copy()
    unknown["in_measure"] = np.nan
    _, answers = Spans(unknown, corpus.bounds).take(np.arange(2), np.random.default_rng(0))
    assert answers["places"].any()
    assert not answers["downbeats"].any()


def test_steps_lead_from_place_to_place(corpus: Corpus) -> None:
    _, answers = Spans(corpus.notes, corpus.bounds).take(np.arange(2), np.random.default_rng(0))
    places, steps = answers["places"].argmax(axis=-1), answers["steps"].argmax(axis=-1)
    is_told = (answers["steps"].sum(axis=-1) > 0) & (steps < STEPS - 1)
    assert is_told.any()
    before, after = places[:, :-1][is_told[:, 1:]], places[:, 1:][is_told[:, 1:]]
    is_right = (before + steps[:, 1:][is_told[:, 1:]]) % PLACES == after
    assert is_right.mean() > 0.98  # but for chords that jitter has put out of order


def test_compound_pieces_are_shown_more_often(corpus: Corpus) -> None:
    simple = corpus.only(lambda name: "6-8" not in name)
    compound = corpus.only(lambda name: "6-8" in name)
    assert len(Spans(compound.notes, compound.bounds)) % COMPOUND == 0
    both = len(Spans(simple.notes, simple.bounds)) + len(Spans(compound.notes, compound.bounds))
    assert len(Spans(corpus.notes, corpus.bounds)) == both


def test_pieces_too_short_are_refused(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="no piece has 40 onsets"):
        Spans(corpus.notes[:30], np.array([0, 30]))
