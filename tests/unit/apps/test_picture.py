"""A piano roll is a picture of every note, also of none."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from antiphon.apps.demo import excerpt
from antiphon.apps.picture import COLOURS, piano_roll
from antiphon.note import NoteArray


@pytest.mark.parametrize(
    "players", [{"performer": excerpt()}, {"performer": excerpt(), "model": excerpt()[:5]}, {"a": excerpt()[:0]}]
)
def test_it_is_a_picture_of_its_size(tmp_path: Path, players: dict[str, NoteArray]) -> None:
    piano_roll(players, tmp_path / "a.png", "A title")
    assert imread(tmp_path / "a.png").shape[:2] == (700, 1600)


def test_the_players_have_different_colours(tmp_path: Path) -> None:
    loud = excerpt()
    loud["velocity"] = 127
    later = loud.copy()
    later["onset"] += 41
    piano_roll({"performer": loud, "model": later}, tmp_path / "a.png", "")
    pixels = np.round(imread(tmp_path / "a.png")[:, :, :3] * 255).astype(int)
    for colour in COLOURS[:2]:
        rgb = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        assert (np.abs(pixels - rgb).max(axis=2) <= 1).sum() > 1000


def test_a_title_is_taken_letter_by_letter(tmp_path: Path) -> None:
    piano_roll({"performer": excerpt()[:3]}, tmp_path / "a.png", "$\\nothing$ of mathematics")
    assert imread(tmp_path / "a.png").shape[:2] == (700, 1600)


def test_a_fifth_player_is_drawn_too(tmp_path: Path) -> None:
    loud = excerpt()
    loud["velocity"] = 127
    piano_roll({name: loud[:0] for name in "abcd"} | {"e": loud}, tmp_path / "a.png", "")
    pixels = np.round(imread(tmp_path / "a.png")[:, :, :3] * 255).astype(int)
    rgb = [int(COLOURS[0][at : at + 2], 16) for at in (1, 3, 5)]
    assert (np.abs(pixels - rgb).max(axis=2) <= 1).sum() > 1000
