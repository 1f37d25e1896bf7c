"""One value for each row of the table, incoming first. They are made checked, and never change.

Units are those of the whole project: pitch 0-127, step and duration in seconds, velocity 1-127; `id` is the
sender's own number, given back with the answer. Ranges and defaults stand in `table`, not here.
"""

from dataclasses import dataclass

__all__ = [
    "Beat",
    "Bye",
    "Clip",
    "Continue",
    "Error",
    "Get",
    "Hello",
    "HelloAnswer",
    "Incoming",
    "Join",
    "Midi",
    "Mode",
    "Model",
    "ModelAnswer",
    "Models",
    "Note",
    "NoteOff",
    "NoteOn",
    "Outgoing",
    "Panic",
    "PhraseBegin",
    "PhraseEnd",
    "Ping",
    "Play",
    "PlayOff",
    "PlayOn",
    "Pong",
    "Predict",
    "Prediction",
    "Preset",
    "Query",
    "Reply",
    "Reset",
    "Save",
    "Saved",
    "Set",
    "Stats",
    "StatsAnswer",
    "Surprise",
    "Tempo",
    "ValueAnswer",
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
class Midi:
    """A MIDI message as its bytes: note on and off, sustain pedal, all notes off."""

    status: int
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Query:
    """One prediction under conditions: -1 is for the model to choose, a number is kept."""

    pitch: int
    step: float
    duration: float
    velocity: int
    id: int


@dataclass(frozen=True, slots=True)
class Play:
    """The server plays in time by itself, 1, or stops, 0."""

    on: int
    id: int


@dataclass(frozen=True, slots=True)
class Mode:
    """When the model speaks."""

    name: str


@dataclass(frozen=True, slots=True)
class Set:
    """A control of the session gets these values."""

    name: str
    values: tuple[int | float | str, ...]


@dataclass(frozen=True, slots=True)
class Get:
    """Asks for the values of a control; without a name, of all."""

    name: str


@dataclass(frozen=True, slots=True)
class Preset:
    """Several controls at once."""

    name: str


@dataclass(frozen=True, slots=True)
class Tempo:
    """The player's tempo in beats a minute."""

    bpm: float


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat falls now; number 1 is the first of its measure, 0 is not said."""

    number: int


@dataclass(frozen=True, slots=True)
class Join:
    """This sender joins a named session, or makes it."""

    name: str


@dataclass(frozen=True, slots=True)
class Model:
    """Another bundle, swapped between two notes."""

    name: str


@dataclass(frozen=True, slots=True)
class Models:
    """Asks what models there are."""


@dataclass(frozen=True, slots=True)
class Save:
    """The session, or its last bars (0: all of it), is written into the output folder."""

    name: str
    format: str
    bars: int


@dataclass(frozen=True, slots=True)
class Clip:
    """The last notes of the model as a clip in Ableton Live, through AbletonOSC on the sender's host."""

    track: int
    slot: int
    count: int
    port: int


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
class Surprise:
    """How unlikely the note just played was: its pitch, after its step, in nats."""

    nats: float
    pitch: int
    id: int


@dataclass(frozen=True, slots=True)
class PlayOn:
    """A note of the model begins now."""

    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class PlayOff:
    """A note of the model ends now."""

    pitch: int


@dataclass(frozen=True, slots=True)
class ValueAnswer:
    """What a control stands at."""

    name: str
    values: tuple[int | float | str, ...]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """A model: what it is called, its kind, what it may be used for."""

    name: str
    family: str
    licence: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The session was written; `file` is its name in the output folder."""

    file: str


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


Incoming = (
    Hello
    | Note
    | NoteOn
    | NoteOff
    | Midi
    | Predict
    | Query
    | Continue
    | Play
    | Mode
    | Set
    | Get
    | Preset
    | Tempo
    | Beat
    | Join
    | Model
    | Models
    | Save
    | Clip
    | Reply
    | Reset
    | Panic
    | Ping
    | Stats
)
Outgoing = (
    HelloAnswer
    | Prediction
    | Surprise
    | PhraseBegin
    | PhraseEnd
    | PlayOn
    | PlayOff
    | ValueAnswer
    | ModelAnswer
    | Saved
    | Pong
    | StatsAnswer
    | Error
    | Bye
)
