"""Whatever events come in whatever order, they make notes that can be heard, as many as the list of sessions says."""

import contextlib
import tempfile
from pathlib import Path
from typing import Literal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.errors import NotationError
from antiphon.event import Event
from antiphon.notation import heed, share_grid
from antiphon.osc.table import INCOMING, OUTGOING, Argument, Kind, Row
from antiphon.record.played import hear
from antiphon.record.reader import list_sessions, read_events
from antiphon.record.store import RunInfo, Store

OFTEN = (0, 1, 60, 64, 123, 128, 144, 176)
"""Values that are tried again and again: keys struck twice, ids of phrases and the bytes of MIDI have to be met."""


A_DAY = 86_400.0
"""Seconds: who holds a key for longer has no page."""


def values(argument: Argument) -> st.SearchStrategy[int | float | str]:
    if argument.kind is Kind.TEXT:
        return st.sampled_from(argument.choices or ("", "anna", "\ud800"))
    low, high = argument.low, argument.high
    if argument.kind is Kind.FLOAT:
        return st.floats(low, high) | st.just(low)
    often = [value for value in OFTEN if low <= value <= high]
    return st.integers(int(low), int(high)) | st.sampled_from(often or [int(low)])


def messages(way: Literal["in", "out"], row: Row) -> st.SearchStrategy[Event]:
    arguments = st.tuples(*map(values, row.arguments))
    return st.builds(Event, st.just("anna"), st.floats(0, 4e9), st.just(way), st.just(row.name), arguments)


EVENTS = st.lists(
    st.one_of(
        *(messages("in", row) for row in INCOMING.values()),
        *(messages("out", row) for row in OUTGOING.values()),
        st.just(Event("anna", 5.0, "state", "model", ("rule",))),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_events_make_notes_that_can_be_heard_and_are_counted(events: list[Event]) -> None:
    take = hear(events)
    players = take.players
    lengths = [float((notes["onset"] + notes["duration"]).max()) for notes in players.values() if len(notes)]
    if lengths and max(lengths) < A_DAY:
        with contextlib.suppress(NotationError):
            share_grid(players, heed(take))
    for notes in players.values():
        assert (notes["onset"] >= 0).all()
        assert (np.diff(notes["onset"]) >= 0).all()
        assert (notes["duration"] > 0).all()
        assert (notes["step"] >= 0).all()
        assert ((notes["pitch"] >= 0) & (notes["pitch"] <= 127)).all()
        assert ((notes["velocity"] >= 1) & (notes["velocity"] <= 127)).all()
    if not events:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sqlite"
        store = Store(path, RunInfo(1, 1.0, "0", "rule", 1))
        store.write(events)
        store.close()
        (session,) = list_sessions(path)
        assert read_events(path, session.number) == events
        assert session.performer_notes == len(players["performer"])
        assert session.model_notes == len(players["model"])
