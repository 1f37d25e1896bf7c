"""The one table of addresses. Decoder, checks, `antiphon osc`, docs/osc.md and the tests all read it.

A row is an address under `/antiphon/`, the message it makes, its arguments in order with types, ranges and
defaults, what answers it, and a line of help. No part of an address is a number: Pure Data reads those as floats.
"""

from dataclasses import dataclass, replace
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
        choices: the only texts that are taken.
        or_choose: -1 is taken too: the model chooses.
    """

    name: str
    kind: Kind
    low: float
    high: float
    hint: str
    default: int | float | str | None = None
    choices: tuple[str, ...] = ()
    or_choose: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One address.

    Args:
        name: the address after the prefix.
        message: the class that its arguments make, in their order.
        arguments: in order; those with defaults stand last.
        answer: names of the rows that may answer, in words for people.
        help: what it does, in a line.
        takes_anything: any ints, floats and texts may follow the `arguments`.
        prefix: what the address begins with; another program's in the tables of `dialects`.
    """

    name: str
    message: type
    arguments: tuple[Argument, ...]
    answer: str
    help: str
    takes_anything: bool = False
    prefix: str = PREFIX

    @property
    def address(self) -> str:
        return self.prefix + self.name


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
SLOWEST, FASTEST = 20.0, 400.0
"""Beats a minute: wider than any metronome."""

PORT = Argument("port", Kind.INT, 1, 65535, "send the UDP port that you listen on")
ABLETON_PORT = 11000
"""Where AbletonOSC listens."""

MODEL_HINT = "/antiphon/models lists them"
MODES = ("echo", "respond", "duet", "manual")
"""When the model speaks: after every note; when the player pauses; all the time; when asked."""

FORMATS = ("mid", "musicxml")

MOST_BARS = 9999
"""Five hours of 4/4 at 120: more is the whole session, which 0 asks for."""
COUNT_HINT = f"send how many notes you want, at most {MAX_COUNT}"

CONTROL_HINT = "`antiphon osc --controls` lists the names"
PRESET_HELP = "several controls at once"


def _or_choose(argument: Argument) -> Argument:
    return replace(argument, hint=f"{argument.hint}, or -1", or_choose=True)


def _choice(name: str, choices: tuple[str, ...], default: str | None = None) -> Argument:
    return Argument(name, Kind.TEXT, 0, 64, f"send one of {', '.join(choices)}", default, choices)


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
            "midi",
            messages.Midi,
            (
                Argument("status", Kind.INT, 128, 255, "send the first byte of a MIDI message, 144 is note on"),
                Argument("first", Kind.INT, 0, 127, "send the second byte: the pitch, or the controller"),
                Argument("second", Kind.INT, 0, 127, "send the third byte: the velocity, or the value", 0),
            ),
            "prediction",
            "the same from raw MIDI: notes, sustain pedal (64), all notes off (123)",
        ),
        Row(
            "predict",
            messages.Predict,
            (Argument("count", Kind.INT, 1, MAX_COUNT, COUNT_HINT, 1), ID),
            "prediction x count",
            "alternatives for the next note; none enters the window",
        ),
        Row(
            "query",
            messages.Query,
            (
                _or_choose(PITCH),
                _or_choose(STEP),
                _or_choose(DURATION),
                _or_choose(replace(VELOCITY, default=None)),
                ID,
            ),
            "prediction",
            "one prediction under conditions: -1 is for the model to choose, a number is kept",
        ),
        Row(
            "continue",
            messages.Continue,
            (Argument("count", Kind.INT, 1, MAX_COUNT, COUNT_HINT, 25), ID),
            "phrase/begin, prediction x count, phrase/end",
            "the model goes on; each note enters the window",
        ),
        Row(
            "play",
            messages.Play,
            (Argument("on", Kind.INT, 0, 1, "send 1 to begin, 0 to stop"), ID),
            "play/on, play/off",
            "the model plays in time by itself until told to stop",
        ),
        Row("mode", messages.Mode, (_choice("name", MODES),), "value", "when the model speaks"),
        Row(
            "set",
            messages.Set,
            (Argument("name", Kind.TEXT, 1, 64, CONTROL_HINT),),
            "value",
            "a control of this session gets these values",
            takes_anything=True,
        ),
        Row(
            "get",
            messages.Get,
            (Argument("name", Kind.TEXT, 0, 64, CONTROL_HINT, ""),),
            "value",
            "what a control stands at; without a name, all of them",
        ),
        Row("preset", messages.Preset, (Argument("name", Kind.TEXT, 1, 64, CONTROL_HINT),), "value", PRESET_HELP),
        Row(
            "tempo",
            messages.Tempo,
            (Argument("bpm", Kind.FLOAT, SLOWEST, FASTEST, "send beats a minute"),),
            "-",
            "the player's tempo",
        ),
        Row(
            "beat",
            messages.Beat,
            (Argument("number", Kind.INT, 0, 64, "send which beat of the measure it is, 1 is the first", 0),),
            "-",
            "a beat falls now",
        ),
        Row(
            "session",
            messages.Join,
            (replace(NAME, low=1, default=None),),
            "hello",
            "joins a named session, or makes it: senders in one session share window and controls",
        ),
        Row(
            "model",
            messages.Model,
            (Argument("name", Kind.TEXT, 1, 64, MODEL_HINT),),
            "model",
            "another model for this whole server, swapped between two notes",
        ),
        Row("models", messages.Models, (), "model ...", "which models there are"),
        Row(
            "save",
            messages.Save,
            (
                Argument("name", Kind.TEXT, 1, 64, "send a name of letters, digits, - and _"),
                _choice("format", FORMATS, "mid"),
                Argument("bars", Kind.INT, 0, MOST_BARS, "send how many of the last bars you want, 0 for all", 0),
            ),
            "saved",
            "writes the session, or its last bars, into the output folder",
        ),
        Row(
            "clip",
            messages.Clip,
            (
                Argument("track", Kind.INT, 0, 999, "send a track of Live, 0 is the first"),
                Argument("slot", Kind.INT, 0, 999, "send a clip slot of it, 0 is the first"),
                Argument("count", Kind.INT, 1, MAX_COUNT, "send how many of the model's last notes", 64),
                replace(PORT, default=ABLETON_PORT),
            ),
            "-",
            "the model's last notes become a clip in Ableton Live on the sender's machine, through AbletonOSC",
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
            "is it there? numbers and texts sent with it come back",
            takes_anything=True,
        ),
        Row("stats", messages.Stats, (), "stats", "who plays what, counts and latencies since the start"),
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
        Row(
            "surprise",
            messages.Surprise,
            (Argument("nats", Kind.FLOAT, 0, 1e9, ""), PITCH, ID),
            "",
            "how unlikely the pitch just played was, in nats; after `set surprise 1`",
        ),
        Row("play/on", messages.PlayOn, (PITCH, VELOCITY), "", "a note of the model begins now"),
        Row("play/off", messages.PlayOff, (PITCH,), "", "a note of the model ends now"),
        Row(
            "value",
            messages.ValueAnswer,
            (_text("name"),),
            "",
            "what a control stands at, after its name",
            takes_anything=True,
        ),
        Row("model", messages.ModelAnswer, (_text("name"), _text("family"), _text("licence")), "", "a model"),
        Row("saved", messages.Saved, (_text("file"),), "", "the session was written; its name in the output folder"),
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
