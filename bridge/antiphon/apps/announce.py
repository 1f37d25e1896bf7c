"""Tells the local network where a server listens, so that TouchOSC and others offer it by name (`_osc._udp`).

zeroconf lives in this file alone. Announcing opens a multicast socket beyond this machine, so it is done only when
asked for by name, and only for a server that others may reach.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from antiphon.errors import DeviceError, MissingExtra

__all__ = ["announced"]

SERVICE = "_osc._udp.local."
ANY = "0.0.0.0"  # noqa: S104 - compared with, not bound to


@contextmanager
def announced(name: str, host: str, port: int) -> Iterator[None]:
    """Announce an OSC service while the block runs, and take it back after it.

    Args:
        name: what others see; with a number behind it if the name is taken.
        host: the address it listens on, 0.0.0.0 for all of this machine's.
        port: the UDP port.
    Raises:
        MissingExtra: no zeroconf.
        DeviceError: there is no network to announce it to.
    """
    try:
        import zeroconf
    except ImportError as error:
        raise MissingExtra("zeroconf", "discovery") from error
    try:
        network = zeroconf.Zeroconf()
        addresses = _addresses() if host == ANY else [host]
        service = zeroconf.ServiceInfo(
            SERVICE, f"{name}.{SERVICE}", port=port, parsed_addresses=addresses, properties={"txtvers": "1"}
        )
        network.register_service(service, allow_name_change=True)
    except (OSError, zeroconf.Error) as error:
        raise DeviceError(f"the network cannot be told of {name}: {error}", "serve without --announce") from error
    try:
        yield
    finally:
        network.unregister_all_services()
        network.close()


def _addresses() -> list[str]:
    """This machine's IPv4 addresses, those that others can reach if there are any."""
    found = [
        one.address for several in psutil.net_if_addrs().values() for one in several if one.family == socket.AF_INET
    ]
    return [address for address in found if not address.startswith("127.")] or found
