"""The example patch in real Pure Data gets its answer from the real server."""

import re
import subprocess
from pathlib import Path

from antiphon.apps.programs import started
from conftest import ROOT, find_program

PATCH = ROOT / "max_patches" / "pd" / "one-note.pd"


def test_a_note_from_pd_is_answered_in_pd(tmp_path: Path) -> None:
    pd = find_program("pd")
    with started("antiphon", "serve", "--port", "0") as server:
        patch = tmp_path / "one-note.pd"
        patch.write_text(PATCH.read_text().replace("127.0.0.1 9000", f"127.0.0.1 {server.port}"))
        quiet = ["-nogui", "-noaudio", "-nomidi", "-noprefs", "-stderr", "-sleepgrain", "1"]
        ender = tmp_path / "end.pd"
        ender.write_text(
            "#N canvas 0 0 300 200 12;\n#X obj 10 10 loadbang;\n#X obj 10 40 delay 1000;\n"
            "#X msg 10 70 \\; pd quit;\n#X connect 0 0 1 0;\n#X connect 1 0 2 0;\n"
        )
        ended = subprocess.run(
            [pd, *quiet, "-open", str(patch), "-open", str(ender), "-send", "; one-note bang"],
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip
    assert ended.returncode == 0
    assert re.search(r"^answer: \d+ [\d.e-]+ [\d.e-]+ \d+ 0$", ended.stderr, re.MULTILINE), ended.stderr
    assert not re.search(r"error|couldn't create|connection failed", ended.stderr), ended.stderr
