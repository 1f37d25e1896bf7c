"""Who asks much is held to a share of the network's time while somebody plays who asks for little.

A note that comes while the network runs waits until that run is over, whoever asked for it. So it is not enough that
those who ask little go first: what others have in store would keep the network running, and each note would find it so.
Of those who ask much one is answered at a time, one window, and then the network rests, or answers others, for several
times as long as that took. If notes of others come one upon the other, no rest is long enough for a run in between: the
next note would find it. Then, more seldom still, the window goes with one of those notes, which takes a third of a run
longer. Nothing of theirs is dropped: it waits, and is answered as fast as ever once nobody else plays. Where all ask
much, all are served alike.
"""

import math
from collections.abc import Collection, Sequence

from antiphon.core.limits import CALM, LEAST_SHARE, SHARE, STRUM, TOGETHER
from antiphon.core.session import Session

__all__ = ["Share"]


class Share:
    """When those who ask much have their turn."""

    def __init__(self) -> None:
        self._soonest = self._latest = 0.0
        self._heard = -math.inf
        self._begun: float | None = None
        self._has_much = self._is_played_beside = False

    @property
    def due(self) -> float:
        """When the next of those who ask much may be asked for alone: others have paused for a moment."""
        return max(self._soonest, self._heard + STRUM)

    def is_kept(self, now: float) -> bool:
        """Whether some ask much, and others play, or asked lately for little, who did not ask for much just now."""
        return self._has_much and (self._is_played_beside or now - self._heard < TOGETHER)

    def look(self, busy: Collection[Session], everyone: Collection[Session], now: float) -> None:
        """See who asks much now, and who else plays."""
        much = [session for session in busy if session.asks_much]
        self._has_much = bool(much)
        if not much:
            return
        for session in much:
            session.last_crowded = now
        calm = [session for session in everyone if now - session.last_crowded >= CALM]
        asked = (one.requests.last_asked for one in calm if one.requests.last_asked > one.last_crowded)
        self._heard = max(asked, default=-math.inf)
        self._is_played_beside = any(session.player.is_on for session in calm)

    def choose(self, asking: Sequence[Session], now: float) -> list[Session]:
        """Who is asked for now: those who ask little, and one of the others if it is due, or long due beside notes."""
        little = [session for session in asking if not session.asks_much]
        much = [session for session in asking if session.asks_much]
        if not much or now < (self._latest if little else self.due):
            return little
        self._begun = now
        return [*little, min(much, key=lambda session: session.last_ticket)]

    def end(self, now: float) -> None:
        """The run is over; if one who asks much had a part in it, the next is due after the others' time."""
        if self._begun is not None:
            took = now - self._begun
            self._soonest, self._latest = now + took * (1 / SHARE - 1), now + took * (1 / LEAST_SHARE - 1)
            self._begun = None
