"""Swung eighths are written as even ones under the word Swing; jigs, triplets and dotted rhythms are not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from antiphon.notation import Hints, Meter, make_score, quantize, report_on, share_grid
from antiphon.notation.musicxml import to_musicxml
from antiphon.notation.page import Chord, Score
from antiphon.notation.swing import is_swung, to_even, to_swung
from antiphon.notation.tactus import PARTS
from antiphon.note import NoteArray
from performed import perform, swaying

SWUNG = [0, 16, 24, 40, 48, 72, 88]
JIG = [0, 8, 16, 24, 40, 48, 56, 64, 72]
DOTTED = [0, 18, 24, 42, 48, 72, 90]
TRIPLETS = [0, 8, 16, 24, 32, 40, 48, 72]
EVEN = [0, 12, 24, 36, 48, 72, 84]


def seconds(places: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(places / PARTS * 0.5)


def repeated(places: list[int], times: int = 8) -> NDArray[np.int64]:
    return np.concatenate([np.array(places) + 96 * time for time in range(times)])


@pytest.mark.parametrize(
    ("places", "swings"), [(SWUNG, True), (JIG, False), (DOTTED, False), (TRIPLETS, False), (EVEN, False)]
)
def test_music_swings_where_beats_are_parted_late(places: list[int], swings: bool) -> None:
    assert is_swung(repeated(places), seconds(repeated(places))) == swings


def test_a_few_late_notes_are_no_swing() -> None:
    places = np.concatenate([repeated([0, 24, 48, 72], 40), repeated(SWUNG, 3) + 40 * 96])
    assert not is_swung(np.array(SWUNG), seconds(np.array(SWUNG)))
    assert not is_swung(places, seconds(places))


def test_how_late_they_come_tells_swung_eighths_from_dotted_ones() -> None:
    places = repeated(DOTTED)
    for late, swings in ((16.8, True), (17.6, False)):
        assert is_swung(places, seconds(places + np.where(places % 24 == 18, late - 18, 0))) == swings


def test_a_triplet_now_and_then_swings_all_the_same_and_stays() -> None:
    places = np.concatenate([repeated(SWUNG), np.array([8, 16]) + 8 * 96])
    assert is_swung(places, seconds(places))
    even = to_even(places.astype(np.float64), places)
    assert even.tolist() == [*repeated([0, 12, 24, 36, 48, 72, 84]).tolist(), 8 + 8 * 96, 16 + 8 * 96]
    assert to_swung(even, even.astype(np.int64)).tolist() == places.tolist()


def test_what_came_out_as_a_dotted_eighth_is_an_even_one_too() -> None:
    onsets = np.array([0, 18, 24, 40, 44])
    assert to_even(onsets.astype(np.float64), onsets).tolist() == [0, 12, 24, 36, 42]


def test_a_release_moves_with_the_notes_around_it() -> None:
    onsets = np.array([0, 16, 24])
    assert to_even(np.array([8.0, 16.0, 20.0, 24.0, 60.0]), onsets).tolist() == pytest.approx([6, 12, 18, 24, 57.0])


def swung_tune(beats: int = 4, late: float = 2 / 3) -> NoteArray:
    """A tune in swung eighths, a quarter on each downbeat, over a walking bass and a chord in each measure."""
    rows: list[tuple[float, float, int]] = []
    for at in range(16 * beats):
        measure, beat = divmod(at, beats)
        pitch = 67 + (measure * 2 + beat * 3) % 7
        rows.append((at, 1.0, 40 + (0, 5, 7, 0)[measure % 4] + 2 * beat))
        rows.append((at, late if beat else 1.0, pitch))
        if beat:
            rows.append((at + late, 1 - late, pitch + 2))
        else:
            rows += [(at, 0.9 * beats, 53 + step + measure % 4) for step in (0, 4)]
    notes, _ = perform(rows, swaying(0.5), jitter=0.01)
    return notes


def tuplets(score: Score) -> int:
    voices = [voice for part in score.parts for staff in part.staves for m in staff.measures for voice in m.voices]
    return sum(event.tuplet is not None for voice in voices for event in voice if isinstance(event, Chord))


@pytest.mark.parametrize("beats", [4, 3])
@pytest.mark.parametrize("late", [0.62, 2 / 3, 0.7])
def test_a_swung_tune_is_written_in_even_eighths(beats: int, late: float) -> None:
    players = {"performer": swung_tune(beats, late)}
    grids = share_grid(players, Hints(tempo_bpm=120))
    score = make_score(players, grids)
    report = report_on(players, grids, score, ())
    assert report.is_swung
    assert grids["performer"].meters[0][1].beats == beats
    assert not tuplets(score)
    assert [words.text for words in score.bars[0].words if words.is_swung] == ["Swing"]
    assert "<swing><first>2</first><second>1</second>" in to_musicxml(score)


def test_a_swung_tune_still_swings_in_a_file_on_the_beat() -> None:
    players = {"performer": swung_tune()}
    grids = share_grid(players, Hints(tempo_bpm=120))
    straight, tempo_bpm, _ = quantize(players, grids)
    inside = np.rint(straight["performer"]["onset"] * tempo_bpm / 60 * PARTS).astype(int) % PARTS
    assert set(inside.tolist()) == {0, 16}


@pytest.mark.parametrize(
    "hints", [Hints(tempo_bpm=120, triplets=False), Hints(tempo_bpm=120, meter=Meter(12, 8))], ids=["even", "12/8"]
)
def test_what_is_told_to_be_even_or_in_threes_does_not_swing(hints: Hints) -> None:
    grids = share_grid({"performer": swung_tune()}, hints)
    assert not grids["performer"].is_swung
