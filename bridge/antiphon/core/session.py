"""One player's window, clock and open requests.

What a message does to the window happens at once, when it is received; what it asks of the network becomes a
request with a copy of the window as it then was and its own random numbers, so that an answer depends on the
messages before it alone and not on how they were batched. Requests are answered in order. A phrase is different:
each of its notes enters the window, so it asks for one note at a time, beside whatever else is waiting.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from antiphon.core.limits import MAX_WAITING, Source
from antiphon.core.window import Window
from antiphon.errors import BusyError
from antiphon.note import MAX_SECONDS, FloatArray, Note
from antiphon.osc import messages as osc
from antiphon.wanted import DRAWS

__all__ = ["Phrase", "Question", "Session"]


DRAWN_AHEAD = 64
"""Rows of random numbers drawn at once: so many cost as much as one, 3 us on the path of a note."""


@dataclass(slots=True)
class Question:
    """So many predictions on one window.

    Args:
        id: the sender's.
        received: when its message came, for the latency.
        window: float32 [25, 4], as it was then.
        uniforms: a row for each prediction still due, float32 [count, DRAWS].
        asked: how many of the rows were given to the network.
    """

    id: int
    received: float
    window: FloatArray
    uniforms: FloatArray
    asked: int = 0


@dataclass(slots=True)
class Phrase:
    """Predictions in a row, each entering the window; `uniforms` as in `Question`."""

    id: int
    received: float
    uniforms: FloatArray
    asked: int = 0


class Session:
    """One sender. Knows no socket and no network; answers that need neither come back from `receive`."""

    def __init__(self, name: str, source: Source, seed: int) -> None:
        self.name = name
        self.reply_to = source
        self.performer = ""
        self.window = Window()
        self.questions: deque[Question] = deque()
        self.phrases: deque[Phrase] = deque()
        self._random = np.random.default_rng(seed)
        self._drawn = np.empty((0, DRAWS), np.float32)
        self._last_onset: float | None = None

    def receive(self, message: osc.Incoming, at: float, now: float) -> list[osc.Outgoing]:
        """Take in a message; returns what can be answered without the network.

        Args:
            message: from this session's sender.
            at: when its event happened, in seconds: `now`, or what a bundle's time tag says.
            now: when it came.
        Raises:
            BusyError: too many requests wait already.
        """
        match message:
            case osc.Note(pitch, step, duration, velocity, id):
                self._make_room(id)
                self.window.add(Note(pitch, step, duration, velocity))
                self._last_onset = at
                self._ask(1, id, now)
            case osc.NoteOn(pitch, 0):
                self.window.lift(pitch, at)
            case osc.NoteOn(pitch, velocity, id):
                self._make_room(id)
                self.window.press(pitch, self._step_to(at), velocity, at)
                self._ask(1, id, now)
            case osc.NoteOff(pitch):
                self.window.lift(pitch, at)
            case osc.Predict(count, id):
                self._make_room(id)
                self._ask(count, id, now)
            case osc.Continue(count, id):
                self._make_room(id)
                self.phrases.append(Phrase(id, now, self._draw(count)))
            case osc.Reset():
                self.window.clear()
                self._last_onset = None
                return self._end_phrases()
            case osc.Panic():
                self.window.lift_all(at)
                return self._end_phrases()
        return []

    def _make_room(self, id: int) -> None:
        """Refuse before the window is touched, so that a refused note leaves no trace."""
        if len(self.questions) + len(self.phrases) >= MAX_WAITING:
            raise BusyError(f"{MAX_WAITING} requests are waiting already", "send more slowly", id=id)

    def _ask(self, count: int, id: int, now: float) -> None:
        self.questions.append(Question(id, now, self.window.snapshot(), self._draw(count)))

    def _draw(self, count: int) -> FloatArray:
        """Random numbers for so many predictions, float32 [count, DRAWS]."""
        if count > len(self._drawn):
            self._drawn = self._random.random((max(count, DRAWN_AHEAD), DRAWS), dtype=np.float32)
        drawn, self._drawn = self._drawn[:count], self._drawn[count:]
        return drawn

    def _step_to(self, onset: float) -> float:
        """Seconds since the onset before, and `onset` is the last one from here on."""
        step = 0.0 if self._last_onset is None else onset - self._last_onset
        self._last_onset = onset
        return min(max(step, 0.0), MAX_SECONDS)

    def _end_phrases(self) -> list[osc.Outgoing]:
        """Drop the phrases. One that has not begun is begun and ended, so that no sender waits for ever."""
        answers: list[osc.Outgoing] = []
        for phrase in self.phrases:
            if not phrase.asked:
                answers.append(osc.PhraseBegin(phrase.id, 0))
            answers.append(osc.PhraseEnd(phrase.id))
        self.phrases.clear()
        return answers
