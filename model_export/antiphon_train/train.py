"""From a folder of music to a trained run: what `antiphon train` does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from antiphon.errors import CorpusError
from antiphon_train import fit, plots
from antiphon_train.corpus import Corpus
from antiphon_train.families import NETWORKS
from antiphon_train.precision import use_fast_numbers
from antiphon_train.recipes import RECIPES, Recipe
from antiphon_train.runs import Progress, Run
from antiphon_train.tracking import tracked

__all__ = ["asked", "train"]

GENTLER = 3
"""By how much less a network is moved in each step when it goes on from another run's weights."""


def asked(config: dict[str, Any]) -> Recipe:
    """The recipe of a run, with the `epochs` and the `length` of a sequence that its config asks for."""
    recipe = RECIPES[config["recipe"]]
    return replace(recipe, epochs=config["epochs"] or recipe.epochs, notes=config["length"] or recipe.notes)


def train(
    corpus: Corpus,
    held: Corpus | None,
    config: dict[str, Any],
    folder: Path,
    tell: Callable[[fit.Report], None],
    tracker: str | None = None,
    earlier: Run | None = None,
) -> Progress:
    """Train a recipe on a corpus into a run folder, going on where an earlier start was stopped.

    Args:
        corpus: the music.
        held: music that is not trained on, by which training stops; None goes by the training loss.
        config: what the run is: `recipe`, `seed`, `epochs` and `length` of a sequence (None for the recipe's own), and
            whatever tells where the corpus came from.
        folder: the run folder.
        tell: called after each chunk of work.
        tracker: as `tracking.tracked` takes it.
        earlier: a finished run of the same recipe, whose weights are the first ones.
    Raises:
        CorpusError: no piece is long enough, the folder holds another run, the earlier one is not finished or of
            another recipe, or the loss is no longer a finite number.
        MissingExtra: the tracker is not installed.
    """
    recipe = asked(config)
    if earlier:
        recipe = replace(recipe, learning_rate=recipe.learning_rate / GENTLER)
        config = {**config, "earlier": _told(earlier, recipe)}
    network = NETWORKS[recipe.name]
    examples = network.examples(corpus, recipe)
    held_examples = network.examples(held, recipe) if held is not None else None
    run = Run(folder)
    sizes = {"pieces": len(corpus.names), "notes": len(corpus.notes), "examples": len(examples)}
    run.open({**config, **sizes, "epochs": recipe.epochs, "length": recipe.notes})
    network.keep(run, corpus)
    keras.utils.set_random_seed(config["seed"])
    use_fast_numbers(recipe)
    model = network.build()
    if earlier:
        model.load_weights(earlier.best_path)
    network.compile_for(model, recipe, recipe.epochs * max(len(examples) // recipe.batch, 1))
    with tracked(folder, run.config(), tracker) as log:

        def tell_and_draw(report: fit.Report) -> None:
            if report.finished:
                log(run.history()[-1])
                plots.loss_curve(run.history(), folder / "loss.png")
            tell(report)

        progress = fit.fit(model, examples, recipe, run, config["seed"], tell_and_draw, held_examples)
        plots.loss_curve(run.history(), folder / "loss.png")
        network.show(network.stage_graph(model), held or corpus, folder, config["seed"])
    return progress


def _told(earlier: Run, recipe: Recipe) -> dict[str, Any]:
    """Where a run's weights come from: the earlier one's folder and all of its training."""
    config = earlier.config()
    if config.get("recipe") != recipe.name:
        raise CorpusError(
            f"{earlier.folder} was trained by the recipe {config.get('recipe')}, not {recipe.name}",
            f"give --recipe {config.get('recipe')}, or another run with --from",
        )
    if not earlier.best_path.exists():
        raise CorpusError(f"{earlier.folder} has no trained model yet", "let antiphon train finish on it")
    return {"run": earlier.folder.name, **earlier.training()}
