"""`antiphon notate` as a musician types it, and what MuseScore and LilyPond say of its pages."""

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pretty_midi
import pytest
from pythonosc.udp_client import SimpleUDPClient

from antiphon.apps.demo import excerpt
from antiphon.apps.programs import started
from antiphon.event import Event
from antiphon.midi.file import write_midi
from antiphon.notation.grid import Meter
from antiphon.notation.musicxml import write_musicxml
from antiphon.notation.page import Score
from antiphon.notation.score import compose
from antiphon.note import NOTE_DTYPE, NoteArray
from antiphon.record.store import RunInfo, Store
from conftest import find_program
from scores import lay, ornamented, play, seconds, write

BASS = [(24 * at, 24 * at + 22, 48 - at % 5) for at in range(8)]

PAGES: dict[str, Score] = {
    "six-eight": write([(4 * at, 4 * at + 4, 72 + at % 7) for at in range(48)] + BASS, Meter(6, 8)),
    "six eighths tapped": write(
        [(6 * at, 6 * at + 6, 70 + at % 7) for at in range(24)] + [(36 * at, 36 * at + 36, 48 + at) for at in range(4)],
        Meter(6, 8, 3),
    ),
    "eighths of 2/4 tapped": write(
        [(3 * at, 3 * at + 3, 70 + at % 7) for at in range(64)] + [(48 * at, 48 * at + 46, 48) for at in range(4)],
        Meter(2, 4, 2),
    ),
    "pickup": write([(24 + 6 * at, 29 + 6 * at, 67 + at % 9) for at in range(50)] + [(36, 70, 48)], Meter(3, 4)),
    "triplets": write([(at + at % 3, at + 4, 70 + at % 5) for at in range(0, 96, 4)] + BASS),
    "held": write([(0, 47, 79), (12, 24, 67), (24, 36, 65), (36, 48, 64), (48, 96, 72), (60, 90, 60), *BASS]),
    "all at once": write([(0, 12, pitch) for pitch in range(128)]),
    "ornaments and 8va": ornamented(),
    "clefs and 8vb": write(
        [(12 * at, 12 * at + 11, 76 + at % 5) for at in range(32)]
        + [(12 * at, 12 * at + 11, 72) for at in range(16)]
        + [(12 * at, 12 * at + 11, 26 + at % 3) for at in range(16, 32)]
    ),
    "one note": write([(0, 12, 60)]),
    "two players": compose(
        {"performer": play(BASS), "model": play([(6, 18, 72)])},
        {"performer": lay(BASS), "model": lay([(6, 18, 72)])},
        "Two",
        "players",
    ),
}


def run(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "antiphon", "notate", *words], capture_output=True, text=True, env=os.environ | more
    )


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("take") / "take.mid"
    write_midi(path, {"performer": excerpt()})
    return path


@pytest.mark.parametrize("name", PAGES)
def test_musescore_opens_every_kind_of_page_without_a_message(tmp_path: Path, name: str) -> None:
    program = find_program("mscore3", "musescore3", "mscore")
    write_musicxml(PAGES[name], tmp_path / "a.musicxml")
    (tmp_path / "runtime").mkdir(mode=0o700)
    headless = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    folders = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "runtime")}
    words = [program, "-o", str(tmp_path / "a.mscx"), str(tmp_path / "a.musicxml")]
    ended = subprocess.run(words, env=os.environ | headless | folders, capture_output=True, text=True, timeout=120)
    said = (ended.stdout + ended.stderr).lower()
    assert ended.returncode == 0
    assert not [word for word in ("error", "corrupt", "cannot", "failed", "invalid", "unknown") if word in said], said


@pytest.mark.parametrize("name", PAGES)
def test_lilypond_engraves_every_kind_of_page(tmp_path: Path, name: str) -> None:
    convert, engraver = find_program("musicxml2ly"), find_program("lilypond")
    write_musicxml(PAGES[name], tmp_path / "a.musicxml")
    for words in (
        [convert, "-o", "a.ly", "a.musicxml"],
        [engraver, "--silent", "-dno-point-and-click", "-o", "a", "a.ly"],
    ):
        ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=240)
        said = (ended.stdout + ended.stderr).lower()
        assert ended.returncode == 0, said
        assert "bar check" not in said
        assert "barcheck" not in said


@pytest.mark.parametrize("suffix", [".musicxml", ".mxl", ".ly", ".mid", ".svg"])
def test_a_midi_file_becomes_a_file_of_every_kind(tmp_path: Path, take: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    words = ("--tempo", "80-100", "--meter", "3/4", "--key", "f# minor", "--title", "A title", "--no-triplets")
    ended = run(str(take), "-o", str(path), *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"wrote {path}\n")
    assert path.stat().st_size > 1000


def test_the_report_says_what_was_found(tmp_path: Path, take: Path) -> None:
    ended = run(str(take), "-o", str(tmp_path / "a.musicxml"), "--json", "--meter", "3/4", "--key", "-2")
    report = json.loads(ended.stdout)
    assert report["files"] == [str(tmp_path / "a.musicxml")]
    assert report["meters"][0][1] == "3/4"
    assert report["fifths"] == [[1, -2]]
    assert report["notes_played"] == 208
    assert 180 < report["notes_written"] <= 208  # a trill is one note
    assert set(report["downbeats"]) <= set(report["beats"])
    assert len(report["tempo_bpm"]) == len(report["beats"]) - 1
    assert 0 <= report["confidence"] <= 1


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("take.txt", "-o", "a.musicxml"), 1, "nothing is recorded in"),
        (("none.mid", "-o", "a.musicxml"), 1, "there is no file none.mid"),
        (("none.mid", "-o", "a.doc"), 2, "has none of the suffixes"),
        (("none.mid", "-o", "a.musicxml", "--meter", "3/5"), 2, "3/5 is no meter"),
        (("none.mid", "-o", "a.musicxml", "--key", "H"), 2, "H is no key"),
        (("none.mid", "-o", "a.musicxml", "--tempo", "1000"), 2, "1000 is no tempo"),
        (("none.mid", "-o", "a.musicxml", "--tempo", "120-80"), 2, "120-80 is no tempo"),
        (("none.mid", "-o", "none.mid"), 2, "none.mid is what is to be read"),
        (("", "-o", "a.musicxml"), 2, "the name of the source is empty"),
        ((__file__, "-o", "a.musicxml"), 2, "does not end in .mid"),
        (("none.mid", "-o", "a.musicxml", "--meter", "3/4", "--pickup", "3"), 2, "--pickup 3 is a whole measure"),
        (("none.mid", "-o", "a.musicxml", "--grid", "5"), 2, "'5' is not one of"),
        (("none.mid", "-o", "a.musicxml", "--last", "0"), 2, "0 is not in the range"),
    ],
)
def test_what_cannot_be_is_one_clear_line(tmp_path: Path, words: tuple[str, ...], code: int, text: str) -> None:
    ended = run(*words, "--database", str(tmp_path / "sessions.sqlite"))
    assert ended.returncode == code
    assert text in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("words", "key", "expected"),
    [
        (("--tempo", "60"), "tempo_bpm", lambda tempi: 50 < np.median(tempi) < 70),
        (("--tempo", "100-130"), "tempo_bpm", lambda tempi: 95 < np.median(tempi) < 135),
        (("--meter", "6/8"), "meters", lambda meters: meters[0][1] == "6/8"),
        (("--key", "Eb"), "fifths", lambda fifths: fifths == [[0, -3]]),
        (("--last", "3"), "downbeats", lambda downbeats: len(downbeats) < 7),
        (("--last", "3"), "notes_played", lambda count: 10 < count < 80),
    ],
)
def test_what_is_told_is_in_the_report(
    tmp_path: Path, take: Path, words: tuple[str, ...], key: str, expected: Callable[[Any], bool]
) -> None:
    ended = run(str(take), "-o", str(tmp_path / "a.musicxml"), "--json", *words)
    assert expected(json.loads(ended.stdout)[key])


def test_what_was_played_to_the_click_of_a_file_stands_on_it(tmp_path: Path) -> None:
    eighths = seconds([(1.5 + at / 4, 0.25, 60 + at * 5 % 12) for at in range(60)])
    write_midi(tmp_path / "a.mid", {"performer": eighths}, 120, [(0.0, 3, 4)])
    report = json.loads(run(str(tmp_path / "a.mid"), "-o", str(tmp_path / "a.musicxml"), "--json").stdout)
    assert report["beats"] == pytest.approx([1.5 + at / 2 for at in range(len(report["beats"]))], abs=1e-3)
    assert report["meters"] == [[1.5, "3/4"]]
    assert report["downbeats"][:3] == pytest.approx([1.5, 3.0, 4.5])
    said = json.loads(
        run(str(tmp_path / "a.mid"), "-o", str(tmp_path / "a.musicxml"), "--json", "--meter", "4/4").stdout
    )
    assert said["meters"] == [[2.0, "4/4"]]


PEDAL = ((0.01, 0), (0.12, 127))
"""When a pedal is changed for an onset, seconds after it, and its values."""


def test_beats_that_were_tapped_in_a_session_are_its_beats(tmp_path: Path) -> None:
    events = [Event("anna", 100.0, "state", "begin", (1, "maestro"))]
    taps = [round(101 + beat * 0.55 + 0.002 * beat**1.5, 3) for beat in range(30)]
    for beat, at in enumerate(taps):
        events += [
            Event("anna", at, "in", "beat", (beat % 3 + 1,)),
            Event("anna", at + 0.01, "in", "note/on", (60 + beat % 7, 64, beat)),
            Event("anna", at + 0.4, "in", "note/off", (60 + beat % 7,)),
        ]
    store = Store(tmp_path / "a.sqlite", RunInfo(1, 100.0, "0", "maestro", 1))
    store.write(events)
    store.close()
    words = ("--database", str(tmp_path / "a.sqlite"), "--json")
    report = json.loads(run("last", "-o", str(tmp_path / "a.musicxml"), *words).stdout)
    assert [meter for _, meter in report["meters"]] == ["3/4"]
    assert report["beats"][:30] == pytest.approx([at - taps[0] - 0.01 for at in taps], abs=0.001)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_where_the_pedal_is_changed_in_a_session_measures_begin(tmp_path: Path, first: int) -> None:
    random = np.random.default_rng(first)
    events = [Event("anna", 100.0, "state", "begin", (1, "maestro"))]
    for beat in range(48):
        at = round(101 + 0.6 * beat + random.normal(0, 0.012), 3)
        if beat % 3 == first:
            events += [Event("anna", at + after, "in", "midi", (0xB0, 64, value)) for after, value in PEDAL]
        events.append(Event("anna", at, "in", "note/on", (60 + beat * 7 % 12, 64, beat)))
        events.append(Event("anna", at + 0.5, "in", "note/off", (60 + beat * 7 % 12,)))
    store = Store(tmp_path / "a.sqlite", RunInfo(1, 100.0, "0", "maestro", 1))
    store.write(sorted(events, key=lambda event: event.at))
    store.close()
    words = ("--database", str(tmp_path / "a.sqlite"), "--json", "--tempo", "100")
    report = json.loads(run("last", "-o", str(tmp_path / "a.musicxml"), *words).stdout)
    assert {meter for _, meter in report["meters"]} == {"3/4"}
    changes = np.arange(first, 48, 3) * 0.6
    off = [np.abs(changes - at).min() for at in report["downbeats"][1:15]]
    assert max(off) < 0.1


def test_who_taps_along_with_a_running_server_has_his_measures_on_the_page(tmp_path: Path) -> None:
    database = tmp_path / "a.sqlite"
    with (
        started("antiphon", "serve", "--port", "0", "--database", str(database)) as server,
        SimpleUDPClient("127.0.0.1", server.port) as client,
    ):
        client.send_message("/antiphon/set", ["mode", "manual"])
        client.send_message("/antiphon/set", ["tempo", "fast"])  # refused, and recorded all the same
        begin = time.monotonic() + 0.2
        for beat in range(13):
            time.sleep(max(begin + 0.3 * beat - time.monotonic(), 0))
            client.send_message("/antiphon/beat", beat % 3 + 1)
            client.send_message("/antiphon/note/on", [60 + beat % 7, 64])
            time.sleep(0.2)
            client.send_message("/antiphon/note/off", 60 + beat % 7)
    page = tmp_path / "a.musicxml"
    ended = run("last", "-o", str(page), "--database", str(database), "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    report = json.loads(ended.stdout)
    assert [meter for _, meter in report["meters"]] == ["3/4"]
    assert report["notes_played"] == 13
    assert np.median(report["tempo_bpm"]) == pytest.approx(200, rel=0.05)
    assert len(list(written(page).iter("measure"))) == 5


def written(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()


def test_what_is_told_is_on_the_page(tmp_path: Path, take: Path) -> None:
    path = tmp_path / "a.musicxml"
    run(str(take), "-o", str(path), "--tempo", "90", "--meter", "4/4", "--pickup", "1", "--no-triplets", "--grid", "8")
    page = written(path)
    first = page.find("part/measure")
    assert first is not None
    assert first.get("implicit") == "yes"
    assert not list(page.iter("time-modification"))
    assert sum(kind.text in ("16th", "32nd") for kind in page.iter("type")) < 20  # none but a pitch struck again
    run(str(take), "-o", str(path), "--staves", "one")
    assert not list(written(path).iter("staves"))


def drums(path: Path) -> None:
    song = pretty_midi.PrettyMIDI()
    song.instruments.append(pretty_midi.Instrument(0, is_drum=True))
    song.instruments[0].notes.append(pretty_midi.Note(64, 38, 0.0, 0.1))
    song.write(str(path))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda path: path.write_bytes(b""), "cannot be read as a MIDI file"),
        (lambda path: pretty_midi.PrettyMIDI().write(str(path)), "has no notes"),
        (drums, "has no notes besides drums"),
    ],
)
def test_a_file_without_music_is_one_clear_line_and_no_page(
    tmp_path: Path, make: Callable[[Path], None], text: str
) -> None:
    make(tmp_path / "a.mid")
    ended = run(str(tmp_path / "a.mid"), "-o", str(tmp_path / "out" / "a.musicxml"))
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)
    assert text in ended.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("suffix", [".musicxml", ".mid", ".svg", ".pdf"])
def test_where_nothing_can_be_written_is_one_clear_line(tmp_path: Path, take: Path, suffix: str) -> None:
    (tmp_path / "file").write_text("no folder")
    ended = run(str(take), "-o", str(tmp_path / "file" / f"a{suffix}"), "--last", "1")
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)
    assert "cannot be written" in ended.stderr


CROWD = seconds([(0.0, 1.0, pitch) for pitch in range(128)])
TWO_HOURS = seconds([(0.6 * at, 0.5, 60 + at * 5 % 24) for at in range(12_000)])


@pytest.mark.parametrize(
    ("notes", "words", "written_notes"),
    [
        (seconds([(0.0, 0.5, 60)]), (), 1),
        (CROWD, (), 116),  # no page names the lowest octave: its notes are written an octave higher
        (TWO_HOURS, (), 12_000),
        (excerpt(), ("--tempo", "40"), 180),
        (excerpt(), ("--tempo", "240"), 180),
        (excerpt(), ("--tempo", "300-400", "--meter", "7/16", "--pickup", "6"), 180),
    ],
    ids=["one note", "128 at once", "two hours", "tempo halved", "tempo doubled", "told nonsense"],
)
def test_whatever_is_played_and_told_is_a_whole_page(
    tmp_path: Path, notes: NoteArray, words: tuple[str, ...], written_notes: int
) -> None:
    write_midi(tmp_path / "a.mid", {"performer": notes})
    ended = run(str(tmp_path / "a.mid"), "-o", str(tmp_path / "a.musicxml"), "--json", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["notes_written"] >= written_notes
    assert len(list(written(tmp_path / "a.musicxml").iter("measure"))) > 0


@pytest.mark.parametrize("lengths", [[0.001], [60.0], [0.001, 60.0, 3600.0]])
def test_odd_lengths_are_a_page(tmp_path: Path, lengths: list[float]) -> None:
    notes = np.zeros(len(lengths), NOTE_DTYPE)
    notes["duration"], notes["pitch"], notes["velocity"] = lengths, 60 + np.arange(len(lengths)), 64
    write_midi(tmp_path / "a.mid", {"performer": notes})
    ended = run(str(tmp_path / "a.mid"), "-o", str(tmp_path / "a.musicxml"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "a.musicxml").exists()


def test_without_onnxruntime_a_page_is_written_and_one_line_says_what_is_missing(take: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['onnxruntime'] = None\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    ended = run(str(take), "-o", str(tmp_path / "page.musicxml"), PYTHONPATH=path)
    assert ended.returncode == 0, ended.stderr
    assert "onnxruntime is not installed" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert (tmp_path / "page.musicxml").exists()
