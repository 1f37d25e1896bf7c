"""OSC time tags and moments: seconds since 1900 in steps of 2^-32 s, and seconds of Unix time, to the last bit.

The detour through whole numbers matters: as a float, 1900 is so far away that a time tag would lose its last bits.
"""

__all__ = ["moment_of", "time_tag_of"]

NTP_EPOCH = 2208988800
"""Seconds from 1900, where OSC's time tags begin, to 1970."""


def time_tag_of(moment: float) -> int:
    """The time tag of a moment."""
    return int(moment * 2**32) + (NTP_EPOCH << 32)


def moment_of(time_tag: int) -> float:
    """The moment of a time tag."""
    return (time_tag - (NTP_EPOCH << 32)) / 2**32
