"""`antiphon save`: a session becomes a MIDI file or a page of music."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import click

from antiphon.cli.database import database_option
from antiphon.errors import RecordError
from antiphon.note import NoteArray
from antiphon.record.played import hear
from antiphon.record.reader import SessionInfo, find_session, read_events
from antiphon.take import Take

__all__ = ["command", "read_session"]

MIDI = ".mid"
FORMATS = (MIDI, ".musicxml", ".mxl", ".ly", ".svg", ".png", ".pdf")


@click.command(epilog="Example: antiphon save last -o evening.mid")
@click.argument("session")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help=f"File to write: {MIDI}, or for a page of music {', '.join(FORMATS[1:])}.",
)
@click.option("--last", type=click.IntRange(min=1), help="Only so many measures, from the end.")
@database_option
@click.option(
    "--json", "wants_json", is_flag=True, help="One JSON object: the file, and how many notes of each player."
)
def command(session: str, output: Path, last: int | None, database: Path, wants_json: bool) -> None:
    """Write SESSION as a MIDI file or as MusicXML, what you played and what the model played.

    SESSION is a number or a name that `antiphon sessions` lists, or `last`.
    """
    if output.suffix.lower() not in FORMATS:
        raise click.UsageError(f"{output} has none of the suffixes {', '.join(FORMATS)}")
    take, title, number = _read(session, database)
    players = take.players
    if last is None and output.suffix.lower() == MIDI:
        from antiphon.midi.file import write_midi

        write_midi(output, players)
    else:
        players = _write_measures(take, output, title, last)
    notes = {name: len(part) for name, part in players.items()}
    if wants_json:
        click.echo(json.dumps({"file": str(output), "session": number, "notes": notes}))
    else:
        click.echo(f"wrote {output}: {notes['performer']} notes of yours, {notes['model']} of the model")


def _write_measures(take: Take, output: Path, title: str, last: int | None) -> Mapping[str, NoteArray]:
    """Write what needs beats to be found, a page or the last measures; returns the notes that were kept."""
    from antiphon.cli.listening import find_listener
    from antiphon.midi.file import write_midi
    from antiphon.notation import Layout, find_grids, heed, make_score, write_score

    kept, grids = find_grids(take.players, heed(take), Layout(last=last), find_listener())
    if output.suffix.lower() == MIDI:
        begin = next(iter(grids.values())).beats[0]
        write_midi(output, {name: _shift(notes, -begin) for name, notes in kept.items()})
    else:
        write_score(make_score(kept, grids, title), output)
    return kept


def _shift(notes: NoteArray, seconds: float) -> NoteArray:
    shifted: NoteArray = notes.copy()
    shifted["onset"] += seconds
    return shifted


def read_session(session: str, database: Path) -> tuple[Take, str]:
    """What was played in a session, and a title for it.

    Raises:
        RecordError: there is no such session, or no note in it.
    """
    take, title, _ = _read(session, database)
    return take, title


def _read(session: str, database: Path) -> tuple[Take, str, int]:
    found = find_session(database, session)
    take = hear(read_events(database, found.number))
    if not any(len(notes) for notes in take.players.values()):
        raise RecordError(f"no note was played in session {found.number}", "antiphon sessions lists how many there are")
    return take, _title(found), found.number


def _title(session: SessionInfo) -> str:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(session.begun))
    return f"{session.performer or session.name}, {day}"
