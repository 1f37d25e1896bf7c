"""Looking back: which earlier notes of a window matter now, each place of a sequence with the window that it has."""

from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from antiphon.note import WINDOW

__all__ = ["HEAD_UNITS", "Attention", "Dense", "ages_of", "column", "single", "unseen"]

HEAD_UNITS = 32
SHARPNESS = 5.0
"""Of attention before training: the score of a query that equals its key, about the square root of its units."""

SHORTEST = 1e-12
"""The least product of the squared lengths of a query and a key: what is shorter points nowhere."""

UNSEEN = -1e9
"""Added to the score of what is not to be pointed at."""


class Dense(layers.Dense):
    """A dense layer as one product of two matrices, whatever axes its input has: in the exported graph Keras' own way
    is eight nodes for each layer."""

    def call(self, inputs: Any) -> Any:
        if len(inputs.shape) == 2:
            return single(super().call(inputs))
        flat = super().call(ops.reshape(inputs, (-1, inputs.shape[-1])))
        return single(ops.reshape(flat, (-1, *inputs.shape[1:-1], self.units)))


class Attention(layers.Layer):
    """Which earlier notes matter now: the weights of dot-product attention (Vaswani et al. 2017) over a window, with a
    learnt liking for each age. Scores are the cosines of queries and keys times a learnt sharpness, or they grow until
    training breaks down (Henry et al. 2020, https://arxiv.org/abs/2010.04245).

    It is called with ([b * t, any], [b, n, any]) and the scores to add [b, 1, t, n], and gives [b, heads, t, n], whose
    last axis sums to 1.
    """

    def __init__(self, heads: int) -> None:
        super().__init__(autocast=False)
        self.heads = heads
        self.looked_for = Dense(heads * HEAD_UNITS)
        self.offered = Dense(heads * HEAD_UNITS)
        self.age = self.add_weight(shape=(heads, WINDOW), initializer="zeros", name="age")
        self.sharpness = self.add_weight(
            shape=(heads, 1, 1), initializer=keras.initializers.Constant(SHARPNESS), name="sharpness"
        )

    def call(self, pair: tuple[Any, Any], added: Any) -> Any:
        now, then = pair
        answers, count = added.shape[2:]
        looked_for = ops.reshape(self.looked_for(now), (-1, answers, self.heads, HEAD_UNITS))
        offered = ops.reshape(self.offered(then), (-1, count, self.heads, HEAD_UNITS))
        looked_for = ops.transpose(looked_for, (0, 2, 1, 3))  # [b, heads, t, HEAD_UNITS]
        offered = ops.transpose(offered, (0, 2, 3, 1))  # [b, heads, HEAD_UNITS, n]
        squares = ops.sum(looked_for * looked_for, 3, keepdims=True) * ops.sum(offered * offered, 2, keepdims=True)
        scores = ops.matmul(looked_for, offered) / ops.sqrt(ops.maximum(squares, SHORTEST)) * single(self.sharpness)
        liking = ops.take(single(self.age), np.clip(ages_of(count, answers), 0, WINDOW - 1), 1)  # [heads, t, n]
        return ops.softmax(scores + liking + added, -1)


def column(notes: Any, place: int) -> Any:
    """One of the four numbers of notes, [b, n, 4] to [b, n]: one node, where a slice of three axes is two."""
    return ops.take(notes, place, -1)


def single(numbers: Any) -> Any:
    """Numbers of 32 bits: what lies between the layers stays exact where these multiply with 16."""
    return ops.cast(numbers, "float32")


def ages_of(count: int, answers: int) -> NDArray[np.int64]:
    """How many notes each of `count` lies before each of the last `answers`, below 0 for later ones, [t, n]."""
    return np.arange(count - answers, count)[:, None] - np.arange(count)


def unseen(notes: Any, answers: int) -> Any:
    """What is added to the scores of attention: `UNSEEN` for places without a note, and for those that are later than
    one of the last `answers` or out of its window, [b, 1, answers, n]."""
    count = notes.shape[1]
    ages = ages_of(count, answers)
    outside = np.where((ages >= 0) & (ages < WINDOW), 0, UNSEEN).astype(np.float32)
    is_empty = ops.cast(column(notes, 0) < 0, "float32")
    return outside + ops.reshape(UNSEEN * is_empty, (-1, 1, 1, count))
