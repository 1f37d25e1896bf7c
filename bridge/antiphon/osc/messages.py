"""One value for each row of the table, incoming first. They are made checked, and never change.

Units are those of the whole project: pitch 0-127, step and duration in seconds, velocity 1-127; `id` is the
sender's own number, given back with the answer. Ranges and defaults stand in `table`, not here.
"""

from dataclasses import dataclass

__all__ = [
    "Bye",
    "Continue",
    "Error",
    "Hello",
    "HelloAnswer",
    "Incoming",
    "Note",
    "NoteOff",
    "NoteOn",
    "Outgoing",
    "Panic",
    "PhraseBegin",
    "PhraseEnd",
    "Ping",
    "Pong",
    "Predict",
    "Prediction",
    "Reply",
    "Reset",
    "Stats",
    "StatsAnswer",
]


@dataclass(frozen=True, slots=True)
class Hello:
    """A performer greets, with a name or without."""

    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """A finished note."""

    pitch: int
    step: float
    duration: float
    velocity: int
    id: int


@dataclass(frozen=True, slots=True)
class NoteOn:
    """A key goes down now. Velocity 0 is a key that comes up, as in MIDI."""

    pitch: int
    velocity: int
    id: int


@dataclass(frozen=True, slots=True)
class NoteOff:
    """A key comes up now."""

    pitch: int


@dataclass(frozen=True, slots=True)
class Predict:
    """Asks for `count` alternatives for the next note; none enters the window."""

    count: int
    id: int


@dataclass(frozen=True, slots=True)
class Continue:
    """Asks for a phrase of `count` notes; each enters the window."""

    count: int
    id: int


@dataclass(frozen=True, slots=True)
class Reply:
    """Answers go to this port of the sender's host from now on."""

    port: int


@dataclass(frozen=True, slots=True)
class Reset:
    """The window is emptied."""


@dataclass(frozen=True, slots=True)
class Panic:
    """Every key is up and every phrase over, now."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Is it there? Whatever comes with it goes back."""

    values: tuple[int | float | str, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """Asks for counts and latencies."""


@dataclass(frozen=True, slots=True)
class HelloAnswer:
    """Who is there: `run` is another number after each start, so that a patch knows to send its settings again."""

    version: str
    model: str
    window: int
    session: str
    run: int


@dataclass(frozen=True, slots=True)
class Prediction:
    """The note that the model expects next."""

    pitch: int
    step: float
    duration: float
    velocity: int
    id: int


@dataclass(frozen=True, slots=True)
class PhraseBegin:
    """`count` predictions follow."""

    id: int
    count: int


@dataclass(frozen=True, slots=True)
class PhraseEnd:
    """The phrase is over, all of it or as much as a reset or panic let through."""

    id: int


@dataclass(frozen=True, slots=True)
class Pong:
    """The ping's own values."""

    values: tuple[int | float | str, ...]


@dataclass(frozen=True, slots=True)
class StatsAnswer:
    """Counts and latencies, a JSON object as text."""

    json: str


@dataclass(frozen=True, slots=True)
class Error:
    """A message was refused: what is wrong with it, where, and what to send instead."""

    what: str
    address: str
    hint: str
    id: int


@dataclass(frozen=True, slots=True)
class Bye:
    """The session is over: retired for a newer one, or the server stops."""

    reason: str


Incoming = Hello | Note | NoteOn | NoteOff | Predict | Continue | Reply | Reset | Panic | Ping | Stats
Outgoing = HelloAnswer | Prediction | PhraseBegin | PhraseEnd | Pong | StatsAnswer | Error | Bye
