"""A file that is no beat network is refused; one that is, is tested where it is made (`train/families/test_beats`)."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from nursery_songs import SETTINGS, SONGS, judge

from antiphon.engine.bundle import LISTENER, find_bundle, shipped
from antiphon.engine.listener import is_listener, open_listener, read_card, shipped_listener
from antiphon.errors import BundleError
from antiphon.notation.grid import PARTS, Hints, find_grid
from performed import accompanied, perform, swaying


def test_a_network_that_plays_is_refused() -> None:
    with pytest.raises(BundleError, match="is not a beat network"):
        open_listener(find_bundle(None))


def test_a_beat_network_is_known_by_its_family_and_not_by_its_place(tmp_path: Path) -> None:
    shutil.copy(find_bundle(LISTENER), tmp_path / "mine.onnx")
    assert is_listener(tmp_path / "mine.onnx")
    assert not is_listener(find_bundle(None))


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "beats.onnx").write_bytes(b"no")
    with pytest.raises(BundleError):
        open_listener(tmp_path / "beats.onnx")


def test_the_shipped_network_says_what_it_is_and_is_not_offered_for_playing() -> None:
    card = read_card(find_bundle(LISTENER))
    assert (card["name"], card["family"], card["recipe"]) == ("beats", "beats", "beats")
    for said in ("licence", "attribution", "data", "training", "figures", "limits", "sha256"):
        assert card[said], said
    assert LISTENER not in shipped()
    assert find_bundle(LISTENER).stat().st_size < 2_000_000


def test_the_shipped_network_finds_beats_that_drift() -> None:
    notes, beats = perform(accompanied(), swaying(0.6), 0.012)
    listener = shipped_listener()
    assert listener is not None
    grid = find_grid(notes, Hints(tempo_bpm=100), listener)
    off = grid.places - beats * PARTS
    assert np.mean(off == np.median(off)) > 0.98


def test_the_shipped_network_hears_nursery_songs_in_their_own_note_values_and_measures() -> None:
    listener = shipped_listener()
    found = [judge(song, setting, 90, listener) for song in SONGS.values() for setting in SETTINGS]
    in_values, in_measures = np.mean(found, axis=0)
    assert in_values > 0.75
    assert in_measures > 0.65
    told = [judge(song, "alone", 90, listener, Hints(tempo_bpm=90)) for song in SONGS.values()]
    assert np.all(told, axis=0)[0]


def test_without_onnxruntime_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.engine.listener.find_spec", lambda name: None)
    assert shipped_listener() is None
