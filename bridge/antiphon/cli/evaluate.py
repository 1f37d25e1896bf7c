"""`antiphon evaluate`: how likely a model finds music that it never heard."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from antiphon.cli.train import load_trainer
from antiphon.engine.bundle import find_bundle

__all__ = ["command"]


@click.command(epilog="Example: antiphon evaluate tutorial maestro-v3.0.0 --json")
@click.argument("bundle")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--split", help="The part to score.  [default: validation, or all where there is no table of splits]")
@click.option("--grams", is_flag=True, help="Beside it, what counting pitches says (trained on the part `train`).")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object.")
def command(bundle: str, folder: Path, split: str | None, grams: bool, wants_json: bool) -> None:
    """Score BUNDLE, a shipped model's name or a file, on FOLDER, a folder or zip of MIDI files.

    In nats for each note (less is better), on every note of the part that has 25 before it: pitch, step, duration and
    velocity, each given the true ones before it; with the last duration hidden; and how often the true pitch was the
    likeliest or among the first five.
    """
    corpus_module, module = load_trainer("corpus"), load_trainer("evaluate")
    path = find_bundle(bundle)
    if split is None and corpus_module.has_splits(folder):
        split = "validation"
    corpus = corpus_module.read_corpus(folder, split)
    scores = [_score(module, path, corpus, is_held) for is_held in (False, True)]
    figures = {"bundle": path.stem, "split": split, **module.report(*scores)}
    if grams:
        other = corpus_module.read_corpus(folder, "test" if split == "validation" else "validation")
        figures["grams"] = module.grams_report(corpus_module.read_corpus(folder, "train"), other, corpus)
    if wants_json:
        click.echo(json.dumps(figures))
        return
    click.echo(f"{figures['notes']:,} notes of {figures['pieces']} pieces ({split or 'all of the folder'})")
    click.echo("  nats a note (95 % interval), with the last duration hidden")
    for part in module.PARTS:
        click.echo(f"  {part:9} {_line(figures, part)}")
    click.echo(f"  pitch likeliest {figures['pitch_top1']:.1%}, among five {figures['pitch_top5']:.1%}")
    for name, gram in figures.get("grams", {}).items():
        click.echo(f"  {name:9} {gram['pitch_nll']:.3f}  ({gram['interval'][0]:.3f} to {gram['interval'][1]:.3f})")


def _line(figures: dict[str, Any], part: str) -> str:
    if figures[f"{part}_nll"] is None:
        return "no distribution"
    low, high = figures[f"{part}_nll_interval"]
    return f"{figures[f'{part}_nll']:.3f}  ({low:.3f} to {high:.3f})  {figures[f'{part}_nll_hidden']:.3f}"


def _score(module: Any, path: Path, corpus: Any, is_held: bool) -> Any:
    label = "last duration hidden" if is_held else "all durations known"
    with click.progressbar(length=0, label=label, hidden=not sys.stdout.isatty()) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return module.score(path, corpus, is_held, tell)
