"""MuseScore 3 opens the demo's page without a word and writes it out again."""

import os
import subprocess
from pathlib import Path

from antiphon.apps.demo import excerpt, write_files
from conftest import find_program


def test_musescore_opens_the_page_without_a_message(tmp_path: Path) -> None:
    program = find_program("mscore3", "musescore3", "mscore")
    performer = excerpt()
    model = performer[:100].copy()
    model["onset"] += 41
    write_files(tmp_path, performer, model)
    (tmp_path / "runtime").mkdir(mode=0o700)
    headless = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    folders = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "runtime")}
    ended = subprocess.run(
        [program, "-o", str(tmp_path / "page.pdf"), str(tmp_path / "demo.musicxml")],
        env=os.environ | headless | folders,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    said = (ended.stdout + ended.stderr).lower()
    assert ended.returncode == 0
    assert not [word for word in ("error", "corrupt", "cannot", "failed", "invalid", "unknown") if word in said], said
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
