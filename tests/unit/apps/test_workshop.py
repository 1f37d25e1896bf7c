"""What a server has done aside, each answer or one line that says why not."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import onnx
import pytest

from antiphon.apps.workshop import Workshop
from antiphon.engine.bundle import DEFAULT, find_bundle, shipped
from antiphon.errors import BundleError, DeviceError, RecordError
from antiphon.event import Event
from antiphon.midi.file import read_midi
from antiphon.osc.messages import ModelAnswer, Saved
from antiphon.record.store import RunInfo
from antiphon.record.writer import Recorder


def workshop(folder: Path, recorder: Recorder | None = None, own: dict[str, Path] | None = None) -> Workshop:
    own = own or {DEFAULT: find_bundle(DEFAULT)}
    return Workshop("cpu", 1, own, recorder, folder / "s.sqlite", folder / "out")


def write_bundle(path: Path, name: str) -> Path:
    """A bundle of ours under another name and licence."""
    model = onnx.load(find_bundle("tutorial"))
    (entry,) = model.metadata_props
    entry.value = json.dumps({**json.loads(entry.value), "name": name, "licence": "my own"})
    onnx.save(model, path)
    return path


def test_models_are_loaded_by_name_and_never_by_path(tmp_path: Path) -> None:
    shop = workshop(tmp_path)
    assert shop.load("tutorial").bundle.name == "tutorial"
    for name in ("nope", "../maestro", str(find_bundle(DEFAULT)), "maestro.onnx", ""):
        with pytest.raises(BundleError, match="there is no model"):
            shop.load(name)


def test_all_models_are_listed_with_their_licence(tmp_path: Path) -> None:
    found = workshop(tmp_path).models()
    assert sorted(one.name for one in found if isinstance(one, ModelAnswer)) == shipped()
    assert all(one.licence for one in found if isinstance(one, ModelAnswer))


@pytest.mark.parametrize("name", ["gig", "tutorial"])
def test_the_servers_own_model_is_listed_and_loaded_by_its_name_whatever_its_file_is_called(
    tmp_path: Path, name: str
) -> None:
    shop = workshop(tmp_path, own={name: write_bundle(tmp_path / "take-2.onnx", name)})
    told = [(one.name, one.licence) for one in shop.models() if isinstance(one, ModelAnswer)]
    assert (name, "my own") in told
    assert len(told) == len({*shipped(), name})
    assert shop.load(name).bundle.licence == "my own"
    with pytest.raises(BundleError, match="there is no model"):
        shop.load("take-2")


def test_a_session_is_written_into_the_output_folder(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "s.sqlite", RunInfo(7, 0.0, "0", "maestro", 1))
    recorder.put([Event("session-1", 10.0, "state", "begin", (1, "maestro"))])
    recorder.put([Event("session-1", 10.0 + step, "in", "note", (60, 0.5, 0.25, 64, 0)) for step in range(3)])
    try:
        assert workshop(tmp_path, recorder).save("session-1", "gig", "mid") == [Saved("gig.mid")]
        assert (tmp_path / "out" / "gig.mid").read_bytes().startswith(b"MThd")
        assert workshop(tmp_path, recorder).save("session-1", "end", "musicxml", 1) == [Saved("end.musicxml")]
        assert (tmp_path / "out" / "end.musicxml").read_text().endswith("</score-partwise>\n")
        recorder.put([Event("session-2", 10.0, "state", "begin", (1, "maestro"))])
        with pytest.raises(DeviceError, match="no note was played in session 2"):
            workshop(tmp_path, recorder).save("session-2", "gig", "mid")
        with pytest.raises(RecordError, match="there is no session session-9"):
            workshop(tmp_path, recorder).save("session-9", "gig", "mid")
        (tmp_path / "out" / "dd.mid").mkdir()
        with pytest.raises(DeviceError, match=r"^dd\.mid is a folder; "):
            workshop(tmp_path, recorder).save("session-1", "dd", "mid")
    finally:
        recorder.close()


def test_what_a_server_saves_is_its_own_whatever_others_are_called(tmp_path: Path) -> None:
    recorders = [Recorder(tmp_path / "s.sqlite", RunInfo(7, started, "0", "m", 1)) for started in (1.0, 1.5)]
    for count, recorder in enumerate(recorders, 1):
        recorder.put([Event("session-1", 10.0 + step, "in", "note", (60, 0.5, 0.25, 64, 0)) for step in range(count)])
        assert recorder.flush(5.0)
    recorders[1].put([Event("session-2", 20.0, "in", "hello", ("7:session-1",))])
    try:
        for count, recorder in enumerate(recorders, 1):
            assert workshop(tmp_path, recorder).save("session-1", f"gig{count}", "mid") == [Saved(f"gig{count}.mid")]
            assert len(read_midi(tmp_path / "out" / f"gig{count}.mid")) == count
    finally:
        for recorder in recorders:
            recorder.close()


def test_what_is_not_all_written_is_not_saved_as_if_it_were(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    recorder = Recorder(path, RunInfo(7, 0.0, "0", "m", 1))
    recorder.put([Event("session-1", 10.0, "in", "note", (60, 0.5, 0.25, 64, 0))])
    assert recorder.flush(5.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        recorder.put([Event("session-1", 11.0, "in", "note", (60, 0.5, 0.25, 64, 0))])
        with pytest.raises(RecordError, match="locked") as caught:
            workshop(tmp_path, recorder).save("session-1", "gig", "mid")
        assert caught.value.hint == "another program holds it; recording goes on when it lets go"
    recorder.close()


def test_what_is_not_recorded_cannot_be_saved(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="does not record"):
        workshop(tmp_path).save("session-1", "gig", "mid")


def test_a_performer_is_told_no_path_of_the_server(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "s.sqlite", RunInfo(7, 0.0, "0", "maestro", 1))
    recorder.put([Event("session-1", 10.0, "in", "note", (60, 0.5, 0.25, 64, 0))])
    (tmp_path / "out").write_text("no folder")
    try:
        with pytest.raises(DeviceError, match=r"^gig\.mid cannot be written") as caught:
            workshop(tmp_path, recorder).save("session-1", "gig", "mid")
    finally:
        recorder.close()
    assert str(tmp_path) not in str(caught.value)
    assert "\n" not in str(caught.value)
