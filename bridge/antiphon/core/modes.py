"""When the model speaks by itself, and how it keeps time.

`Listening` is what respond knows of the player's phrase: how many notes, how long, and whether they have paused.
`Player` is the model at its instrument: it asks for the next note a little before the last one it knows begins, puts
it on the schedule, and remembers which notes nobody has heard yet, so that when the player comes in again those were
never there. Each note begins its step after the last onset in the window, the player's or its own: in a duet both share
one line of time.
"""

from collections import deque
from dataclasses import dataclass, field

from antiphon.core.schedule import LATE, Due, Schedule
from antiphon.core.tempo import Tempo
from antiphon.core.window import Window
from antiphon.note import Note

__all__ = ["Listening", "Player"]

HORIZON = 0.05
"""Seconds ahead that notes are asked for: a chord of ten is asked for note by note in a few ms each, and the player is
answered from what they played until a twentieth of a second ago."""

REST = 10.0
"""Seconds: a longer rest of the model is taken as this one, so that it never seems to have left."""

CHORD = 10
"""Notes at most that the model begins within `SPREAD`: two hands. A model that says no more than steps of 0 would else
play for ever without getting on."""

SPREAD = 0.02
"""Seconds."""

PACE = 3.0
"""A response is played at most so much faster or slower than the model would, to match the player's phrase."""

LONGEST = 200
"""Notes of a response at most."""


@dataclass(slots=True)
class Listening:
    """The player's phrase so far: `count` notes from `begun` to `last` (onsets); `heard` is when a key last moved."""

    count: int = 0
    begun: float = 0.0
    last: float = 0.0
    heard: float = 0.0

    def strike(self, onset: float, pause: float) -> None:
        """A key goes down; after a pause that begins a new phrase."""
        if not self.count or onset - self.heard > pause:
            self.count, self.begun = 0, onset
        self.count += 1
        self.last = self.heard = onset

    def lift(self, at: float) -> None:
        """A key comes up."""
        self.heard = max(self.heard, at)

    @property
    def step(self) -> float:
        """Seconds from note to note, on average."""
        return (self.last - self.begun) / (self.count - 1) if self.count > 1 else 0.0


@dataclass(slots=True)
class _Unheard:
    """A note on its way: when it begins (before any sliding), how many came before it, the last onset without it."""

    onset: float
    count: int
    last_onset: float | None


@dataclass(slots=True, eq=False)
class Player:
    """The model playing in time, into one session's window and schedule."""

    window: Window
    tempo: Tempo
    schedule: Schedule = field(default_factory=Schedule)
    is_on: bool = False
    epoch: int = 0
    places: int = 0
    lookahead: float = 0.0
    _is_asking: bool = False
    _left: int | None = None
    _head: float | None = None
    _target: float = 0.0
    _taken: float = 0.0
    _planned: float = 0.0
    _chord: deque[float] = field(default_factory=lambda: deque([-1.0] * CHORD, maxlen=CHORD))
    _unheard: deque[_Unheard] = field(default_factory=deque)

    def begin(self, count: int | None = None, step: float = 0.0) -> None:
        """Begin at the next tick: without end, or so many notes, this far apart on average (0: as the model likes)."""
        self.epoch += 1
        self.is_on, self._is_asking, self._head = True, False, None
        self._left = None if count is None else min(count, LONGEST)
        self._target, self._taken, self._planned = step, 0.0, 0.0

    def asks_at(self) -> float | None:
        """When the next note is to be asked for, None if none is: at once, or before the last one begins."""
        if not self.is_on or self._is_asking:
            return None
        if self._head is None:
            return 0.0
        return self._head + self.schedule.slid - HORIZON - self.lookahead

    def ask(self) -> int:
        """The next note is being asked for; gives the epoch that its answer must name."""
        self._is_asking = True
        return self.epoch

    def take(self, note: Note, now: float, last_onset: float | None) -> float:
        """Put the answer on the schedule and into the window; gives its onset."""
        if last_onset is not None and self._head is not None:
            last_onset = max(last_onset, self._head + self.schedule.slid)
        onset = self._place(note, now, last_onset)
        step = 0.0 if last_onset is None else max(onset - last_onset, 0.0)
        duration = note.duration
        if self.places and (unit := self.tempo.unit(self.places)):
            duration = max(round(duration / unit), 1) * unit
        before = self.window.count
        self.window.add(Note(note.pitch, step, duration, note.velocity))
        self._unheard.append(_Unheard(onset - self.schedule.slid, before, last_onset))
        self.schedule.add(note.pitch, note.velocity, onset, duration)
        self._head, self._is_asking = onset - self.schedule.slid, False
        if self._left is not None:
            self._left -= 1
            self.is_on = self._left > 0
        return onset

    def release(self, now: float) -> list[Due]:
        """What is due, and what was heard is forgotten as unheard."""
        found = self.schedule.release(now, self.lookahead)
        while self._unheard and self._unheard[0].onset + self.schedule.slid - self.lookahead <= now:
            self._unheard.popleft()
        return found

    def rest(self) -> None:
        """Ask for no more notes; what is on its way is still played."""
        if self.is_on:
            self.epoch += 1
            self.is_on = self._is_asking = False

    def stop(self, now: float) -> list[Due]:
        """Stop playing: what sounds ends, what is on its way is dropped; the window keeps what it has."""
        self.epoch += 1
        self.is_on = self._is_asking = False
        self._unheard.clear()
        return self.schedule.end_all(now)

    def give_way(self, now: float, last_onset: float | None) -> tuple[list[Due], float | None]:
        """The player plays again: stop, and leave in the window only what was heard; gives the last onset of that."""
        if self._unheard:
            first = self._unheard[0]
            self.window.take_back(first.count)
            last_onset = first.last_onset
        return self.stop(now), last_onset

    def _place(self, note: Note, now: float, last_onset: float | None) -> float:
        """The onset of the next note: its step after the last one, at the pace that was asked for, on the grid."""
        earliest = now + self.lookahead
        if self._head is None or last_onset is None:
            onset = earliest
        else:
            step = min(note.step, REST)
            if self._target:
                self._taken += step
                self._planned += self._target
                pace = self._planned / self._taken if self._taken else 1.0
                step *= min(max(pace, 1 / PACE), PACE)
            onset = max(last_onset + step, earliest - LATE)
        if self.places:
            snapped = self.tempo.snap(onset, self.places)
            behind = max(last_onset or 0.0, earliest - LATE / 2)
            onset = snapped if snapped >= behind - 1e-9 else snapped + self.tempo.unit(self.places)
        if onset < self._chord[0] + SPREAD:
            onset = self._chord[0] + max(SPREAD, self.tempo.unit(self.places) if self.places else 0.0)
        self._chord.append(onset)
        return onset
