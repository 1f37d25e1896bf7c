"""The pace of training is measured beside the tutorial's own pipeline."""

import numpy as np

from antiphon.apps.demo import excerpt
from antiphon_train import pace
from antiphon_train.corpus import Corpus


def test_both_pipelines_and_training_are_timed() -> None:
    corpus = Corpus(["a"], excerpt(), np.array([0, 208]), [])
    told: list[int] = []
    figures = pace.measure(corpus, "tutorial", lambda done, total: told.append(done))
    assert told == [1, 2, 3, 4]
    assert figures["ratio"] > 1
    assert figures["notes_per_second"] > 0
