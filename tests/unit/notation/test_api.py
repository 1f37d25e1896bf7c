"""What cannot be told to the programming interface is one clear line too."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from antiphon.errors import NotationError
from antiphon.notation import Hints, Layout, Meter, make_score, share_grid
from antiphon.notation.tactus import PARTS
from antiphon.note import NoteArray
from performed import perform, swaying
from scores import play

NOTES = play([(12 * at, 12 * at + 11, 60 + at) for at in range(12)])


def changed(column: str, value: float) -> NoteArray:
    notes: NoteArray = NOTES.copy()
    notes[column][3] = value
    return notes


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Meter(3, 5), "3/5 is no meter"),
        (lambda: Meter(0, 4), "0/4 is no meter"),
        (lambda: Meter(4, 32), "4/32 is no meter"),
        (lambda: Layout(staves="bogus"), "bogus is no way to lay out staves"),  # type: ignore[arg-type]
        (lambda: Layout(fifths=99), "there is no signature of 99 sharps"),
        (lambda: Layout(last=0), "the last 0 measures are none"),
        (lambda: Layout(last=2.5), "the last 2.5 measures are none"),  # type: ignore[arg-type]
        (lambda: Layout(finest=7), "there is no grid of 1/7"),
        (lambda: share_grid({"a": NOTES}, Hints(pickup_beats=-1)), "a pick-up of -1 beats cannot be"),
        (lambda: share_grid({"a": NOTES}, Hints(beats=np.array([0.0, 1.0, np.inf]))), "the beats that are given"),
        (lambda: share_grid({"a": NOTES}, Hints(tempo_bpm=120, meter=Meter(2, 2)), finest=32), "a grid of 1/32 is too"),
        (lambda: share_grid({"a": changed("pitch", -1)}), "a pitch is outside 0-127"),
        (lambda: share_grid({"a": changed("onset", np.nan)}), "an onset or a duration is not a number"),
    ],
)
def test_what_cannot_be_is_said(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(NotationError, match=re.escape(said)):
        make()


def test_a_key_that_is_never_let_go_is_held_to_the_end() -> None:
    players = {"a": changed("duration", 1e9)}
    score = make_score(players, share_grid(players, replace(Hints(), tempo_bpm=120)))
    assert len(score.bars) < 6


def test_fast_runs_in_slow_music_are_thirty_seconds_and_no_seconds() -> None:
    """A ballad at 56: broken chords, a tune, and a run of eight notes to a beat in every other measure."""
    rows: list[tuple[float, float, int]] = []
    for measure in range(12):
        begin, chord = 4.0 * measure, ((48, 55, 64), (45, 52, 64), (41, 48, 65), (43, 50, 62))[measure % 4]
        for beat in range(4):
            rows += [(begin + beat, 0.9, chord[beat % 2]), (begin + beat + 0.5, 0.45, chord[2])]
        run = [76, 77, 79, 81, 79, 77, 76, 74] if measure % 2 else [79]
        rows += [(begin, 0.95, 77), (begin + 1, 0.95, 76), (begin + 3, 0.95, 74)]
        rows += [(begin + 2 + at / len(run), 0.9 / len(run), pitch) for at, pitch in enumerate(run)]
    notes, beats = perform(rows, swaying(60 / 56), 0.012)
    players = {"performer": notes}
    grids = share_grid(players)
    off = grids["performer"].places - beats * PARTS
    assert np.mean(np.abs(off - np.median(off)) < 0.5) > 0.97
    voices = [v for s in make_score(players, grids).parts[0].staves for m in s.measures for v in m.voices]
    assert sum(event.quarters == 0.125 for voice in voices for event in voice) >= 40
