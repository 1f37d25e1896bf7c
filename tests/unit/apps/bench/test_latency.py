"""The bench measures what it says, beside a floor that does the same network's work."""

from pathlib import Path

import pytest

from antiphon.apps.bench.latency import measure
from antiphon.engine.bundle import find_bundle


def test_the_server_is_measured_in_turns_with_the_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_DATABASE", str(tmp_path / "a.sqlite"))
    rounds: list[tuple[int, int]] = []
    figures = measure(find_bundle(None), 160, lambda done, total: rounds.append((done, total)))
    assert rounds[-1][0] == rounds[-1][1] == len(rounds)
    assert figures["notes"] == 160
    assert float(figures["floor_p50_ms"]) > 0
    assert float(figures["p50_ms"]) > 0
    assert list(tmp_path.iterdir()) == []  # the user's own recordings hold what the user played
