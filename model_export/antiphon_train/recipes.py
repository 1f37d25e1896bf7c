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
        batch: windows in one step of the optimizer.
        learning_rate: Adam's.
        patience: epochs without a better training loss after which it stops and goes back to the best.
    """

    name: str
    family: str
    epochs: int
    batch: int
    learning_rate: float
    patience: int


RECIPES = {
    # TensorFlow's tutorial "Generate music with an RNN": its numbers, unchanged.
    "tutorial": Recipe("tutorial", "note", epochs=50, batch=64, learning_rate=0.005, patience=5),
}
