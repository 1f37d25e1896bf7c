"""The main job in one command, as a performer runs it."""

import subprocess
import sys
import wave
from pathlib import Path

from matplotlib.image import imread

from antiphon.midi.file import read_midi


def test_the_demo_plays_answers_and_writes_its_four_files_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "always", "-m", "antiphon", "demo", "--fast", "--seed", "1", "-o", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert ended.stdout.count("antiphon ") >= 208
    assert "p50" in ended.stdout
    assert "maestro (CC-BY-NC-SA-4.0)" in ended.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.mid", "demo.musicxml", "demo.png", "demo.wav"]
    assert len(read_midi(tmp_path / "demo.mid")) >= 300
    assert imread(tmp_path / "demo.png").shape[:2] == (700, 1600)
    with wave.open(str(tmp_path / "demo.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() > 45
