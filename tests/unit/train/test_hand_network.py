"""The network that tells hands apart learns from files whose tracks are the hands, and numpy runs what was written."""

import io
import sys
import zipfile
from pathlib import Path

import mido
import numpy as np
import pytest
from hand_network import SPAN, main, play_anew, read_pieces, set_tunes, take_spans

from antiphon.notation import sides

QUARTER = 480


def midi(seed: int, names: tuple[str, ...] = ("Piano right", "Piano left"), count: int = 128) -> bytes:
    """A tune above middle C in eighths and chords of two notes below it in quarters, a track each."""
    rng = np.random.default_rng(seed)
    score = mido.MidiFile(ticks_per_beat=QUARTER)
    for number, name in enumerate(names):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        length = QUARTER if number else QUARTER // 2
        for _ in range(count // (1 + number)):
            low = int(rng.integers(40, 52)) if number else int(rng.integers(64, 80))
            chord = (low, low + 4) if number else (low,)
            track.extend(mido.Message("note_on", note=pitch, velocity=64) for pitch in chord)
            track.append(mido.Message("note_off", note=chord[0], time=length))
            track.extend(mido.Message("note_off", note=pitch) for pitch in chord[1:])
        score.tracks.append(track)
    file = io.BytesIO()
    score.save(file=file)
    return file.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "music.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(24):
            packed.writestr(f"piece{number}.mid", midi(number))
        packed.writestr("trio.mid", midi(90, ("right", "left", "violin")))
        packed.writestr("alone.mid", midi(91, ("right",)))
    return path


def test_pieces_are_those_for_two_hands_that_may_be_used(archive: Path) -> None:
    pieces = read_pieces(archive, {"piece3.mid"})
    assert set(pieces) == {f"piece{number}.mid" for number in range(24)} - {"piece3.mid"}
    rows = pieces["piece0.mid"]
    assert rows.shape == (256, 4)
    assert ((rows[:, 2] < 60) == (rows[:, 3] > 0)).all()


def test_each_note_keeps_its_hand_however_it_is_played(archive: Path) -> None:
    rows = read_pieces(archive, set())["piece0.mid"]
    for seed in range(20):
        described, is_left = play_anew(rows, np.random.default_rng(seed))
        assert described.shape == (len(is_left), sides.WIDTH)
        assert np.isfinite(described).all()
        assert 0.4 < is_left.mean() < 0.6
    shown, truth = take_spans([rows], np.random.default_rng(0))
    assert shown.shape == (1, SPAN, sides.WIDTH)
    assert (shown[truth[..., 1] == 0] == 0).all()


def test_tunes_are_set_below_their_melodies_in_many_ways() -> None:
    tunes = set_tunes(40)
    tops = []
    for rows in tunes:
        left, right = rows[rows[:, 3] == 1], rows[rows[:, 3] == 0]
        assert len(left) > 8
        assert len(right) > 8
        assert np.median(left[:, 2]) < np.median(right[:, 2])
        tops.append(left[:, 2].max())
    assert min(tops) < 60 < 67 < max(tops)
    assert all((one == other).all() for one, other in zip(tunes, set_tunes(40), strict=True))


def test_what_was_trained_is_written_with_its_card_and_tells_low_from_high(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none, file = tmp_path / "none.csv", tmp_path / "hands.npz"
    none.write_text("archive,file\n", encoding="utf-8")
    monkeypatch.setattr(
        sys, "argv", ["hand_network", str(archive), str(none), str(file), "--passes", "30", "--tunes", "40"]
    )
    main()
    monkeypatch.setattr(sides, "FILE", file)
    sides._load.cache_clear()
    try:
        assert sides.read_card()["training"]["epochs"] == 30
        rows = read_pieces(archive, set())["piece0.mid"]
        places, pitches = np.rint(rows[:, 0] * 12).astype(np.int64), rows[:, 2].astype(np.int64)
        odds = sides.weigh_sides(places, (rows[:, 0] + rows[:, 1]) * 12.0, pitches)
    finally:
        sides._load.cache_clear()
    assert np.mean((odds > 0) == (rows[:, 3] > 0)) > 0.95
