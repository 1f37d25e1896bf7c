"""What `--seed` may be: the option that `serve`, `demo`, `train` and `evaluate` share."""

import click

__all__ = ["SEED"]

SEED = click.IntRange(0, 2**32 - 1)
"""What numpy's, Keras' and TensorFlow's generators all take."""
