"""Who is there: senders and the sessions they are in. Both are bounded, and who is dropped is told.

A sender begins in a session of its own, `session-N`, which nobody else can join; `session NAME` takes it to a shared
one. A session that everybody has left is over.
"""

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

import numpy as np

from antiphon.core.limits import MAX_SENDERS, TOGETHER, Source
from antiphon.core.outbox import Outbox
from antiphon.core.requests import Say, Sender
from antiphon.core.session import Session
from antiphon.errors import StateError
from antiphon.osc import messages as osc

__all__ = ["OWN", "Roster"]

OWN = "session-"
"""How the names of sessions begin that belong to one sender."""


class Roster:
    """Senders by source, sessions by name, each with the one used longest ago first.

    Args:
        seed: from which every session has its own.
        max_sessions: at once.
        say: what sessions answer through.
        outbox: where the beginnings and ends of sessions are noted down.
        model: gives the name of the model that answers.
    """

    def __init__(self, seed: int, max_sessions: int, say: Say, outbox: Outbox, model: Callable[[], str]) -> None:
        self.senders: OrderedDict[Source, Sender] = OrderedDict()
        self.sessions: OrderedDict[str, Session] = OrderedDict()
        self.busy: OrderedDict[str, Session] = OrderedDict()
        self.retired = 0
        self._seed = seed
        self._max_sessions = max_sessions
        self._say = say
        self._outbox = outbox
        self._model = model
        self._count = 0

    def sender(self, source: Source, now: float) -> Sender:
        """The sender at this source, new or not, with its session."""
        sender = self.senders.get(source)
        if sender is not None:
            self.senders.move_to_end(source)
            self.sessions.move_to_end(sender.session)
            return sender
        if len(self.senders) >= MAX_SENDERS:
            oldest = next(iter(self.senders.values()))
            self._drop(oldest, f"more than {MAX_SENDERS} senders; you were heard longest ago", now)
        self._count += 1
        name = f"{OWN}{self._count}"
        sender = self.senders[source] = Sender(source, source, name, name)
        self._open(name, (self._seed, self._count), now)
        return sender

    def join(self, sender: Sender, name: str, now: float) -> list[tuple[Sender, int]]:
        """Take a sender to a named session, made if there is none.

        Returns:
            Who is still here and asked for what nobody will answer, since everybody left that session, and its id.
        Raises:
            StateError: the name is that of somebody's own session.
        """
        if name == sender.session:
            return []
        if name.startswith(OWN):
            raise StateError(f"names that begin with {OWN} are for one sender alone", "send another name")
        before = self.sessions[sender.session]
        before.leave(sender, now)
        sender.session = name
        self._open(name, (self._seed, 0, *name.encode()), now).last_used = now
        if any(other.session == before.name for other in self.senders.values()):
            return []
        if before.name in self.sessions:  # where there may be one session alone, it was retired for the new one
            self._end(before, "everyone left", now)
        return [(one, id) for one, id in before.unanswered if self.senders.get(one.source) is one]

    def use(self, session: Session, now: float) -> None:
        """A message came for a session."""
        session.last_used = now
        self.busy[session.name] = session

    def is_shared(self) -> bool:
        """Whether the last two sessions were used soon after each other."""
        last = [session.last_used for session in islice(reversed(self.sessions.values()), 2)]
        return len(last) == 2 and last[0] - last[1] < TOGETHER

    def rest(self) -> None:
        """Forget as busy the sessions that have nothing to do: on the path of a note only the others are asked."""
        for name in [name for name, session in self.busy.items() if session.is_idle()]:
            del self.busy[name]

    def close(self, reason: str, now: float) -> None:
        """End every session and say goodbye to every sender."""
        for name in list(self.sessions):
            self._retire(name, reason, now)

    def _open(self, name: str, words: tuple[int, ...], now: float) -> Session:
        session = self.sessions.get(name)
        if session is not None:
            self.sessions.move_to_end(name)
            return session
        if len(self.sessions) >= self._max_sessions:
            reason = f"more than {self._max_sessions} sessions; yours was used longest ago"
            self._retire(next(iter(self.sessions)), reason, now)
            self.retired += 1
        seed = int(np.random.SeedSequence(words).generate_state(1)[0]) & 0x7FFFFFFF
        session = self.sessions[name] = Session(name, seed, self._say)
        self._outbox.keep_state(name, now, "begin", (seed, self._model()))
        return session

    def _retire(self, name: str, reason: str, now: float) -> None:
        self._end(self.sessions[name], reason, now)
        for sender in [one for one in self.senders.values() if one.session == name]:
            self._dismiss(sender, reason)

    def _end(self, session: Session, reason: str, now: float) -> None:
        session.end_all(now)
        self._outbox.keep_state(session.name, now, "end", (reason,))
        del self.sessions[session.name]
        self.busy.pop(session.name, None)

    def _drop(self, sender: Sender, reason: str, now: float) -> None:
        session = self.sessions[sender.session]
        if not any(other.session == session.name for other in self.senders.values() if other is not sender):
            self._retire(session.name, reason, now)
            return
        session.leave(sender, now)
        self._dismiss(sender, reason)

    def _dismiss(self, sender: Sender, reason: str) -> None:
        self._say(osc.Bye(reason), sender)
        del self.senders[sender.source]
        sender.session = ""  # what of theirs still waits must not be played to them
