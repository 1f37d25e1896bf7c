"""What is to be sent, in order, each message in the words of the one it goes to; and what the recorder is to keep.

Notes that are due later go as an OSC bundle with their time; all else goes as it is.
"""

from operator import attrgetter
from typing import Any, Literal

from antiphon.core.limits import Source
from antiphon.core.requests import Sender
from antiphon.core.stats import Stats
from antiphon.event import Event
from antiphon.osc import codec
from antiphon.osc import messages as osc
from antiphon.osc.table import INCOMING, OUTGOING, PREFIX, Row
from antiphon.timetag import time_tag_of

__all__ = ["Outbox", "address_of"]

UNKEPT = (osc.Ping, osc.Stats, osc.Pong, osc.StatsAnswer, osc.HelloAnswer, osc.ModelAnswer, osc.ValueAnswer)
"""Messages that say nothing of the music."""

OURS = (osc.HelloAnswer, osc.Pong, osc.StatsAnswer, osc.ValueAnswer, osc.ModelAnswer, osc.Saved)
"""Messages that no other program has a word for: a patch that mixes its own messages with ours hears ours of them."""


class Outbox:
    """Messages on their way out.

    Args:
        stats: where latencies are counted.
        is_recorded: keep events.

    `is_foreign` is true while another program's message is taken in: it asked for no value of ours.
    """

    def __init__(self, stats: Stats, is_recorded: bool) -> None:
        self.is_foreign = False
        self._stats = stats
        self._is_recorded = is_recorded
        self._waiting: list[tuple[bytes, Source, float | None]] = []
        self._events: list[Event] = []

    def put(self, message: osc.Outgoing, sender: Sender, now: float, received: float | None, due: float | None) -> None:
        """A message for a sender: since when it was waited for, and when it is due if that is later than now."""
        if self.is_foreign and isinstance(message, osc.ValueAnswer):
            return
        if sender.dialect is None or _is_ours(message):
            found = [codec.encode(message)]
        else:
            found = [codec.write(*sent) for sent in sender.dialect.write(message, now if due is None else due)]
        for data in found:
            if due is not None and due > now:
                data = codec.bundle(time_tag_of(due), [data])
            self._waiting.append((data, sender.reply_to, received))

    def put_raw(self, data: bytes, address: Source) -> None:
        """Bytes as they are."""
        self._waiting.append((data, address, None))

    def forward(self, sender: Sender) -> None:
        """What a sender's dialect has to say by itself."""
        if sender.dialect is not None and sender.dialect.outbox:
            self._waiting += [(codec.write(*sent), sender.reply_to, None) for sent in sender.dialect.outbox]
            sender.dialect.outbox.clear()

    def empty(self, now: float) -> list[tuple[bytes, Source]]:
        """All that waits, in order; each is given once."""
        waiting, self._waiting = self._waiting, []
        for _, _, received in waiting:
            if received is not None:
                self._stats.answered(now - received)
        return [(data, address) for data, address, _ in waiting]

    def keep(self, way: Literal["in", "out"], session: str, at: float, message: Any) -> None:
        """Note down a message for the recorder."""
        if self._is_recorded and not isinstance(message, UNKEPT):
            name, values = READERS[type(message)]
            self._events.append(Event(session, at, way, name, values(message)))

    def keep_state(self, session: str, at: float, name: str, values: tuple[int | float | str, ...]) -> None:
        """Note down for the recorder what the server did by itself."""
        if self._is_recorded:
            self._events.append(Event(session, at, "state", name, values))

    def take_events(self) -> list[Event]:
        """What the recorder is to keep; each is given once."""
        if not self._events:
            return []
        events, self._events = self._events, []
        return events


def _is_ours(message: osc.Outgoing) -> bool:
    """Whether this answers what only a message of ours asks for."""
    return isinstance(message, OURS) or (isinstance(message, osc.Error) and message.address.startswith(PREFIX))


def _values(row: Row) -> Any:
    """A function from a row's message to its values in their order."""
    names = [argument.name for argument in row.arguments]
    if row.takes_anything:
        return lambda message: (*(getattr(message, name) for name in names), *message.values)
    if len(names) > 1:
        return attrgetter(*names)
    return lambda message: tuple(getattr(message, name) for name in names)


READERS = {row.message: (row.name, _values(row)) for row in (*INCOMING.values(), *OUTGOING.values())}


def address_of(message: osc.Incoming | osc.Outgoing) -> str:
    """The address that a message comes or goes under."""
    return PREFIX + READERS[type(message)][0]
