"""Sampling as a piece of the graph: a row's draw depends on that row alone, and on random numbers that are inputs.

Plain TensorFlow ops only, as every exported graph holds them: each becomes an ONNX op that needs no loop.
"""

import tensorflow as tf

__all__ = ["draw_class"]

COLDEST = 1e-3
"""The least temperature: already a certain choice of the best class, and still a finite division."""

NARROWEST = 1e-6
"""The least top-p: the best class alone."""

FORBIDDEN = -1e9
"""The logit of a masked class, after the division by the temperature."""


def draw_class(
    logits: tf.Tensor, mask: tf.Tensor, temperature: tf.Tensor, top_p: tf.Tensor, uniform: tf.Tensor, chosen: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Draw a class for each row, or take the one already chosen.

    Args:
        logits: float32 [b, n].
        mask: 1 where a class may be drawn, float32 [b, n]. A row of zeros forbids nothing.
        temperature: divides the logits; below 0.001 it counts as 0.001, float32 [b].
        top_p: only the likeliest classes that together have this probability are drawn, at least one, float32 [b].
        uniform: in [0, 1), float32 [b].
        chosen: a class, or a negative number: draw it, float32 [b].
    Returns:
        The class, float32 [b], and the natural log of its probability in the distribution that was drawn from,
        float32 [b]: minus infinity for a chosen class that could not have been drawn.
    Source: nucleus sampling, Holtzman et al. 2020.
    """
    classes = logits.shape[-1]
    free = tf.maximum(mask, tf.cast(tf.reduce_sum(mask, -1, keepdims=True) <= 0, tf.float32))
    scaled = logits / tf.maximum(temperature, COLDEST)[:, None]
    log_probs = tf.nn.log_softmax(tf.where(free > 0, scaled, FORBIDDEN))
    ranked, order = tf.math.top_k(log_probs, classes)  # [b, n], likeliest first
    probs = tf.exp(ranked)
    kept = tf.cumsum(probs, axis=-1) - probs < tf.maximum(top_p, NARROWEST)[:, None]
    reached = tf.cumsum(tf.where(kept, probs, 0.0), axis=-1)
    total = reached[:, -1:]
    rank = tf.reduce_sum(tf.cast(reached <= uniform[:, None] * total, tf.int32), -1)
    last = tf.reduce_sum(tf.cast(kept, tf.int32), -1) - 1
    drawn = tf.gather(order, tf.minimum(rank, last), batch_dims=1)
    taken = tf.where(chosen >= 0, tf.cast(chosen, tf.int32), drawn)
    is_taken = order == taken[:, None]  # [b, n]
    log_prob = tf.reduce_sum(tf.where(is_taken, ranked, 0.0), -1) - tf.math.log(total[:, 0])
    was_possible = tf.reduce_any(is_taken & kept, -1)
    return tf.cast(taken, tf.float32), tf.where(was_possible, log_prob, float("-inf"))
