"""`antiphon serve`: a warm engine, a bound socket, the server's loop."""

import os
import time
from pathlib import Path

import click
import platformdirs

from antiphon import __version__
from antiphon.core.core import BATCH, Core, Identity
from antiphon.engine.bundle import find_bundle
from antiphon.engine.engine import Engine
from antiphon.engine.providers import DEVICES
from antiphon.server import Server, bind, rehearse, steady_time

__all__ = ["command"]


@click.command(epilog="Example: antiphon serve --port 9000")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=9000,
    show_default=True,
    help="UDP port; 0 takes a free one.",
)
@click.option("--model", help="A shipped model's name, or the path of a bundle.")
@click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True, help="Where the network runs.")
@click.option("--seed", type=int, help="The same seed and the same notes give the same answers.")
def command(host: str, port: int, model: str | None, device: str, seed: int | None) -> None:
    """Answer notes over OSC until you press Ctrl-C.

    Every finished note and every note-on is answered with the note that the model expects next.
    """
    engine = Engine(find_bundle(model), device, BATCH)
    if engine.notice:
        click.echo(f"antiphon: {engine.notice}", err=True)
    if seed is None:
        seed = int.from_bytes(os.urandom(4), "big")
    run = int(time.time()) & 0x7FFFFFFF
    identity = Identity(__version__, engine.bundle.name, run, seed)
    rehearse(Core(identity, steady_time()), engine)
    sock = bind(host, port)
    bound_host, bound_port = sock.getsockname()
    if not bound_host.startswith("127."):
        click.echo("antiphon: everyone on this network can play; 127.0.0.1 is this machine alone", err=True)
    click.echo(
        f"antiphon {__version__} listens on {bound_host}:{bound_port}, model {engine.bundle.name} "
        f"({engine.bundle.licence}), seed {seed}; Ctrl-C ends"
    )
    crash_log = Path(platformdirs.user_log_dir("antiphon")) / f"fault-{run}.txt"
    Server(sock, Core(identity, steady_time()), engine, crash_log).serve()
