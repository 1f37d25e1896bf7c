"""Requests wait within bounds, in order, each with random numbers of its own."""

import numpy as np
import pytest

from antiphon.core.controls import Controls
from antiphon.core.limits import MAX_WAITING
from antiphon.core.requests import COLUMNS, Phrase, Question, Requests, Sender, want
from antiphon.errors import BusyError
from antiphon.note import empty_window
from antiphon.wanted import DRAWS
from stage import PLAYER

SENDER = Sender(PLAYER, PLAYER, "joe", "s")
MANNER = Controls().manner


def question(requests: Requests, count: int, commits: bool = False) -> Question:
    return Question(SENDER, 1, 0.0, empty_window(), MANNER, requests.draw(count), commits=commits)


def test_so_many_may_wait_and_no_more() -> None:
    requests = Requests(0)
    requests.ask(question(requests, MAX_WAITING - 1))
    phrase = Phrase(SENDER, 2, 0.0, MANNER, requests.draw(2))
    with pytest.raises(BusyError) as caught:
        requests.begin_phrase(phrase)
    assert caught.value.id == 2
    requests.take_question()
    requests.begin_phrase(phrase)
    requests.end_phrase(phrase)
    requests.end_phrase(phrase)
    requests.has_room(2, 0)


def test_random_numbers_depend_on_the_seed_and_the_order_alone() -> None:
    one, other = Requests(3), Requests(3)
    assert np.array_equal(one.draw(5), other.draw(5))
    assert not np.array_equal(one.draw(5), Requests(3).draw(5))
    one.reseed(3)
    assert np.array_equal(one.draw(5), Requests(3).draw(5))


def test_what_commits_is_counted_until_it_is_answered() -> None:
    requests = Requests(0)
    requests.ask(question(requests, 1, commits=True))
    assert requests.commits == 1


def test_a_plain_manner_asks_for_the_window_as_it_is() -> None:
    window = empty_window()
    wanted = want(7, window, MANNER, np.zeros(COLUMNS, np.float32))
    assert wanted.ticket == 7
    assert wanted.notes is window
    assert wanted.temperature.tolist() == [1.0] * 4
    assert wanted.chosen.tolist() == [-1.0] * 4


def test_a_denser_manner_is_asked_in_the_networks_own_time() -> None:
    controls = Controls()
    controls.set({"density": (2,), "mutation": (1,)})
    window = empty_window()
    window[-1] = 60, 0.5, 0.25, 64
    chosen = np.array([-1, 0.25, -1, 64], np.float32)
    wanted = want(1, window, controls.manner, np.zeros(COLUMNS, np.float32), chosen)
    assert wanted.notes[-1].tolist() == [60, 1.0, 0.5, 64]
    assert wanted.chosen.tolist() == [-1, 0.5, -1, 64]
    assert wanted.temperature.tolist() == [2.0] * 4
    assert len(wanted.uniform) >= DRAWS
