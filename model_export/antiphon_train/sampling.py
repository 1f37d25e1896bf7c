"""Sampling as a piece of the graph: a row's draw depends on that row alone, and on random numbers that are inputs.

Plain TensorFlow ops only, as every exported graph holds them: each becomes an ONNX op that needs no loop.
"""

from collections.abc import Callable

import tensorflow as tf

__all__ = ["draw_class"]

COLDEST = 1e-3
"""The least temperature: already a certain choice of the best class, and still a finite division."""

NARROWEST = 1e-6
"""The least top-p: the best class alone."""

FORBID = 1e4
"""Taken from a masked class's logit, before the temperature: beyond any logit, and small enough that a mask of zeros
leaves the others as they were to three decimals."""


def draw_class(
    logits: tf.Tensor, mask: tf.Tensor | None, temperature: tf.Tensor, top_p: tf.Tensor, uniform: tf.Tensor
) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor], tf.Tensor]:
    """Draw a class for each row.

    Written for few nodes: each costs half a microsecond on the path of a note, and the LSTM itself only 80.

    Args:
        logits: float32 [b, n].
        mask: 1 where a class may be drawn, float32 [b, n]. A row of zeros forbids nothing, and so does None.
        temperature: divides the logits; below 0.001 it counts as 0.001, float32 [b, 1].
        top_p: only the likeliest classes that together have this probability are drawn, at least one, float32 [b, 1].
        uniform: in [0, 1), float32 [b, 1].
    Returns:
        The class, float32 [b, 1]; a function from classes [b, 1] to the natural log of their probability in the
        distribution that was drawn from, float32 [b, 1], minus infinity for a class that could not be drawn; and the
        natural logs of all probabilities before top-p, float32 [b, n].
    Source: nucleus sampling, Holtzman et al. 2020.
    """
    count = logits.shape[-1]
    allowed = logits if mask is None else logits + (mask * FORBID - FORBID)
    log_probs = tf.nn.log_softmax(allowed / tf.maximum(temperature, COLDEST))
    ranked, order = tf.math.top_k(log_probs, count)  # [b, n], likeliest first
    classes = tf.cast(order, tf.float32)
    probs = tf.exp(ranked)
    reached = tf.cumsum(probs, axis=-1)
    # The floor makes 1 keep all: rounding carries the sum past 1 before the last classes are reached.
    kept = tf.cast(reached - probs < tf.maximum(top_p + tf.floor(top_p), NARROWEST), tf.float32)
    total = tf.reduce_max(reached * kept, -1, keepdims=True)
    rank = tf.reduce_sum(tf.cast(reached < uniform * total, tf.float32), -1, keepdims=True)
    is_drawn = tf.cast(tf.range(float(count)) == rank, tf.float32)
    drawn = tf.reduce_sum(classes * is_drawn, -1, keepdims=True)

    def log_prob(taken: tf.Tensor) -> tf.Tensor:
        is_taken = tf.cast(classes == taken, tf.float32)
        return tf.math.log(tf.reduce_sum(probs * kept * is_taken, -1, keepdims=True) / total)

    return drawn, log_prob, log_probs
