"""Replies that nobody understood, and what may be told of them: words that many numbers wrote, and never a reply.

A reply is a borrower's own words; its name, sum or story is in it once. What at least ten numbers wrote is nobody's
story: it is a way of saying something that the lexicon lacks.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from .menu import chosen
from .reply import normalised
from .satisfaction import verdict

LONGEST_RUN = {"en": 5, "zh": 8}
"""Words, or Chinese characters."""
MOST_CHARACTERS = 300
"""Of a reply that are looked at."""
MOST_OPTIONS = 9
MOST_TOLD = 20
FIGURE = "#"
"""Stands for all digits and for the numbers written with them."""
_CUT = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/\S*)?")
"""Links and addresses: nothing reaches over them."""
_FIGURES = re.compile(r"[+(]?\d[\d .,:/()-]*")
_TOKEN = re.compile(r"[a-z']+|#|[\u3400-\u9fff]")
_CLAUSE = re.compile(r"[.!?;,。！？；，、\n|]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


class Unread(Struct, frozen=True):
    """One reply that meant nothing to the lexicons."""

    phone: str
    """Only to count numbers, never told."""
    body: str

    @property
    def language(self) -> str:
        """Whose lexicon it should have been in."""
        return "zh" if _CHINESE.search(self.body) else "en"

    @property
    def has_words(self) -> bool:
        """A choice from a menu, a plain yes or no, or a figure alone is nothing that a lexicon lacks."""
        is_choice = chosen(self.body, MOST_OPTIONS) is not None or verdict(self.body) is not None
        return not is_choice and any(character.isalpha() for character in self.body)


def shared_words(replies: Iterable[Unread], fewest: int) -> dict[tuple[str, str], int]:
    """By language and words: how many numbers wrote them, at least `fewest`. Of words that stand within longer ones
    which as many numbers wrote only the longer are told; what tells most comes first."""
    numbers: dict[tuple[str, str], set[str]] = {}
    for reply in replies:
        language = reply.language
        for words in _runs(reply.body, language):
            numbers.setdefault((language, words), set()).add(reply.phone)
    shared = {key: len(phones) for key, phones in numbers.items() if len(phones) >= fewest}
    told = {
        (language, words): number
        for (language, words), number in shared.items()
        if _says_something(words, language) and not _is_within_another(language, words, number, shared)
    }
    weightiest = sorted(told, key=lambda key: (-told[key] * _length(key[1], key[0]), key))[:MOST_TOLD]
    return {key: told[key] for key in weightiest}


def _runs(body: str, language: str) -> Iterator[str]:
    """All runs of words of a reply, without links, and with each figure as one mark."""
    plain = _FIGURES.sub(f" {FIGURE} ", _CUT.sub(" | ", normalised(body[:MOST_CHARACTERS])))
    for clause in _CLAUSE.split(plain):
        words = _TOKEN.findall(clause)
        for start in range(len(words)):
            for length in range(1, min(LONGEST_RUN[language], len(words) - start) + 1):
                yield _joined(words[start : start + length])


def _joined(words: list[str]) -> str:
    """As it was written: a space between words, none between Chinese characters."""
    joined = " ".join(words)
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", joined)


def _length(words: str, language: str) -> int:
    return len(words) if language == "zh" else len(words.split())


def _says_something(words: str, language: str) -> bool:
    """A single short word or character is in too many sentences to be a way of saying anything."""
    is_single = _length(words, language) == 1
    return words.strip(f"{FIGURE} ") != "" and not (is_single and len(words) < 4)


def _is_within_another(language: str, words: str, number: int, shared: dict[tuple[str, str], int]) -> bool:
    return any(
        number == others and language == spoken and words != longer and _stands_in(words, longer, language)
        for (spoken, longer), others in shared.items()
    )


def _stands_in(words: str, longer: str, language: str) -> bool:
    return words in longer if language == "zh" else f" {words} " in f" {longer} "
