"""Events into notes: what sounded in a session, the performer's and the model's, on one clock that begins at 0.

A key sounds from `note/on` to `note/off` (or the same as raw MIDI, held on by the sustain pedal), or to the session's
last event. A finished `note` begins its step after the performer's onset before, whenever it was sent: a script that
sends a whole piece at once is written down in its own rhythm. The first one, and the first after a `reset`, has no
onset before it and begins its duration before it was sent. The model's notes are `play/on` to `play/off`, and the
predictions of a phrase, each its step after the last onset of either player. Other predictions are proposals; they are
the model's part only where it played nothing else, each its step after the performer's last onset.

Beats that the performer sent, tempi that were said and not taken back, and what the pedal did go along.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from antiphon.event import Event
from antiphon.note import MIN_DURATION, NoteArray, order_notes
from antiphon.take import (
    CONTROL_CHANGE,
    EVERY_KEY_UP,
    NOTE_OFF,
    NOTE_ON,
    PEDAL_DOWN,
    SUSTAIN,
    Pedalling,
    Take,
    Taps,
)

__all__ = ["hear"]


def hear(events: Iterable[Event]) -> Take:
    """The notes that sounded, `performer` and `model`, onsets in seconds since the first of them, and what was told."""
    heard = _Heard()
    for event in events:
        heard.take(event)
    return heard.finish()


class _Player:
    """Notes as they are played: keys that go down and up, or whole notes. Moments are seconds of Unix time."""

    def __init__(self) -> None:
        self.notes: list[tuple[float, int, float, int]] = []
        self.last_onset: float | None = None
        self._down: dict[int, tuple[float, int]] = {}
        self._held: set[int] = set()
        self._pedal = False
        self.moves: dict[bool, list[float]] = {True: [], False: []}

    def add(self, onset: float, pitch: int, duration: float, velocity: int) -> None:
        self.notes.append((onset, pitch, max(duration, MIN_DURATION), velocity))
        self.last_onset = onset if self.last_onset is None else max(onset, self.last_onset)

    def press(self, pitch: int, velocity: int, at: float) -> None:
        self._end(pitch, at)  # a key that goes down again was up in between
        self._down[pitch] = (at, velocity)
        self.last_onset = at if self.last_onset is None else max(at, self.last_onset)

    def lift(self, pitch: int, at: float) -> None:
        if self._pedal and pitch in self._down:
            self._held.add(pitch)
        else:
            self._end(pitch, at)

    def press_pedal(self, is_down: bool, at: float) -> None:
        if is_down != self._pedal:
            self.moves[is_down].append(at)
        self._pedal = is_down
        if not is_down:
            for pitch in tuple(self._held):
                self._end(pitch, at)

    def lift_all(self, at: float) -> None:
        self.press_pedal(False, at)
        self.end_all(at)

    def end_all(self, at: float) -> None:
        for pitch in tuple(self._down):
            self._end(pitch, at)

    def _end(self, pitch: int, at: float) -> None:
        self._held.discard(pitch)
        if pitch in self._down:
            onset, velocity = self._down.pop(pitch)
            self.notes.append((onset, pitch, max(at - onset, MIN_DURATION), velocity))


class _Heard:
    """Both players of a session, event by event."""

    def __init__(self) -> None:
        self._performer, self._model, self._proposed = _Player(), _Player(), _Player()
        self._phrases: Counter[int | float | str] = Counter()
        self._taps: list[tuple[float, int]] = []
        self._tempi: list[float] = []
        self._starts_anew = True
        self._end = 0.0

    def take(self, event: Event) -> None:
        self._end = max(self._end, event.at)
        if event.way == "in":
            self._take_in(event)
        elif event.way == "out":
            self._take_out(event)

    def finish(self) -> Take:
        """Every key comes up; the clock is set so that the first onset is at 0."""
        for player in (self._performer, self._model):
            player.end_all(self._end)
        performer, model = self._performer.notes, self._model.notes or self._proposed.notes
        begin = min((onset for onset, *_ in performer + model), default=0.0)
        players = {"performer": _as_array(performer, begin), "model": _as_array(model, begin)}
        presses, lifts = (np.sort(self._performer.moves[is_down]) - begin for is_down in (True, False))
        return Take(players, None, _as_taps(self._taps, begin), tuple(self._tempi), Pedalling(presses, lifts))

    def _take_in(self, event: Event) -> None:
        performer, at = self._performer, event.at
        match event.name, event.values:
            case "note", (pitch, step, duration, velocity, *_):
                performer.add(
                    self._onset_of(float(step), float(duration), at), int(pitch), float(duration), int(velocity)
                )
                self._starts_anew = False
            case "note/on", (pitch, velocity, *_):
                self._key(int(pitch), int(velocity), at)
            case "note/off", (pitch, *_):
                performer.lift(int(pitch), at)
            case "midi", (status, first, second, *_):
                self._take_midi(int(status) & 0xF0, int(first), int(second), at)
            case "panic", _:
                performer.lift_all(at)
            case "reset", _:
                self._starts_anew = True
            case "beat", (number, *_):
                self._taps.append((at, int(number)))
            case ("tempo", (int() | float() as bpm, *_)) | ("set", ("tempo", int() | float() as bpm, *_)):
                self._tempi = [*self._tempi, float(bpm)] if bpm > 0 else []

    def _take_midi(self, status: int, first: int, second: int, at: float) -> None:
        if status == NOTE_ON:
            self._key(first, second, at)
        elif status == NOTE_OFF:
            self._performer.lift(first, at)
        elif status == CONTROL_CHANGE and first == SUSTAIN:
            self._performer.press_pedal(second >= PEDAL_DOWN, at)
        elif status == CONTROL_CHANGE and first in EVERY_KEY_UP:
            self._performer.lift_all(at)

    def _take_out(self, event: Event) -> None:
        match event.name, event.values:
            case "play/on", (pitch, velocity, *_):
                self._model.press(int(pitch), int(velocity), event.at)
            case "play/off", (pitch, *_):
                self._model.lift(int(pitch), event.at)
            case "phrase/begin", (id, *_):
                self._phrases[id] += 1
            case "phrase/end", (id, *_):
                self._phrases[id] -= 1
            case "prediction", (pitch, step, duration, velocity, id):
                player, onsets = self._proposed, [self._performer.last_onset]
                if self._phrases[id] > 0:
                    player, onsets = self._model, [self._performer.last_onset, self._model.last_onset]
                last = max((onset for onset in onsets if onset is not None), default=event.at)
                player.add(last + float(step), int(pitch), float(duration), int(velocity))

    def _key(self, pitch: int, velocity: int, at: float) -> None:
        if velocity > 0:
            self._performer.press(pitch, velocity, at)
            self._starts_anew = False
        else:
            self._performer.lift(pitch, at)

    def _onset_of(self, step: float, duration: float, at: float) -> float:
        last = self._performer.last_onset
        if last is None:
            return at - duration
        return max(at - duration, last) if self._starts_anew else last + step


def _as_array(notes: list[tuple[float, int, float, int]], begin: float) -> NoteArray:
    onsets, pitches, durations, velocities = zip(*notes, strict=True) if notes else ((), (), (), ())
    return order_notes(
        np.array(onsets, np.float64) - begin,
        np.array(pitches, np.int16),
        np.array(durations, np.float32),
        np.array(velocities, np.int16),
    )


def _as_taps(taps: list[tuple[float, int]], begin: float) -> Taps | None:
    if len(taps) < 2:
        return None
    seconds, numbers = zip(*sorted(taps, key=lambda tap: tap[0]), strict=True)
    return Taps(np.array(seconds, np.float64) - begin, np.array(numbers, np.int64))
