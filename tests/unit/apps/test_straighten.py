"""A straightened file has its notes on the beats, and tells tempo and meter."""

from pathlib import Path

import numpy as np
import pretty_midi
import pytest

from antiphon.apps.straighten import straighten
from antiphon.notation import Hints, Layout, Meter
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


def test_every_signature_is_written_and_notes_keep_their_values(tmp_path: Path) -> None:
    """Eighths in 4/4, then in 6/8: a beat is longer there, an eighth is not."""
    notes = play([(6 * at, 6 * at + 5, 60 + at % 12) for at in range(56)])
    beats = np.concatenate([np.arange(16) * 0.5, 8 + np.arange(8) * 0.75])
    barlines = tuple((at, Meter(4, 4)) for at in range(0, 16, 4)) + tuple((at, Meter(6, 8)) for at in range(16, 24, 2))
    hints = Hints(beats=beats, is_quantized=True, barlines=barlines)
    straighten({"performer": notes}, tmp_path / "a.mid", hints, Layout(fifths=-6))
    song = pretty_midi.PrettyMIDI(str(tmp_path / "a.mid"))
    changes = [(change.numerator, change.denominator, change.time) for change in song.time_signature_changes]
    assert changes == [(4, 4, 0.0), (6, 8, pytest.approx(8.0, abs=0.01))]
    assert [note.start for note in song.instruments[0].notes] == pytest.approx(np.arange(56) / 4, abs=0.01)


def test_the_key_that_is_told_is_in_the_report(tmp_path: Path) -> None:
    notes = play([(12 * at, 12 * at + 11, 60 + at % 5) for at in range(16)])
    report = straighten({"performer": notes}, tmp_path / "a.mid", Hints(tempo_bpm=120), Layout(fifths=-6))
    assert report.fifths == ((0, -6),)  # a pick-up
