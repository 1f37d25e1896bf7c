"""The controls of a session, one table: what can be set, between which ends, what it stands at until then.

`Controls` keeps the values as they were set, so that `get` reads them back, and makes of them the `Manner` in which the
next notes are drawn: arrays for the network's inputs, and what is done to a note afterwards. A manner never changes;
a request takes the one that stood when its message came. What makes no sense is refused here, by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from antiphon.core.scales import SCALES, canonical, classes_of
from antiphon.errors import ArgumentError, RangeError
from antiphon.note import MAX_SECONDS, MIN_DURATION, FloatArray, Note
from antiphon.osc.codec import shown
from antiphon.osc.table import FASTEST, MODES, SLOWEST, Kind
from antiphon.wanted import TOP_P

__all__ = ["CONTROLS", "PRESETS", "Control", "Controls", "Manner", "Values", "preset"]

Values = tuple[int | float | str, ...]

INT32 = 2**31 - 1
PITCHES = 128


@dataclass(frozen=True, slots=True)
class Control:
    """One control.

    Args:
        name: what `set` calls it.
        kind: of its values.
        low, high: the range of each, ends included.
        counts: how many values may be given; fewer than the default's stand for all of them.
        default: what it stands at in a new session.
        help: what it does, in a line.
        choices: the only texts that are taken.
        is_range: two values, of which the second is not below the first.
        or_zero: 0 is taken too, for off.
    """

    name: str
    kind: Kind
    low: float
    high: float
    counts: tuple[int, ...]
    default: Values
    help: str
    choices: tuple[str, ...] = ()
    is_range: bool = False
    or_zero: bool = False

    def check(self, values: Values) -> Values:
        """The values as they are kept.

        Raises:
            ArgumentError: too few or too many, or of the wrong type.
            RangeError: one is out of range.
        """
        if len(values) not in self.counts:
            wanted = " or ".join(map(str, self.counts)) if len(self.counts) < 5 else f"1 to {max(self.counts)}"
            raise ArgumentError(f"{self.name} takes {wanted} values, and {len(values)} came", self.hint)
        checked = tuple(self._check_one(value) for value in values)
        if self.is_range and float(checked[1]) < float(checked[0]):
            raise RangeError(f"{self.name} {checked[0]} {checked[1]} ends before it begins", "send the lower one first")
        if len(checked) == 1 and len(self.default) == 4:
            checked *= 4
        return checked

    @property
    def hint(self) -> str:
        """What to send."""
        if self.choices:
            return f"send one of {', '.join(self.choices)}"
        if self.kind is Kind.TEXT:
            return "send a name such as D dorian"
        zero = ", or 0 for off" if self.or_zero else ""
        return f"send {'whole ' * (self.kind is Kind.INT)}numbers from {self.low:g} to {self.high:g}{zero}"

    def _check_one(self, value: int | float | str) -> int | float | str:
        if self.kind is Kind.TEXT:
            if not isinstance(value, str):
                raise ArgumentError(f"{self.name} {value:g} is not a text", self.hint)
            if self.choices and value not in self.choices:
                raise RangeError(f"there is no {self.name} {shown(value)!r}", self.hint)
            return value
        if isinstance(value, str):
            raise ArgumentError(f"{self.name} {shown(value)!r} is not a number", self.hint)
        if not (self.low <= value <= self.high or (self.or_zero and value == 0)):
            raise RangeError(f"{self.name} {value:.10g} is outside {self.low:.10g}-{self.high:.10g}", self.hint)
        if self.kind is Kind.FLOAT:
            return float(value)
        if value != int(value):
            raise ArgumentError(f"{self.name} {value:g} is not a whole number", self.hint)
        return int(value)


def _switch(name: str, help: str, default: int = 0) -> Control:
    return Control(name, Kind.INT, 0, 1, (1,), (default,), help)


PARTS = ("pitch", "step", "duration", "velocity")

CONTROLS: Mapping[str, Control] = {
    control.name: control
    for control in (
        Control(
            "mode", Kind.TEXT, 0, 0, (1,), (MODES[0],), "when the model speaks, as `/antiphon/mode`", choices=MODES
        ),
        Control(
            "temperature",
            Kind.FLOAT,
            0,
            10,
            (1, 4),
            (1.0, 1.0, 1.0, 1.0),
            "how daring: 0 the likeliest, 1 as learnt, 2 wild; for all, or for pitch, step, duration, velocity",
        ),
        *(
            Control(f"{part}_temperature", Kind.FLOAT, 0, 10, (1,), (1.0,), f"the temperature of the {part} alone")
            for part in PARTS
        ),
        Control(
            "top_p",
            Kind.FLOAT,
            0,
            1,
            (1, 4),
            TOP_P,
            "only the likeliest choices that together have this probability; one for all, or four",
        ),
        Control("scale", Kind.TEXT, 0, 0, (1,), ("C chromatic",), "pitches the model may use: D dorian, F# blues, ..."),
        Control("key", Kind.TEXT, 0, 0, (1,), ("C",), "the tonic of the scale: E, or E minor for both"),
        Control(
            "pitch_range", Kind.INT, 0, 127, (2,), (0, 127), "lowest and highest pitch of the model", is_range=True
        ),
        Control(
            "pitch_classes",
            Kind.INT,
            0,
            11,
            tuple(range(1, 13)),
            tuple(range(12)),
            "pitch classes the model may use, 0 is C; scale and range hold besides",
        ),
        Control("repetition", Kind.FLOAT, 0, 1, (1,), (0.0,), "how much the last pitches are avoided; 1: no repeats"),
        Control("mutation", Kind.FLOAT, 0, 1, (1,), (0.0,), "chance of a note drawn at twice the temperature"),
        Control("density", Kind.FLOAT, 0.25, 4, (1,), (1.0,), "notes of the model a second, as a ratio; 2 is twice"),
        Control("velocity_offset", Kind.INT, -126, 126, (1,), (0,), "added to the model's velocities"),
        Control(
            "velocity_range", Kind.INT, 1, 127, (2,), (1, 127), "softest and loudest of the model", is_range=True
        ),
        Control("polyphony", Kind.INT, 1, 128, (1,), (128,), "notes of the model that sound at once, at most"),
        Control("quantize", Kind.INT, 0, 48, (1,), (0,), "played notes fall on this many places of a beat; 0 is off"),
        Control("tempo", Kind.FLOAT, SLOWEST, FASTEST, (1,), (0.0,), "beats a minute; 0: not known", or_zero=True),
        _switch("follow", "1: when tempo or beats change the tempo, what was played is heard at the new one"),
        Control("seed", Kind.INT, 0, INT32, (1,), (0,), "of the random numbers from here on: same seed, same notes"),
        _switch("commit", "1: predictions enter the window"),
        _switch("surprise", "1: after every note, how unlikely it was"),
        Control("lookahead", Kind.FLOAT, 0, 2, (1,), (0.0,), "seconds that what is played comes early, in bundles"),
        Control("pause", Kind.FLOAT, 0.2, 10, (1,), (0.8,), "seconds of silence after which the model responds"),
    )
}  # fmt: skip

PRESETS: Mapping[str, Mapping[str, Values]] = {
    "default": {
        name: CONTROLS[name].default
        for name in (
            "temperature", "top_p", "scale", "pitch_range", "pitch_classes", "repetition", "mutation", "density",
            "velocity_offset", "velocity_range", "polyphony", "quantize",
        )
    },
    "faithful": {"temperature": (0.7,), "top_p": (0.9,), "mutation": (0.0,)},
    "wild": {"temperature": (1.3,), "top_p": (1.0,), "mutation": (0.15,), "repetition": (0.3,)},
    "calm": {"temperature": (0.8,), "density": (0.6,), "velocity_range": (20, 64), "polyphony": (6,)},
    "sparse": {"density": (0.4,), "polyphony": (3,)},
    "busy": {"density": (1.8,), "velocity_offset": (8,)},
    "melody": {"polyphony": (1,), "pitch_range": (60, 96), "repetition": (0.4,)},
    "bass": {"polyphony": (1,), "pitch_range": (28, 52), "density": (0.6,)},
    "in time": {"quantize": (4,), "follow": (1,)},
}  # fmt: skip
"""Several controls at once; what a preset does not name stays."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How notes are drawn and what is done to them: the controls, as the network and the session need them.

    Args:
        temperature, top_p: of pitch, step, duration and velocity, float32 [4].
        pitch_mask: 1 where a pitch may be chosen, float32 [128].
        repetition, mutation: chances, 0-1.
        density: the model's time runs this much faster than the window's.
        velocity_offset, softest, loudest: what is done to velocities.
    """

    temperature: FloatArray
    top_p: FloatArray
    pitch_mask: FloatArray
    repetition: float = 0.0
    mutation: float = 0.0
    density: float = 1.0
    velocity_offset: int = 0
    softest: int = 1
    loudest: int = 127

    def slowed(self, window: FloatArray) -> FloatArray:
        """A window as the network is to hear it, so that what comes out denser is not taken for the player's pace."""
        if self.density == 1.0:
            return window
        slow = window.copy()
        slow[:, 1] *= self.density
        slow[:, 2] = np.where(slow[:, 2] > 0, slow[:, 2] * self.density, slow[:, 2])
        return slow

    def finished(self, note: Note) -> Note:
        """A note of the network as it is to be heard."""
        velocity = min(max(note.velocity + self.velocity_offset, self.softest), self.loudest)
        if self.density == 1.0:
            return note._replace(velocity=velocity)
        duration = min(max(note.duration / self.density, MIN_DURATION), MAX_SECONDS)
        return Note(note.pitch, note.step / self.density, duration, velocity)


class Controls:
    """The controls of one session: values by name, and the manner they make."""

    def __init__(self) -> None:
        self._values: dict[str, Values] = {name: control.default for name, control in CONTROLS.items()}
        self.manner = _manner(self._values)

    def get(self, name: str) -> Values:
        """What a control stands at.

        Raises:
            RangeError: there is none of this name.
        """
        _find(name)
        if name.endswith("_temperature"):
            return (self._values["temperature"][PARTS.index(name.removesuffix("_temperature"))],)
        return self._values[name]

    def number(self, name: str) -> float:
        """The one number that a control stands at."""
        return float(self._values[name][0])

    def set(self, changes: Mapping[str, Values]) -> list[str]:
        """Set controls, all or none; gives the names of those that changed with them.

        Raises:
            ArgumentError, RangeError: a name is unknown, or values are not what the table wants, or no pitch is left.
        """
        values = dict(self._values)
        changed = []
        for name, given in changes.items():
            changed += _put(values, name, _find(name).check(given))
        manner = _manner(values)
        if not manner.pitch_mask.any():
            raise RangeError(
                "no pitch is left between scale, pitch_range and pitch_classes", "widen one of them, or preset default"
            )
        self._values, self.manner = values, manner
        return changed


def _find(name: str) -> Control:
    control = CONTROLS.get(name)
    if control is None:
        raise RangeError(f"there is no control {shown(name)!r}", f"there are {', '.join(CONTROLS)}")
    return control


def _put(values: dict[str, Values], name: str, given: Values) -> list[str]:
    """Put checked values where they are kept; gives the names of what changed."""
    if name.endswith("_temperature"):
        four = list(values["temperature"])
        four[PARTS.index(name.removesuffix("_temperature"))] = given[0]
        values["temperature"] = tuple(four)
        return ["temperature"]
    if name in ("scale", "key"):
        tonic, scale = canonical(str(given[0]), str(values["scale"][0]))
        values["key"], values["scale"] = (tonic,), (f"{tonic} {scale}",)
        return ["key", "scale"]
    values[name] = given
    return [name]


def preset(name: str) -> dict[str, Values]:
    """The controls of a preset.

    Raises:
        RangeError: there is none of this name.
    """
    if name not in PRESETS:
        raise RangeError("there is no preset of this name", f"there are {', '.join(PRESETS)}")
    return dict(PRESETS[name])


def _manner(values: Mapping[str, Values]) -> Manner:
    pitches = np.arange(PITCHES)
    low, high = (int(end) for end in values["pitch_range"])
    tonic, scale = str(values["scale"][0]).split(" ", 1)
    allowed = set(values["pitch_classes"]) & set(classes_of(tonic, SCALES[scale]))
    mask = (pitches >= low) & (pitches <= high) & np.isin(pitches % 12, [int(one) for one in allowed])
    softest, loudest = values["velocity_range"]
    return Manner(
        np.array(values["temperature"], np.float32),
        np.array(values["top_p"], np.float32),
        mask.astype(np.float32),
        float(values["repetition"][0]),
        float(values["mutation"][0]),
        float(values["density"][0]),
        int(values["velocity_offset"][0]),
        int(softest),
        int(loudest),
    )
