"""Sampling as a piece of the graph: a row's draw depends on that row alone, and on random numbers that are inputs.

Written in `keras.ops`, so that a network draws alike whatever it was trained with; each becomes an ONNX op that needs
no loop. What to do with a control that makes no sense is decided here and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

__all__ = ["Kept", "draw_class", "sensible", "shares_of"]

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
    # Conditions that NaN does not fulfil.
    warm = ops.where(temperature > COLDEST, temperature, COLDEST)
    top_p = ops.minimum(ops.where(top_p > NARROWEST, top_p, NARROWEST), 1.0)
    return warm, top_p + ops.floor(top_p)


@dataclass(frozen=True, slots=True)
class Kept:
    """What could be drawn.

    Args:
        classes: all, likeliest first, float32 [b, n].
        probs: of each, 0 for one that is beyond top-p, float32 [b, n].
        total: of `probs`, float32 [b, 1].
    """

    classes: Any
    probs: Any
    total: Any


def draw_class(logits: Any, mask: Any | None, temperature: Any, share: Any, uniform: Any) -> tuple[Any, Kept, Any]:
    """Draw a class for each row.

    Written for few nodes: each costs half a microsecond on the path of a note.

    Args:
        logits: float32 [b, n].
        mask: 1 where a class may be drawn, float32 [b, n]. A row of zeros forbids nothing, and so does None.
        temperature: divides the logits, float32 [b, 1], made `sensible`.
        share: only the likeliest classes that together have this probability are drawn, at least one, float32 [b, 1],
            made `sensible`.
        uniform: in [0, 1), float32 [b, 1].
    Returns:
        The class, float32 [b, 1]; what it was drawn from, for `shares_of`; and the natural logs of all probabilities
        before top-p, float32 [b, n].
    Source: nucleus sampling, Holtzman et al. 2020.
    """
    count = logits.shape[-1]
    allowed = logits if mask is None else logits + (mask * FORBID - FORBID)
    log_probs = ops.log_softmax(allowed / temperature)
    ranked, order = ops.top_k(log_probs, count)  # [b, n], likeliest first
    classes = ops.cast(order, "float32")
    probs = ops.exp(ranked)
    reached = ops.cumsum(probs, -1)
    is_kept = ops.cast(reached - probs < share, "float32")
    total = ops.max(reached * is_kept, -1, keepdims=True)
    rank = ops.sum(ops.cast(reached < uniform * total, "float32"), -1, keepdims=True)
    is_drawn = ops.cast(ops.equal(ops.arange(count, dtype="float32"), rank), "float32")
    drawn = ops.sum(classes * is_drawn, -1, keepdims=True)
    return drawn, Kept(classes, probs * is_kept, total), log_probs


def shares_of(taken: Any, kept: Sequence[Kept]) -> Any:
    """The probabilities of classes among what could be drawn, 0 for what could not.

    All in one row, and products with zeros and ones to share it out and to add it up: exact, and six nodes fewer for
    each that was drawn than one after the other.

    Args:
        taken: k classes, float32 [b, k].
        kept: what each was drawn from.
    Returns:
        float32 [b, k].
    """
    counts = [each.classes.shape[-1] for each in kept]
    whose = np.repeat(np.eye(len(kept), dtype=np.float32), counts, 0)  # [sum of n, k]
    classes = ops.concatenate([each.classes for each in kept], -1)
    probs = ops.concatenate([each.probs for each in kept], -1)
    total = ops.concatenate([each.total for each in kept], -1)
    is_taken = ops.cast(ops.equal(classes, ops.matmul(taken, whose.T)), "float32")
    return ops.matmul(probs * is_taken, whose) / total
