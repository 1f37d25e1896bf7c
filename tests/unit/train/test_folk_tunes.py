"""Tunes of a collection in ABC, as the measurement of docs/beats.md plays them."""

import zipfile
from pathlib import Path

import pytest
from folk_tunes import SETTINGS, Tune, accompany, is_taken_for_swung, judge, read_tunes, swing

from antiphon.engine.listener import shipped_listener
from antiphon.notation.tactus import Meter

JIG = """X: 1
T:The Tester
M:6/8
L:1/8
K:G
D|"G"G2G BGd|"C"e2c "D"ABF|"G"G2G BAB|"D"AFD A2D|"G"GBG B2d|"C"e2c "D"ABc|"G"B2G "D"AGF|"G"G3 G2:|
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


def test_swung_beats_are_parted_late_and_others_stay(jig: Tune) -> None:
    even = [(0.0, 0.5, 60, 80), (0.5, 0.5, 62, 80), (1.0, 0.25, 64, 80), (1.25, 0.75, 65, 80), (2.0, 1.5, 67, 80)]
    swung = swing(jig._replace(melody=even), 3.0).melody
    assert [at for at, *_ in swung] == [0.0, 0.75, 1.0, 1.25, 2.0]
    assert [round(at + length, 6) for at, length, *_ in swung] == [0.75, 1.0, 1.25, 2.0, 3.75]


def test_a_jig_is_not_taken_for_swung_and_a_swung_reel_is(jig: Tune) -> None:
    assert not any(is_taken_for_swung(jig, setting, shipped_listener()) for setting in SETTINGS)
    melody = [(at / 2, 0.5, 67 + (at * 3) % 7, 80) for at in range(64)]
    reel = jig._replace(meter=Meter(4, 4), melody=melody, measures=[(4.0 * at, 4.0) for at in range(8)])
    assert all(is_taken_for_swung(swing(reel, 2.0), setting, shipped_listener()) for setting in SETTINGS)
