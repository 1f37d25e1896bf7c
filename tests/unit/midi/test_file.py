"""MIDI files come in whole or are refused by one line, and go out so that every program can read them."""

import io
from pathlib import Path

import mido
import numpy as np
import pretty_midi
import pytest

from antiphon.errors import CorpusError
from antiphon.midi.file import SHORTEST, read_midi, read_take, synthesize, write_midi
from antiphon.note import NoteArray, order_notes


def notes(*rows: tuple[float, int, float, int]) -> NoteArray:
    """A performance from (onset, pitch, duration, velocity)."""
    onsets, pitches, durations, velocities = zip(*rows, strict=True)
    return order_notes(
        np.array(onsets), np.array(pitches, np.int16), np.array(durations, np.float32), np.array(velocities, np.int16)
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    played = notes((0.0, 60, 0.5, 80), (0.25, 64, 1.0, 1), (0.25, 67, 0.25, 127))
    write_midi(tmp_path / "a.mid", {"performer": played})
    again = read_midi(tmp_path / "a.mid")
    for name in ("pitch", "velocity"):
        assert (again[name] == played[name]).all()
    for name in ("onset", "step", "duration"):
        assert np.allclose(again[name], played[name], atol=0.0011)


def test_a_take_knows_its_players_and_its_click(tmp_path: Path) -> None:
    played = notes((0.0, 60, 0.5, 80), (1.0, 64, 0.9, 80))
    write_midi(tmp_path / "a.mid", {"performer": played, "model": played}, 93.0, [(0.0, 3, 4)])
    take = read_take(tmp_path / "a.mid")
    assert set(take.players) == {"performer", "model"}
    assert take.click is not None
    assert take.click.seconds == pytest.approx(np.arange(len(take.click.seconds)) * 60 / 93, abs=1e-3)
    assert take.click.seconds[-6] <= 1.9 < take.click.seconds[-5]
    assert take.click.signatures == ((0.0, 3, 4),)


def test_two_tracks_of_one_player_are_both_heard(tmp_path: Path) -> None:
    song = pretty_midi.PrettyMIDI()
    for at, name in enumerate(("performer", "performer", "model")):
        track = pretty_midi.Instrument(0, name=name)
        track.notes.append(pretty_midi.Note(80, 60 + at, at, at + 0.5))
        song.instruments.append(track)
    song.write(str(tmp_path / "a.mid"))
    players = read_take(tmp_path / "a.mid").players
    assert players["performer"]["pitch"].tolist() == [60, 61]
    assert players["model"]["pitch"].tolist() == [62]


def track_of(*messages: mido.Message | mido.MetaMessage) -> mido.MidiFile:
    return mido.MidiFile(ticks_per_beat=480, tracks=[mido.MidiTrack(messages)])


def test_keys_that_are_held_when_a_recording_stops_are_notes(tmp_path: Path) -> None:
    track_of(
        mido.Message("note_off", note=64),  # let go before it was struck
        mido.Message("note_on", note=60, velocity=80),
        mido.Message("note_on", note=64, velocity=80, time=240),
        mido.Message("note_off", note=60, time=240),
        mido.MetaMessage("end_of_track", time=480),
    ).save(tmp_path / "a.mid")
    played = read_midi(tmp_path / "a.mid")
    assert played["pitch"].tolist() == [60, 64]
    assert played["duration"] == pytest.approx([0.5, 0.75], abs=1e-3)


def test_a_signature_of_no_beats_is_left_out(tmp_path: Path) -> None:
    file = track_of(mido.Message("note_on", note=60, velocity=80), mido.Message("note_off", note=60, time=480))
    file.tracks[0].insert(0, mido.MetaMessage("time_signature", numerator=3, denominator=4))
    data = io.BytesIO()
    file.save(file=data)
    (tmp_path / "a.mid").write_bytes(data.getvalue().replace(b"\xff\x58\x04\x03", b"\xff\x58\x04\x00"))
    take = read_take(tmp_path / "a.mid")
    assert take.click is not None
    assert take.click.signatures == ()


def test_film_frames_are_one_clear_line(tmp_path: Path) -> None:
    file = track_of(mido.Message("note_on", note=60, velocity=80), mido.Message("note_off", note=60, time=480))
    file.ticks_per_beat = -6360
    file.save(tmp_path / "a.mid")
    with pytest.raises(CorpusError, match="counts frames of film"):
        read_midi(tmp_path / "a.mid")


def test_a_take_knows_its_pedal(tmp_path: Path) -> None:
    song = pretty_midi.PrettyMIDI()
    piano, drums = pretty_midi.Instrument(0), pretty_midi.Instrument(0, is_drum=True)
    for track in (piano, drums):
        track.notes.append(pretty_midi.Note(80, 60, 0.0, 3.0))
    for at, value in ((0.5, 127), (0.75, 100), (1.0, 20), (1.25, 0), (1.5, 64)):
        piano.control_changes.append(pretty_midi.ControlChange(64, value, at))
    piano.control_changes.append(pretty_midi.ControlChange(67, 127, 2.0))
    drums.control_changes.append(pretty_midi.ControlChange(64, 127, 2.5))
    song.instruments += [piano, drums]
    song.write(str(tmp_path / "a.mid"))
    pedal = read_take(tmp_path / "a.mid").pedal
    assert pedal.presses == pytest.approx([0.5, 1.5], abs=0.003)
    assert pedal.lifts == pytest.approx([1.0], abs=0.003)


def test_a_click_follows_every_tempo_and_signature(tmp_path: Path) -> None:
    messages = [
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.Message("note_on", note=60, velocity=64),
        mido.MetaMessage("set_tempo", tempo=700_000, time=480),
        mido.MetaMessage("time_signature", numerator=6, denominator=8, time=480),
        mido.Message("note_off", note=60, time=480),
    ]
    mido.MidiFile(tracks=[mido.MidiTrack(messages)]).save(tmp_path / "a.mid")
    click = read_take(tmp_path / "a.mid").click
    assert click is not None
    assert click.seconds[:5] == pytest.approx([0, 0.5, 1.2, 1.9, 2.6])
    assert click.signatures == ((2.0, 6, 8),)


def test_a_file_of_half_a_day_has_no_click(tmp_path: Path) -> None:
    messages = [
        mido.Message("note_on", note=60, velocity=64),
        mido.Message("note_off", note=60, time=9_999_900),
    ]
    mido.MidiFile(ticks_per_beat=96, tracks=[mido.MidiTrack(messages)]).save(tmp_path / "a.mid")
    assert read_take(tmp_path / "a.mid").click is None


def test_each_player_has_a_track_with_a_name(tmp_path: Path) -> None:
    played = notes((0.0, 60, 0.5, 80))
    write_midi(tmp_path / "a.mid", {"performer": played, "model": played, "nobody": played[:0]})
    song = pretty_midi.PrettyMIDI(str(tmp_path / "a.mid"))
    assert [track.name for track in song.instruments] == ["performer", "model"]


def test_a_key_struck_while_it_sounds_ends_first(tmp_path: Path) -> None:
    write_midi(tmp_path / "a.mid", {"performer": notes((0.0, 60, 2.0, 80), (0.5, 60, 0.5, 70))})
    again = read_midi(tmp_path / "a.mid")
    assert again["duration"].tolist() == pytest.approx([0.5, 0.5], abs=0.0011)


def test_no_note_is_too_short_for_a_sequencer(tmp_path: Path) -> None:
    write_midi(tmp_path / "a.mid", {"performer": notes((0.0, 60, 0.0001, 80))})
    assert read_midi(tmp_path / "a.mid")["duration"][0] >= SHORTEST - 0.0011


@pytest.mark.parametrize("data", [b"", b"MThd", b"nothing like it", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\xff\xff\xff\xff"])
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.mid").write_bytes(data)
    with pytest.raises(CorpusError) as caught:
        read_midi(tmp_path / "a.mid")
    assert str(tmp_path / "a.mid") in caught.value.what
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_not_said_to_be_damaged(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "is a directory"), (tmp_path / ("long" * 100), "file name too long")):
        with pytest.raises(CorpusError, match=f"cannot be read: {reason}") as caught:
            read_midi(path)
        assert "export it again" not in caught.value.hint


def test_a_refusal_says_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(b"")
    with pytest.raises(CorpusError, match="it is empty, or ends in the middle"):
        read_midi(path)
    stroke = (mido.Message("note_on", note=60, time=0), mido.Message("note_off", note=60, time=480))
    track_of(mido.MetaMessage("set_tempo", tempo=0), *stroke, *stroke).save(path)
    with pytest.raises(CorpusError, match="a tempo in it has quarters of no length"):
        read_midi(path)
    track_of(*stroke, *(mido.Message("note_off", note=60, time=200_000_000) for _ in range(2))).save(path)
    with pytest.raises(CorpusError, match="is 400,000,480 ticks long, and 100,000,000 can be read"):
        read_midi(path)


def test_two_hours_at_960_ticks_are_read(tmp_path: Path) -> None:
    song = mido.MidiFile(ticks_per_beat=960)
    times = (("note_on", 2 * 3600 * 2 * 960), ("note_off", 960))
    song.tracks.append(mido.MidiTrack(mido.Message(kind, note=60, time=time) for kind, time in times))
    song.save(tmp_path / "a.mid")
    assert read_midi(tmp_path / "a.mid")["onset"].tolist() == [7200.0]


def test_a_file_that_is_not_there_or_has_drums_alone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no file"):
        read_midi(tmp_path / "a.mid")
    song = pretty_midi.PrettyMIDI()
    song.instruments.append(pretty_midi.Instrument(0, is_drum=True))
    song.instruments[0].notes.append(pretty_midi.Note(80, 36, 0.0, 0.5))
    song.write(str(tmp_path / "drums.mid"))
    for read in (read_midi, lambda path: synthesize(path, 8000)):
        with pytest.raises(CorpusError, match="no notes besides drums"):
            read(tmp_path / "drums.mid")
