"""What a session asks of the network: one dataclass for each kind, with all that the answer depends on.

A request takes what it needs when its message comes, the window, the manner and the random numbers, so that an answer
depends on the messages before it alone and not on how they were batched. What goes into the window with each note
(a phrase, what is played in time) asks for one note at a time, and takes the window when it asks.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from antiphon.core.controls import Manner
from antiphon.core.limits import MAX_WAITING, Source
from antiphon.dialects import Dialect
from antiphon.errors import BusyError
from antiphon.note import WINDOW, FloatArray
from antiphon.osc.messages import Outgoing
from antiphon.wanted import CHOOSE, DRAWS, Wanted

__all__ = ["COLUMNS", "Kind", "Phrase", "Question", "Requests", "Say", "Sender", "Turn", "want"]

DRAWN_AHEAD = 64
"""Rows of random numbers drawn at once: so many cost as much as one, 3 us on the path of a note."""

REMEMBERED = 7
"""Pitches that `repetition` looks back on: about as many as a listener keeps in mind (Miller 1956)."""

COLUMNS = DRAWS + 1 + REMEMBERED
"""Random numbers with each note: those of the network, one for mutation, one for each pitch that may be avoided."""

FADING = 0.8
"""How much less each earlier pitch is avoided."""

WILDER = 2.0
"""Times the temperature of a note that mutates."""

FREE = np.full(4, CHOOSE, np.float32)


Kind = Literal["note", "proposal", "surprise"]


@dataclass(slots=True, eq=False)
class Sender:
    """Who sends: an address and port, where its answers go, and how it speaks.

    Args:
        source: its address and port.
        reply_to: where answers go: the same host always.
        performer: what it calls itself.
        session: the name of the session it is in.
        dialect: another program's messages, if it speaks those.
    """

    source: Source
    reply_to: Source
    performer: str
    session: str
    dialect: Dialect | None = None


class Say(Protocol):
    """How a sender is answered: since when it waited, when it is due if not now, and which session it answers, if not
    the one that the sender is in."""

    def __call__(
        self,
        message: Outgoing,
        sender: Sender,
        received: float | None = None,
        due: float | None = None,
        session: str = "",
    ) -> None: ...


@dataclass(slots=True, eq=False)
class Question:
    """So many predictions on one window.

    Args:
        sender: who asked and is answered.
        id: the sender's.
        received: when its message came, for the latency.
        window: float32 [25, 4], as it was then.
        manner: the controls as they stood.
        uniforms: a row for each prediction, float32 [count, COLUMNS].
        kind: what the answer is for: the next note, one of several proposals for it, or how unlikely a note was.
        commits: its answer enters the window.
        chosen: what is already known, float32 [4].
        asked: how many predictions were asked of the network.
    """

    sender: Sender
    id: int
    received: float
    window: FloatArray
    manner: Manner
    uniforms: FloatArray
    kind: Kind = "note"
    commits: bool = False
    chosen: FloatArray | None = None
    asked: int = 0


@dataclass(slots=True, eq=False)
class Phrase:
    """Predictions in a row, each entering the window; fields as in `Question`."""

    sender: Sender
    id: int
    received: float
    manner: Manner
    uniforms: FloatArray
    asked: int = 0


@dataclass(slots=True, eq=False)
class Turn:
    """The next note that the model plays in time.

    Args:
        epoch: of the playing it belongs to; when that is over, the answer is void.
        manner: the controls as they stood.
        uniform: random numbers, float32 [COLUMNS].
    """

    epoch: int
    manner: Manner
    uniform: FloatArray


class Requests:
    """What waits for the network in one session, and the random numbers it is given.

    `waiting` counts predictions, `commits` those that are to enter the window; `last_asked` is when it was last asked.

    Args:
        seed: of the random numbers.
    """

    def __init__(self, seed: int) -> None:
        self.questions: deque[Question] = deque()
        self.phrases: deque[Phrase] = deque()
        self.commits = 0
        self.waiting = 0
        self.last_asked = -math.inf
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """Begin the random numbers anew."""
        self._random = np.random.default_rng(seed)
        self._drawn = np.empty((0, COLUMNS), np.float32)

    def draw(self, count: int) -> FloatArray:
        """Random numbers for so many predictions, float32 [count, COLUMNS]."""
        if count > len(self._drawn):
            self._drawn = self._random.random((max(count, DRAWN_AHEAD), COLUMNS), dtype=np.float32)
        drawn, self._drawn = self._drawn[:count], self._drawn[count:]
        return drawn

    def has_room(self, count: int, id: int) -> None:
        """See that so many more predictions may wait.

        Raises:
            BusyError: they may not.
        """
        if self.waiting + count > MAX_WAITING:
            raise BusyError(f"{self.waiting} predictions are waiting already", "send more slowly", id=id)

    def ask(self, question: Question) -> None:
        """A question joins the others.

        Raises:
            BusyError: too many wait already.
        """
        self.has_room(len(question.uniforms), question.id)
        self.waiting += len(question.uniforms)
        self.commits += question.commits
        self.last_asked = question.received
        self.questions.append(question)

    def begin_phrase(self, phrase: Phrase) -> None:
        """A phrase joins the others.

        Raises:
            BusyError: too many predictions wait already.
        """
        self.has_room(len(phrase.uniforms), phrase.id)
        self.waiting += len(phrase.uniforms)
        self.last_asked = phrase.received
        self.phrases.append(phrase)

    def take_question(self) -> tuple[Question, FloatArray]:
        """The oldest question, and the random numbers of its next prediction, float32 [COLUMNS]."""
        question = self.questions[0]
        uniform = question.uniforms[question.asked]
        question.asked += 1
        self.waiting -= 1
        if question.asked == len(question.uniforms):
            self.questions.popleft()
        return question, uniform

    def take_phrase(self) -> tuple[Phrase, FloatArray]:
        """The oldest phrase, which stays until it is ended, and the random numbers of its next note."""
        phrase = self.phrases[0]
        uniform = phrase.uniforms[phrase.asked]
        phrase.asked += 1
        self.waiting -= 1
        return phrase, uniform

    def end_phrase(self, phrase: Phrase) -> None:
        """Drop a phrase, whatever of it is still due; nothing if it is over."""
        if phrase in self.phrases:
            self.phrases.remove(phrase)
            self.waiting -= len(phrase.uniforms) - phrase.asked


def want(
    ticket: int, window: FloatArray, manner: Manner, uniform: FloatArray, chosen: FloatArray | None = None
) -> Wanted:
    """A window as it goes to the network, in the manner that the controls make."""
    heard = manner.slowed(window)
    if chosen is None:
        chosen = FREE
    elif manner.density != 1.0:
        chosen = np.where(chosen > 0, chosen * np.array([1, manner.density, manner.density, 1], np.float32), chosen)
    temperature, top_p, mask = manner.temperature, manner.top_p, manner.pitch_mask
    if manner.mutation and uniform[DRAWS] < manner.mutation:
        temperature, top_p = temperature * np.float32(WILDER), np.ones(4, np.float32)
    if manner.repetition:
        mask = _without_repeats(window, mask, manner.repetition, uniform[DRAWS + 1 :])
    return Wanted(ticket, heard, temperature, top_p, mask, chosen, uniform)


def _without_repeats(window: FloatArray, mask: FloatArray, repetition: float, uniform: FloatArray) -> FloatArray:
    """The mask without some of the last pitches, each left out by chance; but for the last pitch that is allowed."""
    left = mask.copy()
    for age in range(REMEMBERED):
        pitch = int(window[WINDOW - 1 - age, 0])
        if pitch >= 0 and uniform[age] < repetition * FADING**age:
            left[pitch] = 0
    return left if left.any() else mask
