"""What was played becomes what is written: one stroke of a pitch at a place, ornaments beside their main notes."""

import numpy as np

from antiphon.notation.grid import Grid, Meter
from antiphon.notation.played import NO_GRACE, merge_played, read_played
from antiphon.note import NoteArray
from scores import seconds

TUNE = [(0.5 * at, 0.45, 72 + 2 * (at % 3)) for at in range(16)]


def lay_on(notes: NoteArray) -> Grid:
    """Beats of half a second, places not rounded up or down to anything readable."""
    places = np.floor(notes["onset"] * 24).astype(np.int64)
    beats = np.arange(40, dtype=np.float64) * 0.5
    return Grid(beats, 0, ((0, Meter(4, 4)),), places, (notes["onset"] + notes["duration"]) * 24, 1.0)


def test_of_two_strokes_at_one_place_the_longer_is_written() -> None:
    notes = seconds([(0.0, 0.2, 60), (0.01, 0.6, 60), (0.5, 0.4, 62)])
    everything, written = read_played(notes, lay_on(notes))
    assert written.pitches.tolist() == everything.pitches.tolist() == [60, 62]
    assert round(float(written.offsets[0]), 2) == 14.64


def test_a_trill_is_one_note_from_its_first_stroke_to_its_last_release() -> None:
    strokes = [(8.0 + 0.08 * at, 0.07, 78 - 2 * (at % 2)) for at in range(9)]
    notes = seconds(TUNE + strokes)
    everything, written = read_played(notes, lay_on(notes))
    assert len(everything.places) > len(written.places) == 17
    assert (written.places[-1], written.pitches[-1], written.trills[-1]) == (192, 76, 2)
    assert round(float(written.offsets[-1]), 1) == round((8.0 + 0.08 * 8 + 0.07) * 24, 1)


def test_a_grace_note_goes_with_its_main_note() -> None:
    notes = seconds([*TUNE, (8.0, 0.07, 77), (8.07, 0.6, 76)])
    _, written = read_played(notes, lay_on(notes))
    assert written.graces.tolist() == [NO_GRACE] * 16 + [77]
    assert not written.is_rolled.any()


def test_two_players_as_one() -> None:
    notes = seconds(TUNE)
    _, written = read_played(notes, lay_on(notes))
    assert merge_played([written, written]).pitches.tolist() == written.pitches.tolist()


def test_a_quick_note_at_the_place_of_the_next_is_a_small_note_and_a_held_one_is_a_second() -> None:
    for held, pitches in ((0.07, [64]), (0.6, [62, 64])):
        notes = seconds([(0.0, held, 62), (0.09, 0.5, 64), (1.0, 0.5, 60)])
        beats, ends = np.arange(4.0), np.array([24 * held, 14.0, 36.0])
        grid = Grid(beats, 0, ((0, Meter(4, 4)),), np.array([0, 0, 24]), ends, 1.0)
        _, written = read_played(notes, grid)
        assert written.pitches.tolist() == [*pitches, 60]
        assert written.graces.tolist().count(62) == (len(pitches) == 1)
