"""The server runs as always, and its socket gets what a stock kernel grants."""

import socket
from pathlib import Path

from antiphon.apps.bench.stock import LIMIT, _StockSocket
from antiphon.apps.programs import connect, osc_datagram, read_osc, started


def granted(kind: type[socket.socket], asked: int) -> int:
    with kind(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, asked)
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def test_a_socket_gets_what_a_stock_kernel_grants_and_no_more() -> None:
    assert granted(_StockSocket, 100 * LIMIT) == granted(socket.socket, LIMIT)
    assert granted(_StockSocket, LIMIT // 2) == granted(socket.socket, LIMIT // 2)


def test_the_server_answers_as_always(tmp_path: Path) -> None:
    words = ("serve", "--port", "0", "--database", str(tmp_path / "a.sqlite"))
    with started("antiphon.apps.bench.stock", *words) as server, connect(server.port) as sock:
        sock.send(osc_datagram("/antiphon/ping", 7))
        assert read_osc(sock.recv(65536)) == ("/antiphon/pong", [7])
