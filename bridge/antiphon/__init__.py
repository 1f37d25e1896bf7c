"""antiphon: you play, and a recurrent network plays back.

What runs on stage lives here: OSC, sessions, inference, notation, the command line. Importing it loads none of
that; rooms are imported by name (`antiphon.osc`, `antiphon.core`, `antiphon.engine`, ...).
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
