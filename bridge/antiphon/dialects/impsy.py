"""IMPSY: a stream of levels 0..1, whose time is when each arrives, and the same stream back when the model plays.

    /interface pitch [velocity]         levels: pitch / 127, velocity / 127
    /impsy/pitemp, /impsy/sigmatemp t   temperature of the pitch; of step, duration and velocity
    /impsy/timescale s                  the model's times, multiplied
    /impsy/mode name                    callresponse, polyphony, battle or useronly
    /impsy/reset, /impsy/pause 0|1      empties the window; silences the model
    /impsy pitch [velocity]             out: the model's note begins now, with as many levels as came in last

There is no note-off in IMPSY: a value stands until the next. So the stream is one voice, and each value ends the key
before it and presses its own; a velocity of 0 ends the key and is a rest. What comes out is onsets alone, and the
patch makes its own lengths, as it did. IMPSY's modes are ours by what they do: callresponse goes on alone when the
player pauses (respond), polyphony follows each input (echo), battle plays without end (play), useronly is silent.
"""

from antiphon.dialects.dialect import Sent, Values, to_velocity, unknown
from antiphon.osc import messages as osc
from antiphon.osc.codec import checked
from antiphon.osc.messages import Incoming, Outgoing
from antiphon.osc.table import Argument, Kind, Row

__all__ = ["TABLE", "Impsy"]

FULL = 127
"""What level 1 is in MIDI."""

MODES: dict[str, tuple[Incoming, ...]] = {
    "callresponse": (osc.Play(0, 0), osc.Mode("respond")),
    "polyphony": (osc.Play(0, 0), osc.Mode("echo")),
    "battle": (osc.Mode("manual"), osc.Play(1, 0)),
    "useronly": (osc.Play(0, 0), osc.Mode("manual")),
}
PAUSED = MODES["useronly"]

PITCH = Argument("pitch", Kind.FLOAT, 0, 1, "send the pitch as a level 0..1, MIDI divided by 127")
VELOCITY = Argument("velocity", Kind.FLOAT, 0, 1, "send the velocity as a level 0..1, MIDI divided by 127", 64 / FULL)
TEMPERATURE = Argument("temperature", Kind.FLOAT, 0, 2, "send a temperature, 1 is as learned, less is safer")
TIMESCALE = Argument("timescale", Kind.FLOAT, 0.25, 4, "send a factor of time, 2 is half as fast")
MODE = Argument("mode", Kind.TEXT, 0, 64, f"send one of {', '.join(MODES)}", choices=tuple(MODES))
PAUSE = Argument("pause", Kind.INT, 0, 1, "send 1 to pause, 0 to go on")

CONTROLS = "/impsy/"
INTERFACE = Row("interface", osc.NoteOn, (PITCH, VELOCITY), "/impsy, as the model plays", "a value", prefix="/")
TABLE = (
    INTERFACE,
    Row("pitemp", osc.Set, (TEMPERATURE,), "-", "temperature of the pitch", prefix=CONTROLS),
    Row("sigmatemp", osc.Set, (TEMPERATURE,), "-", "temperature of step, duration and velocity", prefix=CONTROLS),
    Row("timescale", osc.Set, (TIMESCALE,), "-", "the model's times, multiplied", prefix=CONTROLS),
    Row("mode", osc.Mode, (MODE,), "-", "when the model plays", prefix=CONTROLS),
    Row("reset", osc.Reset, (), "-", "empties the window", prefix=CONTROLS),
    Row("pause", osc.Play, (PAUSE,), "-", "the model is silent, or goes on", prefix=CONTROLS),
)
ROWS = {row.address: row for row in TABLE}


class Impsy:
    """A sender that speaks to IMPSY."""

    name = "impsy"
    answers_errors = False
    plays = True
    begins: tuple[Incoming, ...] = (osc.Mode("respond"),)

    def __init__(self) -> None:
        self.outbox: list[Sent] = []
        self.ignored = 0
        self._levels = 1
        self._pitch: int | None = None
        self._temperature = [1.0, 1.0, 1.0, 1.0]
        self._mode = MODES["callresponse"]
        self._is_paused = False

    def read(self, address: str, values: Values, now: float) -> list[Incoming]:
        """A value of the stream, or a control."""
        row = ROWS.get(address)
        if row is None:
            raise unknown(address)
        taken = checked(row, values if row.arguments else ())
        if row is INTERFACE:
            self._levels = len(values)
            return self._value(*taken)
        match row.name, taken:
            case "pitemp", [temperature]:
                self._temperature[0] = temperature
                return [osc.Set("temperature", tuple(self._temperature))]
            case "sigmatemp", [temperature]:
                self._temperature[1:] = [temperature] * 3
                return [osc.Set("temperature", tuple(self._temperature))]
            case "timescale", [timescale]:
                # The density of notes: twice the time is half the notes.
                return [osc.Set("density", (1 / timescale,))]
            case "mode", [mode]:
                self._mode = MODES[mode]
                return [] if self._is_paused else list(self._mode)
            case "pause", [pause]:
                self._is_paused = bool(pause)
                return list(PAUSED if pause else self._mode)
        self._pitch = None
        return [osc.Reset()]

    def write(self, message: Outgoing, now: float) -> list[Sent]:
        """An onset of the model, as levels."""
        match message:
            case osc.PlayOn(pitch, velocity):
                return [("/impsy", (pitch / FULL, velocity / FULL)[: self._levels])]
        return []

    def _value(self, pitch_level: float, velocity_level: float) -> list[Incoming]:
        """The end of the key before, and the new key."""
        ended: list[Incoming] = [] if self._pitch is None else [osc.NoteOff(self._pitch)]
        velocity = to_velocity(velocity_level * FULL)
        if not velocity:
            self._pitch = None
            return ended
        self._pitch = round(pitch_level * FULL)
        return [*ended, osc.NoteOn(self._pitch, velocity, 0)]
