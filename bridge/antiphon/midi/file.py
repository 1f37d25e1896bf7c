"""MIDI files to performances and back. pretty_midi lives in this file alone, imported when a file is asked for.

The rule: a performance is in seconds, and the file keeps them; what it counts besides goes along (`Take`). Drums are
left out: a piano cannot play them. What pretty_midi has to say about an odd file goes through `warnings` and never
reaches a performer: a file is read, or refused by one line.
"""

import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import CorpusError, MissingExtra
from antiphon.files import written_aside
from antiphon.note import MIN_DURATION, NoteArray, order_notes
from antiphon.take import PEDAL_DOWN, SUSTAIN, USUAL_BPM, Click, Pedalling, Take

__all__ = ["SHORTEST", "read_midi", "read_take", "synthesize", "write_midi"]

PIANO = 0
"""General MIDI program of the grand piano."""

PLAYERS = ("performer", "model")
"""Names of the tracks that a session is saved with."""

RESOLUTION = 480
"""Ticks a quarter: what sequencers write by default. At the nominal tempo a tick is 1.04 ms."""

SHORTEST = 0.01
"""Seconds a written note lasts at least: about ten ticks. A note shorter than a tick would have its off in the tick of
its on, where programs disagree on which comes first, and some leave it sounding."""

TICKS, QUARTERS = 100_000_000, 100_000
"""Ticks that pretty_midi goes to, and quarters that are counted: nobody plays to a click for half a day. It keeps a
second for each tick: 12 hours at 960 a quarter and 120 bpm, 83 million, take 2 GB. Its own limit, a tenth, is 87
minutes of that."""

REASONS = {EOFError: "it is empty, or ends in the middle", ZeroDivisionError: "a tempo in it has quarters of no length"}
"""What is wrong with a file, by an error that does not say so."""

WHOLE = 4
"""Quarters in a whole note: no beat of a usual meter is longer."""


def read_midi(path: Path) -> NoteArray:
    """All notes of a MIDI file but the drums', as one performance.

    Raises:
        CorpusError: no such file, not a MIDI file, or no notes in it.
        MissingExtra: no pretty_midi.
    """
    return _read_all(_open(path), path)


def read_take(path: Path) -> Take:
    """The notes of a MIDI file by player: of `performer` and `model`, if tracks bear both names as `write_midi` gives
    them; else all as the performer's. And its click and pedal.

    Raises:
        CorpusError, MissingExtra: as `read_midi`.
    """
    file = _open(path)
    tracks: defaultdict[str, list[Any]] = defaultdict(list)
    for track in file.instruments:
        if not track.is_drum and track.notes:
            tracks[track.name] += track.notes
    if set(tracks) == set(PLAYERS):
        players = {name: _performance(tracks[name]) for name in PLAYERS}
    else:
        players = {PLAYERS[0]: _read_all(file, path)}
    return Take(players, _count_quarters(file), pedal=_find_pedal(file))


def _find_pedal(file: Any) -> Pedalling:
    """The sustain pedal of all tracks but drums'."""
    presses: list[float] = []
    lifts: list[float] = []
    for track in file.instruments:
        is_down = False
        for move in sorted(track.control_changes, key=lambda move: move.time):
            if move.number == SUSTAIN and not track.is_drum and is_down != (move.value >= PEDAL_DOWN):
                is_down = not is_down
                (presses if is_down else lifts).append(move.time)
    return Pedalling(np.sort(presses), np.sort(lifts))


def _count_quarters(file: Any) -> Click | None:
    """The click of a file from its first tick to a whole note after the last note; None if it is too long for one."""
    ticks = file.resolution
    last = max(note.end for track in file.instruments for note in track.notes)
    count = int(file.time_to_tick(last)) // ticks + 2 + WHOLE
    if count * ticks >= TICKS or count > QUARTERS:
        return None
    # From the last on: pretty_midi lays out all ticks anew for each that is later than those before.
    seconds = [file.tick_to_time(quarter * ticks) for quarter in reversed(range(count))][::-1]
    changes = sorted(file.time_signature_changes, key=lambda change: change.time)
    signatures = [(file.time_to_tick(change.time) / ticks, change.numerator, change.denominator) for change in changes]
    return Click(np.array(seconds), tuple(signatures))


def _read_all(file: Any, path: Path) -> NoteArray:
    notes = [note for track in file.instruments if not track.is_drum for note in track.notes]
    if not notes:
        raise CorpusError(f"{path} has no notes besides drums", "choose a MIDI file with a piano or melody part")
    return _performance(notes)


def _performance(notes: list[Any]) -> NoteArray:
    return order_notes(
        np.array([note.start for note in notes], np.float64),
        np.array([note.pitch for note in notes], np.int16),
        np.array([max(note.end - note.start, MIN_DURATION) for note in notes], np.float32),
        np.array([note.velocity for note in notes], np.int16),
    )


def write_midi(
    path: Path,
    players: Mapping[str, NoteArray],
    tempo_bpm: float = USUAL_BPM,
    signatures: Sequence[tuple[float, int, int]] = (),
) -> None:
    """Writes a MIDI file with one piano track for each player, named after it.

    A pitch that is struck again while it sounds ends at the new onset: a key has one string. Two strokes less than
    `SHORTEST` apart are one, the louder and longer of both.

    Args:
        path: the file to write; it appears when it is whole.
        players: performances by name, for instance `performer` and `model`; onsets in seconds, >= 0.
        tempo_bpm: quarters a minute that the file tells; notes keep their seconds.
        signatures: that the file tells: second from which each holds, numerator, denominator.
    Raises:
        DeviceError: the file cannot be written.
        MissingExtra: no pretty_midi.
    """
    pretty_midi = _load()
    song = pretty_midi.PrettyMIDI(resolution=RESOLUTION, initial_tempo=tempo_bpm)
    for second, numerator, denominator in signatures:
        song.time_signature_changes.append(pretty_midi.TimeSignature(numerator, denominator, second))
    for name, notes in players.items():
        # Track names in MIDI files are Latin-1 by custom, and mido fails at anything else.
        track = pretty_midi.Instrument(PIANO, name=name.encode("latin-1", "replace").decode("latin-1"))
        track.notes = [
            pretty_midi.Note(velocity, pitch, onset, offset) for onset, offset, pitch, velocity in _strokes(notes)
        ]
        song.instruments.append(track)
    with written_aside(path) as aside:
        song.write(str(aside))


def synthesize(path: Path, rate: int) -> NDArray[np.float64]:
    """A MIDI file as plain sine tones, mono samples in -1..1, one second of silence at the end.

    Args:
        path: the MIDI file.
        rate: samples a second.
    Raises:
        CorpusError: as `read_midi`.
        MissingExtra: no pretty_midi.
    """
    song = _open(path)
    if not any(track.notes for track in song.instruments if not track.is_drum):
        raise CorpusError(f"{path} has no notes besides drums", "choose a MIDI file with a piano or melody part")
    samples: NDArray[np.float64] = song.synthesize(fs=rate)
    return samples


def _strokes(notes: NoteArray) -> list[tuple[float, float, int, int]]:
    strokes: list[tuple[float, float, int, int]] = []
    last_of: dict[int, int] = {}
    for note in notes[np.lexsort((notes["pitch"], notes["onset"]))]:
        onset, pitch, velocity = float(note["onset"]), int(note["pitch"]), int(note["velocity"])
        offset = onset + max(float(note["duration"]), SHORTEST)
        index = last_of.get(pitch)
        if index is not None:
            onset_before, offset_before, _, velocity_before = strokes[index]
            if onset - onset_before < SHORTEST:
                strokes[index] = (onset_before, max(offset, offset_before), pitch, max(velocity, velocity_before))
                continue
            strokes[index] = (onset_before, min(offset_before, onset), pitch, velocity_before)
        last_of[pitch] = len(strokes)
        strokes.append((onset, offset, pitch, velocity))
    return strokes


def _open(path: Path) -> Any:
    pretty_midi = _load()
    import mido

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pretty_midi.PrettyMIDI(mido_object=_mend(mido.MidiFile(path, charset="latin1"), path))
    except FileNotFoundError as error:
        raise CorpusError(f"there is no file {path}", "give the path of a MIDI file") from error
    except CorpusError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno:  # the system's; mido's own have no number
            reason = (error.strerror or str(error)).lower()
            raise CorpusError(f"{path} cannot be read: {reason}", "give a MIDI file that you may read") from error
        reason = REASONS.get(type(error)) or " ".join(str(error).split())[:120] or type(error).__name__
        raise CorpusError(
            f"{path} cannot be read as a MIDI file: {reason}", "export it again from the program that made it"
        ) from error


def _mend(file: Any, path: Path) -> Any:
    """The same file, parsed, where notes that are held to its end have one, and no signature has a zero in it."""
    import mido

    if file.ticks_per_beat <= 0:
        raise CorpusError(f"{path} counts frames of film, not beats", "export it with ticks a quarter")
    longest = max((sum(message.time for message in track) for track in file.tracks), default=0)
    if longest >= TICKS:
        hint = "cut it in two, or export it with fewer ticks a quarter"
        raise CorpusError(f"{path} is {longest:,} ticks long, and {TICKS:,} can be read", hint)
    for track in file.tracks:
        held: Counter[tuple[int, int]] = Counter()
        lost = 0
        kept = []
        for message in track:
            if message.type == "time_signature" and not message.numerator:
                lost += message.time
                continue
            message.time, lost = message.time + lost, 0
            kept.append(message)
            if message.type in ("note_on", "note_off"):
                key = (message.channel, message.note)
                is_struck = message.type == "note_on" and message.velocity > 0
                held[key] = held[key] + 1 if is_struck else max(held[key] - 1, 0)
        ends = [
            mido.Message("note_off", channel=channel, note=pitch)
            for (channel, pitch), count in held.items()
            for _ in range(count)
        ]
        closing = [kept.pop()] if kept and kept[-1].type == "end_of_track" else []
        if ends and closing:
            ends[0].time, closing[0].time = closing[0].time, 0
        track[:] = [*kept, *ends, *closing]
    return file


def _load() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pretty_midi
    except ImportError as error:
        raise MissingExtra("pretty_midi", "notation") from error
    pretty_midi.pretty_midi.MAX_TICK = TICKS
    module: ModuleType = pretty_midi
    return module
