"""Ten thousand notes in one go, at a kernel that keeps five hundred: none is lost, and the answers are in order.
Beside a sender that never waits the notes of another are answered, and the server hears when it is told to stop.

Three tries each for what another program on the machine can spoil: the reader has 3 ms for each five hundred notes.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from antiphon.apps.bench import stage
from antiphon.apps.programs import started
from antiphon.engine.bundle import find_bundle

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("is_stock", [True, False])
def test_ten_thousand_notes_in_one_burst_are_all_answered_in_order(is_stock: bool) -> None:
    for _ in range(3):
        figures = stage.burst(find_bundle(None), 10_000, is_stock)
        print(figures)  # noqa: T201
        assert figures["in_order"]
        if figures["answers"] == 10_000:
            return
    pytest.fail(f"{figures['answers']} of 10,000 were answered, the kernel dropped {figures['kernel_dropped']}")


def test_beside_a_flood_every_note_of_another_is_answered() -> None:
    for _ in range(3):
        figures = stage.flood(find_bundle(None), 200)
        print(figures)  # noqa: T201
        if figures["many_unanswered"] == figures["flood_unanswered"] == 0:
            return
    pytest.fail(f"{figures['many_unanswered']} and {figures['flood_unanswered']} of 200 were lost")


@pytest.mark.usefixtures("posix")
def test_in_a_flood_it_hears_when_it_is_told_to_stop(tmp_path: Path) -> None:
    with started("antiphon", "serve", "--port", "0", "--database", str(tmp_path / "a.sqlite")) as server:
        command = [sys.executable, "-c", stage.FLOODER, str(server.port), stage.NOTE.hex(), "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as flooder:
            time.sleep(10)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(3) == 0
            flooder.terminate()
            flooder.communicate()
