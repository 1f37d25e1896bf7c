"""The floor echoes what it gets, after one run of the network."""

from antiphon.apps.programs import connect, started
from antiphon.engine.bundle import find_bundle


def test_it_gives_back_the_bytes_that_came() -> None:
    with started("antiphon.apps.bench.floor", str(find_bundle(None))) as floor, connect(floor.port) as sock:
        sock.send(b"anything at all")
        assert sock.recv(100) == b"anything at all"
