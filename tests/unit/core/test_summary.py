"""A summary says who is in a session, what they played and what the model made of it."""

import json

from antiphon.apps.programs import read_osc
from antiphon.core.core import SHOWN_SESSIONS
from antiphon.core.limits import MAX_SENDERS, MAX_SESSIONS
from antiphon.core.summary import SHOWN_PERFORMERS
from hostile import LARGEST
from stage import PLAYER, Stage


def test_a_session_is_told_with_its_window_and_what_was_predicted() -> None:
    stage = Stage()
    stage.play("hello", "joe")
    stage.play("note", 60, 0.25, 0.5, 80)
    stage.advance(2.0)
    told = stage.core.summary(stage.now)["playing"]
    assert told == [
        {
            "name": "session-1",
            "performers": ["joe"],
            "mode": "echo",
            "notes": 1,
            "idle_s": 2.0,
            "tempo": 0.0,
            "sounding": [],
            "window": [[60, 0.25, 0.5, 80]],
            "predicted": [[61, 0.125, 0.25, 80]],
        }
    ]


def test_a_full_house_fits_into_one_datagram() -> None:
    stage = Stage()
    for number in range(MAX_SESSIONS):
        source = (PLAYER[0], 20000 + number)
        stage.play("hello", "x" * 64, source=source)
        for pitch in range(40, 70):
            stage.play("note", pitch, 1234.5678, 1234.5678, 100, source=source)
    summary = stage.core.summary(stage.now)
    assert len(str(summary["playing"])) > 1000
    assert len(json.dumps(summary)) < 60000
    assert isinstance(summary["playing"], list)
    assert len(summary["playing"]) == SHOWN_SESSIONS


def test_all_senders_in_few_sessions_fit_into_one_datagram_whatever_they_are_called() -> None:
    stage = Stage()
    for number in range(MAX_SENDERS - 1):
        source = (PLAYER[0], 20000 + number)
        stage.play("hello", "\U0001f3b9" * 64, source=source)
        stage.play("session", "\U0001f3b9" * 62 + f"{number % SHOWN_SESSIONS:02}", source=source)
        for _ in range(2):
            stage.play("note", 100, 1234.5678, 1234.5678, 100, source=source)
    stage.receive("stats")
    ((data, _),) = stage.core.to_send(stage.now)
    assert len(data) < LARGEST
    told = json.loads(str(read_osc(data)[1][0]))["playing"]
    assert [len(one["performers"]) for one in told] == [SHOWN_PERFORMERS] * SHOWN_SESSIONS
