"""Recipes: how a family's network is trained, as plain values that a run writes down with its results."""

from dataclasses import dataclass

__all__ = ["RECIPES", "Recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Args:
        name: what `--recipe` calls it.
        family: the kind of model.
        epochs: passes over the corpus at most.
        notes: that an example trains: 1 for a window and the note after it, or the length of a sequence in which each
            place is trained.
        batch: examples in one step of the optimizer.
        chunk: batches that are taken from the corpus together: some ten seconds of work, after which it says how far
            it is and may save.
        learning_rate: Adam's.
        patience: epochs without a better loss on held-out music after which it stops and goes back to the best.
        is_mixed: products of 16 bits, where the machine is faster with them.
        is_best: end on the weights of the epoch that is best on held-out music, not on the last ones.
    """

    name: str
    family: str
    epochs: int
    notes: int
    batch: int
    chunk: int
    learning_rate: float
    patience: int
    is_mixed: bool
    is_best: bool = True


RECIPES = {
    # TensorFlow's tutorial "Generate music with an RNN": its numbers, unchanged.
    "tutorial": Recipe(
        "tutorial", "note", epochs=50, notes=1, batch=64, chunk=1024, learning_rate=0.005, patience=5, is_mixed=False
    ),
    "live": Recipe(
        "live", "note", epochs=11, notes=64, batch=128, chunk=24, learning_rate=0.012, patience=4, is_mixed=True
    ),
    # Its examples are spans of onsets, of which a note is a half or less.
    # It ends on the last weights: they are worse on held-out files and better on performances (.764 of the beats for
    # .757), which are what it is for.
    "beats": Recipe(
        "beats",
        "beats",
        epochs=30,
        notes=256,
        batch=64,
        chunk=4,
        learning_rate=0.005,
        patience=30,
        is_mixed=False,
        is_best=False,
    ),
}
