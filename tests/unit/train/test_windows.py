"""Our windows are the tutorial's windows."""

import numpy as np
import pytest
import tensorflow as tf

from antiphon.errors import CorpusError
from antiphon.note import WINDOW
from antiphon_train.windows import cut, window_starts


def test_they_are_those_of_the_tutorials_own_pipeline() -> None:
    rows = np.random.default_rng(0).random((100, 3)).astype(np.float32)
    dataset = tf.data.Dataset.from_tensor_slices(rows)
    windows = dataset.window(WINDOW + 1, shift=1, stride=1, drop_remainder=True)
    theirs = np.stack(list(windows.flat_map(lambda w: w.batch(WINDOW + 1, drop_remainder=True)).as_numpy_iterator()))
    inputs, targets = cut(rows, window_starts(np.array([100])))
    assert (inputs == theirs[:, :-1]).all()
    assert (targets == theirs[:, -1]).all()


def test_no_window_straddles_two_pieces() -> None:
    lengths = np.array([30, 10, 26, 25])
    piece = np.repeat(np.arange(4), lengths).astype(np.float32)[:, None]
    inputs, targets = cut(piece, window_starts(lengths))
    assert len(inputs) == 5 + 0 + 1 + 0
    assert (inputs == targets[:, None]).all()


def test_a_corpus_too_small_for_a_window_is_one_clear_line() -> None:
    with pytest.raises(CorpusError, match="the longest piece has 25 notes"):
        window_starts(np.array([25, 3]))
    with pytest.raises(CorpusError, match="the longest piece has 0 notes"):
        window_starts(np.array([], np.int64))
