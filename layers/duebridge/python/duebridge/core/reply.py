"""Understands a borrower's reply. For now by a short list of words; everything else goes to a person."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .content import Lexicon

OTHER = "other"
UNSPOKEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk"})
"""Unicode categories that say nothing: control, format and unassigned characters, emoji and their modifiers."""
EMOJI_STYLE = "\ufe0f"
"""Follows a character that is to be drawn as an emoji."""
STRIPPED = " \t\r\n.!?,;:'\"。！？，；：、“”‘’…~～*()（）[]【】"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One text from a phone, as the two-way topic brings it."""

    inbound_id: str
    phone: str
    body: str
    answering_message_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Understood:
    """The intents of one reply, the strictest first, and the words that said so."""

    labels: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def primary(self) -> str:
        """The intent that is acted on first."""
        return self.labels[0]


def understand(body: str, lexicons: Iterable[Lexicon]) -> Understood:
    """Every intent whose words are the whole reply or stand in it, in the lexicons' own order of precedence."""
    said = normalised(body)
    found: dict[str, str | None] = {}
    for lexicon in lexicons:
        word = said if said in lexicon.whole else next((w for w in lexicon.anywhere if _stands_in(w, said)), None)
        # Every language has its own words; an intent keeps the place that its first language gave it.
        found[lexicon.intent] = found.get(lexicon.intent) or word
    heard = {intent: word for intent, word in found.items() if word}
    return Understood(tuple(heard) or (OTHER,), tuple(heard.values()))


def well_formed(body: str) -> str:
    """Without halves of characters, which no store takes: a cut emoji becomes a question mark."""
    return body.encode("utf-16", "replace").decode("utf-16")


def normalised(body: str) -> str:
    """Width and case folded, control characters, emoji and outer punctuation gone, one space between words."""
    folded = unicodedata.normalize("NFKC", well_formed(body)).casefold()
    spoken = (c if unicodedata.category(c) not in UNSPOKEN and c != EMOJI_STYLE else " " for c in folded)
    return " ".join("".join(spoken).replace("’", "'").split()).strip(STRIPPED)


def _stands_in(word: str, said: str) -> bool:
    """Chinese words anywhere, Latin words only as whole words."""
    if not word.isascii():
        return word in said
    words = "".join(c if c.isalnum() or c == "'" else " " for c in said).split()
    return f" {word} " in f" {' '.join(words)} "
