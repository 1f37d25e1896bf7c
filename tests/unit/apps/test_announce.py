"""A server that is announced is found by its name, and no more after it ended."""

import threading

import zeroconf

from antiphon.apps.announce import ANY, SERVICE, announced


def test_an_announced_server_is_found_with_its_port_and_is_gone_after() -> None:
    seen: dict[str, threading.Event] = {"Added": threading.Event(), "Removed": threading.Event()}

    def notice(zeroconf: object, service_type: str, name: str, state_change: zeroconf.ServiceStateChange) -> None:
        if name.startswith("antiphon-test"):
            seen.setdefault(state_change.name, threading.Event()).set()

    with zeroconf.Zeroconf() as listener:
        browser = zeroconf.ServiceBrowser(listener, SERVICE, handlers=[notice])
        with announced("antiphon-test", ANY, 9000):
            assert seen["Added"].wait(10)
            found = listener.get_service_info(SERVICE, f"antiphon-test.{SERVICE}")
            assert found is not None
            assert found.port == 9000
        assert seen["Removed"].wait(10)
        browser.cancel()
