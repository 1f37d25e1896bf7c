"""Every command has help with an example, and says in one line what is wrong."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from antiphon import notation
from antiphon.cli import COMMANDS, notate, save
from antiphon.engine.bundle import DEFAULT, LISTENER, find_bundle, shipped
from antiphon.osc.table import INCOMING, OUTGOING
from conftest import lack


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antiphon", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=cwd)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example(name: str) -> None:
    ended = run(name, "--help")
    assert ended.returncode == 0
    assert f"antiphon {name}" in ended.stdout.split("Example:")[1]


def test_antiphon_alone_says_what_to_type_next() -> None:
    ended = run()
    assert ended.returncode == 0
    assert "Start with: antiphon demo" in ended.stdout


def test_wrong_usage_ends_with_2() -> None:
    assert run("serve", "--port", "70000").returncode == 2
    assert run("nope").returncode == 2
    assert run("export", "run", "-o", "a.onnx", "--licence", " ").returncode == 2
    assert "should end in .png" in run("runs", "--picture", "losses.txt").stderr


def test_the_figures_of_a_shipped_model_are_not_written_over(tmp_path: Path) -> None:
    ended = run("evaluate", "maestro", str(tmp_path), "--keep")
    assert ended.returncode == 2
    assert "name a copy of its file" in ended.stderr


def test_output_to_a_full_disk_is_one_clear_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        lack("a disk that is always full is not there")
    for name in ("osc", "models"):
        with full.open("w") as disk:
            command = [sys.executable, "-m", "antiphon", name]
            ended = subprocess.run(command, stdout=disk, stderr=subprocess.PIPE, text=True, timeout=120)
        assert ended.returncode == 1
        assert ended.stderr == "antiphon: the output cannot be written: the disk is full; free some space\n"


def test_the_demo_plays_nothing_that_it_cannot_write_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run("demo", "-o", str(tmp_path / "file" / "out"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "cannot be written" in ended.stderr


def test_a_run_to_go_on_from_is_looked_for_before_the_music_is_read() -> None:
    assert run("train", "missing", "--from", "nosuch").stderr.startswith("antiphon: nosuch is not a run folder")


@pytest.mark.parametrize("arguments", [("serve",), ("demo",), ("train", "."), ("evaluate", "maestro", ".")])
@pytest.mark.parametrize("seed", ["-1", str(2**32)])
def test_a_seed_that_no_generator_takes_is_wrong_usage(arguments: tuple[str, ...], seed: str) -> None:
    ended = run(*arguments, "--seed", seed)
    assert ended.returncode == 2
    assert f"{seed} is not in the range 0<=x<={2**32 - 1}" in ended.stderr


def test_the_table_is_printed_whole_for_people_and_for_programs() -> None:
    rows = [*INCOMING.values(), *OUTGOING.values()]
    assert all(row.address in run("osc").stdout for row in rows)
    table = json.loads(run("osc", "--json").stdout)
    assert [row["address"] for row in table["in"] + table["out"]] == [row.address for row in rows]
    known = {row["address"].rpartition("/")[2]: row for row in table["in"]}
    assert [each["or_choose"] for each in known["query"]["arguments"]] == [True, True, True, True, False]
    assert known["mode"]["arguments"][0]["choices"] == ["echo", "respond", "duet", "manual"]
    assert (known["ping"]["takes_anything"], known["mode"]["takes_anything"]) == (True, False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "missing"),
        ("train", "empty"),
        ("export", "missing", "-o", "a.onnx", "--licence", "x"),
    ],
)
def test_what_cannot_be_trained_or_exported_is_one_clear_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "empty").mkdir()
    ended = run(*arguments, cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("antiphon: ")
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "Traceback" not in ended.stderr


def test_save_and_notate_offer_every_format_of_a_page() -> None:
    assert set(save.FORMATS) == set(notate.FORMATS) == {".mid", *notation.FORMATS}


def test_bench_measures_this_machine_beside_its_floor() -> None:
    figures = json.loads(run("bench", "--notes", "400", "--json").stdout)
    assert figures["notes"] == 400
    assert 0 < figures["floor_p50_ms"] < 1000
    assert figures["ratio"] == pytest.approx(figures["p50_ms"] / figures["floor_p50_ms"], abs=0.01)
    assert figures["p50_ms"] <= figures["p99_ms"] <= figures["p999_ms"]
    assert figures["rss_mb"] < 120
    assert 0 < figures["start_s"] < 60


def test_models_are_listed_with_licence_and_told_whole(tmp_path: Path) -> None:
    listed = run("models").stdout
    cards = [json.loads(line) for line in run("models", "--json").stdout.splitlines()]
    assert [card["name"] for card in cards] == [*shipped(), LISTENER, "hands"]
    assert all(card["licence"] in listed and card["name"] in listed for card in cards)
    assert [card["name"] for card in cards if card["is_default"]] == [DEFAULT]
    whole = run("models", DEFAULT).stdout
    assert all(word in whole for word in ("licence", "data", "training", "figures", "limits", "the default"))
    mine = tmp_path / "mine.onnx"
    shutil.copy(find_bundle(LISTENER), mine)
    assert run("models", str(mine)).stdout == run("models", LISTENER).stdout
    refused = run("models", "nobody")
    assert (refused.returncode, "there is no model called nobody" in refused.stderr) == (1, True)
