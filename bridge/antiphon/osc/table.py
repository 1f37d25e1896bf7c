"""The one table of addresses. Decoder, checks, `antiphon osc`, docs/osc.md and the tests all read it.

A row is an address under `/antiphon/`, the message it makes, its arguments in order with types, ranges and
defaults, what answers it, and a line of help. No part of an address is a number: Pure Data reads those as floats.
"""

from dataclasses import dataclass
from enum import StrEnum

from antiphon.note import MAX_SECONDS, MIN_DURATION
from antiphon.osc import messages

__all__ = ["INCOMING", "OUTGOING", "PREFIX", "Argument", "Kind", "Row"]

PREFIX = "/antiphon/"


class Kind(StrEnum):
    """The OSC type an argument is sent as; numbers are taken from int32, float32, int64 and double alike."""

    INT = "i"
    FLOAT = "f"
    TEXT = "s"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a row.

    Args:
        name: as in the message.
        kind: the OSC type.
        low, high: the range, ends included; for text the least and greatest number of characters.
        hint: what to send instead of a wrong one.
        default: taken when the argument is left out; None where it may not be.
    """

    name: str
    kind: Kind
    low: float
    high: float
    hint: str
    default: int | float | str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One address.

    Args:
        name: the address after the prefix.
        message: the class that its arguments make, in their order.
        arguments: in order; those with defaults stand last.
        answer: names of the rows that may answer, in words for people.
        help: what it does, in a line.
        takes_anything: any ints, floats and texts instead of `arguments`.
    """

    name: str
    message: type
    arguments: tuple[Argument, ...]
    answer: str
    help: str
    takes_anything: bool = False

    @property
    def address(self) -> str:
        return PREFIX + self.name


INT32 = 2**31 - 1

MAX_COUNT = 1000
"""Notes that one message may ask for: some 100 ms of the network's time, and more music than one gesture means."""

PITCH = Argument("pitch", Kind.INT, 0, 127, "send a MIDI note number, 60 is middle C")
STEP = Argument("step", Kind.FLOAT, 0, MAX_SECONDS, "send seconds since the onset of the note before, 0 in a chord")
DURATION = Argument("duration", Kind.FLOAT, MIN_DURATION, MAX_SECONDS, "send the seconds that the key was held")
VELOCITY = Argument("velocity", Kind.INT, 1, 127, "send a MIDI velocity, 64 is medium", 64)
ON_VELOCITY = Argument("velocity", Kind.INT, 0, 127, "send a MIDI velocity; 0 is a key that comes up", 64)
ID = Argument("id", Kind.INT, -INT32 - 1, INT32, "send any whole number, it comes back with the answer", 0)
NAME = Argument("name", Kind.TEXT, 0, 64, "send a name of at most 64 printable characters", "")
PORT = Argument("port", Kind.INT, 1, 65535, "send the UDP port that you listen on")
COUNT_HINT = f"send how many notes you want, at most {MAX_COUNT}"

INCOMING = {
    row.address: row
    for row in (
        Row("hello", messages.Hello, (NAME,), "hello", "greets; says who is there"),
        Row(
            "note",
            messages.Note,
            (PITCH, STEP, DURATION, VELOCITY, ID),
            "prediction",
            "a finished note enters the window",
        ),
        Row(
            "note/on",
            messages.NoteOn,
            (PITCH, ON_VELOCITY, ID),
            "prediction",
            "a key goes down now; the server keeps the time",
        ),
        Row("note/off", messages.NoteOff, (PITCH,), "-", "the key comes up; its duration is filled in"),
        Row(
            "predict",
            messages.Predict,
            (Argument("count", Kind.INT, 1, MAX_COUNT, COUNT_HINT, 1), ID),
            "prediction x count",
            "alternatives for the next note; none enters the window",
        ),
        Row(
            "continue",
            messages.Continue,
            (Argument("count", Kind.INT, 1, MAX_COUNT, COUNT_HINT, 25), ID),
            "phrase/begin, prediction x count, phrase/end",
            "the model goes on; each note enters the window",
        ),
        Row(
            "reply",
            messages.Reply,
            (PORT,),
            "hello",
            "answers go to this port of the sender's host from now on",
        ),
        Row("reset", messages.Reset, (), "-", "empties the window, ends a phrase"),
        Row("panic", messages.Panic, (), "-", "every key is up and every phrase over, now"),
        Row(
            "ping",
            messages.Ping,
            (),
            "pong",
            "is it there? anything sent with it comes back",
            takes_anything=True,
        ),
        Row("stats", messages.Stats, (), "stats", "counts and latencies since the start"),
    )
}


def _text(name: str) -> Argument:
    return Argument(name, Kind.TEXT, 0, 1 << 16, "")


def _whole(name: str) -> Argument:
    return Argument(name, Kind.INT, -INT32 - 1, INT32, "")


OUTGOING = {
    row.message: row
    for row in (
        Row(
            "hello",
            messages.HelloAnswer,
            (_text("version"), _text("model"), _whole("window"), _text("session"), _whole("run")),
            "",
            "who is there; run is another number after each start",
        ),
        Row(
            "prediction",
            messages.Prediction,
            (PITCH, STEP, DURATION, VELOCITY, ID),
            "",
            "the note that the model expects next",
        ),
        Row("phrase/begin", messages.PhraseBegin, (ID, _whole("count")), "", "count predictions follow"),
        Row("phrase/end", messages.PhraseEnd, (ID,), "", "the phrase is over"),
        Row("pong", messages.Pong, (), "", "the ping's own values", takes_anything=True),
        Row("stats", messages.StatsAnswer, (_text("json"),), "", "a JSON object as text"),
        Row(
            "error",
            messages.Error,
            (_text("what"), _text("address"), _text("hint"), ID),
            "",
            "a message was refused: what is wrong, where, what to send instead",
        ),
        Row("bye", messages.Bye, (_text("reason"),), "", "the session is over"),
    )
}
