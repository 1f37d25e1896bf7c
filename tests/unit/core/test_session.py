"""A session's own rules, without the core around it."""

import pytest

from antiphon.core.limits import MAX_WAITING
from antiphon.core.requests import Sender
from antiphon.core.session import Session
from antiphon.errors import BusyError
from antiphon.note import MAX_SECONDS
from antiphon.osc import messages as osc
from stage import PLAYER

SENDER = Sender(PLAYER, PLAYER, "joe", "s")


def session_of() -> Session:
    return Session("s", 0, lambda *_, **__: None)


def test_a_refused_note_leaves_no_trace_in_the_window() -> None:
    session = session_of()
    session.receive(osc.Predict(1000, 0), SENDER, 0.0, 0.0)
    session.receive(osc.Continue(1000, 0), SENDER, 0.0, 0.0)
    for _ in range(MAX_WAITING - 2000):
        session.receive(osc.Predict(1, 0), SENDER, 0.0, 0.0)
    with pytest.raises(BusyError) as caught:
        session.receive(osc.Note(60, 0.0, 0.5, 64, 9), SENDER, 0.0, 0.0)
    assert caught.value.id == 9
    assert (session.window.snapshot()[:, 0] == -1).all()
    session.requests.take_question()
    session.receive(osc.Note(60, 0.0, 0.5, 64, 9), SENDER, 0.0, 0.0)
    session.receive(osc.Reset(), SENDER, 0.0, 0.0)
    session.receive(osc.Continue(1000, 0), SENDER, 0.0, 0.0)


def test_the_first_key_has_no_step_and_a_long_pause_is_an_hour() -> None:
    session = session_of()
    session.receive(osc.NoteOn(60, 64, 0), SENDER, 5.0, 5.0)
    session.receive(osc.NoteOn(61, 64, 0), SENDER, 1e6, 1e6)
    assert session.window.snapshot()[-2:, 1].tolist() == [0.0, MAX_SECONDS]


def test_a_question_keeps_the_window_as_it_was_when_it_was_asked() -> None:
    session = session_of()
    session.receive(osc.Note(60, 0.0, 0.5, 64, 0), SENDER, 0.0, 0.0)
    session.receive(osc.Note(61, 0.0, 0.5, 64, 0), SENDER, 0.0, 0.0)
    assert [session.requests.take_question()[0].window[-1, 0] for _ in range(2)] == [60, 61]
    assert not session.requests.questions
