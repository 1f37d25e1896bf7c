"""The demo plays a real recording into a real server, and its files hold what both played."""

from pathlib import Path

import numpy as np
import pytest

from antiphon.apps.demo import CONTINUED, Exchange, excerpt, perform
from antiphon.engine.bundle import DEFAULT


def test_the_excerpt_is_the_pianists_and_comes_with_its_licence() -> None:
    notes = excerpt()
    assert len(notes) == 208
    assert 37 < notes["onset"][-1] < 41


def test_every_note_is_answered_and_the_model_goes_on_after_the_last() -> None:
    told: list[Exchange] = []
    performance = excerpt()[:60]
    line, exchanges, phrase = perform(performance, True, ("--seed", "1"), told.append)
    assert DEFAULT in line
    assert told == exchanges
    assert len(exchanges) == 60
    assert all(exchange.latency > 0 for exchange in exchanges)
    assert len(phrase) == CONTINUED
    assert phrase["onset"][0] >= performance["onset"][-1]
    assert (np.diff(phrase["onset"]) >= 0).all()


def test_in_real_time_keys_go_down_and_up_at_their_own_times() -> None:
    performance = excerpt()[:12]
    _, exchanges, phrase = perform(performance, False, ("--seed", "1"), lambda exchange: None)
    assert [exchange.pitch for exchange in exchanges] == performance["pitch"].tolist()
    assert len(phrase) == CONTINUED


def test_nothing_enters_the_users_own_recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_DATABASE", str(tmp_path / "a.sqlite"))
    perform(excerpt()[:2], True, (), lambda exchange: None)
    assert list(tmp_path.iterdir()) == []
