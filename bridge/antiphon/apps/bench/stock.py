"""`antiphon` as on a kernel whose limits nobody has raised: sockets get no larger buffers than Linux grants by default.

A program to run in place of `antiphon`: whether a burst is answered must not rest on how a machine is tuned.
"""

import runpy
import socket

__all__ = ["LIMIT"]

LIMIT = 212_992
"""Bytes: `net.core.rmem_max` as Linux sets it. A socket that asks for more gets twice this, some 500 notes."""


class _StockSocket(socket.socket):
    def setsockopt(self, level: int, name: int, value: int) -> None:  # type: ignore[override]
        is_large = (level, name) == (socket.SOL_SOCKET, socket.SO_RCVBUF) and value > LIMIT
        super().setsockopt(level, name, LIMIT if is_large else value)


if __name__ == "__main__":
    socket.socket = _StockSocket  # type: ignore[misc]
    runpy.run_module("antiphon", run_name="__main__")
