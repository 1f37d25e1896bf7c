"""The doors of the core. A datagram goes in with its source and the time; what to send comes out.

    datagram(data, source, now)     decode; a refusal becomes an `error` answer or a count, here and nowhere else
    receive(message, source, now)   one message into its session
    wanted()                        windows that want an answer, at most `BATCH`
    deliver(answers, now)           what the network said, back to its sessions; give_up() if it failed
    to_send(now)                    bytes and where they go, in order

No clock, socket, thread, network or disk: time is an argument, in seconds of Unix time that never runs back.
A sender is its address and port, and has one session; answers go to that address alone.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from antiphon.core.limits import MAX_SESSIONS, STATS_LAST, Source, Throttle
from antiphon.core.session import Phrase, Question, Session
from antiphon.core.stats import Stats
from antiphon.errors import DatagramError, MessageError
from antiphon.note import WINDOW
from antiphon.osc import codec
from antiphon.osc import messages as osc
from antiphon.wanted import Answer, Wanted

__all__ = ["BATCH", "Core", "Identity"]

BATCH = 32
"""Windows in one run of the network. The whole gain of batching is there at 16; more only keeps the first waiting."""

NTP_EPOCH = 2208988800
"""Seconds from 1900, where OSC's time tags begin, to 1970."""

NEAR = 2.0
"""Seconds around now in which a time tag is believed: an event's own time, or a sender's clock that is off."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this server is.

    Args:
        version: of antiphon.
        model: the bundle's name.
        run: another number after each start.
        seed: of all random numbers; the same seed and messages give the same answers.
    """

    version: str
    model: str
    run: int
    seed: int


class Core:
    """All sessions of one server."""

    def __init__(self, identity: Identity, now: float) -> None:
        self.identity = identity
        self.stats = Stats()
        self._started = now
        self._sessions: OrderedDict[Source, Session] = OrderedDict()
        self._session_count = 0
        self._throttle = Throttle()
        self._asked: dict[int, tuple[Session, Question | Phrase]] = {}
        self._ticket = 0
        self._outbox: list[tuple[osc.Outgoing, Source, float | None]] = []
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
                message = codec.decode(part)
                self.receive(message, source, now, self._time_of(time_tag, now))
            except MessageError as error:
                self._refuse(error, source, now)

    def receive(self, message: osc.Incoming, source: Source, now: float, at: float | None = None) -> None:
        """One message from `source` that came at `now`; its event happened then, or at `at`.

        Raises:
            BusyError: the session has too many requests waiting.
        """
        self.stats.count("messages")
        session = self._session(source)
        match message:
            case osc.Hello(name):
                session.performer = name or session.performer
                self._answer(self._hello(session), session)
            case osc.Reply(port):
                session.reply_to = (source[0], port)
                self._answer(self._hello(session), session)
            case osc.Ping(values):
                self._answer(osc.Pong(values), session)
            case osc.Stats():
                if not 0 <= now - self._summary[0] < STATS_LAST:
                    self._summary = (now, json.dumps(self.summary(now)))
                self._answer(osc.StatsAnswer(self._summary[1]), session)
            case _:
                for answer in session.receive(message, now if at is None else at, now):
                    self._answer(answer, session)

    def wanting(self) -> bool:
        """Whether any window wants an answer."""
        return any(session.has_question or session.has_phrase for session in self._sessions.values())

    def wanted(self) -> list[Wanted]:
        """The next windows that want an answer: one from each session in turn, until `BATCH` or none is left."""
        found: list[Wanted] = []
        busy = list(self._sessions.values())
        for session in busy:
            if session.has_phrase and len(found) < BATCH:
                found.append(self._ask_phrase(session))
        while busy and len(found) < BATCH:
            busy = [session for session in busy if session.has_question]
            for session in busy[: BATCH - len(found)]:
                found.append(self._ask_question(session))
        return found

    def deliver(self, answers: Iterable[Answer], now: float) -> None:
        """Give back what the network said to the windows of the last `wanted()`."""
        for answer in answers:
            session, request = self._asked.pop(answer.ticket)
            if isinstance(request, Phrase):
                self._deliver_to_phrase(session, request, answer)
            else:
                self._answer(osc.Prediction(*answer.note, request.id), session, request.received)

    def give_up(self) -> None:
        """The network failed on the windows of the last `wanted()`: say so to their senders, and end their phrases."""
        for session, request in self._asked.values():
            hint = "send it again; if that fails too, try another model"
            self._answer(osc.Error("the model failed on this window", "", hint, request.id), session)
            if isinstance(request, Phrase):
                session.end_phrase(request)
                self._answer(osc.PhraseEnd(request.id), session)
        self._asked.clear()

    def to_send(self, now: float) -> list[tuple[bytes, Source]]:
        """The bytes that are due and where they go, in order; each is given once."""
        outbox, self._outbox = self._outbox, []
        found = []
        for message, address, received in outbox:
            found.append((codec.encode(message), address))
            if received is not None:
                self.stats.answered(now - received)
        return found

    def close(self, reason: str) -> None:
        """Say goodbye to every session."""
        for session in self._sessions.values():
            self._answer(osc.Bye(reason), session)
        self._sessions.clear()

    def summary(self, now: float) -> dict[str, object]:
        """What `stats` answers: who this is, for how long, how many sessions, counts and latencies."""
        return {
            "version": self.identity.version,
            "model": self.identity.model,
            "uptime_s": round(now - self._started, 1),
            "sessions": len(self._sessions),
            "performers": [session.performer for session in self._sessions.values()],
            **self.stats.summary(),
        }

    def _session(self, source: Source) -> Session:
        session = self._sessions.get(source)
        if session is not None:
            self._sessions.move_to_end(source)
            return session
        if len(self._sessions) >= MAX_SESSIONS:
            _, retired = self._sessions.popitem(last=False)
            self.stats.count("sessions_retired")
            self._answer(osc.Bye(f"more than {MAX_SESSIONS} sessions; yours was used longest ago"), retired)
        self._session_count += 1
        seed = int(np.random.SeedSequence((self.identity.seed, self._session_count)).generate_state(1)[0])
        session = self._sessions[source] = Session(f"session-{self._session_count}", source, seed)
        return session

    def _hello(self, session: Session) -> osc.HelloAnswer:
        identity = self.identity
        return osc.HelloAnswer(identity.version, identity.model, WINDOW, session.name, identity.run)

    def _ask_phrase(self, session: Session) -> Wanted:
        phrase, uniform = session.take_phrase()
        if phrase.asked == 1:
            self._answer(osc.PhraseBegin(phrase.id, len(phrase.uniforms)), session)
        return Wanted.plain(self._give_ticket(session, phrase), session.window.snapshot(), uniform)

    def _ask_question(self, session: Session) -> Wanted:
        question, uniform = session.take_question()
        return Wanted.plain(self._give_ticket(session, question), question.window, uniform)

    def _give_ticket(self, session: Session, request: Question | Phrase) -> int:
        self._ticket += 1
        self._asked[self._ticket] = (session, request)
        return self._ticket

    def _deliver_to_phrase(self, session: Session, phrase: Phrase, answer: Answer) -> None:
        session.window.add(answer.note)
        received = phrase.received if phrase.asked == 1 else None
        self._answer(osc.Prediction(*answer.note, phrase.id), session, received)
        if phrase.asked == len(phrase.uniforms):
            session.end_phrase(phrase)
            self._answer(osc.PhraseEnd(phrase.id), session)

    def _answer(self, message: osc.Outgoing, session: Session, received: float | None = None) -> None:
        self._outbox.append((message, session.reply_to, received))

    def _refuse(self, error: MessageError, source: Source, now: float) -> None:
        """The one place where a refusal becomes an answer or a count."""
        self.stats.count(f"refused_{type(error).__name__.removesuffix('Error').lower()}")
        if isinstance(error, DatagramError):
            return
        if not self._throttle.lets_through(source, now):
            self.stats.count("errors_not_answered")
            return
        session = self._sessions.get(source)
        address = source if session is None else session.reply_to
        self._outbox.append((osc.Error(error.what, error.address, error.hint, error.id), address, None))

    def _time_of(self, time_tag: int, now: float) -> float:
        if time_tag == codec.IMMEDIATELY:
            return now
        moment = time_tag / 2**32 - NTP_EPOCH
        if abs(moment - now) <= NEAR:
            return moment
        self.stats.count("time_tags_ignored")
        return now
