"""What a text costs to carry: its encoding, its billed parts, and look-alikes that would double the bill.

The alphabet and the sizes are those of 3GPP TS 23.038 and TS 23.040: 160 GSM-7 septets or 70 UTF-16 units
in one part; 153 or 67 in each of several parts.
"""

import unicodedata
from enum import StrEnum
from itertools import chain
from typing import Final

from msgspec import Struct

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = "\f^{}\\[~]|€"
_GSM7: Final = frozenset(_BASIC + _EXTENSION)
_BASIC_ASCII: Final = _BASIC.encode("ascii", "ignore")
_ESCAPE: Final = "\x1b"

_LOOK_ALIKES: Final = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width ASCII
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u00b4\u02bc\u0060\uff40", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys(map(chr, chain(range(0x2000, 0x200B), (0x09, 0xA0, 0x202F, 0x205F, 0x3000))), " "),
    **dict.fromkeys("\u0085\u2028\u2029", "\n"),
    # Invisible: zero-width spaces and joiners, soft hyphen, writing-direction marks, stray accents.
    **dict.fromkeys(map(chr, chain(range(0x200B, 0x2010), range(0x202A, 0x202F))), ""),
    **dict.fromkeys(map(chr, chain((0xAD, 0xFEFF), range(0x2060, 0x2065), range(0x2066, 0x206A))), ""),
    **dict.fromkeys(map(chr, range(0x0300, 0x0370)), ""),
    "\u2026": "...",
    "\u20b9": "Rs",
    "\uffe1": "£",
    "\uffe5": "¥",
    # Letters with a stroke or joined letters, which Unicode does not take apart.
    **dict(zip("łŁđĐħĦıðÐ", "lLdDhHidD", strict=True)),
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "Th",
}


class Encoding(StrEnum):
    """The alphabet a carrier uses for the whole text; one misfit character makes it UCS-2."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


class Segments(Struct, frozen=True):
    """The bill of one text: `units` are septets (GSM-7) or UTF-16 units (UCS-2), `segments` billed parts."""

    encoding: Encoding
    units: int
    segments: int


def count(text: str) -> Segments:
    """How the carrier will bill this text.

    An empty text has no units and is one segment, because a carrier bills the message, however short.
    A lone surrogate counts as one UTF-16 unit.
    """
    if _is_plain(text):
        return Segments(Encoding.GSM7, len(text), 1 if len(text) <= 160 else -(-len(text) // 153))
    if _GSM7.issuperset(text):
        return _count_gsm7(text)
    return _count_ucs2(text)


def misfits(text: str) -> tuple[str, ...]:
    """The characters that force this text out of GSM-7, each once, in order of appearance."""
    return tuple(dict.fromkeys(character for character in text if character not in _GSM7))


def fold(text: str) -> str:
    """The same words in GSM-7 where look-alike characters alone stand in the way, else the text unchanged.

    A text that needs UCS-2 anyway (Chinese, emoji) keeps its own punctuation and accents.
    """
    if _is_plain(text) or _GSM7.issuperset(text):
        return text
    folded: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        replacement = character if character in _GSM7 else _look_alike(character)
        if replacement is None:
            return text
        folded.append(replacement)
    return "".join(folded)


def _is_plain(text: str) -> bool:
    """Whether each character is ASCII and one septet: the common case, and four times faster to see."""
    return text.isascii() and not text.encode("ascii").translate(None, _BASIC_ASCII)


def _count_gsm7(text: str) -> Segments:
    septets = text
    for character in _EXTENSION:
        septets = septets.replace(character, _ESCAPE + character)
    units = len(septets)
    if units <= 160:
        return Segments(Encoding.GSM7, units, 1)
    start, segments = 0, 1
    while units - start > 153:
        start += 152 if septets[start + 152] == _ESCAPE else 153
        segments += 1
    return Segments(Encoding.GSM7, units, segments)


def _count_ucs2(text: str) -> Segments:
    # "utf-16" is the one UTF-16 that CPython encodes without a codec look-up; it begins with a mark.
    units = len(text.encode("utf-16", "surrogatepass")) // 2 - 1
    if units <= 70:
        return Segments(Encoding.UCS2, units, 1)
    if units == len(text):
        return Segments(Encoding.UCS2, units, -(-units // 67))
    segments, free = 1, 67
    for character in text:
        size = 2 if character > "\uffff" else 1
        if size > free:
            segments, free = segments + 1, 67
        free -= size
    return Segments(Encoding.UCS2, units, segments)


def _look_alike(character: str) -> str | None:
    known = _LOOK_ALIKES.get(character)
    if known is not None:
        return known
    # Letters only: taking numbers apart would turn 1½ into 11/2.
    if unicodedata.category(character) not in ("Lu", "Ll", "Lt"):
        return None
    parts = unicodedata.normalize("NFKD", character)
    letters = "".join(part if part in _GSM7 else _LOOK_ALIKES.get(part, part) for part in parts)
    return letters if letters and _GSM7.issuperset(letters) else None
