"""A recorded session as a script: what the performer sent, when to send it again, and what the answers are compared to.

The rule: the network depends on differences of time down to the last bit. So every moment is moved by the same whole
number of seconds, which leaves all differences exactly as they were, and is told by an OSC time tag, which can say
every one of them (2^-32 s, where a double near the present says 2^-22 s). At another speed rhythms change, and only
finished notes, which bring their own steps, are answered alike.
"""

import math
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from antiphon.event import Event
from antiphon.timetag import time_tag_of

__all__ = ["Cue", "same_answers", "script"]

LEFT_OUT = frozenset({"hello", "reply", "ping", "stats", "models", "get", "session", "save", "clip"})
"""What answers depend on none of: questions about the server, and what reaches other ports, files and sessions."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One message to send again.

    Args:
        due: when, in seconds of Unix time.
        tag: its OSC time tag, the moment of the event.
        name: the address without its prefix.
        values: the arguments.
    """

    due: float
    tag: int
    name: str
    values: tuple[int | float | str, ...]


def script(events: Iterable[Event], start: float, speed: float = 1.0) -> list[Cue]:
    """The messages of the performer, in the order they came; the first is due within a second of `start`.

    Args:
        events: of one session.
        start: seconds of Unix time.
        speed: 2 is twice as fast; at 1 every moment keeps its fraction of a second.
    """
    messages = [event for event in events if event.way == "in" and event.name not in LEFT_OUT]
    if not messages:
        return []
    first, due = messages[0].at, -math.inf
    shift = math.ceil(start - first)
    cues = []
    for event in messages:
        moment = event.at + shift if speed == 1.0 else first + shift + (event.at - first) / speed
        due = max(due, moment)  # a time tag may lie before that of the message before, the order of sending stays
        cues.append(Cue(due, time_tag_of(moment), event.name, event.values))
    return cues


def same_answers(recorded: Iterable[Sequence[int | float | str]], heard: Iterable[Sequence[int | float | str]]) -> int:
    """How many of the recorded predictions were heard again, bit by bit as OSC carries them, in whatever order."""
    return sum((Counter(map(_as_sent, recorded)) & Counter(map(_as_sent, heard))).values())


def _as_sent(values: Sequence[int | float | str]) -> tuple[object, ...]:
    return tuple(struct.pack(">f", value) if isinstance(value, float) else value for value in values)
