"""A summary laid out for a terminal: rich's renderables, made anew for every picture, for a width and a height.

Nothing is asked or remembered here but `History`, the latencies of the last minute. What does not fit is said to be
there: every session has its line before any has a roll, and those that played last stand first, in an order that does
not jump while they play. Names come over the wire: they are shown as they are, never read as markup.
"""

from collections import deque
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from antiphon.apps.monitor.asker import Summary
from antiphon.apps.monitor.roll import EXPECTED, ceiling, roll, sparkline
from antiphon.note import pitch_name

__all__ = ["History", "view"]

LATENCIES = {"p50_ms": "p50", "p99_ms": "p99", "p999_ms": "p99.9"}

MINUTE = 60
"""Seconds of latencies that are shown, a sign each."""

IDLE = 60.0
"""Seconds after which a session stands below those that play."""

LEAST_ROLL, MOST_ROLL = 3, 12
"""Rows of a roll: with fewer nothing is seen, and an octave needs no more."""

LEAVE = "q or Ctrl-C leaves"

KNOWN = {"answers", "sessions", "sessions_retired", "run", "late_notes", "datagrams", "messages"}
"""Numbers of a summary that have a place of their own, or say nothing to a performer."""


class History:
    """Latencies by the second, for a minute."""

    def __init__(self) -> None:
        self._seconds: deque[tuple[int, Summary | None]] = deque(maxlen=MINUTE)

    def add(self, summary: Summary, now: float) -> None:
        """What a summary says at `now`, in seconds that never run back."""
        second = int(now)
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds.pop()
        elif self._seconds:
            missed = range(max(self._seconds[-1][0] + 1, second - MINUTE), second)
            self._seconds.extend((one, None) for one in missed)
        self._seconds.append((second, {name: summary.get(name) for name in LATENCIES}))

    def of(self, name: str) -> list[float | None]:
        """The last minute of one latency, in milliseconds, oldest first; None where none was told."""
        return [None if told is None else told[name] for _, told in self._seconds]


def view(
    summary: Summary | None, history: History, where: str, silence: str, width: int, height: int
) -> RenderableType:
    """The whole picture.

    Args:
        summary: as the server answered; None before its first answer.
        history: of its latencies.
        where: host and port of the server.
        silence: what to say of a server that does not answer; empty if it does.
        width, height: columns and rows that there are.
    """
    lines = [Text(silence, "bold red")] if silence else []
    if summary is None and not silence:
        lines.append(Text(f"asking {where}", "dim"))
    elif summary is not None:
        lines += _head(summary, history, where, width)
        lines += _sessions(summary, width, height - len(lines) - 1)
    lines.append(Text(LEAVE, "dim"))
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
    return Group(*lines)


def _head(summary: Summary, history: History, where: str, width: int) -> list[Text]:
    lines = [
        Text.assemble(
            (f"antiphon {_plain(summary['version'])}", "bold"),
            f" at {where}  up {_clock(summary['uptime_s'])}  model ",
            (_plain(summary["model"]), "bold"),
            f" ({_plain(summary['licence']) or 'licence not said'})",
        )
    ]
    if summary["trouble"]:
        lines.append(Text(f"trouble: {_plain(summary['trouble'])}", "bold red"))
    lines += _latencies(summary, history, width)
    lines.append(_counts(summary))
    refused = {name: count for name, count in _numbers(summary) if name.startswith("refused")}
    if refused or summary.get("errors_not_answered"):
        told = "  ".join(f"{name.removeprefix('refused_')} {count:,}" for name, count in refused.items())
        lines.append(Text.assemble(("refused  ", "yellow"), told))
    return lines


def _latencies(summary: Summary, history: History, width: int) -> list[Text]:
    if "p50_ms" not in summary:
        return [Text("no note was answered yet", "dim")]
    lines = []
    for name, shown in LATENCIES.items():
        seconds = history.of(name)[-max(width - 34, 1) :]
        top = ceiling(max((one for one in seconds if one is not None), default=0.0))
        bars = sparkline(seconds, top)
        lines.append(
            Text.assemble(
                (f"{shown:6}", "bold"), f"{summary[name]:8.2f} ms  ", (bars, "cyan"), (f"  of {top:g} ms", "dim")
            )
        )
    return lines


def _counts(summary: Summary) -> Text:
    """Notes and answers, what is late, and all else that the server counts."""
    late = summary.get("late_notes", 0)
    text = Text.assemble(
        ("counts   ", "bold"),
        f"answers {summary['answers']:,}  ",
        (f"late notes {late:,}", "yellow" if late else ""),
    )
    for name, count in _numbers(summary):
        if name not in KNOWN and not name.startswith("refused"):
            text.append(f"  {name.removeprefix('messages_').replace('_', ' ')} {count:,}")
    return text


def _numbers(summary: Summary) -> list[tuple[str, int]]:
    return [(_plain(name), count) for name, count in summary.items() if type(count) is int]


def _sessions(summary: Summary, width: int, height: int) -> list[Text]:
    """A line for each session, and rolls for as many as there is room for."""
    playing = sorted(summary["playing"], key=lambda one: (one["idle_s"] > IDLE, len(one["name"]), one["name"]))
    if not playing:
        return [Text(), Text("nobody plays yet; a first note: /antiphon/note 60 0.25 0.5 80", "dim")]
    unseen = summary["sessions"] - len(playing)
    room = max(height - (unseen > 0 or len(playing) > height), 1)
    unseen += max(len(playing) - room, 0)
    playing = playing[:room]
    with_roll = min(len(playing), max(room - len(playing), 0) // (LEAST_ROLL + 1))
    rows = min((room - len(playing)) // with_roll - 1, MOST_ROLL) if with_roll else 0
    lines = []
    for number, session in enumerate(playing):
        lines += _session(session, width, rows if number < with_roll else 0)
    if unseen > 0:
        lines.append(Text(f"and {unseen} more", "dim"))
    return lines


def _session(session: dict[str, Any], width: int, rows: int) -> list[Text]:
    """One session: its line, its roll of so many rows, what the model expects and what it sounds."""
    performers = ", ".join(dict.fromkeys(_plain(one) for one in session["performers"])) or "nobody"
    name = _plain(session["name"])
    line = Text.assemble(
        (performers, "bold reverse" if rows else "bold"),
        f" in {name}" if name != performers else "",
        f"  {session['mode']}  {session['notes']:,} notes  ",
        (f"idle {_clock(session['idle_s'])}", "dim" if session["idle_s"] > IDLE else ""),
    )
    if session.get("tempo"):
        line.append(f"  {session['tempo']:g} bpm")
    if not rows:
        line.append_text(_model(session))
        return [line]
    window, predicted = session["window"], session["predicted"]
    is_open = bool(predicted and window) and session["mode"] in ("echo", "manual") and predicted[-1] != window[-1]
    drawn = roll(window, width, rows, predicted[-1] if is_open else None)
    lines = [Text(row, "green") for row in drawn]
    for row in lines:
        row.highlight_regex(f"{EXPECTED}━*", "magenta")
        row.highlight_regex(r"^.*│", "dim")
    return [line, *lines, _model(session)]


def _model(session: dict[str, Any]) -> Text:
    """What was predicted, the last one first, and what the model sounds now."""
    names = [pitch_name(int(note[0])) for note in reversed(session["predicted"])]
    text = Text.assemble("  predicted ", (names[0] if names else "-", "bold magenta"), f" {' '.join(names[1:])}")
    if session["sounding"]:
        text.append("  sounding ")
        text.append(" ".join(pitch_name(int(pitch)) for pitch in session["sounding"]), "bold blue")
    return text


def _clock(seconds: float) -> str:
    """Seconds as people say them: 0.3 s, 12 s, 3:05, 1:00:07."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in str(text))
