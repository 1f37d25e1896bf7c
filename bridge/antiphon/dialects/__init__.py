"""Other programs' OSC messages, translated at the edge: an existing patch plays here once its port is changed.

Which dialect a message is in, its first address part says alone. AbletonOSC is spoken and not listened to
(`ableton.clip_messages`), so it is no row here.
"""

from collections.abc import Mapping

from antiphon.dialects.dialect import Dialect, Sent, Values
from antiphon.dialects.impsy import Impsy
from antiphon.dialects.notochord import Notochord
from antiphon.dialects.vkb_midi import VkbMidi
from antiphon.dialects.wekinator import Wekinator

__all__ = ["DIALECTS", "Dialect", "Sent", "Values", "find"]

DIALECTS: Mapping[str, type[Dialect]] = {
    "/vkb_midi": VkbMidi,
    "/update": VkbMidi,
    "/wek": Wekinator,
    "/wekinator": Wekinator,
    "/interface": Impsy,
    "/impsy": Impsy,
    "/notochord": Notochord,
}
"""By the first part of the address."""


def find(address: str) -> type[Dialect] | None:
    """The dialect that this address belongs to; None for ours and for those that nobody knows."""
    end = address.find("/", 1)
    return DIALECTS.get(address if end < 0 else address[:end])
