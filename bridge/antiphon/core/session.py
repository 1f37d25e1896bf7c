"""One window and its clock, with all that is asked of it: controls, mode, open requests, what is played in time.

What a message does to the window happens at once, when it is received; what it asks of the network becomes a request
(`requests.py`). Requests are answered in order. A phrase and what is played in time are different: each of their notes
enters the window, so they ask for one note at a time, beside whatever else is waiting. With `commit` predictions enter
the window too, and what comes in while one is asked for waits its turn, so that the order is that of the messages.

A session knows no socket and no network. What it has to say goes through `say`, to one of its senders.
"""

import math
from collections import deque
from functools import partial

import numpy as np

from antiphon.core.controls import CONTROLS, Controls, preset
from antiphon.core.limits import MAX_WAITING, MUCH
from antiphon.core.modes import Listening, Player
from antiphon.core.past import Past
from antiphon.core.pedal import Pedal
from antiphon.core.requests import Kind, Phrase, Question, Requests, Say, Sender, Turn
from antiphon.core.tempo import Tempo
from antiphon.core.window import Window
from antiphon.errors import BusyError
from antiphon.note import HIDDEN, MAX_SECONDS, FloatArray, Note
from antiphon.osc import messages as osc
from antiphon.take import CONTROL_CHANGE, EVERY_KEY_UP, NOTE_OFF, NOTE_ON, PEDAL_DOWN, SUSTAIN

__all__ = ["Session"]

SHOWN = 8
"""Predictions that `stats` tells of."""

HOLDING = 4
"""Pauses that a held key is waited for: a chord that is held on is an end, too, and some senders never let go."""

RESTING = 10
"""Pauses of the player after which a duet rests: who left the stage is not played after for ever."""

ALL_UNKNOWN = np.full(4, HIDDEN, np.float32)


class Session:
    """One window, shared by whoever joined it.

    Args:
        name: one of a kind in this run of the server.
        seed: of its random numbers.
        say: takes what there is to say.
    """

    def __init__(self, name: str, seed: int, say: Say) -> None:
        self.name = name
        self.window = Window()
        self.controls = Controls()
        self.tempo = Tempo()
        self.player = Player(self.window, self.tempo)
        self.predicted: deque[Note] = deque(maxlen=SHOWN)
        self.past = Past()
        self.note_count = 0
        self.last_used = 0.0
        self.last_ticket = 0
        self.last_crowded = -math.inf
        self.say = partial(say, session=name)
        self._listener: Sender | None = None
        self._listening = Listening()
        self._deferred: deque[tuple[osc.Incoming, Sender, float, float]] = deque()
        self._last_onset: float | None = None
        self._pedal = Pedal(self.window)
        self._is_surprise = self._is_committing = self._is_told_to_play = False
        self._pause = 0.0
        self._mode = ""
        self.requests = Requests(seed)
        self.controls.set({"seed": (seed,)})
        self._settle(list(CONTROLS), 0.0)

    def receive(self, message: osc.Incoming, sender: Sender, at: float, now: float) -> None:
        """Take in a message.

        Args:
            message: from one of this session's senders.
            sender: who.
            at: when its event happened, in seconds: `now`, or what a bundle's time tag says.
            now: when it came.
        Raises:
            BusyError: too many requests wait already.
            ArgumentError, RangeError: a control that is not there, or not within its range.
        """
        if self.requests.commits or self._deferred:
            if len(self._deferred) >= MAX_WAITING:
                raise BusyError(f"{MAX_WAITING} messages are waiting already", "send more slowly")
            self._deferred.append((message, sender, at, now))
        else:
            self.receive_now(message, sender, at, now)

    def take_deferred(self) -> tuple[osc.Incoming, Sender, float, float] | None:
        """The next message that waited for a committed prediction, if none is asked for any more."""
        return self._deferred.popleft() if self._deferred and not self.requests.commits else None

    def receive_now(self, message: osc.Incoming, sender: Sender, at: float, now: float) -> None:
        """As `receive`, for a message that waits for nothing, or that `take_deferred` gave."""
        match message:
            case osc.Note(pitch, step, duration, velocity, id):
                self.requests.has_room((self._mode == "echo") + self._is_surprise, id)
                self._strike(Note(pitch, step, duration, velocity), sender, id, at, now)
            case osc.NoteOn(pitch, 0):
                self._lift(pitch, at)
            case osc.NoteOn(pitch, velocity, id):
                self.requests.has_room((self._mode == "echo") + self._is_surprise, id)
                self._give_way(now)
                self._strike(Note(pitch, self._step_to(at), HIDDEN, velocity), sender, id, at, now)
            case osc.NoteOff(pitch):
                self._lift(pitch, at)
            case osc.Midi(status, first, second):
                self._receive_midi(status & 0xF0, first, second, sender, at, now)
            case osc.Predict(count, id):
                self._ask(sender, id, now, "proposal", count)
            case osc.Query(pitch, step, duration, velocity, id):
                chosen = np.array([pitch, step, duration, velocity], np.float32)
                self._ask(sender, id, now, chosen=chosen)
            case osc.Continue(count, id):
                phrase = Phrase(sender, id, now, self.controls.manner, self.requests.draw(count))
                self.requests.begin_phrase(phrase)
            case osc.Play(on):
                self._listen(sender, now)
                self._play(on, now)
            case osc.Mode(name):
                self._set({"mode": (name,)}, sender, now)
            case osc.Set(name, values):
                self._set({name: values}, sender, now)
            case osc.Preset(name):
                self._set(preset(name), sender, now)
            case osc.Get(name):
                for one in [name] if name else CONTROLS:
                    self.say(osc.ValueAnswer(one, self.value(one)), sender)
            case osc.Tempo(bpm):
                self._retime(bpm, now)
            case osc.Beat():
                self._beat(at)
            case osc.Reset():
                self.end_all(now)
                self.window.clear()
                self._pedal = Pedal(self.window)
                self._last_onset = None
            case osc.Panic():
                self.end_all(now)
                self._pedal.lift_all(at)

    def value(self, name: str) -> tuple[int | float | str, ...]:
        """What a control stands at.

        Raises:
            RangeError: there is none of this name.
        """
        return (self.tempo.bpm,) if name == "tempo" else self.controls.get(name)

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has played or set anything here yet."""
        return not self.note_count and self._mode == "echo"

    @property
    def unanswered(self) -> list[tuple[Sender, int]]:
        """Who asked for what is not answered yet, and the id that they gave it; phrases apart."""
        asked = [(question.sender, question.id) for question in self.requests.questions]
        return asked + [(sender, getattr(message, "id", 0)) for message, sender, *_ in self._deferred]

    @property
    def is_asking(self) -> bool:
        """Whether a question or a phrase waits."""
        return bool(self.requests.questions or self.requests.phrases)

    @property
    def asks_much(self) -> bool:
        """Whether more waits than two hands ask for at once."""
        return self.requests.waiting + len(self._deferred) > MUCH

    @property
    def mode(self) -> str:
        """echo, respond, duet or manual."""
        return self._mode

    def next_due(self) -> float | None:
        """When `tick` has something to do by itself, None if it has not."""
        player = self.player
        due = player.schedule.next_due()
        times = [] if due is None else [due - player.lookahead]
        if (asks := player.asks_at()) is not None:
            times.append(asks)
        if (answers := self._responds_at()) is not None:
            times.append(answers)
        return min(times) if times else None

    def tick(self, now: float) -> None:
        """Say what is due, and begin a response if the player has paused."""
        answers = self._responds_at()
        if answers is not None and answers <= now:
            listening, self._listening = self._listening, Listening()
            self.player.begin(listening.count, listening.step)
        if self._mode == "duet" and not self._is_told_to_play and now > self._listening.heard + self._pause * RESTING:
            self.player.rest()
        for due in self.player.release(now):
            self._sound(due.at, due.pitch, due.velocity)

    def is_idle(self) -> bool:
        """Whether nothing is open: no request, nothing that sounds or will, no response to come."""
        return not (self.is_asking or self._deferred) and self.next_due() is None

    def wants_turn(self, now: float) -> bool:
        """Whether the next note that is played in time is to be asked for."""
        asks = self.player.asks_at()
        return asks is not None and asks <= now

    def take_turn(self) -> Turn:
        """The next note that is played in time; its window is that of now."""
        return Turn(self.player.ask(), self.controls.manner, self.requests.draw(1)[0])

    def take_turns_note(self, turn: Turn, note: Note, now: float) -> None:
        """The note that a turn was answered with: onto the schedule, unless that playing is over."""
        if turn.epoch != self.player.epoch:
            return
        note = turn.manner.finished(note)
        onset = self.player.take(note, now, self._last_onset)
        self._last_onset = onset if self._last_onset is None else max(onset, self._last_onset)
        self.past.add(onset, note)
        self.predicted.append(note)

    def enter(self, note: Note, received: float) -> None:
        """A prediction that was asked for at `received` enters the window, its step after the last onset of either
        player, as a saved session has it."""
        self.window.add(note)
        last = received if self._last_onset is None else self._last_onset
        self.past.add(max(last, self.past.last_onset) + note.step, note)

    def committed(self, note: Note | None, received: float) -> None:
        """A prediction that was to enter the window was answered, or failed."""
        self.requests.commits -= 1
        if note is not None:
            self.enter(note, received)

    def sound(self, note: Note, sender: Sender, now: float) -> None:
        """Play a prediction in time, for a sender that knows notes only as they begin and end."""
        self._listen(sender, now)
        onset = max(now, (self._last_onset or now) + note.step)
        self.player.schedule.add(note.pitch, note.velocity, onset, note.duration)

    def _listen(self, sender: Sender, now: float) -> None:
        """From here on this sender, if it is still here, hears what is played; what the one before hears ends."""
        if self._listener is not sender and sender.session == self.name:
            for due in self.player.schedule.end_all(now):
                self._sound(due.at, due.pitch, 0)
            self._listener = sender

    def leave(self, sender: Sender, now: float) -> None:
        """A sender goes: what it listens to ends."""
        if self._listener is sender:
            self.end_all(now)
            self._listener = None

    def end_all(self, now: float) -> None:
        """End every phrase and every sounding note of the model, and listen anew. A phrase that has not begun is begun
        and ended, so that no sender waits for ever."""
        for phrase in list(self.requests.phrases):
            if not phrase.asked:
                self.say(osc.PhraseBegin(phrase.id, 0), phrase.sender)
            self.say(osc.PhraseEnd(phrase.id), phrase.sender)
            self.requests.end_phrase(phrase)
        self._is_told_to_play = False
        self._listening = Listening()
        for due in self.player.stop(now):
            self._sound(due.at, due.pitch, 0)

    def _receive_midi(self, kind: int, first: int, second: int, sender: Sender, at: float, now: float) -> None:
        if kind == NOTE_ON:
            self.receive_now(osc.NoteOn(first, second, 0), sender, at, now)
        elif kind == NOTE_OFF:
            self._lift(first, at)
        elif kind == CONTROL_CHANGE and first == SUSTAIN:
            self._pedal.move(second >= PEDAL_DOWN, at)
        elif kind == CONTROL_CHANGE and first in EVERY_KEY_UP:
            self._pedal.lift_all(at)
            self._listening.lift(at)

    def _strike(self, note: Note, sender: Sender, id: int, at: float, now: float) -> None:
        """A note of the player enters the window; asks what the mode says."""
        if note.duration != HIDDEN:
            self._give_way(now)
            self._last_onset = at if self._last_onset is None else max(at, self._last_onset)
        if self._is_surprise:
            chosen = ALL_UNKNOWN.copy()
            chosen[:2] = note.pitch, note.step
            self._ask(sender, id, now, "surprise", 1, chosen)
        if note.duration == HIDDEN:
            self._pedal.strike(note.pitch)
            self.window.press(note.pitch, note.step, note.velocity, at)
        else:
            self.window.add(note)
        self.note_count += 1
        self._listening.strike(at, self._pause)
        self.tempo.hear(at)
        if self._mode == "echo":
            self._ask(sender, id, now)
        elif self._mode != "manual":
            self._listen(self._listener or sender, now)  # who set the mode may have left
            if self._mode == "duet" and not self.player.is_on:
                self.player.begin()

    def _lift(self, pitch: int, at: float) -> None:
        self._pedal.lift(pitch, at)
        self._listening.lift(at)

    def _give_way(self, now: float) -> None:
        """In mode respond the model falls silent as soon as the player plays."""
        if self._mode == "respond" and (self.player.is_on or self.player.schedule.next_due() is not None):
            ended, self._last_onset = self.player.give_way(now, self._last_onset)
            for due in ended:
                self._sound(due.at, due.pitch, 0)

    def _responds_at(self) -> float | None:
        listening = self._listening
        if self._mode != "respond" or not listening.count or self.player.is_on:
            return None
        is_holding = self.window.is_held and not self._pedal.is_down
        return listening.heard + self._pause * (HOLDING if is_holding else 1)

    def _play(self, on: int, now: float) -> None:
        self._is_told_to_play = on == 1
        if on and not self.player.is_on:
            self.player.begin()
        elif not on:
            for due in self.player.stop(now):
                self._sound(due.at, due.pitch, 0)

    def _sound(self, at: float, pitch: int, velocity: int) -> None:
        if self._listener is not None:
            message = osc.PlayOn(pitch, velocity) if velocity else osc.PlayOff(pitch)
            self.say(message, self._listener, None, at)

    def _set(self, changes: dict[str, tuple[int | float | str, ...]], sender: Sender, now: float) -> None:
        changed = self.controls.set(changes)
        if "mode" in changed:
            self._listen(sender, now)
        self._settle(changed, now)
        for name in dict.fromkeys(changed):
            self.say(osc.ValueAnswer(name, self.value(name)), sender)

    def _settle(self, changed: list[str], now: float) -> None:
        """What changed controls mean for all that reads them less often than for each note."""
        controls, player = self.controls, self.player
        self._is_surprise = controls.number("surprise") == 1
        self._is_committing = controls.number("commit") == 1
        self._pause = controls.number("pause")
        player.schedule.polyphony = int(controls.number("polyphony"))
        player.places = int(controls.number("quantize"))
        player.lookahead = controls.number("lookahead")
        if "seed" in changed and self._mode:
            self.requests.reseed(int(controls.number("seed")))
        if "tempo" in changed and self._mode:
            self._retime(controls.number("tempo"), now)
        mode = str(controls.get("mode")[0])
        if mode != self._mode and self._mode:
            for due in player.stop(now):
                self._sound(due.at, due.pitch, 0)
            self._listening = Listening()
            self._is_told_to_play = False
        self._mode = mode

    def _retime(self, bpm: float, now: float) -> None:
        before = self.tempo.bpm
        self.tempo.tell(bpm)
        self._follow(before)

    def _beat(self, at: float) -> None:
        before = self.tempo.bpm
        self.tempo.tap(at)
        self._follow(before)

    def _follow(self, before: float) -> None:
        if before and self.tempo.bpm and before != self.tempo.bpm and self.controls.number("follow"):
            self.window.stretch(before / self.tempo.bpm)

    def _ask(
        self, sender: Sender, id: int, now: float, kind: Kind = "note", count: int = 1, chosen: FloatArray | None = None
    ) -> None:
        uniforms = self.requests.draw(count)
        manner, window = self.controls.manner, self.window.snapshot()
        commits = kind == "note" and self._is_committing
        self.requests.ask(Question(sender, id, now, window, manner, uniforms, kind, commits, chosen))

    def _step_to(self, onset: float) -> float:
        """Seconds since the onset before, and `onset` is the last one from here on."""
        step = 0.0 if self._last_onset is None else onset - self._last_onset
        self._last_onset = onset if self._last_onset is None else max(onset, self._last_onset)
        return min(max(step, 0.0), MAX_SECONDS)
