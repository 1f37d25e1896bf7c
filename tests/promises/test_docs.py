"""The docs say what the code says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_generated_tables_are_those_of_the_code() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    pages = [str(page.relative_to(ROOT)) for page in PAGES]
    ended = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", *pages],
        cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PATH": path, "COLUMNS": "80"},
    )  # fmt: skip
    assert ended.returncode == 0, f"run make docs: {ended.stdout}{ended.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_readme_shows_a_message_and_its_answer_within_forty_lines() -> None:
    head = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40])
    for text in ("pip install", "antiphon demo", "/antiphon/note", "/antiphon/prediction", "docs/demo.png"):
        assert text in head


def test_the_changelog_begins_with_what_is_not_yet_released() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()[2]


def test_every_test_that_holds_a_promise_of_security_is_there() -> None:
    promised = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")))
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(promised) > 10
    assert not {name for name in promised if f"def {name}(" not in tests}
