"""`antiphon sessions`: what was played, newest last."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import click

from antiphon.cli.database import database_option
from antiphon.record.reader import SessionInfo, list_sessions

__all__ = ["command"]

HEADINGS = ("session", "begun", "length", "name", "your notes", "model's", "model")


@click.command(epilog="Example: antiphon sessions")
@database_option
@click.option("--json", "wants_json", is_flag=True, help="One JSON object for each session.")
def command(database: Path, wants_json: bool) -> None:
    """List the sessions that were recorded, the newest last.

    A session is named by its number, its name, or `last`: antiphon save 12 -o evening.mid
    """
    sessions = list_sessions(database)
    if wants_json:
        for session in sessions:
            click.echo(json.dumps(asdict(session)))
        return
    if not sessions:
        click.echo(f"nothing is recorded yet in {database}; start antiphon serve and play")
        return
    rows = [HEADINGS, *map(_row, sessions)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(session: SessionInfo) -> tuple[str, ...]:
    minutes, seconds = divmod(round(session.length), 60)
    return (
        str(session.number),
        time.strftime("%Y-%m-%d %H:%M", time.localtime(session.begun)),
        f"{minutes}:{seconds:02}",
        session.performer or session.name,
        f"{session.performer_notes:,}",
        f"{session.model_notes:,}",
        session.model or "-",
    )
