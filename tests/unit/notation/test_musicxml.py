"""What is written is read again by music21 as the same notes, in full measures."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import music21
import pytest

from antiphon.apps.demo import excerpt
from antiphon.errors import DeviceError
from antiphon.notation import notate
from antiphon.notation.grid import Meter
from antiphon.notation.musicxml import to_musicxml, write_musicxml
from antiphon.notation.page import Score
from antiphon.notation.score import compose
from scores import Row, lay, ornamented, play, write

MELODY: list[Row] = [(0, 12, 72), (12, 18, 74), (18, 24, 76), (24, 28, 77), (28, 32, 79), (32, 36, 77), (36, 60, 72)]


def parse(score: Score) -> ElementTree.Element:
    return ElementTree.fromstring(to_musicxml(score))


def sounding(path: Path) -> list[tuple[float, int, float]]:
    """Onset in quarters, pitch and length of every note that music21 reads, ties joined."""
    found: list[tuple[float, int, float]] = []
    for part in music21.converter.parse(path, forceSource=True).stripTies().parts:
        for chord in part.recurse().notes:
            onset = float(chord.getOffsetInHierarchy(part))
            length = float(chord.duration.quarterLength)
            found += [(onset, pitch.midi, length) for pitch in chord.pitches]
    return sorted(found)


def test_music21_reads_the_notes_that_were_laid_out(tmp_path: Path) -> None:
    bass = [(0, 24, 48), (24, 48, 43), (48, 60, 48)]
    write_musicxml(write(MELODY + bass), tmp_path / "a.musicxml")
    expected = [(place / 12, pitch, (end - place) / 12) for place, end, pitch in MELODY + bass]
    assert [tuple(round(value, 3) for value in note) for note in sounding(tmp_path / "a.musicxml")] == [
        tuple(round(value, 3) for value in note) for note in sorted(expected)
    ]


def test_a_compressed_file_holds_the_same(tmp_path: Path) -> None:
    score = write(MELODY)
    write_musicxml(score, tmp_path / "a.mxl")
    with zipfile.ZipFile(tmp_path / "a.mxl") as box:
        assert box.namelist() == ["META-INF/container.xml", "score.musicxml"]
        assert box.read("score.musicxml").decode() == to_musicxml(score)


def test_a_triplet_is_opened_and_closed() -> None:
    root = parse(write(MELODY))
    assert [tuplet.attrib["type"] for tuplet in root.iter("tuplet")] == ["start", "stop"]
    assert len(list(root.iter("time-modification"))) == 3


def test_a_tie_is_written_to_be_heard_and_to_be_seen() -> None:
    root = parse(write([(0, 36, 60), (36, 60, 62), (60, 96, 64)]))
    assert [tie.attrib["type"] for tie in root.iter("tie")] == ["start", "stop"]
    assert [tie.attrib["type"] for tie in root.iter("tied")] == ["start", "stop"]


@pytest.mark.parametrize(("end", "fermatas"), [(48, 0), (54, 0), (90, 1)])
def test_what_is_held_at_the_end_ends_with_its_measure(end: int, fermatas: int) -> None:
    root = parse(write([(0, 24, 60), (24, end, 67)]))
    assert [len(part.findall("measure")) for part in root.iter("part")] == [1]
    assert len(list(root.iter("tie"))) == 0
    assert len(list(root.iter("fermata"))) == fermatas


def test_a_fermata_stands_on_the_last_of_tied_values() -> None:
    root = parse(write([(0, 18, 60), (18, 100, 67)]))
    notes = list(root.iter("note"))
    assert [len(list(note.iter("fermata"))) for note in notes] == [*[0] * (len(notes) - 1), 1]
    assert len(list(root.iter("tie"))) > 0


@pytest.mark.parametrize(
    ("meter", "unit", "dots", "sound"), [(Meter(4, 4), "quarter", 0, "120"), (Meter(6, 8), "quarter", 1, "180")]
)
def test_a_metronome_counts_beats(meter: Meter, unit: str, dots: int, sound: str) -> None:
    root = parse(write(MELODY, meter))
    mark = root.find(".//metronome")
    assert mark is not None
    assert (mark.findtext("beat-unit"), len(mark.findall("beat-unit-dot"))) == (unit, dots)
    assert root.find(".//sound[@tempo]").attrib["tempo"] == sound  # type: ignore[union-attr]


def test_the_parts_bear_the_players_names_and_the_page_its_title() -> None:
    grids = {name: lay(MELODY) for name in ("performer", "model")}
    root = parse(compose({name: play(MELODY) for name in grids}, grids, "A title", "players"))
    assert [name.text for name in root.findall("part-list/score-part/part-name")] == ["Performer", "Model"]
    assert root.findtext("movement-title") == "A title"


@pytest.mark.parametrize(("title", "shown"), [("a\0b\x1b", "ab"), ("<&> été", "<&> été")])
def test_a_title_of_any_letters_is_a_file_that_can_be_read(tmp_path: Path, title: str, shown: str) -> None:
    notate({"performer": excerpt()[:3]}, tmp_path / "a.musicxml", title)
    assert ElementTree.parse(tmp_path / "a.musicxml").getroot().findtext("movement-title") == shown


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceError, match="cannot be written"):
        write_musicxml(write(MELODY), tmp_path / "file" / "a.musicxml")


def test_every_sign_is_written() -> None:
    root = parse(ornamented())
    (grace,) = [note for note in root.iter("note") if note.find("grace") is not None]
    assert (grace.findtext("pitch/step"), grace.find("duration"), grace.findtext("type")) == ("F", None, "eighth")
    assert len(list(root.iter("trill-mark"))) == 1
    assert len(list(root.iter("arpeggiate"))) > 1
    assert [shift.attrib["type"] for shift in root.iter("octave-shift")] == ["down", "stop"]


def test_writing_needs_no_library() -> None:
    code = "import sys; from antiphon.notation.musicxml import to_musicxml; print('music21' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
