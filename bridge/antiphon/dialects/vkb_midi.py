"""vkb_midi: a MIDI keyboard as OSC addresses, spoken by DrivenByMoss (Bitwig, REAPER) and by REAPER itself.

    /vkb_midi/{channel}/note/{pitch} velocity    the key goes down, or comes up at velocity 0; the same with drum
    /vkb_midi/{channel}/note pitch velocity      the same
    /vkb_midi/{channel}/cc/{controller} value    64 the sustain pedal, 120 and 123 every key up, any other silently

The channel may be missing, as REAPER allows; DrivenByMoss counts channels from 1 and REAPER from 0, so 0-16 are taken
and given back as they came. Numbers are ints or floats; a velocity between two numbers, as a touch screen sends, is the
nearest, and only 0 ends a note. Pressure, bend, programs, octave, repeat, fixed velocity, key colours and `/update`
are taken silently: hosts send them by the hundred. What the model plays goes out as the first form, on the channel
that the sender used last, and each note ends on the channel that it began on.
"""

from dataclasses import replace

from antiphon.dialects.dialect import Sent, Values, to_velocity, unknown
from antiphon.osc import messages as osc
from antiphon.osc.codec import checked
from antiphon.osc.messages import Incoming, Outgoing
from antiphon.osc.table import ON_VELOCITY, PITCH, Argument, Kind, Row
from antiphon.take import CONTROL_CHANGE, EVERY_KEY_UP, SUSTAIN

__all__ = ["TABLE", "VkbMidi"]

CHANNEL = Argument("channel", Kind.INT, 0, 16, "send a MIDI channel, 1 is the first", 1)
AMOUNT = replace(ON_VELOCITY, kind=Kind.FLOAT, default=None)
CONTROLLER = Argument("controller", Kind.INT, 0, 127, "send a MIDI controller, 64 is the sustain pedal")
VALUE = Argument("value", Kind.FLOAT, 0, 127, "send a MIDI value, 0-127")

PREFIX = "/vkb_midi/"
NOTE = Row(
    "{channel}/note/{pitch}", osc.NoteOn, (CHANNEL, PITCH, AMOUNT), "-", "a key; velocity 0 ends it", prefix=PREFIX
)
DRUM = replace(NOTE, name="{channel}/drum/{pitch}", help="the same")
CC = Row(
    "{channel}/cc/{controller}",
    osc.Midi,
    (CHANNEL, CONTROLLER, VALUE),
    "-",
    "64 is the sustain pedal, 120 and 123 every key up",
    prefix=PREFIX,
)
TABLE = (NOTE, DRUM, CC)
ROWS = {"note": NOTE, "drum": DRUM, "cc": CC}

HEARD = (SUSTAIN, *EVERY_KEY_UP)
"""Controllers that mean something to a window."""

PRESSURE = ("aftertouch", "polyaftertouch", "channelpressure")
SILENT = frozenset((*PRESSURE, "pitchbend", "pitch", "program", "velocity", "noterepeat", "octave"))
SILENT_ENDS = frozenset(("+", "-", "color"))


class VkbMidi:
    """A sender that plays, or a host that listens."""

    name = "vkb_midi"
    answers_errors = False
    plays = True
    begins: tuple[Incoming, ...] = (osc.Mode("respond"),)

    def __init__(self) -> None:
        self.outbox: list[Sent] = []
        self.ignored = 0
        self._channel = 1
        self._sounding: dict[int, int] = {}

    def read(self, address: str, values: Values, now: float) -> list[Incoming]:
        """A key, the pedal, all keys up, or nothing that a window holds."""
        channel, parts = _parts(address)
        if address == "/update" or (parts and (parts[0] in SILENT or parts[-1] in SILENT_ENDS)):
            self.ignored += 1
            return []
        row = ROWS.get(parts[0]) if parts else None
        numbers = [_number(part) for part in parts[1:]]
        if row is None or None in numbers or len(numbers) > 1:
            raise unknown(address)
        at, first, second = checked(row, [1 if channel is None else channel, *numbers, *values])
        if channel is not None:
            self._channel = at
        if row is CC:
            if first in HEARD:
                return [osc.Midi(CONTROL_CHANGE, first, round(second))]  # a session has one pedal, whatever the channel
            self.ignored += 1
            return []
        velocity = to_velocity(second)
        return [osc.NoteOn(first, velocity, 0) if velocity else osc.NoteOff(first)]

    def write(self, message: Outgoing, now: float) -> list[Sent]:
        """What the model plays, a key at a time."""
        match message:
            case osc.PlayOn(pitch, velocity):
                before = self._end(pitch)
                self._sounding[pitch] = self._channel
                return [*before, _key(self._channel, pitch, velocity)]
            case osc.PlayOff(pitch):
                return self._end(pitch) or [_key(self._channel, pitch, 0)]
        return []

    def _end(self, pitch: int) -> list[Sent]:
        channel = self._sounding.pop(pitch, None)
        return [] if channel is None else [_key(channel, pitch, 0)]


def _parts(address: str) -> tuple[int | None, list[str]]:
    """The channel, if the address has one, and the parts after it."""
    parts = address.split("/")[2:]
    channel = _number(parts[0]) if parts else None
    return channel, parts if channel is None else parts[1:]


def _number(part: str) -> int | None:
    """A part of an address as a number of at most three digits."""
    return int(part) if len(part) <= 3 and part.isascii() and part.isdigit() else None


def _key(channel: int, pitch: int, velocity: int) -> Sent:
    return f"{PREFIX}{channel}/note/{pitch}", (velocity,)
