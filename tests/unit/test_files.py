"""A file is whole or not there."""

from pathlib import Path

import pytest

from antiphon.errors import DeviceError
from antiphon.files import see_writable, written_aside


def test_a_file_that_was_written_has_its_name_and_no_other_is_left(tmp_path: Path) -> None:
    with written_aside(tmp_path / "new" / "a.txt") as aside:
        aside.write_text("x")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]


def test_what_fails_half_way_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), written_aside(path) as aside:
        aside.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceError), written_aside(tmp_path / "file" / "a.txt"):
        pass
    with pytest.raises(DeviceError, match="file cannot be written"):
        see_writable(tmp_path / "file")


def test_a_folder_that_is_seen_to_be_writable_is_made_and_empty(tmp_path: Path) -> None:
    see_writable(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
