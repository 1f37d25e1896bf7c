"""From a folder of music to a trained run: what `antiphon train` does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from antiphon.note import WINDOW, to_rows
from antiphon_train import fit, plots
from antiphon_train.corpus import Corpus
from antiphon_train.families import NETWORKS
from antiphon_train.recipes import RECIPES
from antiphon_train.runs import Progress, Run
from antiphon_train.windows import cut, window_starts

__all__ = ["train"]

KEPT_EXAMPLES = 1000
"""Windows of the corpus that stay with the run: `antiphon export` compares Keras and ONNX on them."""


def train(
    corpus: Corpus,
    config: dict[str, Any],
    folder: Path,
    epochs: int | None,
    tell: Callable[[fit.Report], None],
) -> Progress:
    """Train a recipe on a corpus into a run folder, going on where an earlier start was stopped.

    Args:
        corpus: the music.
        config: what the run is: `recipe`, `seed`, and whatever tells where the corpus came from.
        folder: the run folder.
        epochs: instead of the recipe's own number; None keeps it.
        tell: called after each chunk of work.
    Raises:
        CorpusError: no piece is longer than a window, or the folder holds another run.
    """
    recipe = RECIPES[config["recipe"]]
    recipe = recipe if epochs is None else replace(recipe, epochs=epochs)
    network = NETWORKS[recipe.name]
    rows, starts = to_rows(corpus.notes), window_starts(corpus.lengths())
    examples = network.Examples(rows, corpus.lengths())
    run = Run(folder)
    run.open({**config, "pieces": len(corpus.names), "notes": len(corpus.notes), "examples": len(examples)})
    run.keep_examples(*cut(rows, _evenly(starts, KEPT_EXAMPLES)))
    keras.utils.set_random_seed(config["seed"])
    model = network.build()
    network.compile_for(model, recipe, recipe.epochs * max(len(examples) // recipe.batch, 1))

    def tell_and_draw(report: fit.Report) -> None:
        if report.finished:
            plots.loss_curve(run.history(), folder / "loss.png")
        tell(report)

    progress = fit.fit(model, examples, recipe, run, config["seed"], tell_and_draw)
    plots.loss_curve(run.history(), folder / "loss.png")
    longest = max(corpus.pieces(), key=len)
    generated = network.generate(model, to_rows(longest[:WINDOW]), plots.SAMPLE, config["seed"])
    plots.samples(longest, generated, folder)
    return progress


def _evenly(starts: NDArray[Any], count: int) -> NDArray[Any]:
    return starts[np.linspace(0, len(starts) - 1, count).astype(int)]
