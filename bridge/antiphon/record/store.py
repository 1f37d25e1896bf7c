"""The database of sessions as a place to write to: events go in, a transaction at a time, or an error says why not.

The rule: a transaction is written whole or not at all, and after any fault the next one starts from a fresh connection,
so that a disk that was full, a lock that was held or a file that was moved away heals by itself. SQLite's write-ahead
log with synchronous=NORMAL hands every commit to the system at once: killing the server loses none, and only a power
cut can. Several servers may write into one file; their runs tell them apart.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from antiphon.errors import RecordError
from antiphon.event import Event

__all__ = ["SCHEMA_VERSION", "RunInfo", "Store", "refusal"]

SCHEMA_VERSION = 1
"""Of schema.sql, kept in the file's user_version."""

PATIENCE = 1.0
"""Seconds to wait for another program's lock before saying so: another server holds it for some milliseconds."""

ROWS_AT_ONCE = 64
"""Events in one INSERT. Python hands its interpreter lock over at each statement: one for 64 rows takes the loop's
thread 64 times less often out of its work, and no statement keeps it waiting for more than half a millisecond."""

STRICT_SINCE = (3, 37)
"""The SQLite that knows STRICT tables; an older one does without."""

TABLES = frozenset({"run", "session", "event"})
"""Of schema.sql: a file with other tables and without these is another program's, whatever its version says."""

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

HINTS = {
    sqlite3.SQLITE_FULL: "free some space; recording goes on by itself",
    sqlite3.SQLITE_READONLY: "choose another file with --database, or allow writing there",
    sqlite3.SQLITE_BUSY: "another program holds it; recording goes on when it lets go",
    sqlite3.SQLITE_LOCKED: "another program holds it; recording goes on when it lets go",
    sqlite3.SQLITE_CORRUPT: "move the file away; recording goes on in a new one",
    sqlite3.SQLITE_NOTADB: "move the file away; recording goes on in a new one",
}
"""What to do, by SQLite's result code."""

ANY_HINT = "look at its folder and disk, or choose another file with --database"


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One start of a server.

    Args:
        number: as the answer to `hello` tells it.
        started: seconds of Unix time.
        version: of antiphon.
        model: the bundle's name.
        seed: of all random numbers.
    """

    number: int
    started: float
    version: str
    model: str
    seed: int


@dataclass(slots=True)
class _Session:
    """An open session: what its row says, the row's id once it is written, and the number of its next event."""

    begun: float
    model: str | None = None
    seed: int | None = None
    performer: str | None = None
    row: int | None = None
    number: int = 0


def refusal(path: Path, error: sqlite3.Error | OSError, wanted: str = "written") -> RecordError:
    """What SQLite or the system says about a database, in our words; `wanted` is what cannot be done with it."""
    if isinstance(error, OSError):
        return RecordError(f"{path} cannot be {wanted}: {(error.strerror or str(error)).lower()}", ANY_HINT)
    # Extended codes keep the plain one in the low byte.
    return RecordError(f"{path} cannot be {wanted}: {str(error).lower()}", HINTS.get(_code(error) & 0xFF, ANY_HINT))


class Store:
    """One database file and this run's place in it. One thread at a time may use it.

    Args:
        path: the file; it and its folder are made if they are not there.
        run: this start of the server.
    """

    def __init__(self, path: Path, run: RunInfo) -> None:
        self._path = path
        self._run = run
        self._run_row: int | None = None
        self._sessions: dict[str, _Session] = {}
        self._ended: set[str] = set()
        self._database: sqlite3.Connection | None = None
        self._is_begun = False
        self._file = (0, 0, 0)

    def open(self) -> None:
        """Try whether the file can be written; one that another program holds just now is good, and opened later.

        Raises:
            RecordError: it cannot.
        """
        try:
            self._opened()
        except (sqlite3.Error, OSError) as error:
            self.close()
            if isinstance(error, OSError) or _code(error) & 0xFF not in BUSY:
                raise refusal(self._path, error) from error

    def write(self, events: Sequence[Event]) -> None:
        """Write all of these in one transaction.

        Raises:
            RecordError: none of them was written; the same call may succeed later.
        """
        try:
            database = self._opened()
            with _transaction(database):
                for begin in range(0, len(events), ROWS_AT_ONCE):
                    chunk = events[begin : begin + ROWS_AT_ONCE]
                    database.execute(
                        _insert(len(chunk)), [value for event in chunk for value in self._row(database, event)]
                    )
            self._file = self._look()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise refusal(self._path, error) from error
        # Not before: a goodbye after the end is numbered on, and what is not yet inserted is not in the file.
        for name in self._ended:
            self._sessions.pop(name, None)
        self._ended.clear()

    def close(self) -> None:
        """Let the file go; the next `write` opens it again."""
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):  # a damaged file: there is nothing more to save in it
                self._database.close()
        self._database = None
        if self._is_begun:  # SQLite makes the file before it finds that it cannot write into it
            self._is_begun = False
            with contextlib.suppress(OSError):
                if not self._path.stat().st_size:
                    self._path.unlink()
        for session in self._sessions.values():
            session.row = None

    def _opened(self) -> sqlite3.Connection:
        """The connection; a new one if there is none, or the file is no longer the one that was opened."""
        if self._database is not None and not self._was_moved():
            return self._database
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._is_begun = not self._path.exists()
        database = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        self._database = database
        # In one statement: between two, another server may have made the tables and set the version.
        look = "SELECT user_version, (SELECT group_concat(name) FROM sqlite_master WHERE type = 'table')"
        version, names = database.execute(f"{look} FROM pragma_user_version").fetchone()
        if names and not set(names.split(",")) >= TABLES:
            self.close()
            raise RecordError(
                f"{self._path} is another program's database, with none of our tables",
                "choose another file with --database",
            )
        if version not in (0, SCHEMA_VERSION):
            self.close()
            raise RecordError(
                f"{self._path} was written by another version of antiphon (its format is {version})",
                "choose another file with --database",
            )
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        with _transaction(database):
            if _version(database) == 0:  # asked again: another server may have made it meanwhile
                for statement in _schema():
                    database.execute(statement)
            self._begin_run(database)
        self._is_begun = False
        self._file = self._look()
        return database

    def _begin_run(self, database: sqlite3.Connection) -> None:
        """Find this run's row again, or write it, in a new file too."""
        run = self._run
        known = "SELECT 1 FROM run WHERE id = ? AND number = ? AND started = ?"
        if not database.execute(known, (self._run_row, run.number, run.started)).fetchone():
            row = (run.number, run.started, run.version, _clean(run.model), _whole(run.seed))
            insert = "INSERT INTO run (number, started, version, model, seed) VALUES (?, ?, ?, ?, ?)"
            self._run_row = database.execute(insert, row).lastrowid

    def _look(self) -> tuple[int, int, int]:
        """Which file it is, and how long."""
        found = self._path.stat()
        return found.st_dev, found.st_ino, found.st_size

    def _was_moved(self) -> bool:
        """Whether the file was deleted, replaced or cut short: SQLite would go on writing into what nobody finds."""
        try:
            device, inode, size = self._look()
        except FileNotFoundError:
            return True
        return (device, inode) != self._file[:2] or size < self._file[2]

    def _row(self, database: sqlite3.Connection, event: Event) -> tuple[int | None, int, float, str, str, str]:
        name, at, way, what, values = event
        session = self._sessions.get(name)
        if way == "state" and what == "begin":
            seed, model = (*values, None, None)[:2]
            session = self._sessions[name] = _Session(at, _clean(str(model or "")), _whole(seed))
            self._insert_session(database, name, session)
        elif session is None or session.row is None:
            session = self._sessions[name] = self._find_session(database, name, session or _Session(at))
        if way == "in" and what == "hello" and values and values[0]:
            session.performer = _clean(str(values[0]))
            database.execute("UPDATE session SET performer = ? WHERE id = ?", (session.performer, session.row))
        if way == "state" and what == "end":
            self._ended.add(name)
        number = session.number
        session.number += 1
        return session.row, number, at, way, what, _encode(values)

    def _find_session(self, database: sqlite3.Connection, name: str, session: _Session) -> _Session:
        """The row of a session of this run that was written before, or a new one for it."""
        last = "SELECT max(id) FROM session WHERE run = ? AND name = ?"
        (session.row,) = database.execute(last, (self._run_row, _clean(name))).fetchone()
        if session.row is None:
            self._insert_session(database, name, session)
        else:
            next_number = "SELECT coalesce(max(number) + 1, 0) FROM event WHERE session = ?"
            (session.number,) = database.execute(next_number, (session.row,)).fetchone()
        return session

    def _insert_session(self, database: sqlite3.Connection, name: str, session: _Session) -> None:
        row = (self._run_row, _clean(name), session.begun, session.model, session.seed, session.performer)
        insert = "INSERT INTO session (run, name, begun, model, seed, performer) VALUES (?, ?, ?, ?, ?, ?)"
        session.row, session.number = database.execute(insert, row).lastrowid, 0


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    finally:
        # A refused COMMIT leaves the transaction open; a full disk may have ended it already.
        if database.in_transaction:
            database.execute("ROLLBACK")


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def _schema() -> list[str]:
    text = (files("antiphon") / "record" / "schema.sql").read_text(encoding="utf-8")
    if sqlite3.sqlite_version_info < STRICT_SINCE:
        text = text.replace("WITHOUT ROWID, STRICT;", "WITHOUT ROWID;").replace(") STRICT;", ");")
    return text.split(";\n")


def _insert(count: int) -> str:
    return f"INSERT INTO event VALUES {','.join(['(?,?,?,?,?,?)'] * count)}"  # noqa: S608 - marks alone


def _code(error: sqlite3.Error) -> int:
    """SQLite's result code; 0 where the fault was found before SQLite was asked."""
    return getattr(error, "sqlite_errorcode", 0)


def _clean(text: str) -> str:
    """Half a character, which no database takes, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _whole(value: int | float | str | None) -> int | None:
    """A whole number that SQLite can hold, or None."""
    return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None


def _plain(value: object) -> object:
    """A number of numpy's as Python's own."""
    item = getattr(value, "item", None)
    return str(value) if item is None else item()


_encode = json.JSONEncoder(separators=(",", ":"), default=_plain).encode
