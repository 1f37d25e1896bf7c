"""What a dialect is: another program's messages on one side, ours on the other, and nothing else.

A patch that was made for another program keeps its messages; its sender gets an instance of that program's dialect,
which remembers what the translation needs (a channel, a key that is down) and no more. `read` and `write` are called
with the time and hand back lists: no clock, no socket, no session. What is understood stands in a `TABLE` of the same
rows as ours in each module, with the other program's prefix, so that it is checked by the same code and refused by
the same words. These programs have no address for errors: a refusal is counted, never sent.
"""

from collections.abc import Sequence
from typing import Protocol

from antiphon.errors import AddressError
from antiphon.osc.codec import Value, shown
from antiphon.osc.messages import Incoming, Outgoing

__all__ = ["Dialect", "Sent", "Values", "to_velocity", "unknown"]

Values = Sequence[Value]
"""Arguments as `osc.codec.read` gives them."""

Sent = tuple[str, tuple[int | float | str, ...]]
"""Address and arguments of another program's message, for `osc.codec.write`."""


class Dialect(Protocol):
    """Another program's messages, translated; one instance for each sender that speaks it.

    Args:
        name: the program's.
        answers_errors: whether it has an address for errors.
        plays: true if predictions are to be played in time, as `PlayOn` and `PlayOff`; false if they are answered.
        begins: our messages that put a new session into the manner that this program's patches expect.
        outbox: answers that need no network; `read` leaves them here, and whoever called it takes them away.
        ignored: how many messages and arguments were taken in and left aside.
    """

    name: str
    answers_errors: bool
    plays: bool
    begins: tuple[Incoming, ...]
    outbox: list[Sent]
    ignored: int

    def read(self, address: str, values: Values, now: float) -> list[Incoming]:
        """Our messages that this one means, none if it is taken silently.

        Raises:
            AddressError, ArgumentError, RangeError: what it is not, by name.
        """

    def write(self, message: Outgoing, now: float) -> list[Sent]:
        """Their messages that this answer of ours becomes, none if they have no word for it."""


def unknown(address: str) -> AddressError:
    """The refusal of an address that begins as a dialect's and is none of it."""
    seen = shown(address)
    return AddressError(f"nobody serves the address {seen}", "docs/dialects.md lists what is understood", seen)


def to_velocity(amount: float) -> int:
    """The nearest MIDI velocity, 0-127; only 0 itself, which ends a note, becomes 0."""
    return max(1, round(amount)) if amount > 0 else 0
