"""The words and numbers that the linter goes by, as compliance people wrote them, made ready for searching."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from .code import Code, Purpose

_LATIN_WORD = re.compile(r"[a-z]+|[0-9]+")
_SHORT_BEGINNING, _BEGINNING = 3, 4


class Sayings(Struct, frozen=True):
    """A folded text with an index of what it holds, so that most phrases need no search."""

    text: str
    holds: frozenset[str]


class Phrase(Struct, frozen=True):
    """One way to say something. A text that holds none of `signs` cannot say it."""

    pattern: re.Pattern[str]
    signs: frozenset[str]

    def spans(self, sayings: Sayings) -> Iterator[tuple[int, int]]:
        """Where it stands in a folded text."""
        if not self.signs.isdisjoint(sayings.holds):
            for match in self.pattern.finditer(sayings.text):
                yield match.span()


def sayings_of(folded: str) -> Sayings:
    """Indexes a text by its words, their beginnings, and its pairs of neighbouring characters if it is Chinese."""
    words = set(_LATIN_WORD.findall(folded))
    holds = (
        {""} | words | {word[:_BEGINNING] + "*" for word in words} | {word[:_SHORT_BEGINNING] + "*" for word in words}
    )
    if not folded.isascii():
        holds.update(folded, map("".join, pairwise(folded)))
    return Sayings(folded, frozenset(holds))


def sign_of(word: str) -> str:
    """What a text that holds this word, or one that begins so (`arrest*`), has in its index."""
    if not word.isascii():
        return word[:2]
    latin = max(_LATIN_WORD.findall(word), key=len, default="")
    if not word.endswith("*"):
        return latin
    return latin[: _BEGINNING if len(latin) >= _BEGINNING else _SHORT_BEGINNING] + "*"


def any_stands_in(phrases: Iterable[Phrase], sayings: Sayings) -> bool:
    """Whether a folded text says one of them."""
    return any(next(phrase.spans(sayings), None) for phrase in phrases)


class Guard(Struct, frozen=True):
    """A word that is worth hiding, and how it is found however it is spelt or spaced."""

    plain: str
    pattern: re.Pattern[str]
    keys: tuple[str, ...]
    """What a squeezed text holds if the word may stand in it."""


class Meaning(Struct, frozen=True):
    """Something that a text must not say."""

    code: Code
    purposes: frozenset[Purpose]
    unless_denied: tuple[Phrase, ...]
    """Lawful when denied: "we will not contact your employer"."""
    always: tuple[Phrase, ...]
    """Unlawful even so: "you leave us no choice"."""
    only_undated: bool
    """Lawful in a sentence that gives the date: a true, dated fact is no threat."""


class Denials(Struct, frozen=True):
    """How one language says that something will not happen."""

    words: re.Pattern[str]
    not_meant: re.Pattern[str]
    """Where such a word denies something else: "if you do not pay", "we will not hesitate"."""
    breakers: re.Pattern[str]
    """Words that end what a denial reaches: "we will not wait, but ..."."""
    over_commas: re.Pattern[str]
    """Denials that hold for a whole list: "we will never call, write or visit"."""
    bridges: re.Pattern[str]
    """Beginnings of a clause that carry a denial on: "or", "也"."""
    after: re.Pattern[str]
    """Denials that follow what they deny: "your family will not be told"."""


class Clauses(Struct, frozen=True):
    """The many ways to say what a text must say, in all languages together."""

    stop_line: tuple[Phrase, ...]
    reply_path: tuple[Phrase, ...]
    asks_for_reply: tuple[Phrase, ...]
    """Words that ask to answer the sender, which is wrong where it cannot receive."""
    own_path: tuple[Phrase, ...]
    """Ways to pay or ask without a number, which suffice before the due date."""
    basis: tuple[Phrase, ...]
    person: tuple[Phrase, ...]
    """Words that speak of a person at the lender."""


class Disguises(Struct, frozen=True):
    """How a word is hidden from a reader of words but not from a borrower."""

    letters: Mapping[int, str]
    """Foreign letters that look like Latin ones, and unusual forms of Chinese characters."""
    rare: frozenset[str]
    """Those of them that nobody writes by chance."""
    guards: tuple[Guard, ...]
    menacing: frozenset[str]
    """Pictures that threaten."""


class Addresses(Struct, frozen=True):
    """Links, mailboxes and numbers that are not the lender's."""

    shorteners: frozenset[str]
    endings: frozenset[str]
    """Top-level domains that make a word with dots a domain."""
    public_domains: frozenset[str]
    public_phones: re.Pattern[str]
    """Help lines, ombudsmen and regulators, whom anybody may name."""
    call_words: re.Pattern[str]
    """What stands just before a number that is to be called."""
    account_words: re.Pattern[str]
    """What stands just before a number that identifies an account, a card or a person."""
    references: re.Pattern[str]
    """A case number, with its word: it tells nothing about the borrower."""


class Deadlines(Struct, frozen=True):
    """How a demand says until when."""

    phrases: tuple[Phrase, ...]
    """Always too short: "by tomorrow"."""
    excuses: tuple[Phrase, ...]
    """A clause about what the lender will do, or what has been done."""
    paying: tuple[Phrase, ...]
    """A clause about what the borrower should do."""


class LintRules(Struct, frozen=True):
    """Everything the linter goes by."""

    countries: frozenset[str]
    messages: Mapping[Code, str]
    meanings: tuple[Meaning, ...]
    lawful: tuple[Phrase, ...]
    """Harmless uses of words that are watched: a street called Court."""
    warnings: tuple[Phrase, ...]
    """Sentences about what frauds do."""
    denials: tuple[Denials, ...]
    clauses: Clauses
    amount: re.Pattern[str]
    disguises: Disguises
    addresses: Addresses
    deadlines: Deadlines
    capitals: frozenset[str]
    """Words that are written in capitals anywhere."""
