"""Rooms import what the table allows and nothing else, and the stage loads no heavy package."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT

RUNTIME = ROOT / "bridge" / "antiphon"
TRAINING = ROOT / "model_export" / "antiphon_train"

GROUND = {
    "antiphon",
    "antiphon.errors",
    "antiphon.note",
    "antiphon.wanted",
    "antiphon.files",
    "antiphon.event",
    "antiphon.timetag",
    "antiphon.take",
}

ROOMS: dict[str, set[str]] = {
    "errors.py": set(),
    "note.py": set(),
    "wanted.py": GROUND,
    "files.py": GROUND,
    "event.py": set(),
    "timetag.py": set(),
    "take.py": {"antiphon.note"},
    "osc": GROUND | {"antiphon.osc"},
    "dialects": GROUND | {"antiphon.osc", "antiphon.dialects"},
    "core": GROUND | {"antiphon.osc", "antiphon.dialects", "antiphon.core"},
    "record": GROUND | {"antiphon.record"},
    "families": GROUND | {"antiphon.families"},
    "engine": GROUND | {"antiphon.families", "antiphon.engine"},
    "midi": GROUND | {"antiphon.midi"},
    "notation": GROUND | {"antiphon.notation"},
    "udp.py": GROUND | {"antiphon.core"},
    "server.py": GROUND | {"antiphon.osc", "antiphon.core", "antiphon.engine", "antiphon.record", "antiphon.udp"},
    "apps": GROUND
    | {"antiphon.osc", "antiphon.engine", "antiphon.record", "antiphon.midi", "antiphon.notation", "antiphon.apps"},
    "cli": {"antiphon"},
    "__main__.py": {"antiphon"},
    "__init__.py": set(),
}
"""Each room of the runtime, and what it may import of ours; a package name allows all below it."""

ONLY_IN = {
    "onnxruntime": {"engine/providers.py"},
    "pythonosc": {"apps/programs.py"},
    "rich": {"apps/monitor/view.py", "apps/monitor/watch.py"},
    "music21": set(),
    "verovio": {"notation/engrave.py"},
    "cairosvg": {"notation/engrave.py"},
    "pypdf": {"notation/engrave.py"},
    "pretty_midi": {"midi/file.py"},
    "zeroconf": {"apps/announce.py"},
    "matplotlib": {"apps/picture.py"},
    "sqlite3": {"record/store.py", "record/reader.py"},
    "psutil": {"apps/announce.py", "apps/bench/latency.py"},
    "asyncio": {"server.py", "apps/bench/floor.py"},
}
"""Packages that live in one file."""

ALLOWED_IN_TRAINING = (
    "antiphon.families",
    "antiphon.engine",
    "antiphon.midi",
    "antiphon.notation.listen",
    "antiphon.notation.onsets",
    "antiphon.notation.tactus",
    "antiphon.apps.picture",
)
"""Besides the ground. A beat network is shown what `notation.listen` describes of onsets, and no more of notation."""

NEVER = {"tensorflow", "keras", "tf2onnx", "onnx", "antiphon_train", "symusic"}
"""What the runtime never imports; the command line names `antiphon_train` as a string."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{path.name} imports by a relative name"
            yield node.module
            if node.module == "antiphon":
                yield from (f"antiphon.{alias.name}" for alias in node.names)


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def test_a_room_is_seen_however_it_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text("from antiphon import notation, server\nimport antiphon.osc\nfrom antiphon.core import core\n")
    assert {"antiphon.notation", "antiphon.server", "antiphon.osc", "antiphon.core"} <= set(imports(path))
    path.write_text("from ..engine import engine\n")
    with pytest.raises(AssertionError, match="relative name"):
        list(imports(path))


@pytest.mark.parametrize("path", sources(RUNTIME), ids=lambda path: path.relative_to(RUNTIME).as_posix())
def test_every_arrow_of_the_runtime_is_in_the_table(path: Path) -> None:
    relative = path.relative_to(RUNTIME).as_posix()
    allowed = ROOMS[relative.split("/")[0]]
    for name in imports(path):
        top = name.split(".")[0]
        assert top not in NEVER, f"{relative} imports {name}"
        assert relative in ONLY_IN.get(top, {relative}), f"{relative} imports {name}"
        if top == "antiphon":
            fits = (
                name in allowed
                or any(name.startswith(f"{room}.") for room in allowed - GROUND)
                or allowed == {"antiphon"}
            )
            assert fits, f"{relative} imports {name}"


@pytest.mark.parametrize("path", sources(TRAINING), ids=lambda path: path.relative_to(TRAINING).as_posix())
def test_training_uses_the_ground_families_engine_midi_and_picture_of_the_runtime(path: Path) -> None:
    for name in imports(path):
        if name.split(".")[0] == "antiphon":
            assert name in GROUND or name.startswith(ALLOWED_IN_TRAINING), f"{path.name} imports {name}"


def test_the_documents_name_all_that_training_may_import() -> None:
    lines = (ROOT / "docs" / "one-note.md").read_text(encoding="utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith("| `antiphon_train` |")]
    assert [name for name in ALLOWED_IN_TRAINING if name.split(".")[-1] not in row] == []


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in ended.stdout.split()}


HEAVY = NEVER | {"music21", "matplotlib", "pretty_midi", "verovio", "scipy", "rich"}


def test_importing_antiphon_loads_nothing_heavy() -> None:
    assert not loaded_by("import antiphon") & (HEAVY | {"onnxruntime", "numpy"})


def test_what_serves_on_stage_loads_no_training_and_no_notation() -> None:
    assert not loaded_by("import antiphon.cli.serve") & HEAVY


def test_the_first_note_finds_everything_loaded() -> None:
    code = """
import sys
from antiphon.apps.programs import osc_datagram
from antiphon.core.core import BATCH, Core, Identity
from antiphon.engine.bundle import find_bundle
from antiphon.engine.engine import Engine
from antiphon.server import rehearse, steady_time
engine, identity = Engine(find_bundle(None), "cpu", BATCH), Identity("0", "m", 1, 1)
rehearse(Core(identity, steady_time()), engine)
before, core = set(sys.modules), Core(identity, steady_time())
core.datagram(osc_datagram("/antiphon/note/on", 60, 64), ("127.0.0.1", 1), steady_time())
core.deliver(engine.run(core.wanted(steady_time())), steady_time())
assert core.to_send(steady_time())
print(sorted(set(sys.modules) - before))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_help_of_the_command_line_imports_no_command() -> None:
    assert not loaded_by("import antiphon.cli") & (HEAVY | {"numpy", "onnxruntime"})


def test_no_module_is_without_its_test_module() -> None:
    untested = []
    for root, folder in ((RUNTIME, "unit"), (TRAINING, "unit/train")):
        for path in sources(root):
            relative = path.relative_to(root)
            if path.name in ("__init__.py", "__main__.py") or relative.parts[0] in ("cli", "server.py"):
                continue  # the command line and the server are tested as programs, in tests/real
            if not (ROOT / "tests" / folder / relative.parent / f"test_{path.name}").exists():
                untested.append(relative.as_posix())
    assert not untested


def test_modules_stay_short_enough_to_read() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in (*sources(RUNTIME), *sources(TRAINING))}
    assert not {name: lines for name, lines in long.items() if lines > 400}
