"""MIDI files whose ticks are beats, made here."""

import io
from pathlib import Path

import mido

TICKS = 480


def midi(meters: list[tuple[int, int, int]], onsets: list[int], tempo: int = 500_000) -> bytes:
    """A file with time signatures (quarter, numerator, denominator), and a short note at each of these ticks."""
    events = [(at * TICKS, 0, mido.MetaMessage("time_signature", numerator=n, denominator=d)) for at, n, d in meters]
    events.append((0, 0, mido.MetaMessage("set_tempo", tempo=tempo)))
    for tick in onsets:
        events.append((tick, 2, mido.Message("note_on", note=60, velocity=70)))
        events.append((tick + 100, 1, mido.Message("note_off", note=60)))
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    written = io.BytesIO()
    mido.MidiFile(ticks_per_beat=TICKS, tracks=[track]).save(file=written)
    return written.getvalue()


def write_tunes(folder: Path) -> None:
    """Pieces in three meters, some eighty onsets each."""
    for name, meter, unit in (("one-4-4", (4, 4), 240), ("two-3-4", (3, 4), 480), ("three-6-8", (6, 8), 240)):
        (folder / f"{name}.mid").write_bytes(midi([(0, *meter)], [at * unit for at in range(80)]))
