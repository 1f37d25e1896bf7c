"""The doors of the core. A datagram goes in with its source and the time; what to send comes out.

    datagram(data, source, now)     decode; a refusal becomes an `error` answer or a count, here and nowhere else
    receive(message, source, now)   one message into its session; MIDI ports and replay enter here
    tick(now)                       what is due by itself: timed notes, a response after a pause
    wanted(now)                     windows that want an answer, at most `BATCH`
    deliver(answers, now)           what the network said, back to its sessions; give_up() if it failed
    to_send(now)                    bytes and where they go, in order
    take_jobs(), take_events()      what the server is to do aside (load a model, save), what the recorder is to keep
    next_due()                      when tick has something to do again

No clock, socket, thread, network or disk: time is an argument, in seconds of Unix time that never runs back.
A sender is its address and port, and begins in a session of its own; answers go to that address alone. Who only
asks for `stats` or `ping` has no session, so that whoever watches takes no performer's place.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from antiphon import dialects
from antiphon.core.asking import BATCH, Asking
from antiphon.core.clips import Clips
from antiphon.core.limits import AHEAD, FEW, MAX_JOBS, MAX_JOBS_EACH, MAX_SESSIONS, STATS_LAST, Source, Throttle
from antiphon.core.outbox import Outbox, address_of
from antiphon.core.requests import Sender
from antiphon.core.roster import Roster
from antiphon.core.session import Session
from antiphon.core.stats import Stats
from antiphon.core.summary import tell
from antiphon.dialects.ableton import clip_messages
from antiphon.errors import AddressError, BusyError, DatagramError, MessageError, RangeError, StateError
from antiphon.event import Event
from antiphon.note import WINDOW
from antiphon.osc import codec
from antiphon.osc import messages as osc
from antiphon.osc.table import INCOMING, PREFIX
from antiphon.timetag import moment_of
from antiphon.wanted import Answer, Wanted

__all__ = ["BATCH", "Core", "Identity", "Job"]

NEAR = 2.0
"""Seconds around now in which a time tag is believed: an event's own time, or a sender's clock that is off."""

SHOWN_SESSIONS = 16
"""Sessions that `stats` tells of in full, those used last: with 25 notes each they fit into one datagram."""

KINDS = {row.message: f"messages_{row.name}" for row in INCOMING.values()}
"""What each kind of message is counted as."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this server is.

    Args:
        version: of antiphon.
        model: the bundle's name.
        run: another number after each start.
        seed: of all random numbers; the same seed and messages give the same answers.
        family, licence: of the model.
    """

    version: str
    model: str
    run: int
    seed: int
    family: str = "note"
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that the server does aside and answers by `finish`: `model`, `models` or `save`.

    Args:
        kind: which.
        sender: who asked.
        session: the name of their session.
        name: of the model, or of the file without its ending.
        format: of the file.
        bars: the last ones alone are written; 0 for all.
    """

    kind: str
    sender: Sender
    session: str
    name: str = ""
    format: str = ""
    bars: int = 0


class Core:
    """All sessions of one server.

    Args:
        identity: who it is.
        now: when it begins.
        is_recorded: keep events for `take_events`.
        max_sessions: at once; one more retires the one used longest ago.
    """

    def __init__(
        self, identity: Identity, now: float, is_recorded: bool = False, max_sessions: int = MAX_SESSIONS
    ) -> None:
        self.identity = identity
        self.stats = Stats()
        self.trouble = ""
        self._started = now
        self._now = now
        self._throttle = Throttle()
        self._asking = Asking()
        self._outbox = Outbox(self.stats, is_recorded)
        self._roster = Roster(identity.seed, max_sessions, self._say, self._outbox, lambda: self.identity.model)
        self._jobs: list[Job] = []
        self._under_way: Counter[Source] = Counter()
        self._clips = Clips()
        self._summary = (-STATS_LAST, "")

    def datagram(self, data: bytes, source: Source, now: float) -> None:
        """Take in whatever bytes came from `source` at `now`; never raises."""
        self.stats.count("datagrams")
        try:
            parts = codec.split(data)
        except MessageError as error:
            self._refuse(error, source, now)
            return
        for time_tag, part in parts:
            try:
                self._message(part, source, now, self._time_of(time_tag, now))
            except MessageError as error:
                self._refuse(error, source, now, part.split(b"\0")[0].decode("ascii", "replace"))
            self._outbox.is_foreign = False

    def receive(self, message: osc.Incoming, source: Source, now: float, at: float | None = None) -> None:
        """One message from `source` that came at `now`; its event happened then, or at `at`.

        Raises:
            BusyError: the session has too many requests waiting.
            ArgumentError, RangeError, StateError: it makes no sense in this session.
        """
        self._now = max(now, self._now)  # it may have waited while something was due
        self.stats.count(KINDS[type(message)])
        if source not in self._roster.senders and isinstance(message, osc.Stats | osc.Ping):
            answer = osc.Pong(message.values) if isinstance(message, osc.Ping) else osc.StatsAnswer(self._stats(now))
            self._outbox.put_raw(codec.encode(answer), source)
            return
        sender = self._roster.sender(source, now)
        session = self._roster.sessions[sender.session]
        self._roster.use(session, now)
        at = now if at is None else at
        self._outbox.keep("in", session.name, at, message)
        match message:
            case osc.Hello(name):
                sender.performer = name or sender.performer
                self._hello(sender)
            case osc.Reply(port):
                sender.reply_to = (source[0], port)
                self._hello(sender)
            case osc.Ping(values):
                self._say(osc.Pong(values), sender)
            case osc.Stats():
                self._say(osc.StatsAnswer(self._stats(now)), sender)
            case osc.Join(name):
                for other, id in self._roster.join(sender, name, now):
                    error = StateError("the session was over before this was answered", "send it again", "", id)
                    self._refuse(error, other.source, now)
                self._hello(sender)
            case osc.Model(name):
                self._begin(Job("model", sender, session.name, name))
            case osc.Models():
                self._begin(Job("models", sender, session.name))
            case osc.Save(name, format, bars):
                self._begin(Job("save", sender, session.name, _plain_name(name), format, bars))
            case osc.Clip():
                self._clip(message, sender, session)
            case _:
                session.receive(message, sender, at, now)

    def tick(self, now: float) -> None:
        """Do what is due by itself."""
        self._now = now
        for session in self._roster.busy.values():
            due = session.next_due()
            if due is not None and due <= now:
                late = session.player.schedule.late
                session.tick(now)
                if session.player.schedule.late > late:
                    self.stats.count("late_notes")
        self._roster.rest()
        for data, address in self._clips.take(now):
            self._outbox.put_raw(data, address)

    def next_due(self) -> float | None:
        """When `tick` has something to do, None if nothing is due by itself."""
        times = [due for session in self._roster.busy.values() if (due := session.next_due()) is not None]
        if (clip := self._clips.next_due()) is not None:
            times.append(clip)
        if (turn := self._asking.next_due(self._roster.busy.values())) is not None:
            times.append(turn)
        return min(times) if times else None

    def wanting(self, now: float) -> bool:
        """Whether any window wants an answer."""
        return self._asking.is_wanting(self._roster.busy.values(), now)

    def room(self, source: Source) -> int:
        """Messages that may be taken in now: few of a stranger, or while others play; none if what was asked waits."""
        sender = self._roster.senders.get(source)
        if sender is not None and len(self._roster.sessions[sender.session].requests.questions) >= AHEAD:
            return 0
        return FEW if sender is None or self._roster.is_shared() else BATCH

    def wanted(self, now: float) -> list[Wanted]:
        """The next windows that want an answer, what is played in time first, then one from each session in turn,
        until `BATCH` or none is left. While others play, who asks much is held to a share of the time."""
        busy, everyone = list(self._roster.busy.values()), self._roster.sessions.values()
        return self._asking.wanted(busy, everyone, now, self._roster.is_shared())

    def deliver(self, answers: Iterable[Answer], now: float) -> None:
        """Give back what the network said to the windows of the last `wanted()`."""
        self._now = now
        self._asking.deliver(answers, now)
        self._take_deferred()

    def give_up(self, now: float) -> None:
        """The network failed on the windows of the last `wanted()`: say so to their senders, end their phrases and
        what they play."""
        self._now = now
        self._asking.give_up(now)
        self._take_deferred()

    def to_send(self, now: float) -> list[tuple[bytes, Source]]:
        """The bytes that are due and where they go, in order; each is given once."""
        return self._outbox.empty(now)

    def take_events(self) -> list[Event]:
        """What happened since the last call, for the recorder."""
        return self._outbox.take_events()

    def take_jobs(self) -> list[Job]:
        """What the server is to do aside, each once."""
        jobs, self._jobs = self._jobs, []
        return jobs

    def finish(self, job: Job, answers: Iterable[osc.Outgoing]) -> None:
        """Answer the sender of a job, if it is still there. Every job that was taken must be finished."""
        self._under_way -= Counter([job.sender.source])
        if self._roster.senders.get(job.sender.source) is job.sender:
            for answer in answers:
                self._say(answer, job.sender)

    def tell_all(self, message: osc.Outgoing) -> None:
        """Something that concerns every sender."""
        for sender in self._roster.senders.values():
            self._say(message, sender)

    def swap(self, model: str, family: str, licence: str, now: float) -> None:
        """Another model answers from the next window on."""
        self.identity = replace(self.identity, model=model, family=family, licence=licence)
        for name in self._roster.sessions:
            self._outbox.keep_state(name, now, "model", (model,))

    def close(self, reason: str, now: float) -> None:
        """End every note and say goodbye to every sender."""
        self._now = now
        self._roster.close(reason, now)

    def summary(self, now: float) -> dict[str, object]:
        """What `stats` answers: who this is, for how long, who plays what, counts and latencies."""
        names: dict[str, list[str]] = {}
        for sender in self._roster.senders.values():
            names.setdefault(sender.session, []).append(sender.performer)
        last_used = sorted(self._roster.sessions.values(), key=lambda session: -session.last_used)
        return {
            "version": self.identity.version,
            "model": self.identity.model,
            "licence": self.identity.licence,
            "run": self.identity.run,
            "uptime_s": round(now - self._started, 1),
            "sessions": len(self._roster.sessions),
            "sessions_retired": self._roster.retired,
            "trouble": self.trouble,
            "playing": [tell(one, names.get(one.name, []), now) for one in last_used[:SHOWN_SESSIONS]],
            **self.stats.summary(),
        }

    def _message(self, part: bytes, source: Source, now: float, at: float) -> None:
        """One message as bytes: ours, or another program's."""
        try:
            message = codec.decode(part)
        except AddressError:
            self._foreign(part, source, now, at)
            return
        self.receive(message, source, now, at)

    def _foreign(self, part: bytes, source: Source, now: float, at: float) -> None:
        address, values = codec.read(part)
        self._outbox.is_foreign = not address.startswith(PREFIX)
        spoken = dialects.find(address)
        if spoken is None:
            codec.decode(part)  # which says what is wrong with it
            return
        sender = self._roster.sender(source, now)
        if not isinstance(sender.dialect, spoken):
            sender.dialect = spoken()
            if self._roster.sessions[sender.session].is_untouched:
                for message in sender.dialect.begins:
                    self.receive(message, source, now, at)
        dialect, ignored = sender.dialect, sender.dialect.ignored
        found = dialect.read(address, values, at)
        self.stats.count(f"messages_{dialect.name}")
        self.stats.count("ignored_by_dialects", dialect.ignored - ignored)
        for message in found:
            self.receive(message, source, now, at)
        self._outbox.forward(sender)

    def _hello(self, sender: Sender) -> None:
        identity = self.identity
        self._say(osc.HelloAnswer(identity.version, identity.model, WINDOW, sender.session, identity.run), sender)

    def _stats(self, now: float) -> str:
        if not 0 <= now - self._summary[0] < STATS_LAST:
            self._summary = (now, json.dumps(self.summary(now), ensure_ascii=False))  # escaped, é is 6 bytes and not 2
        return self._summary[1]

    def _begin(self, job: Job) -> None:
        source = job.sender.source
        if self._under_way[source] >= MAX_JOBS_EACH or self._under_way.total() >= MAX_JOBS:
            raise BusyError("the jobs before this one are under way", "wait for their answers", f"{PREFIX}{job.kind}")
        self._under_way[source] += 1
        self._jobs.append(job)

    def _clip(self, message: osc.Clip, sender: Sender, session: Session) -> None:
        notes = session.past.last(message.count)
        if not len(notes):
            raise StateError("the model has played nothing yet", "send continue or play first", "/antiphon/clip")
        self._clips.has_room()
        tempo = session.tempo.bpm or 120.0
        sent = clip_messages(notes, message.track, message.slot, tempo, f"antiphon {session.name}")
        self._clips.add(sent, (sender.source[0], message.port), self._now)

    def _take_deferred(self) -> None:
        for session in list(self._roster.busy.values()):
            while (waiting := session.take_deferred()) is not None:
                message, sender, at, now = waiting
                try:
                    session.receive_now(message, sender, at, now)
                except MessageError as error:
                    self._refuse(error, sender.source, now, address_of(message))

    def _say(
        self,
        message: osc.Outgoing,
        sender: Sender,
        received: float | None = None,
        due: float | None = None,
        session: str = "",
    ) -> None:
        self._outbox.put(message, sender, self._now, received, due)
        self._outbox.keep("out", session or sender.session, self._now if due is None else due, message)

    def _refuse(self, error: MessageError, source: Source, now: float, under: str = "") -> None:
        """The one place where a refusal becomes an answer or a count; of an error that names no address, `under`."""
        self.stats.count(f"refused_{type(error).__name__.removesuffix('Error').lower()}")
        if isinstance(error, DatagramError):
            return
        sender = self._roster.senders.get(source)
        spoken = sender.dialect if sender and self._outbox.is_foreign else None
        if spoken is not None and not spoken.answers_errors:
            return
        if not self._throttle.lets_through(source, now):
            self.stats.count("errors_not_answered")
            return
        to = source if sender is None else sender.reply_to
        self._outbox.put_raw(codec.encode(osc.Error(error.what, error.address or under, error.hint, error.id)), to)

    def _time_of(self, time_tag: int, now: float) -> float:
        if time_tag == codec.IMMEDIATELY:
            return now
        moment = moment_of(time_tag)
        if abs(moment - now) <= NEAR:
            return moment
        self.stats.count("time_tags_ignored")
        return now


def _plain_name(name: str) -> str:
    """A name that is no path.

    Raises:
        RangeError: it has other signs than letters, digits, - and _.
    """
    if not all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in name):
        hint = "send a name of letters, digits, - and _; files go into the output folder alone"
        raise RangeError("the name is no plain name", hint, f"{PREFIX}save")
    return name
