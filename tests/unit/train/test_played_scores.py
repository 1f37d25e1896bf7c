"""Performances are joined to scores whose ticks are beats: what goes along is found, and what does not is left out."""

import io
from itertools import chain

import mido
import numpy as np
import pytest
from beat_corpus import midi_bytes
from played_scores import join, read_score, write_down

from antiphon.note import NoteArray, order_notes
from antiphon_train.counted import read_counted

QUARTER = 480
Score = list[tuple[int, int]]


def make_score(seed: int, quarters: int = 160) -> Score:
    """(tick, pitch) of a tune in eighths over thirds in quarters, neither of which comes again."""
    rng = np.random.default_rng(seed)
    tune = [(at * QUARTER // 2, int(rng.integers(60, 84))) for at in range(2 * quarters)]
    roots = rng.integers(36, 50, quarters).tolist()
    thirds = [(at * QUARTER, root + third) for at, root in enumerate(roots) for third in (0, 4)]
    return sorted(tune + thirds)


def play(score: Score, begins: float, seed: int = 0) -> list[tuple[float, int]]:
    """(seconds, pitch): the tempo sways by a third, fingers are never together, one note in thirty is wrong."""
    rng = np.random.default_rng(seed)
    beats = np.array([tick - score[0][0] for tick, _ in score]) / QUARTER
    swayed = begins + 0.6 * (beats + 0.33 * 8 / (2 * np.pi) * np.sin(2 * np.pi * beats / 8))
    onsets = swayed + rng.normal(0, 0.008, len(beats))
    wrong = rng.integers(30, size=len(beats)) == 0
    return [(onset, pitch + int(off)) for onset, (_, pitch), off in zip(onsets.tolist(), score, wrong, strict=True)]


def performed(*rows: list[tuple[float, int]]) -> NoteArray:
    onsets, pitches = (np.array(column) for column in zip(*sorted(chain(*rows)), strict=True))
    count = len(onsets)
    return order_notes(onsets, pitches.astype(np.int16), np.full(count, 0.2, np.float32), np.full(count, 70, np.int16))


def written(score: Score, meter: str = "3/4") -> bytes:
    return midi_bytes([(tick, 100, pitch, 64) for tick, pitch in score], {0: 0.5}, {0: meter})


def test_a_performance_goes_along_with_its_score_but_for_wrong_notes() -> None:
    score = make_score(1)
    notes = performed(play(score, 0.5))
    (passage,) = join(notes, read_score(written(score)))
    right = [notes["pitch"][at] == score[to][1] for at, to in zip(passage.played, passage.written, strict=True)]
    assert all(right)
    assert len(right) > 0.93 * len(score)


def test_a_passage_that_is_played_twice_or_left_out_is_found_as_often_as_it_is_there() -> None:
    score = make_score(2)
    half, rest = [row for row in score if row[0] < 80 * QUARTER], [row for row in score if row[0] >= 100 * QUARTER]
    notes = performed(play(half, 0.0), play(half, 60.0), play(rest, 120.0))
    passages = join(notes, read_score(written(score)))
    spans = [(score[min(found.written)][0] / QUARTER, score[max(found.written)][0] / QUARTER) for found in passages]
    assert np.abs(np.array(spans) - [(0, 80), (0, 80), (100, 160)]).max() < 6


def test_other_music_goes_along_with_nothing() -> None:
    assert join(performed(play(make_score(3), 0.0)), read_score(written(make_score(4)))) == []


def test_what_is_written_down_has_the_beats_of_the_score_and_the_seconds_of_the_performance() -> None:
    score = [(tick + QUARTER, pitch) for tick, pitch in make_score(5)]  # it begins on the second beat of three
    rows = play(score, 1.0)
    notes = performed(rows)
    counted_score = read_score(written(score))
    (passage,) = join(notes, counted_score)
    section = write_down(notes, counted_score, passage)
    data = midi_bytes(section.rows, section.quarters, section.meters)
    counted = read_counted(data)
    assert counted["in_measure"][0] == 1
    assert (counted["beat"] * 2 == np.rint(counted["beat"] * 2)).all()
    true = dict(zip([tick / QUARTER for tick, _ in score], [seconds for seconds, _ in rows], strict=True))
    gaps = np.diff(counted["onset"])
    expected = np.diff([true[beat] for beat in counted["beat"]])
    assert np.abs(gaps - expected).max() < 0.05
    assert [message.type for message in mido.MidiFile(file=io.BytesIO(data)).tracks[0]].count("time_signature") == 1
    assert counted["velocity"] == pytest.approx(70)
