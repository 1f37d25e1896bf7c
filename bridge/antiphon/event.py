"""What happened in a session, as the recorder keeps it: everything that came in and went out, in order.

The core makes events and the recorder writes them; neither knows the other.
"""

from typing import Literal, NamedTuple

__all__ = ["Event"]


class Event(NamedTuple):
    """One thing that happened.

    Args:
        session: its name, one of a kind in one run of the server.
        at: when, in seconds of Unix time.
        way: `in`, a message of a performer; `out`, an answer; `state`, what the server did by itself.
        name: of the message, its address without the prefix: `note/on`, `prediction`, `set`, ...; of a state `begin`
            (values: the session's seed, the model's name), `model` (name) or `end` (reason).
        values: the arguments, in the order of the table.
    """

    session: str
    at: float
    way: Literal["in", "out", "state"]
    name: str
    values: tuple[int | float | str, ...]
