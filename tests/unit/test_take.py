"""A take is the same whether it comes from a session or from the file that was saved of it."""

from pathlib import Path

import numpy as np

from antiphon.event import Event
from antiphon.midi.file import read_take, write_midi
from antiphon.record.played import hear


def test_a_session_and_its_file_have_the_same_players(tmp_path: Path) -> None:
    events = [
        Event("anna", 1.0, "in", "note/on", (60, 70, 0)),
        Event("anna", 1.5, "in", "note/off", (60,)),
        Event("anna", 2.0, "out", "play/on", (72, 50)),
        Event("anna", 3.0, "out", "play/off", (72,)),
    ]
    session = hear(events)
    write_midi(tmp_path / "a.mid", session.players)
    file = read_take(tmp_path / "a.mid")
    assert file.players.keys() == session.players.keys()
    for name, notes in session.players.items():
        assert file.players[name]["pitch"].tolist() == notes["pitch"].tolist()
        assert np.allclose(file.players[name]["onset"], notes["onset"], atol=0.002)
    assert session.click is None and file.taps is None
