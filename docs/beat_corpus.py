"""The music that the beat network was trained on, as one folder of MIDI files whose ticks are beats.

    python docs/beat_corpus.py piano-midi-de.zip pop909.zip leave_out_files.csv FOLDER

piano-midi.de as it is, without the pieces on which beats are measured; every third song of POP909, whose notes and
pedal are put on its annotated beats; the chorales in music21 that are not in four parts, which no measurement draws, at
six tempi each; its string quartets and a few other scores (`counted_scores`); a thousand tunes made by rule
(`simple_tunes`). FOLDER/splits.csv says which pieces are held out: a tenth, by name, all movements of a work on the
same side, of all but the scores.
"""

import csv
import io
import random
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import mido
import numpy as np
from counted_scores import counted_scores
from music21 import converter, corpus
from simple_tunes import simple_tunes

TICKS = 480
SUSTAIN = 64
"""Controller of the pedal."""

POP_EVERY = 3
CHORALE_TEMPI = 6
SLOWEST, FASTEST = 50, 130
"""Quarters a minute of chorales: how they are sung."""

HELD_EVERY = 10
Rows = list[tuple[int, int, int, int]]
"""Notes: tick, length in ticks, pitch, velocity."""


def piano_pieces(archive: Path, left_out: set[str]) -> Iterator[tuple[str, bytes]]:
    """The files of piano-midi.de that may be trained on."""
    with zipfile.ZipFile(archive) as packed:
        for name in sorted(packed.namelist()):
            if name.endswith(".mid") and name not in left_out:
                yield name, packed.read(name)


def pop_songs(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Songs of POP909 in four, on their beats."""
    with zipfile.ZipFile(archive) as packed:
        for number in range(1, 910, POP_EVERY):
            folder = f"POP909/{number:03}"
            beats = np.loadtxt(io.BytesIO(packed.read(f"{folder}/beat_midi.txt")))
            downbeats = np.flatnonzero(beats[:, 2])
            if len(downbeats) > 4 and np.median(np.diff(downbeats)) == 4:
                played = mido.MidiFile(file=io.BytesIO(packed.read(f"{folder}/{number:03}.mid")), clip=True)
                yield f"pop909/{number:03}.mid", on_beats(played, beats[:, 0], downbeats)


def on_beats(played: mido.MidiFile, beats: np.ndarray, downbeats: np.ndarray) -> bytes:
    """A played file written anew: each annotated beat [n, seconds] is a quarter, and downbeats begin measures."""
    lead = -int(downbeats[0]) % 4
    now, down, rows, moves = 0.0, {}, [], {}
    for message in played:
        now += message.time
        if message.is_cc(SUSTAIN) and beats[0] <= now < beats[-1]:
            moves[round((np.interp(now, beats, np.arange(len(beats))) + lead) * TICKS)] = message.value
        elif message.type == "note_on" and message.velocity and message.channel != 9:
            down[message.channel, message.note] = now, message.velocity
        elif message.type in ("note_on", "note_off") and (message.channel, message.note) in down:
            onset, velocity = down.pop((message.channel, message.note))
            if beats[0] <= onset < beats[-1]:
                first, last = (np.interp([onset, now], beats, np.arange(len(beats))) + lead) * TICKS
                rows.append((round(first), max(round(last - first), 1), message.note, velocity))
    lengths = [*[beats[1] - beats[0]] * lead, *np.diff(beats)]
    meters = {0: "4/4"} if lead == 0 else {0: f"{lead + int(downbeats[0])}/4"}
    said = meters[0]
    for begin, count in zip(downbeats, np.diff(downbeats, append=downbeats[-1] + 4), strict=True):
        if f"{count}/4" != said:
            said = meters[(int(begin) + lead) * TICKS] = f"{count}/4"
    return midi_bytes(rows, {at * TICKS: seconds for at, seconds in enumerate(lengths)}, meters, moves)


def chorales() -> Iterator[tuple[str, bytes]]:
    """Bach's chorales with instruments, as music21 has them."""
    for path in sorted(corpus.corpora.CoreCorpus().getComposer("bach"), key=str):
        score = converter.parse(path)
        meters = {str(found.ratioString) for found in score.recurse().getElementsByClass("TimeSignature")}
        if len(score.parts) in (1, 4) or len(meters) != 1:
            continue
        opening = score.parts[0].getElementsByClass("Measure")[0]
        lead = opening.paddingLeft or opening.barDuration.quarterLength - opening.duration.quarterLength
        rows = sorted(
            {
                (round((note.offset + lead) * TICKS), round(note.quarterLength * TICKS), pitch.midi, 64)
                for note in score.flatten().notes
                for pitch in note.pitches
                if note.quarterLength
            }
        )
        for copy in range(CHORALE_TEMPI):
            name = f"chorales/{path.stem}-{copy}.mid"
            tempo = random.Random(name).uniform(SLOWEST, FASTEST)  # noqa: S311
            yield name, midi_bytes(rows, {0: 60 / tempo}, dict.fromkeys([0], *meters))


def scores() -> Iterator[tuple[str, bytes]]:
    """The quartets."""
    for name, score in counted_scores():
        yield name, midi_bytes(score.rows, score.quarters, score.meters)


def tunes() -> Iterator[tuple[str, bytes]]:
    """Tunes made by rule."""
    for name, rows, quarter, meter in simple_tunes():
        yield f"{name}.mid", midi_bytes(rows, {0: quarter}, {0: meter})


def midi_bytes(
    rows: Rows, quarters: dict[int, float], meters: dict[int, str], pedal: Mapping[int, int] = MappingProxyType({})
) -> bytes:
    """A MIDI file: notes, seconds a quarter from ticks on, time signatures from ticks on, values of the pedal."""
    events = [(tick, 0, mido.MetaMessage("set_tempo", tempo=round(1e6 * s))) for tick, s in quarters.items()]
    for tick, meter in sorted(meters.items()):
        top, bottom = map(int, meter.split("/"))
        events.append((tick, 0, mido.MetaMessage("time_signature", numerator=top, denominator=bottom)))
    for tick, value in pedal.items():
        events.append((tick, 1, mido.Message("control_change", control=SUSTAIN, value=value)))
    for tick, length, pitch, velocity in rows:
        events.append((tick, 2, mido.Message("note_on", note=pitch, velocity=velocity)))
        events.append((tick + length, 1, mido.Message("note_off", note=pitch)))
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    written = io.BytesIO()
    mido.MidiFile(ticks_per_beat=TICKS, tracks=[track]).save(file=written)
    return written.getvalue()


def is_held(name: str) -> bool:
    """Whether a piece is not trained on, by its name without the number of the movement."""
    work = re.sub(r"([-_]\d+)?\.mid$", "", name)
    return zlib.crc32(work.encode()) % HELD_EVERY == 0 and not name.startswith("quartets/")


def main(piano: Path, pop: Path, leave_out: Path, folder: Path) -> None:
    """Write the folder."""
    with leave_out.open(newline="", encoding="utf-8") as table:
        left_out = {row["file"] for row in csv.DictReader(table) if row["archive"] == piano.name}
    splits = [("path", "split")]
    for source in (piano_pieces(piano, left_out), pop_songs(pop), chorales(), scores(), tunes()):
        for name, data in source:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            splits.append((name, "validation" if is_held(name) else "train"))
    with (folder / "splits.csv").open("w", newline="", encoding="utf-8") as table:
        csv.writer(table).writerows(splits)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
