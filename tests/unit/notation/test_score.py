"""From a grid to a page: parts, bars, pick-ups, choirs and players."""

from dataclasses import replace

import numpy as np
import pytest

from antiphon.notation.grid import Meter
from antiphon.notation.page import Chord
from antiphon.notation.score import compose
from scores import FOUR_FOUR, check, lay, looks, play, write


def test_a_melody_is_one_staff_and_wide_music_is_two() -> None:
    assert len(write([(12 * at, 12 * at + 11, 72 + at) for at in range(8)]).parts[0].staves) == 1
    assert len(write([(0, 12, 40), (0, 12, 72)]).parts[0].staves) == 2


@pytest.mark.parametrize("chord", [(0,), (0, 4, 7)])
def test_what_stays_low_is_one_staff_under_the_bass_clef(chord: tuple[int, ...]) -> None:
    rows = [(12 * at, 12 * at + 11, 43 + at + above) for at in range(8) for above in chord]
    score = write(rows)
    check(score)
    (staff,) = score.parts[0].staves
    assert {measure.clef for measure in staff.measures} == {"bass"}


@pytest.mark.parametrize(("staves", "expected"), [("one", [1]), ("grand", [2]), ("players", [1, 1])])
def test_staves_are_as_asked_for(staves: str, expected: list[int]) -> None:
    players, rows = {}, [(0, 12, 72), (12, 24, 74)]
    for name in ("performer", "model"):
        players[name] = play(rows)
    grids = {name: lay(rows) for name in players}
    score = compose(players, grids, "t", staves)  # type: ignore[arg-type]
    assert [len(part.staves) for part in score.parts] == expected
    check(score)


def test_players_have_their_names_and_one_alone_has_none() -> None:
    rows = [(0, 12, 72)]
    score = compose(
        {"performer": play(rows), "model": play(rows)}, {"performer": lay(rows), "model": lay(rows)}, "t", "players"
    )
    assert [part.name for part in score.parts] == ["Performer", "Model"]
    assert [part.name for part in write(rows).parts] == ["Piano"]


def test_who_plays_nothing_has_no_part() -> None:
    rows = [(0, 12, 72)]
    silent = play(rows)[:0]
    grids = {"performer": lay(rows), "model": replace(lay(rows), places=np.zeros(0, np.int64), offsets=np.zeros(0))}
    score = compose({"performer": play(rows), "model": silent}, grids, "t", "players")
    assert [part.name for part in score.parts] == ["Piano"]
    check(score)


def test_a_pickup_is_short_and_the_last_measure_makes_up_for_it() -> None:
    rows = [(24, 36, 67)] + [(36 + 12 * at, 48 + 12 * at, 72) for at in range(5)]
    score = write(rows, Meter(3, 4))
    assert [(bar.begin, bar.length) for bar in score.bars] == [(48, 24), (0, 72), (0, 48)]
    check(score)


def test_notes_before_the_first_downbeat_are_a_pickup() -> None:
    score = write([(0, 12, 67), (12, 60, 72)], FOUR_FOUR, first_downbeat=1)
    assert [bar.length for bar in score.bars] == [24, 96]
    check(score)


def test_a_pick_up_is_as_long_as_its_notes() -> None:
    for first, meter in ((6, FOUR_FOUR), (9, FOUR_FOUR), (8, Meter(6, 8))):
        score = write([(first, 12, 67), (12, 60, 72)], meter, first_downbeat=1)
        assert (score.bars[0].begin, score.bars[0].length) == (meter.beats * 24 - 2 * (12 - first), 2 * (12 - first))
        check(score)
    assert write([(8, 12, 67), (12, 60, 72)], FOUR_FOUR, first_downbeat=1).bars[0].length == 24


def test_the_tempo_is_said_in_quarters_across_meters_and_only_where_it_was_heard() -> None:
    rows = [(6 * at, 6 * at + 5, 60 + at % 12) for at in range(56)] + [
        (4 * at, 4 * at + 3, 65) for at in range(96, 144)
    ]
    grid = lay(sorted(rows))
    beats = np.concatenate([np.arange(28) * 0.5, 14 + np.arange(30) * 0.75])
    grid = replace(grid, beats=beats, meters=((0, FOUR_FOUR), (28, Meter(6, 8))))
    bars = compose({"a": play(rows)}, {"a": grid}, "t", "players").bars
    assert [words.text for bar in bars for words in bar.words] == [""]
    assert bars[0].words[0].per_minute == 120
    short = replace(lay([(0, 100, 60)]), beats=np.array([0.0, 0.5, 1.0]))
    (bar, *_) = compose({"a": play([(0, 100, 60)])}, {"a": short}, "t", "players").bars
    assert bar.words[0].per_minute == 120


def test_four_lines_are_written_two_to_a_staff() -> None:
    chords = [(72, 67, 60, 48), (74, 67, 59, 43), (76, 67, 60, 48), (74, 65, 59, 43)] * 4
    rows = [(12 * at, 12 * at + 11, pitch) for at, chord in enumerate(chords) for pitch in chord]
    rows += [(12 * at + 6, 12 * at + 11, 69) for at in range(0, 16, 4)]
    rows = [
        (place, place + 5 if (place + 6, 69) in {r[::2] for r in rows} and pitch == 67 else end, pitch)
        for place, end, pitch in rows
    ]
    score = write(rows)
    check(score)
    upper, lower = score.parts[0].staves
    assert looks(upper.measures[0].voices[1])[:2] == [("G", 0.5, 0), ("A", 0.5, 0)]
    assert looks(upper.measures[0].voices[0])[0] == ("C", 1.0, 0)
    assert len(lower.measures[0].voices) == 2


@pytest.mark.parametrize("every", [12, 48])
def test_a_tune_over_chords_is_for_two_hands_and_no_choir(every: int) -> None:
    tune = (67, 69, 71, 67, 72, 71, 69, 67, 74, 72, 71, 69, 67, 71, 69, 67) * 2
    rows = [(12 * at, 12 * at + 11, pitch) for at, pitch in enumerate(tune)]
    for at in range(0, 12 * len(tune), every):
        rows += [(at, at + every - 1, pitch) for pitch in ((48, 52, 55), (43, 47, 50))[at // 96 % 2]]
    score = write(rows)
    check(score)
    for measure in score.parts[0].staves[1].measures:
        chords = [event for voice in measure.voices for event in voice if isinstance(event, Chord)]
        assert {len(chord.heads) for chord in chords} == {3}


def test_chords_over_a_held_bass_are_no_choir() -> None:
    chords = [(64, 67, 72), (65, 69, 72), (67, 71, 74), (65, 69, 74)] * 4
    rows = [(12 * at, 12 * at + 11, pitch) for at, chord in enumerate(chords) for pitch in chord]
    rows += [(96 * at, 96 * at + 95, 36) for at in range(2)]
    upper, lower = write(rows).parts[0].staves
    for measure in upper.measures:
        assert [len(event.heads) for event in measure.voices[0] if isinstance(event, Chord)] == [3, 3, 3, 3]
    assert all(len(measure.voices) == 1 for measure in lower.measures)


@pytest.mark.parametrize("off", [0, 6])
def test_chords_that_are_struck_again_and_again_over_a_bass_are_no_choir(off: int) -> None:
    triads = [(64, 67, 72), (65, 69, 72), (67, 71, 74), (65, 69, 74)]
    rows = [
        (12 * at + off, 12 * at + off + 6, pitch)
        for at in range(32) for pitch in triads[at // 4 % 4]
    ]  # fmt: skip
    rows += [(12 * at, 12 * at + 12, (36, 41, 43, 41)[at // 4 % 4] + 7 * (at % 2)) for at in range(32)]
    upper, _ = write(rows).parts[0].staves
    heads = [len(e.heads) for m in upper.measures for voice in m.voices for e in voice if isinstance(e, Chord)]
    assert set(heads) == {3}


def test_a_pitch_struck_twice_at_one_place_stands_there_once() -> None:
    score = write([(0, 6, 72), (0, 12, 72), (12, 24, 74)])
    first = score.parts[0].staves[0].measures[0].voices[0][0]
    assert isinstance(first, Chord)
    assert (len(first.heads), first.length) == (1, 24)


def test_a_told_key_holds() -> None:
    rows = [(0, 12, 66), (12, 24, 70)]
    score = compose({"a": play(rows)}, {"a": lay(rows)}, "t", "players", fifths=-6)
    assert {bar.fifths for bar in score.bars} == {-6}
    voice = score.parts[0].staves[0].measures[0].voices[0]
    assert [head.letter for event in voice if isinstance(event, Chord) for head in event.heads] == ["G", "B"]


def test_128_notes_at_once_are_a_page() -> None:
    check(write([(0, 12, pitch) for pitch in range(128)]))


def test_the_tempo_stands_at_the_top() -> None:
    assert [words.per_minute for words in write([(0, 12, 60)]).bars[0].words] == [120]
