"""The floor: a bare asyncio UDP echo with one bare onnxruntime run of the same graph, and nothing else.

No OSC, no session, no sampling by us: what is above it is ours to answer for. Runs as a program of its own.
"""

import asyncio
import sys
from typing import Any

import numpy as np

from antiphon.engine.providers import bind, open_session

__all__ = ["serve"]


class _Echo(asyncio.DatagramProtocol):
    def __init__(self, session: Any) -> None:
        self._inputs = {given.name: np.ones((1, *given.shape[1:]), np.float32) for given in session.get_inputs()}
        self._outputs = {name: np.zeros((1, 4), np.float32) for name in ("note", "log_prob")}
        self._run = bind(session, self._inputs, self._outputs)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        self._run()
        self._transport.sendto(data, source)


async def serve(model: str) -> None:
    """Echo until killed; the first line says the port."""
    from pathlib import Path

    session, _ = open_session(Path(model), "cpu")
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Echo(session), local_addr=("127.0.0.1", 0))
    host, port = transport.get_extra_info("sockname")
    sys.stdout.write(f"floor at {host}:{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
