"""`antiphon serve`: a warm engine, a bound socket, a recorder, the server's loop."""

import contextlib
import ipaddress
import os
import time
from pathlib import Path

import click
import platformdirs

from antiphon import __version__
from antiphon.apps.announce import announced
from antiphon.apps.workshop import Workshop
from antiphon.cli.database import database_option
from antiphon.cli.seed import SEED
from antiphon.core.core import BATCH, Core, Identity
from antiphon.core.limits import MAX_SESSIONS
from antiphon.engine.bundle import find_bundle
from antiphon.engine.engine import Engine
from antiphon.engine.providers import DEVICES
from antiphon.errors import DeviceError
from antiphon.record.store import RunInfo
from antiphon.record.writer import Recorder
from antiphon.server import Networks, Server, rehearse, steady_time
from antiphon.udp import bind

__all__ = ["command"]

OUTPUT = platformdirs.user_documents_path() / "antiphon"


@click.command(epilog="Example: antiphon serve --port 9000")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; needs --allow beyond this machine."
)
@click.option(
    "--allow",
    multiple=True,
    metavar="CIDR",
    help="Network whose senders are heard, such as 192.168.1.0/24; repeatable.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=9000,
    show_default=True,
    help="UDP port; 0 takes a free one.",
)
@click.option("--model", help="A shipped model's name, or the path of a bundle.")
@click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True, help="Where the network runs.")
@click.option("--seed", type=SEED, help="The same seed and the same notes give the same answers.")
@click.option(
    "--sessions",
    type=click.IntRange(1, 1024),
    default=MAX_SESSIONS,
    show_default=True,
    help="Sessions at once; one more retires the one used longest ago.",
)
@click.option("--announce", metavar="NAME", help="Tell the local network this name, for controllers that look for OSC.")
@click.option("--no-record", is_flag=True, help="Keep nothing of what is played.")
@database_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=OUTPUT,
    show_default=True,
    help="Folder that /antiphon/save writes to.",
)
def command(
    host: str,
    allow: tuple[str, ...],
    port: int,
    model: str | None,
    device: str,
    seed: int | None,
    sessions: int,
    announce: str | None,
    no_record: bool,
    database: Path,
    output: Path,
) -> None:
    """Answer notes over OSC until you press Ctrl-C.

    Every finished note and every note-on is answered with the note that the model expects next; other modes let it
    respond to pauses, play a duet, or play by itself. What is played is recorded; antiphon sessions lists it.
    """
    allowed = _networks(host, allow)
    if announce and _is_own(host):
        raise DeviceError(f"{announce} on {host} is out of reach for others", "announce it with --host and --allow")
    path = find_bundle(model)
    engine = Engine(path, device, BATCH)
    if engine.notice:
        click.echo(f"antiphon: {engine.notice}", err=True)
    if seed is None:
        seed = int.from_bytes(os.urandom(4), "big")
    run = int(time.time()) & 0x7FFFFFFF
    bundle = engine.bundle
    identity = Identity(__version__, bundle.name, run, seed, str(bundle.metadata["family"]), bundle.licence)
    rehearse(Core(identity, steady_time()), engine)
    sock = bind(host, port)
    recorder = None if no_record else _recorder(database, identity)
    bound_host, bound_port = sock.getsockname()
    click.echo(
        f"antiphon {__version__} listens on {bound_host}:{bound_port}, model {bundle.name} "
        f"({bundle.licence}), seed {seed}; Ctrl-C ends"
    )
    crash_log = Path(platformdirs.user_log_dir("antiphon")) / f"fault-{run}.txt"
    workshop = Workshop(device, BATCH, {bundle.name: path}, recorder, database, output)
    core = Core(identity, steady_time(), recorder is not None, sessions)
    server = Server(sock, core, engine, workshop, recorder, allowed, crash_log)
    try:
        with announced(announce, bound_host, bound_port) if announce else contextlib.nullcontext():
            server.serve()
    finally:
        if recorder is not None:
            recorder.close()
            if recorder.dropped:
                why = recorder.trouble or "too many came while nothing could be written; free some space"
                _tell(f"{recorder.dropped:,} events were not recorded: {why}")


def _networks(host: str, allow: tuple[str, ...]) -> Networks:
    """The networks that are heard.

    Raises:
        DeviceError: the host is beyond this machine and nobody is allowed, or a network is none.
    """
    try:
        networks = [ipaddress.IPv4Network(one) for one in allow]
    except ValueError as error:
        raise DeviceError(f"--allow {error}", "give a network such as 192.168.1.0/24, or one address") from error
    if not _is_own(host) and not networks:
        raise DeviceError(
            f"the host {host} opens the port to others, and nobody is allowed",
            "say who may play, for instance --allow 192.168.1.0/24",
        )
    return networks


def _is_own(host: str) -> bool:
    """Whether only this machine reaches the host."""
    return host.startswith("127.") or host == "localhost"


def _recorder(database: Path, identity: Identity) -> Recorder:
    """The recorder; the music does not wait for a disk, so a fault is a line on stderr, at the start too."""
    run = RunInfo(identity.run, steady_time(), identity.version, identity.model, identity.seed)
    return Recorder(database, run, lambda trouble: _tell(f"playing without recording: {trouble}"))


def _tell(line: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone, and its disk full
        click.echo(f"antiphon: {line}", err=True)
