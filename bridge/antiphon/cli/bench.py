"""`antiphon bench`: the answer time on this machine, beside its floor."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from antiphon.apps.bench import stage as stage_bench
from antiphon.apps.bench.latency import measure
from antiphon.cli.train import load_trainer
from antiphon.engine.bundle import find_bundle

__all__ = ["command"]


@click.command(epilog="Example: antiphon bench --json")
@click.option("--model", help="A shipped model's name, or the path of a bundle.")
@click.option("--notes", type=click.IntRange(100), default=4000, show_default=True, help="Round trips to measure.")
@click.option("--stage", is_flag=True, help="Instead: also recording, timing of play, a burst, a flood.")
@click.option(
    "--training",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Instead: how quick training is on this folder of MIDI files, beside the tutorial's own pipeline.",
)
@click.option("--json", "wants_json", is_flag=True, help="One JSON object.")
def command(model: str | None, notes: int, stage: bool, training: Path | None, wants_json: bool) -> None:
    """Measure the answer time on this machine, beside its floor.

    A server and a client in two processes, over loopback. The floor, measured in turns with it, is a bare echo that
    runs the same network once: nothing that answers over UDP can be quicker. Close other programs first.
    """
    with click.progressbar(length=0, label="measuring", hidden=wants_json or not sys.stdout.isatty()) as bar:

        def report(done: int, total: int) -> None:
            bar.length = total
            bar.update(1)

        if training is not None:
            corpus = load_trainer("corpus").read_corpus(training)
            figures = load_trainer("pace").measure(corpus, report)
        elif stage:
            figures = stage_bench.measure(find_bundle(model), notes, report)
        else:
            figures = measure(find_bundle(model), notes, report)
    if wants_json:
        click.echo(json.dumps(figures))
    elif training is not None:
        click.echo(f"windows            {figures['windows_per_second']:,} a second")
        click.echo(f"the tutorial's     {figures['tutorial_windows_per_second']:,} a second")
        click.echo(f"ratio              {figures['ratio']}")
        click.echo(f"training, live     {figures['live_notes_per_second']:,} notes a second")
        click.echo(f"an LSTM(256) with its four distributions alone: {figures['plain_notes_per_second']:,}")
    elif stage:
        _tell_stage(figures)
    else:
        _tell(figures)


def _tell(figures: dict[str, Any]) -> None:
    click.echo(
        f"note to answer     p50 {figures['p50_ms']} ms   p99 {figures['p99_ms']} ms   p99.9 {figures['p999_ms']} ms"
    )
    click.echo(
        f"floor              p50 {figures['floor_p50_ms']} ms   p99 {figures['floor_p99_ms']} ms   "
        f"p99.9 {figures['floor_p999_ms']} ms"
    )
    click.echo(f"ratio of medians   {figures['ratio']}")
    click.echo(f"start to answer    {figures['start_s']} s")
    click.echo(f"idle CPU           {figures['idle_cpu_percent']} % of a core")
    click.echo(f"resident memory    {figures['rss_mb']} MB")


def _tell_stage(figures: dict[str, Any]) -> None:
    trips, play, flood = (figures[part] for part in ("trips", "play", "flood"))
    for name, what in (
        ("floor", "floor"),
        ("no_record", "without recording"),
        ("recording", "recording"),
        ("sixteen_idle", "and 16 idle players"),
    ):
        p50, p99, p999 = (trips[f"{name}_{share}_ms"] for share in ("p50", "p99", "p999"))
        ratio = trips.get(f"{name}_ratio")
        beside = f"   {ratio} x the floor" if ratio else ""
        click.echo(f"{what:19} p50 {p50} ms   p99 {p99} ms   p99.9 {p999} ms{beside}")
    click.echo(
        f"played in time      p50 {play['late_p50_ms']} ms late   p99 {play['late_p99_ms']} ms   ({play['ons']} notes)"
    )
    for part, what in (("burst", "burst"), ("stock", "at a stock kernel")):
        burst = figures[part]
        order = "in order" if burst["in_order"] else "not in order"
        click.echo(
            f"{what:19} {burst['answers']} of {burst['notes']} answered, {order}, in {burst['answered_in_s']} s"
            f"   (kernel's queue {burst['receive_buffer_bytes']:,} bytes)"
        )
    for name, what in (
        ("alone", "alone"),
        ("elsewhere", "a flood elsewhere"),
        ("many", "beside 5,000 a s"),
        ("flood", "beside a flood"),
    ):
        lost = flood.get(f"{name}_unanswered")
        after = "" if lost is None else f"   {lost} lost"
        click.echo(f"{what:19} p50 {flood[f'{name}_p50_ms']} ms   p99 {flood[f'{name}_p99_ms']} ms{after}")
