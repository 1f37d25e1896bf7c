"""What is written is read again by music21 as the same notes, in full measures."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from pathlib import Path

import music21
import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.notation import notate
from antiphon.note import NoteArray


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "a.musicxml"
    performer = excerpt()
    model: NoteArray = performer[:40].copy()
    model["onset"] += 41
    notate({"performer": performer, "model": model}, path, "A title")
    return path


def test_every_voice_of_every_measure_is_exactly_full(written: Path) -> None:
    root = ElementTree.parse(written).getroot()
    measures = root.findall("part/measure")
    assert len({part.attrib["id"] for part in root.findall("part")}) == 2
    divisions = 1
    for measure in measures:
        divisions = int(measure.findtext("attributes/divisions") or divisions)
        staves: dict[str, Fraction] = {}
        for note in measure.findall("note"):
            if note.find("chord") is None:
                staff = note.findtext("staff") or "1"
                staves[staff] = staves.get(staff, Fraction(0)) + Fraction(
                    int(note.findtext("duration") or 0), divisions
                )
        assert staves == {"1": 4, "2": 4}


def test_music21_reads_the_pitches_that_were_played(written: Path) -> None:
    score = music21.converter.parse(written)
    found = sorted(
        pitch.midi
        for part in score.parts[:2]
        for chord in part.recurse().notes
        for note in (chord.notes if chord.isChord else [chord])
        if note.tie is None or note.tie.type == "start"
        for pitch in [note.pitch]
    )
    played = excerpt()
    units = np.floor((played["onset"] - played["onset"][0]) * 8 + 0.5)
    assert found == sorted(pitch for _, pitch in set(zip(units, played["pitch"].tolist(), strict=True)))


def test_the_parts_bear_the_players_names_and_the_page_its_title(written: Path) -> None:
    root = ElementTree.parse(written).getroot()
    assert [name.text for name in root.findall("part-list/score-part/part-name")] == ["Performer", "Model"]
    assert root.findtext("movement-title") == "A title" or root.findtext("work/work-title") == "A title"


def test_pitches_below_what_the_format_can_name_are_written_an_octave_higher(tmp_path: Path) -> None:
    notes = excerpt()[:3]
    notes["onset"], notes["pitch"] = 0.0, [0, 12, 127]
    notate({"performer": notes}, tmp_path / "a.musicxml", "t")
    pitches = ElementTree.parse(tmp_path / "a.musicxml").getroot().iter("pitch")
    assert {(pitch.findtext("step"), pitch.findtext("octave")) for pitch in pitches} == {("C", "0"), ("G", "9")}


@pytest.mark.parametrize(("title", "shown"), [("a\0b\x1b", "ab"), ("<&> été", "<&> été")])
def test_a_title_of_any_letters_is_a_file_that_can_be_read(tmp_path: Path, title: str, shown: str) -> None:
    notate({"performer": excerpt()[:3]}, tmp_path / "a.musicxml", title)
    assert ElementTree.parse(tmp_path / "a.musicxml").getroot().findtext("movement-title") == shown


def test_a_broken_settings_file_of_music21_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / ".music21rc").write_text("<broken")
    script = """
from antiphon.apps.demo import excerpt
from antiphon.errors import NotationError
from antiphon.notation import notate
try:
    notate({"performer": excerpt()}, None, "t")
except NotationError as error:
    assert error.what.startswith("music21 cannot be loaded: "), error
    assert error.hint == "mend or remove the file ~/.music21rc", error
else:
    raise AssertionError("it went through")
"""
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", script], env=os.environ | home, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
