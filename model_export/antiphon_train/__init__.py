"""Training, export, verification: all that needs TensorFlow. Nothing here runs on stage.

The way of a model: `corpus` reads MIDI into arrays, `windows` cuts them, a `families` module holds the Keras
network and its losses, `fit` trains it into a run folder, `export` turns it into a bundle and `verify` compares
the two before anything is written.
"""
