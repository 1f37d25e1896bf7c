"""`antiphon save`: a session becomes a MIDI file or a page of music."""

import json
import time
from pathlib import Path

import click

from antiphon.cli.database import database_option
from antiphon.errors import RecordError
from antiphon.record.played import performances
from antiphon.record.reader import SessionInfo, find_session, read_events

__all__ = ["command"]

FORMATS = (".mid", ".musicxml")


@click.command(epilog="Example: antiphon save last -o evening.mid")
@click.argument("session")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File to write: .mid, or .musicxml for a page of music.",
)
@database_option
@click.option(
    "--json", "wants_json", is_flag=True, help="One JSON object: the file, and how many notes of each player."
)
def command(session: str, output: Path, database: Path, wants_json: bool) -> None:
    """Write SESSION as a MIDI file or as MusicXML, what you played and what the model played.

    SESSION is a number or a name that `antiphon sessions` lists, or `last`.
    """
    if output.suffix not in FORMATS:
        raise click.UsageError(f"{output} is neither a .mid nor a .musicxml file")
    found = find_session(database, session)
    players = performances(read_events(database, found.number))
    notes = {name: len(part) for name, part in players.items()}
    if not any(notes.values()):
        raise RecordError(f"no note was played in session {found.number}", "antiphon sessions lists how many there are")
    if output.suffix == ".mid":
        from antiphon.midi.file import write_midi

        write_midi(output, players)
    else:
        from antiphon.notation import notate

        notate(players, output, _title(found))
    if wants_json:
        click.echo(json.dumps({"file": str(output), "session": found.number, "notes": notes}))
    else:
        click.echo(f"wrote {output}: {notes['performer']} notes of yours, {notes['model']} of the model")


def _title(session: SessionInfo) -> str:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(session.begun))
    return f"{session.performer or session.name}, {day}"
