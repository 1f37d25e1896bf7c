"""There is always a sound, and a line that says what made it."""

import subprocess
import wave
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from antiphon.midi import sound
from conftest import find_program

EXCERPT = Path(str(files("antiphon") / "apps" / "excerpt.mid"))


def loudness(path: Path) -> tuple[float, float]:
    """Seconds, and root mean square in 0..1."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return file.getnframes() / file.getframerate(), float(np.sqrt(np.mean((samples / 32768) ** 2)))


def test_fluidsynth_plays_it_where_it_is_installed(tmp_path: Path) -> None:
    find_program("fluidsynth")
    assert sound.render_wav(EXCERPT, tmp_path / "a.wav").startswith("sound by fluidsynth with ")
    seconds, level = loudness(tmp_path / "a.wav")
    assert seconds > 40
    assert level > 0.001


def test_without_fluidsynth_it_is_plain_tones_and_the_line_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    line = sound.render_wav(EXCERPT, tmp_path / "a.wav")
    assert "plain tones, since fluidsynth is not installed" in line
    assert "install fluidsynth" in line
    seconds, level = loudness(tmp_path / "a.wav")
    assert seconds > 40
    assert level > 0.001


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("echo 'fluidsynth: error: no such font' >&2; exit 0", "no such font"),
        ("exit 3", "status 3"),
        ("exit 0", "no sound"),
    ],
)
def test_a_fluidsynth_that_fails_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, text: str
) -> None:
    program = tmp_path / "fluidsynth"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    (tmp_path / "font.sf2").write_bytes(b"")
    monkeypatch.setattr("shutil.which", lambda name: str(program))
    monkeypatch.setattr(sound, "soundfont_folders", lambda: [tmp_path])
    assert subprocess.run([program], capture_output=True).returncode in (0, 3)
    assert text in sound.render_wav(EXCERPT, tmp_path / "a.wav")
    assert loudness(tmp_path / "a.wav")[1] > 0.001


def test_a_general_midi_soundfont_goes_first(tmp_path: Path) -> None:
    for name in ("Aaa.sf2", "FluidR3_GM.sf2", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    found = sound.find_soundfont([tmp_path / "missing", tmp_path])
    assert found == tmp_path / "FluidR3_GM.sf2"
    assert sound.find_soundfont([tmp_path / "missing"]) is None
