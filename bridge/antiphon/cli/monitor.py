"""`antiphon monitor`: who plays, what, and how quick the answers are, live in a terminal."""

import json

import click

from antiphon.apps.monitor.asker import ask_once
from antiphon.errors import MissingExtra

__all__ = ["command"]


@click.command(epilog="Example: antiphon monitor --port 9000")
@click.option("--host", default="127.0.0.1", show_default=True, help="The machine of the server.")
@click.option("--port", type=click.IntRange(1, 65535), default=9000, show_default=True, help="The server's UDP port.")
@click.option("--json", "wants_json", is_flag=True, help="One summary as a JSON object, and no more.")
def command(host: str, port: int, wants_json: bool) -> None:
    """Watch a running server: who plays, what, what the model expects, and how quick the answers are.

    Full notes are what was played, the hollow one is what the model expects next; a dashed one is a key still held.
    q or Ctrl-C leaves. The server goes on whether it is watched or not.
    """
    if wants_json:
        click.echo(json.dumps(ask_once(host, port)))
        return
    try:
        from antiphon.apps.monitor.watch import watch
    except ImportError as error:
        raise MissingExtra("rich", "monitor") from error
    watch(host, port)
