"""A straightened file has its notes on the beats, and tells tempo and meter."""

from pathlib import Path

import numpy as np
import pretty_midi
import pytest

from antiphon.apps.straighten import straighten
from antiphon.notation import Hints, Meter
from scores import play


def test_notes_stand_on_the_grid_and_a_pickup_before_the_bar_line(tmp_path: Path) -> None:
    notes = play([(0, 11, 67), (12, 23, 72), (24, 35, 74), (36, 47, 76)])
    notes["onset"] += np.array([0.01, -0.01, 0.012, 0.0])
    hints = Hints(tempo_bpm=120, meter=Meter(3, 4), pickup_beats=1)
    report = straighten({"performer": notes}, tmp_path / "a.mid", hints)
    song = pretty_midi.PrettyMIDI(str(tmp_path / "a.mid"))
    meter = song.time_signature_changes[0]
    assert (meter.numerator, meter.denominator) == (3, 4)
    assert song.get_tempo_changes()[1][0] == pytest.approx(120, rel=0.02)
    assert [note.start for note in song.instruments[0].notes] == pytest.approx([1.0, 1.5, 2.0, 2.5], rel=0.02)
    assert (report.notes_played, report.notes_written, report.meters[0][1]) == (4, 4, "3/4")
