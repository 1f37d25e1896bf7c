"""`antiphon replay`: a recorded session is played into a server again."""

import json
import math
from dataclasses import asdict
from pathlib import Path

import click

from antiphon.apps.replay import replay
from antiphon.cli.database import database_option
from antiphon.record.reader import find_session, read_events

__all__ = ["command"]


@click.command(epilog="Example: antiphon replay last --to 127.0.0.1:9000")
@click.argument("session")
@click.option("--to", "server", default="127.0.0.1:9000", show_default=True, help="The server, as HOST:PORT.")
@click.option(
    "--speed",
    type=click.FloatRange(0.01, 1000),
    default=1.0,
    show_default=True,
    help="2 is twice as fast; then only finished notes are answered alike.",
)
@database_option
@click.option("--json", "wants_json", is_flag=True, help="One JSON object of figures.")
def command(session: str, server: str, speed: float, database: Path, wants_json: bool) -> None:
    """Send what was played in SESSION to a running server, with its timing, and compare the answers.

    SESSION is a number or a name that `antiphon sessions` lists, or `last`. The same model, started anywhere, gives the
    same answers to the last bit on the same kind of processor. A session in which the model was changed changes it on
    that server, for everyone who plays there.
    """
    host, colon, port = server.rpartition(":")
    if not (colon and host and port.isdecimal() and 0 < int(port) < 65536):
        raise click.UsageError(f"{server} is no HOST:PORT, such as 127.0.0.1:9000")
    if math.isnan(speed):  # which lies in every range that click knows
        raise click.UsageError("--speed nan is no number; 2 is twice as fast")
    found = find_session(database, session)
    events = read_events(database, found.number)
    models = [event.values[0] for event in events if event.way == "in" and event.name == "model"]
    if models and not wants_json:
        click.echo(
            f"the session changes the model to {models[-1]}, which the server then plays for everyone, and goes on with"
        )
    came = replay(found, events, (host, int(port)), speed)
    if wants_json:
        click.echo(json.dumps({"session": found.number, "recorded_model": found.model, **asdict(came)}))
        return
    if came.model != found.model:
        recorded = found.model or "a model that is not known"
        click.echo(f"the session was played with {recorded}; this server plays {came.model}")
    if found.seed is None:
        click.echo("no seed was recorded, so answers differ")
    if speed != 1:
        click.echo("at another speed the rhythm of keys is another, and so are their answers")
    refused_then = {event.values[0] for event in events if event.way == "out" and event.name == "error"}
    if came.refused and came.refused not in refused_then:
        click.echo(f"the server refused something: {came.refused}")
    if came.heard < came.recorded:
        click.echo(f"{came.recorded - came.heard} answers did not come")
    click.echo(f"{came.identical} of {came.recorded} answers identical")
