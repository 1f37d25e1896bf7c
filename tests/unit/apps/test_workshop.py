"""What a server has done aside, each answer or one line that says why not."""

from pathlib import Path

import pytest

from antiphon.apps.workshop import Workshop
from antiphon.engine.bundle import DEFAULT, find_bundle, shipped
from antiphon.errors import BundleError, DeviceError, RecordError
from antiphon.event import Event
from antiphon.osc.messages import ModelAnswer, Saved
from antiphon.record.store import RunInfo
from antiphon.record.writer import Recorder


def workshop(folder: Path, recorder: Recorder | None = None) -> Workshop:
    return Workshop("cpu", 1, find_bundle(DEFAULT), 7, recorder, folder / "s.sqlite", folder / "out")


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


def test_a_session_is_written_into_the_output_folder(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "s.sqlite", RunInfo(7, 0.0, "0", "maestro", 1))
    recorder.put([Event("session-1", 10.0, "state", "begin", (1, "maestro"))])
    recorder.put([Event("session-1", 10.0 + step, "in", "note", (60, 0.5, 0.25, 64, 0)) for step in range(3)])
    try:
        assert workshop(tmp_path, recorder).save("session-1", "gig", "mid") == [Saved("gig.mid")]
        assert (tmp_path / "out" / "gig.mid").read_bytes().startswith(b"MThd")
        assert workshop(tmp_path, recorder).save("session-1", "end", "musicxml", 1) == [Saved("end.musicxml")]
        assert (tmp_path / "out" / "end.musicxml").read_text().endswith("</score-partwise>\n")
        with pytest.raises(DeviceError, match="there is no session"):
            workshop(tmp_path, recorder).save("session-9", "gig", "mid")
        (tmp_path / "out" / "dd.mid").mkdir()
        with pytest.raises(DeviceError, match=r"^dd\.mid is a folder; "):
            workshop(tmp_path, recorder).save("session-1", "dd", "mid")
    finally:
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
