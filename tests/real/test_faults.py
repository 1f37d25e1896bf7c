"""A fault of ours does not end the concert: its senders are told, it is kept once, and the next note is answered.

Nor does what is done aside hold up a server that is told to stop.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from antiphon.apps.programs import connect, osc_datagram, read_osc

PROGRAM = """
import sys
from pathlib import Path
from antiphon.core.core import BATCH, Core, Identity
from antiphon.engine.bundle import find_bundle
from antiphon.engine.engine import Engine
from antiphon.server import Server, steady_time
from antiphon.udp import bind

class Faulty(Engine):
    faults = 0
    def run(self, wanted):
        if Faulty.faults:
            Faulty.faults -= 1
            raise ZeroDivisionError("a fault of ours")
        return super().run(wanted)

engine = Faulty(find_bundle(None), "cpu", BATCH)
Faulty.faults = 2
sock = bind("127.0.0.1", 0)
print(sock.getsockname()[1], flush=True)
Server(sock, Core(Identity("0", "m", 1, 1), steady_time()), engine, None, None, [], Path(sys.argv[1])).serve()
"""


def test_a_fault_of_ours_is_told_kept_once_and_survived(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "fault.txt"
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(log)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        with connect(int(server.stdout.readline())) as sock:
            sock.send(osc_datagram("/antiphon/note", 60, 0.1, 0.5, 64, 1))
            assert read_osc(sock.recv(65536))[0] == "/antiphon/error"
            sock.send(osc_datagram("/antiphon/continue", 5, 2))
            heard = [read_osc(sock.recv(65536)) for _ in range(3)]
            assert [address for address, _ in heard] == [
                "/antiphon/phrase/begin",
                "/antiphon/error",
                "/antiphon/phrase/end",
            ]
            sock.send(osc_datagram("/antiphon/note", 60, 0.1, 0.5, 64, 3))
            assert read_osc(sock.recv(65536))[1][-1] == 3
            sock.send(osc_datagram("/antiphon/stats"))
            assert json.loads(str(read_osc(sock.recv(65536))[1][0]))["faults"] == 2
        server.terminate()
        assert server.communicate(timeout=5) == ("", "")
    assert log.read_text().count("Traceback (most recent call last)") == 1


SAVING = """
from pathlib import Path
from antiphon.core.core import Core, Identity
from antiphon.note import Note
from antiphon.server import Server, steady_time
from antiphon.udp import bind
from antiphon.wanted import Answer

class Ringing:
    def run(self, wanted):
        return [Answer(one.ticket, Note(60, 0.5, 60.0, 64), (0.0,) * 4) for one in wanted]

class Saving:
    def save(self, *words):
        print("saving", flush=True)
        input()
        return []

sock = bind("127.0.0.1", 0)
print(sock.getsockname()[1], flush=True)
Server(sock, Core(Identity("0", "m", 1, 1), steady_time()), Ringing(), Saving(), None, [], Path("log")).serve()
"""


@pytest.mark.usefixtures("posix")
def test_told_to_stop_while_it_saves_it_ends_every_note_at_once() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SAVING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        with connect(int(server.stdout.readline())) as sock:
            sock.send(osc_datagram("/antiphon/play", 1))
            assert read_osc(sock.recv(65536))[0] == "/antiphon/play/on"
            sock.send(osc_datagram("/antiphon/save", "take"))
            assert server.stdout.readline() == "saving\n"
            server.send_signal(signal.SIGTERM)
            while (heard := read_osc(sock.recv(65536))[0]) != "/antiphon/bye":
                last = heard
            assert last == "/antiphon/play/off"
            assert server.poll() is None
        server.communicate("saved\n", timeout=5)
