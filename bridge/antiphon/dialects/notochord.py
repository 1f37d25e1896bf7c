"""Notochord: keys going down and keys coming up are events apart, each asked for by itself.

    /notochord/feed inst pitch time vel             an event happened now; vel 0 is a key that comes up
    /notochord/query {name value} ...               the next event, which does not happen yet
    /notochord/feed_query inst pitch time vel {name value} ...    both
    /notochord/query_feed {name value} ...          the next event, and it happens
    /notochord/reset                                empties the window
    /return/notochord/query inst pitch time vel end step          the answer to each query, as name value pairs

Our network knows notes: a prediction is two events, an on and, after its duration, an off. So each query is answered
by whichever comes first, the off that is due of a note of the model, or the next on. `_heard` holds the offs still to
come. An on that was asked for and then overtaken by an off waits in `_ahead`, and the queries after it are answered
from there without the network. A query alone changes nothing: the client plays the event and feeds it back, and
feeding the on that was offered last makes its off due. `time` is seconds since the last event of any kind; events of
the client happen when they arrive, and those of the model `time` after the event before, as a client in a loop plays
them. Names that we have no word for are left aside and counted. No file is opened: prompt and load are refused.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from typing import Any

from antiphon.dialects.dialect import Sent, Values, to_velocity, unknown
from antiphon.errors import ArgumentError
from antiphon.note import MAX_SECONDS
from antiphon.osc import messages as osc
from antiphon.osc.codec import checked, shown
from antiphon.osc.messages import Incoming, Outgoing
from antiphon.osc.table import INT32, ON_VELOCITY, PITCH, Argument, Kind, Row

__all__ = ["TABLE", "Notochord"]

MAX_ASKED = 2048
"""Queries that wait for the network, as many as a session may have; the oldest is forgotten beyond it."""

GRAND_PIANO = 1
"""The instrument of the model until the client names one."""

START_PITCH = 128
"""Notochord's own sign for the start of a sequence, which is no note."""

ANSWER = "/return/notochord/query"
INST = Argument("inst", Kind.INT, 0, 320, "send an instrument of Notochord, 1 is the grand piano")
TIME = Argument("time", Kind.FLOAT, 0, MAX_SECONDS, "send seconds since the last event")
VEL = replace(ON_VELOCITY, name="vel", kind=Kind.FLOAT, default=None)
FED = (INST, replace(PITCH, high=START_PITCH), TIME, VEL)

FEED = Row("feed", osc.NoteOn, FED, "-", "an event happened now", prefix="/notochord/")
QUERY = replace(
    FEED, name="query", message=osc.Query, arguments=(), answer=ANSWER, help="the next event", takes_anything=True
)
FEED_QUERY = replace(QUERY, name="feed_query", arguments=FED, help="an event, then the next one")
QUERY_FEED = replace(QUERY, name="query_feed", message=osc.Continue, help="the next event, and it happens")
RESET = replace(FEED, name="reset", message=osc.Reset, arguments=(), help="empties the window", takes_anything=True)
TABLE = (FEED, QUERY, FEED_QUERY, QUERY_FEED, RESET)
ROWS = {row.address: row for row in TABLE}

CONDITIONS = {
    f"next_{argument.name}": replace(QUERY, arguments=(argument,), takes_anything=False)
    for argument in (INST, PITCH, TIME, VEL)
}
"""Names that a query may bring with what is checked of each; `min_vel` is heard as far as it asks for an on."""
CONDITIONS["min_vel"] = CONDITIONS["next_vel"]

Key = tuple[int, int]
"""Instrument and pitch."""


@dataclass(frozen=True, slots=True)
class _On:
    """A note of the model: its onset on this client's clock, in seconds."""

    key: Key
    onset: float
    duration: float
    velocity: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query, as far as its answer depends on it.

    Args:
        happens: the event happens with the answer, and is not only told.
        inst, time: what the client chose, None if it did not.
        may_be_off: the client did not ask for a pitch or a velocity, so an off may answer.
        is_phrase: the network was asked by `Continue`, which puts the note into the window by itself.
    """

    happens: bool
    inst: int | None = None
    time: float | None = None
    may_be_off: bool = True
    is_phrase: bool = False


_NOT_ASKED = _Asked(happens=False, may_be_off=False)
"""Stands for the query of a prediction that one of our own messages asked for: it is told as an on."""


class Notochord:
    """A sender that speaks to Notochord."""

    name = "notochord"
    answers_errors = False
    plays = False
    begins: tuple[Incoming, ...] = (osc.Mode("manual"),)

    def __init__(self) -> None:
        self.outbox: list[Sent] = []
        self.ignored = 0
        self._id = 0
        self._clear()

    def _clear(self) -> None:
        self._inst = GRAND_PIANO
        self._event_count = 0
        self._has_begun = False
        self._last_event = self._last_onset = 0.0
        self._heard: dict[Key, float] = {}
        self._offered: _On | None = None
        self._ahead: deque[_On] = deque()
        self._asked: OrderedDict[int, _Asked] = OrderedDict()
        self._owed: list[Incoming] = []

    def _begin(self, now: float) -> None:
        """The first event of a sequence counts its time from the first message."""
        if not self._has_begun:
            self._last_event = self._last_onset = now
            self._has_begun = True

    def read(self, address: str, values: Values, now: float) -> list[Incoming]:
        """An event, a query, or both; a note that a conditioned query_feed made happen goes before them."""
        row = ROWS.get(address)
        if row is None:
            raise unknown(address)
        if row is RESET:
            self._clear()
            return [osc.Reset()]
        count = len(row.arguments) if row.takes_anything else len(values)
        event = checked(row, values[:count])
        conditions = self._conditions(address, values[count:])
        self._begin(now)
        messages = self._feed(event, now) if event else []
        if row is not FEED:
            messages += self._query(conditions, row is QUERY_FEED)
        messages, self._owed = [*self._owed, *messages], []
        return messages

    def write(self, message: Outgoing, now: float) -> list[Sent]:
        """A prediction is the next on; an off that is due before it goes first."""
        match message:
            case osc.Prediction(_, _, _, _, id):
                self._begin(now)
                return [self._answer(message, self._asked.pop(id, _NOT_ASKED))]
            case osc.Error(_, _, _, id) | osc.PhraseEnd(id):
                self._asked.pop(id, None)
        return []

    def _conditions(self, address: str, pairs: Values) -> dict[str, float]:
        """What the pairs ask for by the names that we know, checked."""
        found: dict[str, float] = {}
        for place, name in enumerate(pairs[::2]):
            if not isinstance(name, str):
                raise ArgumentError(f"{name} stands where a name is due", "send pairs of name and value", address)
            if 2 * place + 1 >= len(pairs):
                raise ArgumentError(f"{shown(name)} has no value", "send pairs of name and value", address)
            row = CONDITIONS.get(name)
            if row is None:
                self.ignored += 1
            else:
                (found[name],) = checked(row, [pairs[2 * place + 1]])
        return found

    def _feed(self, event: list[Any], now: float) -> list[Incoming]:
        """An event of the client, which happens now; the time that it names is that of the network, and not used."""
        inst, pitch, _, vel = event
        if inst == 0 or pitch == START_PITCH:
            self.ignored += 1
            return []
        self._inst, key = inst, (inst, pitch)
        self._last_event = max(now, self._last_event)
        self._event_count += 1
        self._heard.pop(key, None)
        velocity = to_velocity(vel)
        if not velocity:
            return [osc.NoteOff(pitch)]
        self._last_onset = self._last_event
        if self._offered is not None and self._offered.key == key:
            self._heard[key] = self._last_event + self._offered.duration
            self._offered = None
        return [osc.NoteOn(pitch, velocity, 0)]

    def _query(self, conditions: dict[str, float], happens: bool) -> list[Incoming]:
        """What to ask the network; nothing, if the answer is known and in the outbox."""
        if self._ahead and not conditions:
            self.outbox.append(self._first(self._ahead[0], _Asked(happens)))
            return []
        inst, pitch = conditions.get("next_inst"), int(conditions.get("next_pitch", -1))
        time, vel = conditions.get("next_time"), conditions.get("next_vel")
        asked = _Asked(
            happens,
            None if inst is None else int(inst),
            time,
            may_be_off=vel is None and pitch < 0 and conditions.get("min_vel", 0) < 1,
            is_phrase=happens and not conditions,
        )
        if vel == 0:
            self._end(pitch, asked)
            return []
        self._id = self._id % INT32 + 1
        self._asked[self._id] = asked
        if len(self._asked) > MAX_ASKED:
            self._asked.popitem(last=False)
        if asked.is_phrase:
            return [osc.Continue(1, self._id)]
        # Our steps count from the last onset, Notochord's times from the last event.
        step = -1.0 if time is None else min(max(time + self._last_event - self._last_onset, 0.0), MAX_SECONDS)
        return [osc.Query(pitch, step, -1.0, -1 if vel is None else to_velocity(vel), self._id)]

    def _answer(self, note: osc.Prediction, asked: _Asked) -> Sent:
        """The answer to a query, now that the network has said the next on."""
        onset = self._last_onset + note.step if asked.time is None else self._last_event + asked.time
        inst = self._inst if asked.inst is None else asked.inst
        on = _On((inst, note.pitch), onset, note.duration, note.velocity)
        if asked.happens:
            self._ahead.append(on)
            self._last_onset = onset
            if not asked.is_phrase:
                self._owed.append(osc.Note(note.pitch, note.step, note.duration, note.velocity, 0))
        if not asked.may_be_off:
            return self._on(on, asked)
        return self._first(self._ahead[0] if asked.happens else on, asked)

    def _first(self, on: _On, asked: _Asked) -> Sent:
        """The off that is due before this on, or the on; a key that is struck again comes up before."""
        due = {key: off for key, off in self._heard.items() if asked.inst in (None, key[0])}
        if on.key in due:
            due[on.key] = min(due[on.key], on.onset)
        key = min(due, key=lambda key: due[key], default=None)
        if key is None or due[key] > on.onset:
            return self._on(on, asked)
        return self._off(key, due[key], asked)

    def _end(self, pitch: int, asked: _Asked) -> None:
        """Answer a query that asks for an off: of the pitch it names, or of the key of the model that is due first."""
        keys = [key for key in self._heard if pitch in (-1, key[1]) and asked.inst in (None, key[0])]
        if keys:
            key = min(keys, key=lambda key: self._heard[key])
        elif pitch >= 0:
            key = (self._inst if asked.inst is None else asked.inst, pitch)
        else:
            self.ignored += 1  # nothing is down that could end
            return
        self.outbox.append(self._off(key, self._heard.get(key, self._last_event), asked))

    def _on(self, on: _On, asked: _Asked) -> Sent:
        time = self._pass(on.onset, asked)
        if asked.happens:
            self._ahead.remove(on)
            self._heard[on.key] = self._last_event + on.duration
        else:
            self._offered = on
        return self._said(on.key, time, on.velocity)

    def _off(self, key: Key, due: float, asked: _Asked) -> Sent:
        time = self._pass(due, asked)
        if asked.happens:
            self._heard.pop(key, None)
        return self._said(key, time, 0)

    def _pass(self, moment: float, asked: _Asked) -> float:
        """Seconds from the last event to this one, which is the last one from here on if it happens."""
        time = max(moment - self._last_event, 0.0) if asked.time is None else asked.time
        if asked.happens:
            self._last_event += time
            self._event_count += 1
        return time

    def _said(self, key: Key, time: float, velocity: int) -> Sent:
        """The answer as it goes out; `end` is never likely here, `step` counts the events that happened."""
        inst, pitch = key
        count = self._event_count % INT32
        return ANSWER, (
            *("inst", inst, "pitch", pitch, "time", float(time)),
            *("vel", float(velocity), "end", 0.0, "step", count),
        )
