"""The words and numbers that the linter goes by, as compliance people wrote them, made ready for searching."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .code import Code, Purpose


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say something. A text that holds none of `anchors` cannot match, which is quick to see."""

    pattern: re.Pattern[str]
    anchors: tuple[str, ...]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a folded text."""
        if any(anchor in text for anchor in self.anchors):
            for match in self.pattern.finditer(text):
                yield match.span()

    def stands_in(self, text: str) -> bool:
        """Whether a folded text says it."""
        return next(self.spans(text), None) is not None


def any_stands_in(phrases: Iterable[Phrase], text: str) -> bool:
    """Whether a folded text says one of them."""
    return any(phrase.stands_in(text) for phrase in phrases)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Something that a text must not say."""

    code: Code
    purposes: frozenset[Purpose]
    unless_denied: tuple[Phrase, ...]
    """Lawful when denied: "we will not contact your employer"."""
    always: tuple[Phrase, ...]
    """Unlawful even so: "you leave us no choice"."""
    only_undated: bool
    """Lawful in a sentence that gives the date: a true, dated fact is no threat."""


@dataclass(frozen=True, slots=True)
class Denials:
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


@dataclass(frozen=True, slots=True)
class Clauses:
    """The many ways to say what a text must say, in all languages together."""

    stop_line: tuple[Phrase, ...]
    reply_path: tuple[Phrase, ...]
    own_path: tuple[Phrase, ...]
    """Ways to pay or ask without a number, which suffice before the due date."""
    basis: tuple[Phrase, ...]
    person: tuple[Phrase, ...]
    """Words that speak of a person at the lender."""


@dataclass(frozen=True, slots=True)
class Disguises:
    """How a word is hidden from a reader of words but not from a borrower."""

    letters: Mapping[int, str]
    """Foreign letters that look like Latin ones, and unusual forms of Chinese characters."""
    rare: frozenset[str]
    """Those of them that nobody writes by chance."""
    guarded: re.Pattern[str]
    """Each guarded word however it is spelt or spaced; the group's name says which."""
    plain: Mapping[str, str]
    """The plain word of each group."""
    menacing: frozenset[str]
    """Pictures that threaten."""


@dataclass(frozen=True, slots=True)
class Addresses:
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


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How a demand says until when."""

    phrases: tuple[Phrase, ...]
    """Always too short: "by tomorrow"."""
    excuses: tuple[Phrase, ...]
    """A clause about what the lender will do, or what has been done."""
    paying: tuple[Phrase, ...]
    """A clause about what the borrower should do."""


@dataclass(frozen=True, slots=True)
class LintRules:
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
