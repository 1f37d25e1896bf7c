"""A MIDI file as a WAV file: by fluidsynth with a soundfont where this machine has both, else in plain sine tones.

The rule: there is always a sound, and one line says what made it. The caller shows that line once; it names the
remedy where the sound is only the fallback. Nothing is normalized: two files of one session stay as loud as they were
played to each other.
"""

import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np

from antiphon.files import written_aside
from antiphon.midi.file import synthesize

__all__ = ["RATE", "find_soundfont", "render_wav", "soundfont_folders"]

RATE = 44100
"""Samples a second: that of a CD, which every program takes."""

PATIENCE = 300
"""Seconds that fluidsynth may take. It needs about one for 40 s of piano; ten times slower, an hour still fits."""

GAIN = 0.5
"""fluidsynth's own is 0.2, which leaves soft playing at a thirtieth of the range; at this, loud chords do not clip."""

REMEDY = "for a piano, install fluidsynth and a soundfont (Debian: fluidsynth fluid-soundfont-gm)"


def render_wav(midi: Path, wav: Path) -> str:
    """Writes how a MIDI file sounds, 16 bit, the last notes' release included; gives one line on what made it.

    Raises:
        CorpusError: the MIDI file cannot be read, or has no notes.
        DeviceError: the WAV file cannot be written.
        MissingExtra: no pretty_midi, where the fallback is due.
    """
    program, soundfont = shutil.which("fluidsynth"), find_soundfont(soundfont_folders())
    if program is None:
        trouble = "fluidsynth is not installed"
    elif soundfont is None:
        trouble = "no soundfont was found"
    else:
        with written_aside(wav) as aside:
            failure = _play(program, soundfont, midi, aside)
            if failure is None:
                return f"sound by fluidsynth with {soundfont.name}"
            # Leaving this block puts the plain tones in place, not what fluidsynth has left.
            _write_tones(midi, aside)
        return (
            f"sound in plain tones, since fluidsynth failed: {failure} (try it with another soundfont than {soundfont})"
        )
    with written_aside(wav) as aside:
        _write_tones(midi, aside)
    return f"sound in plain tones, since {trouble}; {REMEDY}"


def soundfont_folders() -> list[Path]:
    """Where soundfonts usually lie: Linux distributions, Homebrew, the user's own."""
    shares = [Path("/usr/share"), Path("/usr/local/share"), Path("/opt/homebrew/share"), Path.home() / ".local/share"]
    folders = ("sounds/sf2", "sounds/sf3", "soundfonts", "fluid-synth/sf2")
    return [share / folder for share in shares for folder in folders] + [Path.home() / "Library/Audio/Sounds/Banks"]


def find_soundfont(folders: list[Path]) -> Path | None:
    """The first soundfont (.sf2, .sf3) of the first folder that has one; General MIDI goes first, as it has a piano."""
    for folder in folders:
        fonts = [path for path in folder.glob("*") if path.suffix.lower() in {".sf2", ".sf3"} and path.is_file()]
        if fonts:
            return min(fonts, key=lambda path: ("gm" not in path.stem.lower(), path.name))
    return None


def _play(program: str, soundfont: Path, midi: Path, wav: Path) -> str | None:
    settings = ["-ni", "-q", "-g", str(GAIN), "-r", str(RATE), "-T", "wav"]
    command = [program, *settings, "-F", str(wav), str(soundfont), str(midi)]
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return f"no end after {PATIENCE} s"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    # Status 0 does not mean that it could read the soundfont: it then plays its default one, or silence.
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    if done.returncode != 0 or errors:
        return errors[0].strip() if errors else f"status {done.returncode}"
    return None if wav.stat().st_size > WAV_HEADER else "it wrote no sound"


WAV_HEADER = 44
"""Bytes of a WAV file without a sample."""


def _write_tones(midi: Path, wav: Path) -> None:
    samples = synthesize(midi, RATE)
    with wave.open(str(wav), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(samples * np.iinfo(np.int16).max).astype("<i2").tobytes())
