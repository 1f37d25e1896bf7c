"""Chords become measures: ties, beams, accidentals, clefs and hidden rests."""

from antiphon.notation.grid import Meter
from antiphon.notation.measures import Signs, Struck, build_staff
from antiphon.notation.page import Bar, Chord, Clef, Head, Measure, Rest, Trill
from antiphon.notation.tactus import PARTS
from scores import FOUR_FOUR


def build(
    *chords: tuple[int, int, int, int],
    meter: Meter = FOUR_FOUR,
    bars: int = 1,
    fifths: int = 0,
    clef: Clef = "treble",
) -> list[Measure]:
    """Measures of chords given as (place, end, voice, pitch), in twelfths of a beat, named in C major with sharps."""
    names = {0: 0, 1: 7, 2: 2, 3: 9, 4: 4, 5: -1, 6: 6, 7: 1, 8: 8, 9: 3, 10: 10, 11: 5}
    struck = [Struck(2 * place, 2 * end, voice, ((pitch, names[pitch % 12]),)) for place, end, voice, pitch in chords]
    length = meter.beats * PARTS
    frame = [Bar(0, length, meter, fifths) for _ in range(bars)]
    return list(build_staff(struck, frame, [at * length for at in range(bars)], clef).measures)


def chords(measure: Measure, voice: int = 0) -> list[Chord]:
    return [event for event in measure.voices[voice] if isinstance(event, Chord)]


def test_a_chord_over_the_bar_line_is_tied() -> None:
    first, second = build((36, 60, 0, 72), bars=2)
    assert [(chord.is_tied_from, chord.is_tied_on) for chord in chords(first)] == [(False, True)]
    assert [(chord.is_tied_from, chord.is_tied_on) for chord in chords(second)] == [(True, False)]


def test_a_silent_measure_is_one_rest() -> None:
    _, silent = build((0, 48, 0, 72), bars=2)
    assert silent.voices == ((Rest(0, 96, 4.0, 0, None, is_measure=True),),)


def test_short_notes_of_a_beat_share_a_beam() -> None:
    (measure,) = build((0, 6, 0, 72), (6, 9, 0, 74), (9, 12, 0, 76), (12, 18, 0, 77), (18, 24, 0, 79), (24, 48, 0, 72))
    assert [chord.beams for chord in chords(measure)] == [
        ("begin",), ("continue", "begin"), ("end", "end"), ("begin",), ("end",), (),
    ]  # fmt: skip


def test_four_plain_eighths_share_a_beam_in_half_a_measure() -> None:
    (measure,) = build(*((6 * at, 6 * at + 6, 0, 72) for at in range(8)))
    assert [chord.beams[0] for chord in chords(measure)] == ["begin", "continue", "continue", "end"] * 2


def test_a_dotted_rhythm_has_a_hook() -> None:
    (measure,) = build((0, 9, 0, 72), (9, 12, 0, 74), (12, 48, 0, 72))
    assert [chord.beams for chord in chords(measure)][:2] == [("begin",), ("end", "backward hook")]


def test_an_accidental_holds_for_its_measure_and_line() -> None:
    measures = build((0, 12, 0, 66), (12, 24, 0, 66), (24, 36, 0, 65), (36, 48, 0, 78), (48, 96, 0, 66), bars=2)
    shown = [[chord.heads[0].accidental for chord in chords(measure)] for measure in measures]
    assert shown == [[1, None, 0, 1], [1]]


def test_what_the_signature_says_is_not_said_again() -> None:
    (measure,) = build((0, 12, 0, 66), (12, 24, 0, 65), (24, 48, 0, 66), fifths=1)
    assert [chord.heads[0].accidental for chord in chords(measure)] == [None, 0, 1]


def test_a_rest_is_hidden_while_the_other_voice_sounds() -> None:
    (measure,) = build((0, 24, 0, 76), (12, 24, 1, 64))
    hidden = [[event.is_hidden for event in voice if isinstance(event, Rest)] for voice in measure.voices]
    assert hidden == [[False], [True, True]]


def test_a_lower_staff_that_lies_high_takes_the_treble_clef_and_comes_back() -> None:
    high = [(48 * at + 6 * note, 48 * at + 6 * note + 6, 0, 76) for at in range(1, 4) for note in range(8)]
    measures = build((0, 48, 0, 48), *high, (192, 216, 0, 36), (216, 240, 0, 38), bars=5, clef="bass")
    assert [measure.clef for measure in measures] == ["bass", "treble", "treble", "treble", "bass"]


def test_pitches_below_what_can_be_named_are_an_octave_higher() -> None:
    (measure,) = build((0, 48, 0, 0))
    assert [(head.letter, head.octave) for head in chords(measure)[0].heads] == [("C", 0)]


def test_signs_stand_where_a_chord_begins_and_not_where_it_is_tied_on() -> None:
    signs = Signs(("tenuto",), graces=((66, 6),), trill=6, is_rolled=True)
    frame = [Bar(0, 96, FOUR_FOUR, 0) for _ in range(2)]
    first, second = build_staff([Struck(72, 120, 0, ((64, 4),), signs)], frame, [0, 96], "treble").measures
    (begun,), (held,) = chords(first), chords(second)
    assert begun.graces == (Head("F", 1, 4, 1),)
    assert (begun.trill, begun.is_rolled, begun.marks) == (Trill(1), True, ())
    assert (held.graces, held.trill, held.is_rolled) == ((), None, False)


def test_an_accidental_of_a_grace_note_holds_for_what_follows() -> None:
    frame = [Bar(0, 96, FOUR_FOUR, 0)]
    struck = [Struck(0, 24, 0, ((67, 1),), Signs(graces=((66, 6),))), Struck(24, 96, 0, ((66, 6),))]
    (measure,) = build_staff(struck, frame, [0], "treble").measures
    assert [chord.heads[0].accidental for chord in chords(measure)] == [None, None]


def test_a_passage_far_above_the_staff_is_written_an_octave_lower() -> None:
    high = [(48 * at + 6 * note, 48 * at + 6 * note + 6, 0, 93) for at in range(1, 4) for note in range(8)]
    measures = build((0, 48, 0, 72), *high, (192, 240, 0, 72), bars=5)
    assert [measure.octaves for measure in measures] == [0, 1, 1, 1, 0]


def test_a_silent_pickup_has_rests_of_its_own_length() -> None:
    staff = build_staff([], [Bar(72, 24, FOUR_FOUR, 0), Bar(0, 96, FOUR_FOUR, 0)], [0, 24], "bass")
    pickup, whole = (measure.voices[0] for measure in staff.measures)
    assert pickup == (Rest(0, 24, 1.0, 0, None),)
    assert whole == (Rest(0, 96, 4.0, 0, None, is_measure=True),)


def test_voices_that_rest_together_share_a_rest() -> None:
    (measure,) = build((0, 24, 0, 76), (0, 24, 1, 64))
    hidden = [[event.is_hidden for event in voice if isinstance(event, Rest)] for voice in measure.voices]
    assert hidden == [[False], [True]]


def test_an_odd_eighth_at_the_end_stands_under_a_beam_with_two_others() -> None:
    (measure,) = build(*((12 * at, 12 * at + 12, 0, 72) for at in range(7)), meter=Meter(7, 8))
    assert [chord.beams[0] for chord in chords(measure)] == [
        "begin", "end", "begin", "end", "begin", "continue", "end",
    ]  # fmt: skip


def test_a_staff_shows_one_fermata() -> None:
    ended = [Struck(0, 96, voice, ((pitch, 0),), Signs(("fermata",))) for voice, pitch in ((0, 72), (1, 60))]
    (measure,) = build_staff(ended, [Bar(0, 96, FOUR_FOUR, 0)], [0], "treble").measures
    assert [chords(measure, voice)[0].marks for voice in (0, 1)] == [("fermata",), ()]
