"""Tunes of a collection in ABC, as the measurement of docs/beats.md plays them."""

import zipfile
from pathlib import Path

import pytest
from folk_tunes import SETTINGS, Tune, accompany, judge, read_tunes

from antiphon.engine.listener import shipped_listener
from antiphon.notation.tactus import Meter

JIG = """X: 1
T:The Tester
M:6/8
L:1/8
K:G
D|"G"G2G B2d|"C"e2c "D"A2F|"G"G2G BAB|"D"A3 A2D|"G"G2G B2d|"C"e2c "D"ABc|"G"B2G "D"A2F|"G"G3 G2:|
"""


@pytest.fixture
def jig(tmp_path: Path) -> Tune:
    with zipfile.ZipFile(tmp_path / "tunes.zip", "w") as packed:
        packed.writestr("jigs.abc", JIG + "\n" + JIG.replace("6/8", "3/4"))
    (tune,) = read_tunes(tmp_path / "tunes.zip", "6/8")
    return tune


def test_a_tune_has_its_meter_pick_up_and_chords(jig: Tune) -> None:
    assert (jig.name, jig.meter, jig.full) == ("The Tester", Meter(6, 8), 3.0)
    assert jig.measures[:2] == [(0.0, 0.5), (0.5, 3.0)]
    assert jig.melody[:2] == [(0.0, 0.5, 62, 80), (0.5, 1.0, 67, 80)]
    assert [at for at, _ in jig.chords[:3]] == [0.5, 3.5, 5.0]


def test_it_is_played_alone_or_over_chords_on_its_beats(jig: Tune) -> None:
    assert not accompany(jig, "alone")
    for setting in SETTINGS[1:]:
        onsets = {at % 1.5 for at, *_ in accompany(jig, setting)}
        assert onsets == ({0.5} if setting == "chords held" else {0.5, 0.0})


def test_the_shipped_network_hears_its_beats_and_measures(jig: Tune) -> None:
    for setting in SETTINGS:
        is_level, is_meter, agreed = judge(jig, setting, shipped_listener(), False)
        assert is_level
        assert is_meter
        assert agreed > 0.9, setting
