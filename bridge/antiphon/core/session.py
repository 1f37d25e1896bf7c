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


@dataclass(slots=True, eq=False)
class Question:
    """So many predictions on one window.

    Args:
        id: the sender's.
        received: when its message came, for the latency.
        window: float32 [25, 4], as it was then.
        uniforms: a row for each prediction, float32 [count, DRAWS].
        asked: how many of them were asked of the network.
    """

    id: int
    received: float
    window: FloatArray
    uniforms: FloatArray
    asked: int = 0


@dataclass(slots=True, eq=False)
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
        self.performer = name
        self.window = Window()
        self._questions: deque[Question] = deque()
        self._phrases: deque[Phrase] = deque()
        self._waiting = 0
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
                self._make_room(1, id)
                self.window.add(Note(pitch, step, duration, velocity))
                self._last_onset = at
                self._ask(1, id, now)
            case osc.NoteOn(pitch, 0):
                self.window.lift(pitch, at)
            case osc.NoteOn(pitch, velocity, id):
                self._make_room(1, id)
                self.window.press(pitch, self._step_to(at), velocity, at)
                self._ask(1, id, now)
            case osc.NoteOff(pitch):
                self.window.lift(pitch, at)
            case osc.Predict(count, id):
                self._make_room(count, id)
                self._ask(count, id, now)
            case osc.Continue(count, id):
                self._make_room(count, id)
                self._phrases.append(Phrase(id, now, self._draw(count)))
            case osc.Reset():
                self.window.clear()
                self._last_onset = None
                return self._end_phrases()
            case osc.Panic():
                self.window.lift_all(at)
                return self._end_phrases()
        return []

    @property
    def has_question(self) -> bool:
        """Whether a question waits for the network."""
        return bool(self._questions)

    @property
    def has_phrase(self) -> bool:
        """Whether a phrase wants its next note."""
        return bool(self._phrases)

    def take_question(self) -> tuple[Question, FloatArray]:
        """The oldest question, and the random numbers of its next prediction, float32 [DRAWS]."""
        question = self._questions[0]
        uniform = question.uniforms[question.asked]
        question.asked += 1
        self._waiting -= 1
        if question.asked == len(question.uniforms):
            self._questions.popleft()
        return question, uniform

    def take_phrase(self) -> tuple[Phrase, FloatArray]:
        """The oldest phrase, which stays until it is ended, and the random numbers of its next note."""
        phrase = self._phrases[0]
        uniform = phrase.uniforms[phrase.asked]
        phrase.asked += 1
        self._waiting -= 1
        return phrase, uniform

    def end_phrase(self, phrase: Phrase) -> None:
        """Drop a phrase, whatever of it is still due."""
        self._phrases.remove(phrase)
        self._waiting -= len(phrase.uniforms) - phrase.asked

    def _make_room(self, count: int, id: int) -> None:
        """Refuse before the window is touched, so that a refused note leaves no trace."""
        if self._waiting + count > MAX_WAITING:
            raise BusyError(f"{self._waiting} predictions are waiting already", "send more slowly", id=id)
        self._waiting += count

    def _ask(self, count: int, id: int, now: float) -> None:
        self._questions.append(Question(id, now, self.window.snapshot(), self._draw(count)))

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
        for phrase in list(self._phrases):
            if not phrase.asked:
                answers.append(osc.PhraseBegin(phrase.id, 0))
            answers.append(osc.PhraseEnd(phrase.id))
            self.end_phrase(phrase)
        return answers
