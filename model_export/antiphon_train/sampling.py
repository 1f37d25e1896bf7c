"""Sampling as a piece of the graph: a row's draw depends on that row alone, and on random numbers that are inputs.

Written in `keras.ops`, so that a network draws alike whatever it was trained with; each becomes an ONNX op that needs
no loop. What to do with a control that makes no sense is decided here and nowhere else.
"""

from collections.abc import Callable, Sequence
from typing import Any

from keras import ops

__all__ = ["draw_class", "log_of", "sensible"]

COLDEST = 1e-3
"""The least temperature: already a certain choice of the best class, and still a finite division."""

NARROWEST = 1e-6
"""The least top-p: the best class alone."""

FORBID = 1e4
"""Taken from a masked class's logit, before the temperature: beyond any logit, and small enough that a mask of zeros
leaves the others as they were to three decimals."""


def sensible(temperature: Any, top_p: Any) -> tuple[Any, Any]:
    """Temperatures and shares that can be drawn with, from temperatures and top-p's [b, n], to the same.

    A share is the top-p, but for 1, which becomes 2: rounding carries a sum of probabilities past 1 before the last
    classes are reached, and 1 is to keep them all. A temperature below 0.001, negative or NaN counts as 0.001: the
    likeliest class, for certain. A top-p above 1 counts as 1; one of 0, negative or NaN as the likeliest class alone.
    """
    both = ops.concatenate([temperature, top_p], -1)
    above = ops.where(both > NARROWEST, both, NARROWEST)  # which NaN is not
    count = temperature.shape[-1]
    top_p = ops.minimum(above[:, count:], 1.0)
    return ops.maximum(above[:, :count], COLDEST), top_p + ops.floor(top_p)


def draw_class(
    logits: Any, mask: Any | None, temperature: Any, share: Any, uniform: Any
) -> tuple[Any, Callable[[Any], tuple[Any, Any]], Any]:
    """Draw a class for each row.

    Written for few nodes: each costs half a microsecond on the path of a note, and the LSTM itself only 80.

    Args:
        logits: float32 [b, n].
        mask: 1 where a class may be drawn, float32 [b, n]. A row of zeros forbids nothing, and so does None.
        temperature: divides the logits, float32 [b, 1], made `sensible`.
        share: only the likeliest classes that together have this probability are drawn, at least one, float32 [b, 1],
            made `sensible`.
        uniform: in [0, 1), float32 [b, 1].
    Returns:
        The class, float32 [b, 1]; a function from classes [b, 1] to their share in the distribution that was drawn
        from, for `log_of`; and the natural logs of all probabilities before top-p, float32 [b, n].
    Source: nucleus sampling, Holtzman et al. 2020.
    """
    count = logits.shape[-1]
    allowed = logits if mask is None else logits + (mask * FORBID - FORBID)
    log_probs = ops.log_softmax(allowed / temperature)
    ranked, order = ops.top_k(log_probs, count)  # [b, n], likeliest first
    classes = ops.cast(order, "float32")
    probs = ops.exp(ranked)
    reached = ops.cumsum(probs, -1)
    kept = ops.cast(reached - probs < share, "float32")
    total = ops.max(reached * kept, -1, keepdims=True)
    rank = ops.sum(ops.cast(reached < uniform * total, "float32"), -1, keepdims=True)
    is_drawn = ops.cast(ops.equal(ops.arange(count, dtype="float32"), rank), "float32")
    drawn = ops.sum(classes * is_drawn, -1, keepdims=True)

    def share_of(taken: Any) -> tuple[Any, Any]:
        is_taken = ops.cast(ops.equal(classes, taken), "float32")
        return ops.sum(probs * kept * is_taken, -1, keepdims=True), total

    return drawn, share_of, log_probs


def log_of(shares: Sequence[tuple[Any, Any]]) -> Any:
    """The natural logs of classes' probabilities, float32 [b, n], from n shares: each a probability and that of all
    that could be drawn, float32 [b, 1]. Minus infinity for a class that could not be."""
    taken, total = (ops.concatenate(column, -1) for column in zip(*shares, strict=True))
    return ops.log(taken / total)
