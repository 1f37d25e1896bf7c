"""The shipped bundle through the real engine: a row's answer depends on that row alone."""

import json

import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.engine.bundle import DEFAULT, find_bundle, shipped
from antiphon.engine.engine import Engine
from antiphon.note import WINDOW, FloatArray, empty_window, to_rows
from antiphon.wanted import DRAWS, Wanted

BATCH = 32


@pytest.fixture(scope="module", params=shipped())
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the shipped bundles."""
    return Engine(find_bundle(request.param), "cpu", BATCH)


@pytest.fixture(scope="module")
def tutorial() -> Engine:
    return Engine(find_bundle("tutorial"), "cpu", BATCH)


@pytest.fixture(scope="module")
def maestro() -> Engine:
    return Engine(find_bundle("maestro"), "cpu", BATCH)


def windows(count: int) -> list[FloatArray]:
    """Windows of the recorded excerpt, of every length from 0 on, some with keys still down."""
    random = np.random.default_rng(4)
    rows = to_rows(excerpt())
    found = []
    for number in range(count):
        window, length = empty_window(), number % (WINDOW + 1)
        window[WINDOW - length :] = rows[number : number + length]
        window[WINDOW - length :, 2][random.random(length) < 0.2] = -1
        found.append(window)
    return found


def wanted(count: int) -> list[Wanted]:
    random = np.random.default_rng(5)
    return [
        Wanted.plain(number, window, random.random(DRAWS, dtype=np.float32))
        for number, window in enumerate(windows(count))
    ]


@pytest.mark.parametrize("size", [1, 7, 32])
def test_the_same_row_gives_the_same_note_in_any_batch(engine: Engine, size: int) -> None:
    questions = wanted(96)
    one_by_one = [engine.run([question])[0] for question in questions]
    batched = [answer for at in range(0, 96, size) for answer in engine.run(questions[at : at + size])]
    for one, other in zip(one_by_one, batched, strict=True):
        assert one.ticket == other.ticket
        assert one.note.pitch == other.note.pitch
        assert np.allclose(one.note, other.note, rtol=0, atol=1e-6)
        assert np.allclose(one.log_prob, other.log_prob, rtol=0, atol=1e-6, equal_nan=True)


def test_every_window_from_empty_to_full_gets_a_note_that_can_be_played(engine: Engine) -> None:
    for answer in engine.run(wanted(WINDOW + 1)):
        assert 0 <= answer.note.pitch <= 127
        assert answer.note.step >= 0
        assert answer.note.duration > 0
        assert 1 <= answer.note.velocity <= 127
        assert answer.log_prob[0] <= 0


def test_the_tutorials_times_and_velocity_have_no_likelihood(tutorial: Engine) -> None:
    assert all(np.isnan(answer.log_prob[1:]).all() for answer in tutorial.run(wanted(WINDOW + 1)))


def test_the_tutorial_repeats_a_window_that_is_not_full(tutorial: Engine) -> None:
    for window in windows(WINDOW)[1:]:
        length = int((window[:, 0] >= 0).sum())
        if (window[-length:, 2] < 0).any():
            continue
        repeated = window[WINDOW - length :][(np.arange(WINDOW) - WINDOW) % length]
        uniform = np.full(DRAWS, 0.5, np.float32)
        short, full = tutorial.run([Wanted.plain(0, window, uniform), Wanted.plain(1, repeated, uniform)])
        assert short.note == full.note


def test_the_tutorials_velocity_follows_the_player(tutorial: Engine) -> None:
    for question in wanted(WINDOW + 1)[1:]:
        assert tutorial.run([question])[0].note.velocity == question.notes[-1, 3]


def test_a_value_already_chosen_is_kept_and_its_likelihood_said(engine: Engine) -> None:
    question = wanted(20)[19].as_learnt()
    likelihoods = []
    for pitch in range(128):
        chosen = np.array([pitch, 0.5, 0.25, 33], np.float32)
        answer = engine.run([question._replace(chosen=chosen)])[0]
        assert answer.note == pytest.approx((pitch, 0.5, 0.25, 33))
        assert np.isfinite(answer.log_prob[0])
        likelihoods.append(np.exp(answer.log_prob[0]))
    assert sum(likelihoods) == pytest.approx(1, abs=1e-5)


def test_draws_follow_the_likelihoods(engine: Engine) -> None:
    question = wanted(26)[25]._replace(chosen=np.array([-1, 0.25, -1, -1], np.float32))
    random = np.random.default_rng(0)
    drawn = np.zeros(128)
    for _ in range(60):
        rows = [question._replace(uniform=row) for row in random.random((BATCH, DRAWS), dtype=np.float32)]
        for answer in engine.run(rows):
            drawn[answer.note.pitch] += 1
    rows = [question._replace(chosen=np.array([pitch, 0.25, -1, -1], np.float32)) for pitch in range(128)]
    probs = np.exp([engine.run([row])[0].log_prob[0] for row in rows])
    total = drawn.sum()
    spread = np.sqrt(total * probs * (1 - probs))
    assert (np.abs(drawn - total * probs) < 5 * spread + 1).all()


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_no_temperature_is_colder_than_a_certain_choice(engine: Engine, temperature: float) -> None:
    question = wanted(26)[25]
    cold = question._replace(temperature=np.full(4, temperature, np.float32))
    notes = set()
    for number in (0.0, 0.5, 0.999):
        uniform = np.full(DRAWS, 0.5, np.float32)
        uniform[: 4 if engine.bundle.name != "tutorial" else 1] = (
            number  # the rest chooses inside a bin, at any temperature
        )
        notes.add(engine.run([cold._replace(uniform=uniform)])[0].note)
    assert len(notes) == 1


def test_the_smallest_top_p_leaves_the_likeliest_pitch(engine: Engine) -> None:
    question = wanted(26)[25]
    narrow = question._replace(top_p=np.zeros(4, np.float32))
    cold = question._replace(temperature=np.zeros(4, np.float32))
    assert engine.run([narrow])[0].note.pitch == engine.run([cold])[0].note.pitch
    assert engine.run([narrow])[0].log_prob[0] == pytest.approx(0, abs=1e-6)


def test_a_masked_pitch_is_never_drawn_and_has_no_likelihood(engine: Engine) -> None:
    mask = np.zeros(128, np.float32)
    mask[[60, 64, 67]] = 1
    random = np.random.default_rng(1)
    for question in wanted(30):
        answer = engine.run([question._replace(pitch_mask=mask, uniform=random.random(DRAWS, dtype=np.float32))])[0]
        assert answer.note.pitch in (60, 64, 67)
    forbidden = question._replace(pitch_mask=mask, chosen=np.array([61, -1, -1, -1], np.float32))
    assert engine.run([forbidden])[0].log_prob[0] < -1000


def test_a_mask_of_zeros_forbids_nothing(engine: Engine) -> None:
    question = wanted(26)[25]
    free = engine.run([question])[0]
    masked = engine.run([question._replace(pitch_mask=np.zeros(128, np.float32))])[0]
    assert masked.log_prob[0] == pytest.approx(free.log_prob[0], abs=0.01)


def test_the_parts_of_a_note_are_drawn_each_from_its_own_distribution(maestro: Engine) -> None:
    question = wanted(26)[25]
    random = np.random.default_rng(2)
    rows = [question._replace(uniform=row) for row in random.random((BATCH, DRAWS), dtype=np.float32)]
    answers = maestro.run(rows)
    for column in range(4):
        assert len({answer.note[column] for answer in answers}) > 4
    assert all(np.isfinite(answer.log_prob).all() for answer in answers)
    again = [question._replace(chosen=np.array(answer.note, np.float32)) for answer in answers]
    scored = maestro.run(again)
    near = [np.allclose(one.log_prob, other.log_prob, atol=1e-3) for one, other in zip(answers, scored, strict=True)]
    assert np.mean(near) > 0.9  # a time drawn at the very edge of its bin may be found in the next


def test_a_cold_step_is_the_likeliest_one(maestro: Engine) -> None:
    question = wanted(26)[25]._replace(temperature=np.array([1, 0, 1, 1], np.float32))
    random = np.random.default_rng(2)
    rows = [question._replace(uniform=row) for row in random.random((BATCH, DRAWS), dtype=np.float32)]
    steps = [answer.note.step for answer in maestro.run(rows)]
    assert max(steps) < min(steps) * 1.2 + 0.002


def test_a_key_still_down_changes_what_comes_little(maestro: Engine) -> None:
    window = to_rows(excerpt())[50:75]
    held = window.copy()
    held[-1, 2] = -1
    likelihoods = []
    for notes in (window, held):
        chosen = [np.array([pitch, 0.25, -1, -1], np.float32) for pitch in range(128)]
        rows = [wanted(1)[0]._replace(notes=notes, chosen=row) for row in chosen]
        answers = [answer for at in range(0, 128, BATCH) for answer in maestro.run(rows[at : at + BATCH])]
        likelihoods.append(np.exp([answer.log_prob[0] for answer in answers]))
    assert np.abs(likelihoods[0] - likelihoods[1]).sum() < 0.5


@pytest.mark.parametrize(("name", "largest"), [("tutorial", 500_000), ("maestro", 4_000_000)])
def test_a_shipped_bundle_is_small_and_says_its_licence_and_its_training(name: str, largest: int) -> None:
    path = find_bundle(name)
    assert path.stat().st_size < largest
    metadata = Engine(path, "cpu", BATCH).bundle.metadata
    assert (metadata["name"], metadata["licence"]) == (name, "CC-BY-NC-SA-4.0")
    assert "MAESTRO" in metadata["data"]
    assert metadata["training"]["notes"] >= 5_000_000
    assert metadata["training"]["hours"] > 0
    assert json.dumps(metadata)


def test_controls_that_make_no_sense_are_answered_as_documented(engine: Engine) -> None:
    window = windows(WINDOW + 1)[-1]
    plain = Wanted.plain(0, window, np.full(DRAWS, 0.3, np.float32))
    cold = plain._replace(temperature=np.full(4, 1e-3, np.float32))
    certain = engine.run([cold])[0].note
    for nonsense in (0.0, -1.0, np.nan, -np.inf):
        controls = np.full(4, nonsense, np.float32)
        assert engine.run([plain._replace(temperature=controls)])[0].note == certain
        assert engine.run([plain._replace(top_p=controls)])[0].note.pitch == certain.pitch
    assert engine.run([plain._replace(top_p=np.full(4, 7.0, np.float32))])[0].note == engine.run([plain])[0].note
    assert engine.run([plain._replace(pitch_mask=np.zeros(128, np.float32))])[0].note == engine.run([plain])[0].note


def test_the_default_is_the_freest_model_that_is_nearly_as_good() -> None:
    figures = {name: Engine(find_bundle(name), "cpu", 1).bundle.metadata["figures"] for name in shipped()}
    is_near = "open" in figures and figures["open"]["pitch_nll"] <= figures["maestro"]["pitch_nll"] + 0.15
    assert ("open" if is_near else "maestro") == DEFAULT
