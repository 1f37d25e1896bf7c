"""`antiphon demo`: hear it, with nothing set up."""

import textwrap
from pathlib import Path

import click
import numpy as np

from antiphon.apps import demo
from antiphon.cli.seed import SEED
from antiphon.engine.bundle import DEFAULT
from antiphon.files import see_writable
from antiphon.note import pitch_name

__all__ = ["command"]


@click.command(epilog="Example: antiphon demo --fast -o /tmp")
@click.option("--fast", "is_fast", is_flag=True, help="As fast as answers come, instead of 40 seconds of real time.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the four files.",
)
@click.option("--model", default=DEFAULT, show_default=True, help="A shipped model's name, or the path of a bundle.")
@click.option("--seed", type=SEED, help="The same seed gives the same answers with --fast.")
def command(is_fast: bool, output: Path, model: str, seed: int | None) -> None:
    """Hear it: a recorded pianist plays, the model answers every note and then goes on for 100.

    Starts a server of its own, plays a recorded excerpt of Chopin into it over UDP, prints the conversation, and
    writes demo.mid, demo.musicxml, demo.png and demo.wav.
    """
    server = ["--model", model] if seed is None else ["--model", model, "--seed", str(seed)]
    see_writable(output)
    performance = demo.excerpt()
    click.echo(
        "The pianist (Eugen d'Albert, on a Welte-Mignon roll) plays; each note is answered with the one expected next."
    )
    first_line, exchanges, phrase = demo.perform(performance, is_fast, tuple(server), _print_exchange)
    latencies = np.array([exchange.latency for exchange in exchanges]) * 1000
    names = " ".join(pitch_name(int(pitch)) for pitch in phrase["pitch"])
    click.echo(textwrap.fill(f"The model goes on: {names}", width=100))
    sound = demo.write_files(output, performance, phrase)
    click.echo(first_line)
    click.echo(f"play with it yourself: antiphon serve --model {model}")
    p50, p99 = np.percentile(latencies, [50, 99])
    click.echo(f"{len(exchanges)} notes answered: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    click.echo(sound)
    click.echo(f"wrote {', '.join(str(output / f'demo.{kind}') for kind in ('mid', 'musicxml', 'png', 'wav'))}")


def _print_exchange(exchange: demo.Exchange) -> None:
    answer = exchange.answer
    click.echo(
        f"{exchange.onset:6.2f} s  you {pitch_name(exchange.pitch):>3} {exchange.velocity:3}   antiphon "
        f"{pitch_name(answer.pitch):>3} {answer.velocity:3} in {answer.step:.2f} s for {answer.duration:.2f} s"
        f"   {exchange.latency * 1000:5.2f} ms"
    )
