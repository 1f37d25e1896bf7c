"""`antiphon export`: a run folder becomes a bundle that the server plays."""

import json
import os
from pathlib import Path

import click

from antiphon.cli.train import load_trainer

__all__ = ["command"]


@click.command(
    epilog="Example: antiphon export runs/first -o first.onnx --licence CC-BY-4.0 --attribution 'A. Pianist'"
)
@click.argument("runs", metavar="RUN...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The .onnx file to write.",
)
@click.option("--licence", required=True, help="Of the weights: what the licence of the music allows.")
@click.option("--attribution", default="", help="Whom the licence wants named.")
@click.option("--data", default="", help="What it was trained on, in words.")
@click.option("--limits", default="", help="What it cannot do, and what is doubtful about it or its data.")
@click.option("--name", help="What the model is called.  [default: the file's name]")
@click.option("--json", "wants_json", is_flag=True, help="Print the metadata as one JSON object.")
def command(
    runs: tuple[Path, ...],
    output: Path,
    licence: str,
    attribution: str,
    data: str,
    limits: str,
    name: str | None,
    wants_json: bool,
) -> None:
    """Turn the best network of RUN into a bundle: one .onnx file with its metadata.

    Of several runs of the recipe `beats`, which differ in their seeds, the bundle says the mean.

    Written only if the graph has a real LSTM node and no loop, and answers as Keras does on 1,000 windows of the
    corpus.
    """
    if output.suffix != ".onnx":
        raise click.UsageError(f"{output} should end in .onnx")
    if not licence.strip():
        raise click.UsageError("--licence is empty; say what the licence of the music allows, such as CC-BY-4.0")
    os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever it was trained with: tf2onnx reads TensorFlow's graphs
    module = load_trainer("export")
    card = module.Card(name or output.stem, licence, attribution, data, limits)
    metadata = module.export(runs, output, card)
    if wants_json:
        click.echo(json.dumps(metadata))
        return
    training = metadata["training"]
    click.echo(f"wrote {output}, {output.stat().st_size / 1e6:.2f} MB: {metadata['name']} ({metadata['licence']})")
    trained = f"{training['notes']:,} notes, {training['epochs']} epochs, {training['hours']} h"
    click.echo(f"trained on {metadata['data']}: {trained}")
    click.echo(f"Keras and ONNX differ by at most {metadata['difference']:.1e}")
    click.echo(f"play it: antiphon serve --model {output}")
