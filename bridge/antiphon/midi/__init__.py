"""MIDI files, and how they sound: in, out, and as a WAV file."""
