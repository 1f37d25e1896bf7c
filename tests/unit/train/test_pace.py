"""The pace of training is measured beside the tutorial's own pipeline, and beside an LSTM alone."""

import numpy as np

from antiphon.apps.demo import excerpt
from antiphon_train import pace
from antiphon_train.corpus import Corpus


def test_both_pipelines_and_training_are_timed() -> None:
    corpus = Corpus(["a"], excerpt(), np.array([0, 208]), [])
    told: list[int] = []
    figures = pace.measure(corpus, lambda done, total: told.append(done))
    assert told == [1, 2, 3, 4, 5]
    assert figures["ratio"] > 1
    assert figures["plain_notes_per_second"] > figures["live_notes_per_second"] > 0
