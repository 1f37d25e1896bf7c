"""Scores of MusicXML become rows of ticks that are beats."""

import zipfile
from pathlib import Path
from statistics import fmean

import pytest
from counted_scores import Section, count_score

PARTS = """<?xml version="1.0"?>
<score-partwise><part-list/>
<part id="P1">
  <measure number="0">
    <attributes><divisions>2</divisions><time><beats>3</beats><beat-type>4</beat-type></time></attributes>
    <note><pitch><step>G</step><octave>4</octave></pitch><duration>2</duration></note></measure>
  <measure number="1">
    <note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration></note>
    <note><pitch><step>F</step><alter>1</alter><octave>5</octave></pitch><duration>2</duration>
      <tie type="start"/></note>
  </measure>
  <measure number="2">
    <note><pitch><step>F</step><alter>1</alter><octave>5</octave></pitch><duration>2</duration><tie type="stop"/></note>
    <note><rest/><duration>2</duration></note>
    <note><pitch><step>C</step><octave>5</octave></pitch><duration>2</duration></note>
    <note><chord/><pitch><step>E</step><octave>5</octave></pitch><duration>2</duration></note></measure>
  <measure number="3"><attributes><time><beats>6</beats><beat-type>8</beat-type></time></attributes>
    <note><grace/><pitch><step>A</step><octave>5</octave></pitch></note>
    <note><pitch><step>D</step><octave>5</octave></pitch><duration>6</duration></note></measure>
</part>
<part id="P2">
  <measure number="0"><attributes><divisions>1</divisions><transpose><chromatic>-2</chromatic></transpose></attributes>
    <note><rest/><duration>1</duration></note></measure>
  <measure number="1">
    <note><pitch><step>D</step><octave>4</octave></pitch><duration>3</duration></note>
    <backup><duration>3</duration></backup><forward><duration>1</duration></forward>
    <note><pitch><step>A</step><octave>3</octave></pitch><duration>2</duration></note></measure>
</part>
</score-partwise>"""


@pytest.fixture(params=["score.musicxml", "score.mxl"])
def score(request: pytest.FixtureRequest, tmp_path: Path) -> Section:
    path = tmp_path / request.param
    if path.suffix == ".mxl":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("META-INF/container.xml", "<container/>")
            packed.writestr("inside.xml", PARTS)
    else:
        path.write_text(PARTS, encoding="utf-8")
    return count_score(path, "score")


def test_notes_stand_on_ticks_after_the_bar_line_before_the_pick_up(score: Section) -> None:
    at, quarter = [row[:3] for row in score.rows], 480
    assert at == [
        (2 * quarter, quarter, 67),
        (3 * quarter, 2 * quarter, 72),
        (3 * quarter, 3 * quarter, 60),  # sounds a tone lower than written
        (4 * quarter, 2 * quarter, 55),
        (5 * quarter, 2 * quarter, 78),  # tied over the bar line
        (8 * quarter, quarter, 72),
        (8 * quarter, quarter, 76),
        (9 * quarter, 3 * quarter, 74),
    ]


def test_meters_are_said_where_they_change(score: Section) -> None:
    said = sorted(score.meters.items())
    assert said[0] == (0, "3/4")
    assert said[-1] == (9 * 480, "6/8")
    assert {meter for _, meter in said} == {"3/4", "6/8"}


def test_a_section_has_a_tempo_that_its_name_decides_and_one_note_has_none(score: Section) -> None:
    assert list(score.quarters) == [0]
    assert 0.2 < score.quarters[0] < 2


def test_beats_of_many_notes_are_the_slower_ones(tmp_path: Path) -> None:
    def seconds_a_quarter(notes: int) -> float:
        note = f"<note><pitch><step>C</step><octave>4</octave></pitch><duration>{24 // notes}</duration></note>"
        measure = f"<measure><attributes><divisions>24</divisions></attributes>{note * 4 * notes}</measure>"
        path = tmp_path / "score.xml"
        path.write_text(f"<score-partwise><part>{measure * 4}</part></score-partwise>", encoding="utf-8")
        return fmean(count_score(path, f"name {draw}").quarters[0] for draw in range(50))

    assert seconds_a_quarter(1) < 0.8 * seconds_a_quarter(4) < 0.8 * 0.8 * seconds_a_quarter(12)
