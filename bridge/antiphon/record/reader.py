"""Sessions read back: which there are, one by its number or name, and its events.

The file is opened for reading alone, so a server may be recording into it at the same time. How many notes a session
has is counted by SQLite, by the same rule as `played.performances` makes them: reading every event of every evening to
count them would take seconds.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from antiphon.errors import RecordError
from antiphon.event import Event
from antiphon.record.store import SCHEMA_VERSION, RunInfo, refusal

__all__ = ["SessionInfo", "find_session", "list_sessions", "number_of", "read_events"]

LISTED = 5
"""Sessions that an error names: the last ones, which people mean."""

SESSIONS = """
SELECT session.id, run.number, session.name, coalesce(performer, ''), begun, coalesce(session.model, ''), session.seed
FROM session JOIN run ON run.id = run ORDER BY session.id
"""

COUNTS = """
SELECT session, max(at),
    total(way = 'in' AND CASE name
        WHEN 'note' THEN 1
        WHEN 'note/on' THEN json_extract(arguments, '$[1]') > 0
        WHEN 'midi' THEN json_extract(arguments, '$[0]') BETWEEN 144 AND 159 AND json_extract(arguments, '$[2]') > 0
        ELSE 0 END),
    total(way = 'out' AND name = 'play/on'),
    total(way = 'out' AND name = 'prediction')
FROM event GROUP BY session
"""
"""Of each session: its end, the performer's notes, those that the model played in time, all that it proposed."""

IN_PHRASES = """
SELECT session, count(*) FROM (
    SELECT session, name, sum((name = 'phrase/begin') - (name = 'phrase/end'))
        OVER (PARTITION BY session, id ORDER BY number) AS open
    FROM (
        SELECT session, number, name,
            json_extract(arguments, CASE name WHEN 'prediction' THEN '$[4]' ELSE '$[0]' END) AS id
        FROM event WHERE way = 'out' AND name IN ('phrase/begin', 'prediction', 'phrase/end')
    )
) WHERE name = 'prediction' AND open > 0 GROUP BY session
"""
"""Of each session, predictions with the id of a phrase that has begun and not ended."""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A session, as a list of them tells it.

    Args:
        number: what people call it by.
        run: of the server that played it, as `hello` tells it.
        name: one of a kind in its run.
        performer: the name that was sent with `hello`, empty if none was.
        begun: seconds of Unix time.
        length: seconds from there to the last event.
        performer_notes, model_notes: how many each of them played, as `performances` makes them.
        model: the bundle it began with, empty if unknown.
        seed: of its random numbers, None if unknown.
    """

    number: int
    run: int
    name: str
    performer: str
    begun: float
    length: float
    performer_notes: int
    model_notes: int
    model: str
    seed: int | None


def list_sessions(path: Path) -> list[SessionInfo]:
    """All sessions of a database, the newest last; none if there is no such file yet.

    Raises:
        RecordError: the file is damaged, or something else.
    """
    try:
        if not path.exists():
            return []
    except OSError as error:
        raise refusal(path, error, "read") from error
    with _opened(path) as database:
        counts = {session: figures for session, *figures in database.execute(COUNTS)}
        in_phrases: dict[int, int] = dict(database.execute(IN_PHRASES))
        rows = database.execute(SESSIONS).fetchall()
    sessions = []
    for number, run, name, performer, begun, model, seed in rows:
        end, performer_notes, played, proposed = counts.get(number, (begun, 0, 0, 0))
        model_notes = played + in_phrases.get(number, 0) or proposed
        length = max(end - begun, 0.0)
        notes = (int(performer_notes), int(model_notes))
        sessions.append(SessionInfo(number, run, name, performer, begun, length, *notes, model, seed))
    return sessions


CALLED: tuple[Callable[[SessionInfo], str], ...] = (
    lambda session: str(session.number),
    lambda session: f"{session.run}:{session.name}",
    lambda session: session.name,
    lambda session: session.performer,
)
"""What people call a session by, the surest first: a sender may name itself and its session as it likes."""


def find_session(path: Path, which: str) -> SessionInfo:
    """One session: the latest of this number, else `RUN:NAME`, else name, else performer; or the `last`, which is the
    last one with notes in it: a patch that greets after you played begins another.

    Raises:
        RecordError: there is none, or the file cannot be read.
    """
    if not which:
        raise RecordError("the name of the session is empty", "give one that antiphon sessions lists, or last")
    sessions = list_sessions(path)
    if not sessions:
        raise RecordError(f"nothing is recorded in {path}", "start antiphon serve and play, or name a --database")
    if which == "last":
        played = (one for one in reversed(sessions) if one.performer_notes or one.model_notes)
        return next(played, sessions[-1])
    for called in CALLED:
        for session in reversed(sessions):
            if called(session) == which:
                return session
    names = ", ".join(f"{one.number} ({one.performer or one.name})" for one in sessions[-LISTED:])
    raise RecordError(f"there is no session {which}", f"the last ones are {names}; antiphon sessions lists them all")


def number_of(path: Path, run: RunInfo, name: str) -> int:
    """The number of the latest session of this name in a server's own run, whatever others are called.

    Raises:
        RecordError: there is none, or the file cannot be read.
    """
    latest = """
        SELECT max(session.id) FROM session JOIN run ON run.id = run
        WHERE run.number = ? AND started = ? AND session.name = ?
    """
    with _opened(path) as database:
        (number,) = database.execute(latest, (run.number, run.started, name)).fetchone()
    if number is None:
        raise RecordError(f"there is no session {name} in {path}", "play, and save it again")
    return int(number)


def read_events(path: Path, session: int) -> list[Event]:
    """All events of the session of this number, in the order they came.

    Raises:
        RecordError: the file cannot be read.
    """
    chosen = """
        SELECT session.name, at, way, event.name, arguments FROM event JOIN session ON session.id = session
        WHERE session = ? ORDER BY event.number
    """
    with _opened(path) as database:
        return [
            Event(name, at, way, what, tuple(json.loads(arguments)))
            for name, at, way, what, arguments in database.execute(chosen, (session,))
        ]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    # In a folder where it may not write SQLite cannot make the files that it reads a log beside the file with.
    is_fixed = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro&immutable=1" if is_fixed else "mode=ro"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?{how}", uri=True)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version != SCHEMA_VERSION:
                raise RecordError(
                    f"{path} is no recording of this version of antiphon (its format is {version}, not "
                    f"{SCHEMA_VERSION})",
                    "name another file with --database",
                )
            yield database
    except sqlite3.Error as error:
        raise refusal(path, error, "read") from error
