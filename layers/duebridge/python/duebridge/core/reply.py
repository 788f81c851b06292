"""A borrower's reply as it arrives. What it means is told by `understanding`."""

import unicodedata
from datetime import datetime

from msgspec import Struct

UNSPOKEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk"})
"""Unicode categories that say nothing: control, format and unassigned characters, emoji and their modifiers."""
EMOJI_STYLE = "\ufe0f"
"""Follows a character that is to be drawn as an emoji."""
STRIPPED = " \t\r\n.!?,;:'\"。！？，；：、“”‘’…~～*()（）[]【】"


class Inbound(Struct, frozen=True):
    """One text from a phone, as the two-way topic brings it."""

    inbound_id: str
    phone: str
    body: str
    answering_message_id: str
    at: datetime


def well_formed(body: str) -> str:
    """Without halves of characters, which no store takes: a cut emoji becomes a question mark."""
    return body.encode("utf-16", "replace").decode("utf-16")


def normalised(body: str) -> str:
    """Width and case folded, control characters, emoji and outer punctuation gone, one space between words."""
    folded = unicodedata.normalize("NFKC", well_formed(body)).casefold()
    spoken = (c if unicodedata.category(c) not in UNSPOKEN and c != EMOJI_STYLE else " " for c in folded)
    return " ".join("".join(spoken).replace("’", "'").split()).strip(STRIPPED)
