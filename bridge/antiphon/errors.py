"""Everything that goes wrong, as one tree.

    AntiphonError             what is wrong, and a hint at what to do instead
      MessageError            came over the wire; knows the address and the sender's id
        DatagramError         the bytes are not OSC: counted, not answered
        AddressError          nobody serves this address
        ArgumentError         an argument is missing, too many, or of the wrong type
        RangeError            a value is outside what is allowed
        StateError            right in itself, but not now
        BusyError             too much at once
      BundleError             a model file that cannot be used
      RecordError             sessions that cannot be recorded, or read back
      CorpusError             a folder of music that cannot be trained on
      NotationError           notes that cannot be written down
      DeviceError             this machine: ports, files, disk, GPU
      MissingExtra            a package that an extra brings

Both texts are shown to people as they are: lower case, no full stop, the value seen and the range wanted.
Wrong input raises the narrowest class where it is seen. Nothing else in the package catches in order to go on.
"""

__all__ = [
    "AddressError",
    "AntiphonError",
    "ArgumentError",
    "BundleError",
    "BusyError",
    "CorpusError",
    "DatagramError",
    "DeviceError",
    "MessageError",
    "MissingExtra",
    "NotationError",
    "RangeError",
    "RecordError",
    "StateError",
]


class AntiphonError(Exception):
    """What is wrong, and what to do instead."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}; {self.hint}"


class MessageError(AntiphonError):
    """A message that was refused.

    Args:
        what, hint: as in `AntiphonError`.
        address: the OSC address it came under, empty if none could be read.
        id: the number that the sender gave the message, 0 if none.
    """

    def __init__(self, what: str, hint: str, address: str = "", id: int = 0) -> None:
        super().__init__(what, hint)
        self.address = address
        self.id = id


class DatagramError(MessageError):
    """The bytes are not OSC."""


class AddressError(MessageError):
    """Nobody serves this address."""


class ArgumentError(MessageError):
    """An argument is missing, one too many, or of the wrong type."""


class RangeError(MessageError):
    """A value is outside what is allowed."""


class StateError(MessageError):
    """Right in itself, but not now."""


class BusyError(MessageError):
    """More than is served at once."""


class BundleError(AntiphonError):
    """A model file that cannot be used."""


class RecordError(AntiphonError):
    """Sessions that cannot be recorded, or a session that cannot be read back."""


class CorpusError(AntiphonError):
    """A folder of music that cannot be trained on."""


class NotationError(AntiphonError):
    """Notes that cannot be written down."""


class DeviceError(AntiphonError):
    """This machine's ports, files, disk or GPU."""


class MissingExtra(AntiphonError):
    """A package that comes with an extra of antiphon.

    Args:
        package: the name that could not be imported.
        extras: the extra that brings it, or several that do, the usual one first.
    """

    def __init__(self, package: str, *extras: str) -> None:
        commands = " or ".join(f"pip install 'antiphon[{extra}]'" for extra in extras)
        super().__init__(f"the package {package} is not installed", f"install it with: {commands}")
