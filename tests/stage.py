"""Stage: a core, an engine that answers by rule, and a clock in hand. Hours of playing in no time."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from antiphon.apps.programs import osc_datagram, read_osc
from antiphon.core.core import Core, Identity
from antiphon.core.limits import Source
from antiphon.event import Event
from antiphon.note import Note
from antiphon.osc import codec
from antiphon.wanted import Answer, Wanted

PLAYER: Source = ("127.0.0.1", 50001)
OTHER: Source = ("127.0.0.1", 50002)
BEGIN = 1_700_000_000.0


def echo_above(wanted: Sequence[Wanted]) -> list[Answer]:
    """An answer by rule: a semitone above the last note of the window, half as long after, as loud."""
    answers = []
    for one in wanted:
        pitch, step, _, velocity = (float(value) for value in one.notes[-1])
        note = Note(int(pitch + 1) % 128, step / 2, 0.25, max(int(velocity), 1))
        answers.append(Answer(one.ticket, note, (0.0, 0.0, 0.0, 0.0)))
    return answers


def read_all(data: bytes) -> list[tuple[str, list[int | float | str]]]:
    """The messages of a datagram, be it a bundle or not."""
    return [read_osc(part) for _, part in codec.split(data)]


class Stage:
    """Plays OSC datagrams into a core and keeps what every sender heard."""

    def __init__(self, seed: int = 1, answer: Callable[[Sequence[Wanted]], list[Answer]] = echo_above) -> None:
        self.now = BEGIN
        self.core = Core(Identity("0", "rule", 1, seed), self.now, is_recorded=True)
        self.answer = answer
        self.asked: list[Wanted] = []
        self.events: list[Event] = []
        self.times: dict[Source, list[float]] = defaultdict(list)
        self.heard: dict[Source, list[tuple[str, list[int | float | str]]]] = defaultdict(list)
        self.runs: list[int] = []

    def advance(self, seconds: float) -> None:
        """Time passes, and what is due happens on time."""
        end = self.now + seconds
        while (due := self.core.next_due()) is not None and due <= end:
            self.now = max(due, self.now)
            self.turn()
        self.now = end

    def receive(self, *words: int | float | str, source: Source = PLAYER) -> None:
        """A message arrives and waits."""
        address, *values = words
        address = str(address)
        path = address if address.startswith("/") else f"/antiphon/{address}"
        self.core.datagram(osc_datagram(path, *values), source, self.now)

    def turn(self) -> None:
        """As many turns of the server's loop as there is work for."""
        while True:
            self.core.tick(self.now)
            wanted = self.core.wanted(self.now)
            if wanted:
                self.runs.append(len(wanted))
                self.asked += wanted
                self.core.deliver(self.answer(wanted), self.now)
            for data, address in self.core.to_send(self.now):
                for heard in read_all(data):
                    self.heard[address].append(heard)
                    self.times[address].append(self.now)
            self.events += self.core.take_events()
            if not wanted:
                return

    def play(self, *words: int | float | str, source: Source = PLAYER) -> list[tuple[str, list[int | float | str]]]:
        """A message arrives and is answered; returns what its sender hears of it."""
        before = len(self.heard[source])
        self.receive(*words, source=source)
        self.turn()
        return self.heard[source][before:]
