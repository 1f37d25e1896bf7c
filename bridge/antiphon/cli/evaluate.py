"""`antiphon evaluate`: how likely a model finds music that it never heard, and what it plays by itself."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from antiphon.cli.seed import SEED
from antiphon.cli.train import load_trainer
from antiphon.engine.bundle import find_bundle

__all__ = ["command"]

BASELINE = "tutorial"

KEPT = ("notes", "pieces", *(f"{part}_" for part in ("pitch", "step", "duration", "velocity")))
"""What the figures that a bundle keeps begin with."""


@click.command(epilog="Example: antiphon evaluate maestro maestro-v3.0.0 --baselines")
@click.argument("bundle")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--split", help="The part to score.  [default: validation, or all where there is no table of splits]")
@click.option(
    "--baselines", is_flag=True, help="Beside it: uniform, unigram to 5-gram (of the part train), the tutorial's model."
)
@click.option("--keep", is_flag=True, help="Write the figures into the bundle, for `antiphon models` to show.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of what it plays by itself.")
@click.option(
    "--save",
    "save_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write what it plays by itself into this folder, openings and all, as MIDI files and piano rolls.",
)
@click.option("--json", "wants_json", is_flag=True, help="One JSON object.")
def command(
    bundle: str,
    folder: Path,
    split: str | None,
    baselines: bool,
    keep: bool,
    seed: int,
    save_folder: Path | None,
    wants_json: bool,
) -> None:
    """Score BUNDLE, a shipped model's name or a file, on FOLDER, a folder or zip of MIDI files.

    In nats for each note (less is better), on every note of the part that has 25 before it: pitch, step, duration and
    velocity, each given the true ones before it; with the last duration hidden; by the length of the window; how often
    the true pitch was the likeliest or among the first five; how far its confidence can be trusted. Then it plays on
    from 20 openings, and what it plays is measured beside the corpus.
    """
    path = find_bundle(bundle)
    if keep and path.resolve().parent == find_bundle(None).resolve().parent:
        raise click.UsageError(f"--keep would write over the figures that {bundle} comes with; name a copy of its file")
    corpus_module, module, generated = (load_trainer(name) for name in ("corpus", "evaluate", "generated"))
    if split is None and corpus_module.has_splits(folder):
        split = "validation"
    corpus = corpus_module.read_corpus(folder, split)
    figures = {"bundle": path.stem, "split": split, **_score(module, path, corpus)}
    with _bar("by length of window") as tell:
        figures["by_length"] = module.lengths_report(path, corpus, tell)
    with _bar("playing by itself") as tell:
        openings = generated.openings(corpus)
        played = generated.continue_all(path, openings, seed, tell)
    figures["generated"] = generated.report(corpus, played)
    if save_folder is not None:
        generated.save(openings, played, save_folder)
    if keep:
        known = {"on": " ".join([folder.resolve().stem, split or "whole"])}
        kept = {name: value for name, value in figures.items() if name.startswith(KEPT)}
        load_trainer("export").keep_figures(path, known | kept)
    if baselines:
        other = corpus_module.read_corpus(folder, "test" if split == "validation" else "validation")
        grams = module.grams_report(corpus_module.read_corpus(folder, "train"), other, corpus)
        figures["baselines"] = {**grams, BASELINE: _score(module, find_bundle(BASELINE), corpus)}
    if wants_json:
        click.echo(json.dumps(figures))
        return
    for line in (*_table(figures, module.PARTS), *_more(figures), *_heard(figures["generated"], generated.MEASURES)):
        click.echo(line)


def _score(module: Any, path: Path, corpus: Any) -> dict[str, Any]:
    with _bar(f"{path.stem}, all durations known") as tell:
        known = module.score(path, corpus, tell)
    with _bar(f"{path.stem}, last duration hidden") as tell:
        held = module.score(path, corpus, tell, is_held=True)
    report: dict[str, Any] = module.report(known, held)
    return report | {"calibration": module.calibration(known), "literature": module.literature(corpus, known)}


def _table(figures: dict[str, Any], parts: tuple[str, ...]) -> Iterator[str]:
    yield f"{figures['notes']:,} notes of {figures['pieces']} pieces ({figures['split'] or 'all of the folder'})"
    yield "nats a note (95 % interval)"
    yield f"{'':12}" + "".join(f"{part:>24}" for part in parts) + "   pitch, last hidden   likeliest, of five"
    for name, row in {**figures.get("baselines", {}), figures["bundle"]: figures}.items():
        cells = "".join(f"{_cell(row, part):>24}" for part in parts)
        rest = (
            f"{row['pitch_nll_hidden']:21.3f}   {row['pitch_top1']:6.1%}, {row['pitch_top5']:.1%}"
            if "pitch_top1" in row
            else ""
        )
        yield f"{name:12}{cells}{rest}"


def _cell(row: dict[str, Any], part: str) -> str:
    if row.get(f"{part}_nll") is None:
        return "-"
    low, high = row[f"{part}_nll_interval"]
    return f"{row[f'{part}_nll']:.3f} ({low:.3f} to {high:.3f})"


def _more(figures: dict[str, Any]) -> Iterator[str]:
    lengths = ", ".join(f"{known}: {row['pitch']:.3f}" for known, row in figures["by_length"].items())
    yield f"pitch by notes in the window (every tenth note)  {lengths}"
    errors = ", ".join(f"{part} {said['error']:.1%}" for part, said in figures["calibration"].items())
    yield f"its confidence is off by  {errors}"
    literature = figures["literature"]
    if literature["nats_per_note"] is not None:
        theirs = ", ".join(f"{name} {nats:.2f}" for name, nats in literature["published"].items())
        yield f"a whole note in cells of 10 ms  {literature['nats_per_note']:.2f} nats; published, for notes of "
        yield f"  {literature['tokens_per_note']:.2f} tokens as here: {theirs}; but {literature['caveats']}"


def _heard(heard: dict[str, Any], measures: Any) -> Iterator[str]:
    yield f"by itself, {heard['passages']} times {heard['notes']} notes (in brackets what people play, 5 to 95 %)"
    for name in measures:
        row = heard[name]
        band = "  ({:.2f} to {:.2f}), {} inside".format(*row["band"], row["inside"]) if "band" in row else ""
        yield f"  {name:11} {row['median']:7.2f}{band}"
    if "inside" in heard:
        people = f"{heard['people_inside']:.0%} of people's passages are"
        yield f"  inside in density, polyphony and range at once: {heard['inside']} ({people}); stuck: {heard['stuck']}"
    overlap, step, duration = (heard[name] for name in ("pitch_class_overlap", "step_distance", "duration_distance"))
    yield f"  pitch classes overlap by {overlap:.0%}; steps lie {step:.2f} doublings off, durations {duration:.2f}"


@contextmanager
def _bar(label: str) -> Iterator[Any]:
    with click.progressbar(length=0, label=label, hidden=not sys.stdout.isatty()) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell
