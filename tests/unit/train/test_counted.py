"""Files whose ticks are beats: what is read of them."""

import io

import mido
import numpy as np
import pytest

from antiphon.notation.tactus import METERS, Meter
from antiphon_train.counted import read_counted
from ticking import midi


def test_beats_are_counted_by_the_signature() -> None:
    notes = read_counted(midi([(0, 6, 8)], [0, 240, 720, 1440, 1680]))
    assert notes["beat"] == pytest.approx([0, 1 / 3, 1, 2, 2 + 1 / 3])
    assert notes["in_measure"] == pytest.approx([0, 1 / 3, 1, 0, 1 / 3], abs=1e-6)
    assert notes["period"] == pytest.approx(0.75)
    assert notes["onset"] == pytest.approx([0, 0.25, 0.75, 1.5, 1.75])
    assert [METERS[meter] for meter in notes["meter"]] == [Meter(6, 8)] * 5


def test_a_signature_begins_a_measure_and_the_count_goes_on() -> None:
    notes = read_counted(midi([(0, 4, 4), (2, 3, 4)], [0, 480, 960, 1440, 2400]))
    assert notes["beat"] == pytest.approx([0, 1, 2, 3, 5])
    assert notes["in_measure"] == pytest.approx([0, 1, 0, 1, 0])


def test_measures_of_one_beat_say_nothing_of_downbeats() -> None:
    notes = read_counted(midi([(0, 1, 4), (2, 4, 4)], [0, 480, 960, 1440]))
    assert notes["beat"] == pytest.approx([0, 1, 2, 3])
    assert notes["in_measure"] == pytest.approx([np.nan, np.nan, 0, 1], nan_ok=True)


def test_a_meter_that_is_not_looked_for_is_none_of_them() -> None:
    assert read_counted(midi([(0, 5, 4)], [0, 480]))["meter"].tolist() == [-1, -1]


def test_a_note_that_stands_in_two_tracks_is_one() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi([(0, 4, 4)], [0, 480])))
    file.type = 1
    file.tracks.append(file.tracks[0])
    written = io.BytesIO()
    file.save(file=written)
    assert read_counted(written.getvalue())["onset"].tolist() == pytest.approx([0, 0.5])


def test_the_pedal_goes_with_the_note_before_it() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi([(0, 4, 4)], [0, 480, 960])))
    moves = mido.MidiTrack()
    for ticks, value in ((0, 127), (240, 90), (230, 0), (20, 64), (10, 0)):
        moves.append(mido.Message("control_change", control=64, value=value, time=ticks))
    file.tracks = [mido.merge_tracks([*file.tracks, moves])]
    written = io.BytesIO()
    file.save(file=written)
    notes = read_counted(written.getvalue())
    tick = 0.5 / 480
    assert notes["pressed"] == pytest.approx([0, 490 * tick, np.nan], nan_ok=True)
    assert notes["lifted"] == pytest.approx([470 * tick, 500 * tick, np.nan], nan_ok=True)


def test_no_notes_are_none() -> None:
    assert len(read_counted(midi([(0, 4, 4)], []))) == 0
    assert np.dtype(read_counted(midi([], [0])).dtype).names is not None
