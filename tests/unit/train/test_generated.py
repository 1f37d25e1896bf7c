"""What a model plays is measured as one hears it."""

from pathlib import Path

import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.engine.bundle import find_bundle
from antiphon.midi.file import read_midi
from antiphon.note import NoteArray, from_rows
from antiphon_train import generated
from antiphon_train.corpus import Corpus


def passage(pitches: list[int], step: float = 0.25, duration: float = 0.25) -> NoteArray:
    rows = np.array([[pitch, step, duration, 64] for pitch in pitches], np.float32)
    rows[0, 1] = 0
    return from_rows(rows)


def test_density_polyphony_and_range_are_what_they_say() -> None:
    notes = passage([60, 64, 67, 72] * 5)
    assert generated.density(notes) == pytest.approx(4, rel=0.1)
    assert generated.polyphony(notes) == pytest.approx(1)
    assert generated.polyphony(passage([60, 64, 67, 72], duration=0.5)) == pytest.approx(2 / 1.25)
    assert generated.span(notes) == 12


def test_a_loop_is_heard_and_lively_music_is_none() -> None:
    loop, random = passage([60, 64, 67, 72] * 50), np.random.default_rng(0)
    assert generated.looping(loop) == 1
    assert generated.repetition(loop) > 0.9
    lively = passage(random.integers(40, 80, 200).tolist())
    assert generated.looping(lively) < generated.STUCK
    assert generated.repetition(lively) < 0.1


def test_a_corpus_compared_with_itself_is_inside_its_own_band(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "LENGTH", 26)
    notes = excerpt()
    corpus = Corpus(["a"], notes, np.array([0, len(notes)]), [])
    people = [notes[at : at + 26] for at in range(0, len(notes) - 25, 26)]
    figures = generated.report(corpus, people)
    assert figures["passages"] == len(people)
    assert figures["density"]["inside"] >= 0.7 * len(people)
    assert figures["people_inside"] == pytest.approx(figures["inside"] / len(people), abs=0.001)
    assert figures["stuck"] == 0
    assert figures["pitch_class_overlap"] > 0.95
    assert figures["step_distance"] < 0.1
    far = generated.report(corpus, [passage([30] * 26, step=4.0)] * 2)
    assert (far["inside"], far["stuck"]) == (0, 2)
    assert far["step_distance"] > 3


def test_the_same_seed_goes_on_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "LENGTH", 10)
    corpus = Corpus(["a", "b"], excerpt(), np.array([0, 100, 208]), [])
    beginnings = generated.openings(corpus)
    assert [len(notes) for notes in beginnings] == [25, 25]
    one, other, third = (generated.continue_all(find_bundle("maestro"), beginnings, seed) for seed in (0, 0, 1))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    assert any((a["pitch"] != b["pitch"]).any() for a, b in zip(one, third, strict=True))


def test_what_was_played_is_written_after_its_opening(tmp_path: Path) -> None:
    opening = excerpt()[:25]
    generated.save([opening, opening], [passage([60, 62]), passage([64])], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01.mid", "01.png", "02.mid", "02.png"]
    notes = read_midi(tmp_path / "01.mid")
    assert len(notes) == 27
    assert notes["pitch"][-2:].tolist() == [60, 62]
