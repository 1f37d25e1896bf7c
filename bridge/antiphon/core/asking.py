"""Which windows go to the network next, and what becomes of its answers.

A run of the network holds at most `BATCH` windows: first the notes that are played in time, then the next note of each
phrase, then questions, one from each session in turn, so that nobody's hundred questions delay another's one. A note
waits for the run before it and for its own, so while others play no session has more than a few questions in one, and
who asks much has but a share of the network's time (`share.py`).
"""

from collections.abc import Collection, Iterable, Sequence

from antiphon.core.limits import EACH
from antiphon.core.requests import Phrase, Question, Turn, want
from antiphon.core.session import Session
from antiphon.core.share import Share
from antiphon.note import FloatArray, Note
from antiphon.osc import messages as osc
from antiphon.wanted import Answer, Wanted

__all__ = ["BATCH", "Asking"]

BATCH = 32
"""Windows in one run of the network. The whole gain of batching is there at 16; more only keeps the first waiting."""

MOST_NATS = 1e6
"""A note that could not be is this unlikely: an infinity is no number that patches can show."""


class Asking:
    """The requests that are with the network, by ticket."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[Session, Question | Phrase | Turn]] = {}
        self._ticket = 0
        self._share = Share()

    def is_wanting(self, sessions: Iterable[Session], now: float) -> bool:
        """Whether any of these sessions wants an answer and need not wait for its share, as `wanted` saw it last."""
        waits = self._share.is_kept(now) and now < self._share.due
        return any(
            session.wants_turn(now) or (session.is_asking and not (waits and session.asks_much)) for session in sessions
        )

    def next_due(self, sessions: Iterable[Session]) -> float | None:
        """When one who asks much may be asked for."""
        return self._share.due if any(session.asks_much for session in sessions) else None

    def wanted(
        self, sessions: Sequence[Session], everyone: Collection[Session], now: float, is_shared: bool
    ) -> list[Wanted]:
        """The next windows that want an answer, what is played in time first, then one from each session in turn,
        until `BATCH` or none is left; if others play, a few of each.

        Args:
            sessions: those that are busy.
            everyone: all that there are; if some of them play who ask for little, who asks much has its share.
            is_shared: whether several were used lately.
        """
        self._share.look(sessions, everyone, now)
        is_kept = self._share.is_kept(now)
        found: list[Wanted] = []
        for session in sessions:
            if len(found) < BATCH and session.wants_turn(now):
                turn = session.take_turn()
                found.append(want(self._ticket_of(session, turn), session.window.snapshot(), turn.manner, turn.uniform))
        asking = [session for session in sessions if session.is_asking]
        if is_kept:
            asking = self._share.choose(asking, now)
        for session in asking:
            if len(found) < BATCH and session.requests.phrases:
                found.append(self._ask_phrase(session))
        busy = asking
        for place in range(EACH if is_shared or is_kept else BATCH):
            busy = [one for one in busy if one.requests.questions and not (place and is_kept and one.asks_much)]
            if not busy or len(found) == BATCH:
                break
            for session in busy[: BATCH - len(found)]:
                question, uniform = session.requests.take_question()
                ticket = self._ticket_of(session, question)
                asked = want(ticket, question.window, question.manner, uniform, question.chosen)
                found.append(asked.as_learnt() if question.kind == "surprise" else asked)
        return found

    def deliver(self, answers: Iterable[Answer], now: float) -> None:
        """Give back what the network said to the windows of the last `wanted()`."""
        self._share.end(now)
        for answer in answers:
            session, request = self._asked.pop(answer.ticket)
            if isinstance(request, Turn):
                session.take_turns_note(request, answer.note, now)
            elif isinstance(request, Phrase):
                self._deliver_to_phrase(session, request, answer)
            else:
                self._deliver_to_question(session, request, answer, now)

    def give_up(self, now: float) -> None:
        """The network failed on the windows of the last `wanted()`: say so to their senders, end their phrases and
        what they play."""
        asked, self._asked = self._asked, {}
        self._share.end(now)
        for session, request in asked.values():
            if isinstance(request, Turn):
                session.end_all(now)
                continue
            hint = "send it again; if that fails too, try another model"
            session.say(osc.Error("the model failed on this window", "", hint, request.id), request.sender)
            if isinstance(request, Phrase):
                session.requests.end_phrase(request)
                session.say(osc.PhraseEnd(request.id), request.sender)
            elif request.commits:
                session.committed(None, request.received)

    def _ask_phrase(self, session: Session) -> Wanted:
        phrase, uniform = session.requests.take_phrase()
        if phrase.asked == 1:
            session.say(osc.PhraseBegin(phrase.id, len(phrase.uniforms)), phrase.sender)
        return want(self._ticket_of(session, phrase), session.window.snapshot(), phrase.manner, uniform)

    def _ticket_of(self, session: Session, request: Question | Phrase | Turn) -> int:
        self._ticket += 1
        self._asked[self._ticket] = (session, request)
        session.last_ticket = self._ticket
        return self._ticket

    def _deliver_to_phrase(self, session: Session, phrase: Phrase, answer: Answer) -> None:
        note = phrase.manner.finished(answer.note)
        session.enter(note, phrase.received)
        session.predicted.append(note)
        received = phrase.received if phrase.asked == 1 else None
        session.say(osc.Prediction(*note, phrase.id), phrase.sender, received)
        if phrase.asked == len(phrase.uniforms):
            session.requests.end_phrase(phrase)
            session.say(osc.PhraseEnd(phrase.id), phrase.sender)

    def _deliver_to_question(self, session: Session, question: Question, answer: Answer, now: float) -> None:
        sender = question.sender
        if question.kind == "surprise":
            nats = max(-answer.log_prob[0], 0.0)
            session.say(osc.Surprise(min(nats, MOST_NATS), answer.note.pitch, question.id), sender)
            return
        note = question.manner.finished(answer.note)
        if question.chosen is not None:
            note = _kept(note, question.chosen)
        session.predicted.append(note)
        if question.commits:
            session.committed(note, question.received)
        is_here = sender.session == session.name
        if is_here and sender.dialect is not None and sender.dialect.plays:
            session.sound(note, sender, now)
        session.say(osc.Prediction(*note, question.id), sender, question.received)


def _kept(note: Note, chosen: FloatArray) -> Note:
    """The note with what the player asked to keep as they sent it: the network's arithmetic rounds."""
    pitch, step, duration, velocity = (
        told if told >= 0 else drawn for told, drawn in zip(chosen.tolist(), note, strict=True)
    )
    return Note(int(pitch), step, duration, int(velocity))
