"""A folder or zip of MIDI becomes notes, and says what it left out and why."""

import shutil
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pretty_midi
import pytest

from antiphon.errors import CorpusError
from antiphon.midi.file import read_midi
from antiphon_train.corpus import has_splits, hold_out, read_corpus
from antiphon_train.counted import read_counted
from ticking import midi

EXCERPT = Path(str(files("antiphon") / "apps" / "excerpt.mid"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / "cache"))


def write_drums(path: Path) -> None:
    midi = pretty_midi.PrettyMIDI()
    drums = pretty_midi.Instrument(0, is_drum=True)
    drums.notes.append(pretty_midi.Note(80, 36, 0.0, 0.5))
    midi.instruments.append(drums)
    midi.write(str(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good file, a corrupt one and one of drums only, with a table of splits, as MAESTRO lays them out."""
    root = tmp_path / "music"
    (root / "2018").mkdir(parents=True)
    shutil.copy(EXCERPT, root / "2018" / "good.midi")
    shutil.copy(EXCERPT, root / "2018" / "held.mid")
    (root / "2018" / "corrupt.mid").write_bytes(b"MThd nonsense")
    (root / "2018" / "empty.mid").write_bytes(b"")
    (root / "2018" / "cut.mid").write_bytes(EXCERPT.read_bytes()[:200])
    write_drums(root / "2018" / "drums.mid")
    (root / "notes.txt").write_text("not music")
    (root / "table.csv").write_text("midi_filename,split\n2018/good.midi,train\n2018/held.mid,test\n")
    return root


def test_good_files_are_read_and_the_others_named_with_a_reason(folder: Path) -> None:
    corpus = read_corpus(folder)
    assert corpus.names == ["2018/good.midi", "2018/held.mid"]
    reasons = {skipped.name: skipped.reason for skipped in corpus.skipped}
    assert set(reasons) == {"2018/corrupt.mid", "2018/cut.mid", "2018/drums.mid", "2018/empty.mid"}
    assert "drums" in reasons["2018/drums.mid"]
    assert all("\n" not in reason for reason in reasons.values())


def test_a_zip_of_the_folder_is_the_same_corpus(folder: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "music"), "zip", folder))
    one, other = read_corpus(folder), read_corpus(packed)
    assert one.names == other.names
    assert (one.notes == other.notes).all()


def test_the_notes_are_those_that_pretty_midi_reads() -> None:
    ours, theirs = read_corpus(EXCERPT.parent).notes, read_midi(EXCERPT)
    assert (ours["pitch"] == theirs["pitch"]).all()
    assert (ours["velocity"] == theirs["velocity"]).all()
    assert np.allclose(ours["onset"], theirs["onset"], atol=1e-6)
    assert np.allclose(ours["duration"], theirs["duration"], atol=1e-5)


def test_a_tempo_that_changes_is_followed(tmp_path: Path) -> None:
    midi = pretty_midi.PrettyMIDI(initial_tempo=120)
    piano = pretty_midi.Instrument(0)
    piano.notes += [pretty_midi.Note(80, 60 + k, k * 0.5, k * 0.5 + 0.25) for k in range(8)]
    midi.instruments.append(piano)
    midi._tick_scales = [(0, 60 / (120 * 220)), (440, 60 / (60 * 220))]
    midi._update_tick_to_time(midi.time_to_tick(10.0))
    midi.write(str(tmp_path / "tempo.mid"))
    ours, theirs = read_corpus(tmp_path).notes, read_midi(tmp_path / "tempo.mid")
    assert np.allclose(ours["onset"], theirs["onset"], atol=1e-6)
    assert len(set(np.round(np.diff(ours["onset"]), 3))) >= 1


def test_a_second_reading_is_the_same_and_a_changed_folder_is_read_anew(folder: Path) -> None:
    first, second = read_corpus(folder), read_corpus(folder)
    assert (first.notes == second.notes).all()
    assert first.skipped == second.skipped
    (folder / "2018" / "held.mid").unlink()
    assert read_corpus(folder).names == ["2018/good.midi"]


def test_a_broken_cache_is_written_anew(folder: Path, tmp_path: Path) -> None:
    first = read_corpus(folder)
    for path in (tmp_path / "cache").rglob("*.npz"):
        path.write_bytes(b"half a file")
    assert (read_corpus(folder).notes == first.notes).all()


def test_a_split_takes_the_files_that_the_table_names(folder: Path) -> None:
    assert read_corpus(folder, "train").names == ["2018/good.midi"]
    with pytest.raises(CorpusError, match="no part called validation"):
        read_corpus(folder, "validation")


def test_a_folder_without_music_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "void").mkdir()
    (tmp_path / "drums").mkdir()
    write_drums(tmp_path / "drums" / "a.mid")
    (tmp_path / "no.zip").write_bytes(b"no zip")
    cases = [("void", "no MIDI file"), ("missing", "is not there"), ("drums", "no notes"), ("no.zip", "cannot be read")]
    for name, text in cases:
        with pytest.raises(CorpusError) as caught:
            read_corpus(tmp_path / name)
        assert text in caught.value.what
        assert "\n" not in str(caught.value)


def test_a_table_of_splits_is_seen(folder: Path, tmp_path: Path) -> None:
    assert has_splits(folder)
    (folder / "table.csv").write_text("title,year\nx,2020\n")
    assert not has_splits(folder)


def test_a_short_row_of_the_table_is_no_file(folder: Path) -> None:
    (folder / "table.csv").write_text("split,midi_filename\ntrain,2018/good.midi\ntrain\n")
    assert read_corpus(folder, "train").names == ["2018/good.midi"]


def test_a_split_without_a_table_is_one_clear_line(tmp_path: Path) -> None:
    shutil.copy(EXCERPT, tmp_path / "a.mid")
    with pytest.raises(CorpusError, match="no table of splits"):
        read_corpus(tmp_path, "train")


def test_a_zip_member_that_is_damaged_is_skipped(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(EXCERPT, "good.mid")
        archive.writestr("bad.mid", b"MThd")
    corpus = read_corpus(path)
    assert corpus.names == ["good.mid"]
    assert [skipped.name for skipped in corpus.skipped] == ["bad.mid"]


def test_files_that_a_beat_network_cannot_learn_from_are_skipped_and_the_others_read(tmp_path: Path) -> None:
    good = midi([(0, 4, 4)], [0, 480])
    (tmp_path / "good.mid").write_bytes(good)
    (tmp_path / "odd.mid").write_bytes(midi([(0, 3, 32)], [0, 480]))
    (tmp_path / "keyless.mid").write_bytes(good.removesuffix(b"\xff\x2f\0") + b"\xff\x59\0")  # a key of no bytes
    corpus = read_corpus(tmp_path, read=read_counted)
    assert corpus.names == ["good.mid"]
    reasons = {skipped.name: skipped.reason for skipped in corpus.skipped}
    assert reasons["odd.mid"] == "3/32 is no meter"
    assert "not readable as MIDI" in reasons["keyless.mid"]


def test_a_column_of_the_table_chooses_files(folder: Path) -> None:
    (folder / "table.csv").write_text(
        "midi_filename,split,licence\n2018/good.midi,train,MIT\n2018/drums.mid,train,none\n"
    )
    assert read_corpus(folder, "train", {"licence": "MIT"}).names == ["2018/good.midi"]
    with pytest.raises(CorpusError, match="no column composer"):
        read_corpus(folder, None, {"composer": "Bach"})
    with pytest.raises(CorpusError, match="no row whose licence is GPL"):
        read_corpus(folder, None, {"licence": "GPL"})


def write_piece(path: Path, note_count: int) -> None:
    midi, piano = pretty_midi.PrettyMIDI(), pretty_midi.Instrument(0)
    piano.notes = [pretty_midi.Note(80, 60 + at % 12, at * 0.2, at * 0.2 + 0.1) for at in range(note_count)]
    midi.instruments.append(piano)
    midi.write(str(path))


def test_only_pieces_long_enough_to_stop_by_are_held_out(tmp_path: Path) -> None:
    for number in range(21):
        write_piece(tmp_path / f"{number:02}.mid", 30 if number == 19 else 100)
    corpus = read_corpus(tmp_path)
    rest, held = hold_out(tmp_path, corpus, None, is_long=lambda piece: len(piece) > 64)
    assert held is not None
    assert (held.names, "19.mid" in rest.names) == (["20.mid"], True)
    fewer = corpus.only(lambda name: name != "20.mid")
    assert hold_out(tmp_path, fewer, None, is_long=lambda piece: len(piece) > 64) == (fewer, None)


def test_a_validation_part_that_has_nothing_to_stop_by_is_as_good_as_none(tmp_path: Path) -> None:
    write_piece(tmp_path / "a.mid", 100)
    write_piece(tmp_path / "short.mid", 30)
    table = tmp_path / "table.csv"
    for rows in ("b.mid,validation,CC0", "missing.mid,validation,MIT", "short.mid,validation,MIT"):
        table.write_text(f"path,split,licence\na.mid,train,MIT\n{rows}\n")
        corpus = read_corpus(tmp_path, "train", {"licence": "MIT"})
        kept = hold_out(tmp_path, corpus, "train", {"licence": "MIT"}, is_long=lambda piece: len(piece) > 64)
        assert kept == (corpus, None)


def test_training_stops_by_the_validation_part_or_else_by_every_twentieth_piece(tmp_path: Path) -> None:
    for number in range(40):
        shutil.copy(EXCERPT, tmp_path / f"{number:02}.mid")
    corpus = read_corpus(tmp_path)
    rest, held = hold_out(tmp_path, corpus, None)
    assert held is not None
    assert held.names == ["19.mid", "39.mid"]
    assert not set(held.names) & set(rest.names)
    few = corpus.only(lambda name: name < "05.mid")
    assert hold_out(tmp_path, few, None) == (few, None)
    rows = [f"{number:02}.mid,{'validation' if number < 3 else 'train'}" for number in range(40)]
    (tmp_path / "table.csv").write_text("path,split\n" + "\n".join(rows))
    train = read_corpus(tmp_path, "train")
    same, held = hold_out(tmp_path, train, "train")
    assert held is not None
    assert (same, held.names) == (train, ["00.mid", "01.mid", "02.mid"])
