"""The last measures of a long performance are written as if only they had been played."""

import time

import numpy as np
import pytest

from antiphon.notation import Layout, find_grids, make_score
from antiphon.notation.grid import Grid, Hints, Meter
from antiphon.notation.last import BUSY, DENSE, FEWEST, LEAST, keep_last, keep_recent
from antiphon.notation.musicxml import to_musicxml
from antiphon.note import NOTE_DTYPE, NoteArray
from performed import accompanied, perform, steady
from scores import FOUR_FOUR, check, lay, play, seconds

ROWS = [(12 * at, 12 * at + 11, 60 + at % 12) for at in range(20)]


def test_what_is_kept_begins_at_a_bar_line() -> None:
    players, grids = keep_last({"a": play(ROWS)}, {"a": lay(ROWS)}, 2)
    assert (len(players["a"]), grids["a"].places.tolist()) == (8, [24 * at for at in range(8)])
    assert (grids["a"].beats[0], grids["a"].first_downbeat, grids["a"].meters) == (6.0, 0, ((0, FOUR_FOUR),))
    check(make_score(players, grids))


def test_a_later_meter_and_a_player_who_was_silent_are_kept() -> None:
    grid = lay(ROWS)
    changing = Grid(
        grid.beats, 0, ((0, FOUR_FOUR), (8, Meter(3, 4)), (17, Meter(2, 4))), grid.places, grid.offsets, 1.0
    )
    early = Grid(changing.beats, 0, changing.meters, grid.places[:2], grid.offsets[:2], 1.0)
    players, grids = keep_last({"a": play(ROWS), "b": play(ROWS[:2])}, {"a": changing, "b": early}, 3)
    assert grids["a"].meters == ((0, Meter(3, 4)), (3, Meter(2, 4)))
    assert len(players["b"]) == len(grids["b"].places) == 0
    check(make_score(players, grids))


def test_more_measures_than_there_are_is_everything() -> None:
    players, grids = keep_last({"a": play(ROWS)}, {"a": lay(ROWS)}, 6)
    assert (len(players["a"]), len(grids["a"].places)) == (20, 20)


def test_beats_are_looked_for_in_the_latest_notes_alone() -> None:
    played = seconds([(0.1 * (at // 4), 0.09, 60 + at % 4) for at in range(3000)])
    nothing: NoteArray = np.zeros(0, NOTE_DTYPE)
    assert len(keep_recent({"a": played, "b": nothing}, 1)["a"]) == LEAST
    assert len(keep_recent({"a": played, "b": nothing}, 20)["a"]) == 20 * DENSE
    assert len(keep_recent({"a": played[:9], "b": nothing}, 20)["a"]) == 9


def test_of_a_single_line_fewer_notes_are_as_many_moments() -> None:
    played = seconds([(0.1 * at, 0.09, 60) for at in range(3000)])
    assert len(keep_recent({"a": played}, 1)["a"]) == FEWEST
    assert len(keep_recent({"a": played}, 20)["a"]) == 20 * BUSY


@pytest.mark.parametrize("measures", [1, 8])
def test_the_last_measures_of_a_long_performance_are_a_page_at_once(measures: int) -> None:
    notes, _ = perform(accompanied(measures=300), steady(0.5))
    begun = time.process_time()
    players, grids = find_grids({"performer": notes}, Hints(pickup_beats=2), Layout(last=measures))
    text = to_musicxml(make_score(players, grids))
    assert time.process_time() - begun < 0.5  # some .06 s here; a machine may be slower, but not by the hour
    assert text.count("<measure ") == measures
