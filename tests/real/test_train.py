"""A musician's own folder becomes a model that the server plays, also when training is killed on the way."""

import json
import shutil
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import pytest

from antiphon.apps.programs import connect, osc_datagram, read_osc, started


def antiphon(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antiphon", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=cwd)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with music and a run that was killed in the middle and finished by the same command."""
    root = tmp_path_factory.mktemp("studio")
    (root / "music").mkdir()
    shutil.copy(str(files("antiphon") / "apps" / "excerpt.mid"), root / "music" / "mine.mid")
    (root / "music" / "broken.mid").write_bytes(b"MThd")
    command = [sys.executable, "-m", "antiphon", "train", "music", "--recipe", "tutorial", "--epochs", "400"]
    running = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    history = root / "runs" / "music-tutorial" / "history.csv"
    for _ in range(600):
        if history.exists() and len(history.read_text().splitlines()) > 4:
            break
        time.sleep(0.1)
    running.kill()
    running.communicate()
    return root


def test_a_killed_training_goes_on_and_its_export_is_played(studio: Path) -> None:
    run = studio / "runs" / "music-tutorial"
    before = len((run / "history.csv").read_text().splitlines()) - 1
    assert before >= 4
    trained = antiphon("train", "music", "--recipe", "tutorial", "--epochs", str(before + 2), cwd=studio)
    assert trained.returncode == 0, trained.stderr
    assert "read 1 files, 208 notes" in trained.stdout
    assert "skipped broken.mid: not readable as MIDI" in trained.stdout
    assert f"epoch {before + 1}/" in trained.stdout
    assert "epoch 1/" not in trained.stdout
    exported = antiphon("export", str(run), "-o", "mine.onnx", "--licence", "my own", "--json", cwd=studio)
    assert exported.returncode == 0, exported.stderr
    metadata = json.loads(exported.stdout)
    assert (metadata["name"], metadata["licence"], metadata["recipe"]) == ("mine", "my own", "tutorial")
    assert metadata["difference"] < 1e-4
    with started("antiphon", "serve", "--port", "0", "--model", str(studio / "mine.onnx")) as server:
        assert "model mine (my own)" in server.first_line
        with connect(server.port) as sock:
            sock.send(osc_datagram("/antiphon/note", 60, 0.25, 0.5))
            assert read_osc(sock.recv(65536))[0] == "/antiphon/prediction"


def test_the_same_folder_with_another_seed_is_another_run(studio: Path) -> None:
    ended = antiphon("train", "music", "--recipe", "tutorial", "--seed", "5", cwd=studio)
    assert ended.returncode == 1
    assert "seed 0, not 5" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) <= 2


def test_a_shipped_model_is_scored_on_a_folder_without_a_table_of_splits(studio: Path) -> None:
    ended = antiphon("evaluate", "tutorial", "music", "--json", cwd=studio)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert (figures["notes"], figures["pieces"], figures["split"]) == (208 - 25, 1, None)
    assert 1 < figures["pitch_nll"] < 4.9
    shown = antiphon("evaluate", "tutorial", "music", cwd=studio)
    assert "183 notes of 1 pieces (all of the folder)" in shown.stdout
