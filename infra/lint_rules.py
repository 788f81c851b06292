"""Checks templates/lint and makes it the rules that the linter goes by. Raises ContentError with file and mend."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from duebridge.core.errors import ContentError
from duebridge.core.lint.code import Code, Purpose
from duebridge.core.lint.reading import squeezed
from duebridge.core.lint.rules import (
    Addresses,
    Clauses,
    Deadlines,
    Denials,
    Disguises,
    Guard,
    LintRules,
    Meaning,
    Phrase,
    sign_of,
)
from duebridge.core.lint.speaker import phones_pattern
from infra.content_source import TEMPLATES

_FREQUENT = frozenset(
    {"a", "all", "an", "and", "any", "are", "at", "be", "been", "by", "can", "do", "for", "from", "has", "have", "i"}
    | {"if", "in", "is", "it", "may", "me", "my", "no", "not", "of", "on", "one", "or", "our", "pay", "that", "the"}
    | {"this", "to", "us", "was", "we", "what", "when", "will", "with", "you", "your"}
)
"""Words that say too little about a text to be looked up first."""

_ASKING = frozenset({Purpose.PRE_DUE, Purpose.DEMAND})
_GAP, _NUMBER, _LETTER, _ACCOUNT_NAME = "...", "<number>", "<letter>", "<account_name>"
_SIGNS = {_NUMBER: r"\d+", _LETTER: "[a-z]", _ACCOUNT_NAME: "[a-z0-9_-]{5,}"}
_BETWEEN_LETTERS = r"[ ._*·•|~/+\-]{0,2}"
_BETWEEN_CHARACTERS = r"(?:[^\w\n,。!?;:、()《》“”…]|[_〇])?" * 2
_LOOKS_LIKE = {"o": "[o0]", "i": "[i1!|]", "l": "[l1|]", "e": "[e3]", "a": "[a4@]", "s": "[s5$]", "t": "[t7+]"}


@dataclass(frozen=True, slots=True)
class _Script:
    """How the phrases of one language are put together."""

    file: str
    lists: Mapping[str, list[str]]
    between: str
    gap: str
    opens: str
    closes: str

    def phrase(self, source: object) -> Phrase:
        """A phrase of the file, ready for searching."""
        if not isinstance(source, str):
            raise ContentError(f"templates/lint/{self.file}: {source!r} is no phrase; put it in double quotes")
        items = [_Item(self, item) for item in source.casefold().split()]
        required = [item.words for item in items if item.words and not item.is_optional]
        if not required:
            raise ContentError(f"templates/lint/{self.file}: '{source}' has no word that it needs; add one")
        signs = min(map(_signs, required), key=lambda found: (len(found & _FREQUENT), len(found)))
        return Phrase(re.compile(f"{self.opens}{self.body(source)}{self.closes}"), signs)

    def phrases(self, sources: Iterable[object]) -> tuple[Phrase, ...]:
        """Several, in order."""
        return tuple(map(self.phrase, sources))

    def either(self, sources: Iterable[str]) -> re.Pattern[str]:
        """One pattern for several phrases."""
        return re.compile(f"{self.opens}(?:{'|'.join(self.body(source) for source in sources)}){self.closes}")

    def body(self, source: str) -> str:
        """The pattern of a phrase, without its bounds."""
        pattern, needs_space = "", False
        for item in (_Item(self, text) for text in source.casefold().split()):
            if item.is_gap:
                pattern += self.gap
            elif item.is_ban:
                pattern += f"(?!{self.between}(?:{item.pattern}){self.closes})"
            elif item.is_optional:
                pattern += f"(?:{self.between}{item.pattern})?" if needs_space else f"(?:{item.pattern}{self.between})?"
            else:
                pattern += f"{self.between}{item.pattern}" if needs_space else item.pattern
                needs_space = True
        return pattern

    def words_of(self, item: str) -> Iterator[str]:
        """The words that one item of a phrase stands for."""
        for word in item.split("|"):
            if word.startswith("<") and word not in _SIGNS:
                yield from (entry.casefold() for entry in self._list(word.strip("<>")))
            else:
                yield word if word in _SIGNS else word.replace("_", " ")

    def _list(self, name: str) -> list[str]:
        try:
            return self.lists[name]
        except KeyError:
            raise ContentError(f"templates/lint/{self.file}: no list '{name}'; add it to lists") from None


class _Item:
    """One piece of a phrase."""

    def __init__(self, script: _Script, text: str) -> None:
        self.is_gap = text == _GAP
        self.is_ban = text.startswith("!")
        self.is_optional = text.endswith("?")
        bare = text.removeprefix("!").removesuffix("?")
        alternatives = [] if self.is_gap else list(script.words_of(bare))
        self.pattern = f"(?:{'|'.join(_word_pattern(word, script.between) for word in _longest_first(alternatives))})"
        is_literal = not (self.is_gap or self.is_ban or any(sign in alternatives for sign in _SIGNS))
        self.words = alternatives if is_literal else []


def _signs(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(sign_of, words))


def lint_rules(countries: Iterable[str], folder: Path = TEMPLATES / "lint") -> LintRules:
    """The rules, for the countries that have a policy."""
    shared = _read(folder / "shared.yaml")
    english, chinese = _read(folder / "en.yaml"), _read(folder / "zh.yaml")
    scripts = (_english(english), _chinese(chinese))
    sources = (english, chinese)
    pairs = list(zip(scripts, sources, strict=True))

    def phrases(*keys: str) -> tuple[Phrase, ...]:
        return tuple(phrase for script, source in pairs for phrase in script.phrases(_at(source, script.file, *keys)))

    return LintRules(
        countries=frozenset(countries),
        messages=_messages(folder / "codes.yaml"),
        meanings=tuple(
            meaning
            for script, source in pairs
            for name, said in source["meanings"].items()
            for meaning in _meanings(script, name, said)
        ),
        lawful=phrases("lawful"),
        warnings=phrases("warnings"),
        denials=tuple(_denials(script, source["denials"]) for script, source in pairs),
        clauses=Clauses(**{name: phrases("clauses", name) for name in Clauses.__struct_fields__}),
        amount=_amount(shared["currency"]),
        disguises=_disguises(shared, english, chinese),
        addresses=_addresses(shared),
        deadlines=Deadlines(**{name: phrases("deadlines", name) for name in Deadlines.__struct_fields__}),
        capitals=frozenset(english["capitals"]) | frozenset(chinese["capitals"]),
    )


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"templates/lint/{file.name}: {error}") from error


def _at(source: Mapping[str, Any], file: str, *keys: str) -> Any:
    value: Any = source
    for key in keys:
        if key not in value:
            raise ContentError(f"templates/lint/{file}: no {'.'.join(keys)}; add it")
        value = value[key]
    return value


def _english(source: Mapping[str, Any]) -> _Script:
    space = r"[^a-z0-9\n]+"
    gap = rf"(?:{space}(?!(?:us|we|if|or)(?![a-z]))[a-z0-9]+){{0,5}}?"
    return _Script("en.yaml", source["lists"], space, gap, "(?<![a-z0-9])", "(?![a-z0-9])")


def _chinese(source: Mapping[str, Any]) -> _Script:
    return _Script("zh.yaml", source["lists"], "", r"[^\n]{0,10}?", "", "")


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(words), key=len, reverse=True)


def _word_pattern(word: str, between: str) -> str:
    if word in _SIGNS:
        return _SIGNS[word]
    parts = [re.escape(part) for part in word.rstrip("*").split()]
    return (between or " ?").join(parts) + ("[a-z]*" if word.endswith("*") else "")


def _meanings(script: _Script, name: str, said: Mapping[str, Any]) -> Iterator[Meaning]:
    if name not in set(Code):
        raise ContentError(f"templates/lint/{script.file}: '{name}' is no code; take one of codes.yaml")
    purposes = frozenset(map(Purpose, said.get("purposes", list(Purpose))))
    denied, always = script.phrases(said.get("unless_denied", [])), script.phrases(said.get("always", []))
    yield Meaning(Code(name), purposes, denied, always, said.get("only_undated", False))
    mentioned = script.phrases(said.get("mentioned", []))
    if mentioned:
        yield Meaning(Code(name), purposes & _ASKING, mentioned, (), only_undated=False)


def _denials(script: _Script, source: Mapping[str, Any]) -> Denials:
    patterns = {name: script.either(_at(source, script.file, name)) for name in Denials.__struct_fields__}
    after = patterns["after"].pattern
    return Denials(**{**patterns, "after": re.compile(rf"[^a-z0-9\n,]{{0,3}}{after}")})


def _messages(file: Path) -> Mapping[Code, str]:
    messages = _read(file)
    wrong = set(messages) ^ set(Code)
    if wrong:
        raise ContentError(f"templates/lint/{file.name}: {', '.join(sorted(wrong))}: every code has one message")
    return {Code(name): message for name, message in messages.items()}


def _amount(currency: Mapping[str, list[str]]) -> re.Pattern[str]:
    before, after = ("|".join(map(re.escape, _longest_first(currency[side]))) for side in ("before", "after"))
    figures = r"\d(?:[\d,.']*\d)?"
    return re.compile(rf"(?:(?<![a-z])(?:{before})\s?{figures}(?:万|千|百)?|{figures}\s?(?:{after})(?![a-z]))")


def _disguises(shared: Mapping[str, Any], english: Mapping[str, Any], chinese: Mapping[str, Any]) -> Disguises:
    look_alikes = {letter: plain for letters, plain in shared["look_alikes"].items() for letter in letters}
    odd = shared["odd_forms"]
    first, second = ("".join(shared["traditional"][start::2]) for start in (0, 1))
    if len(first) != len(second):
        raise ContentError(
            "templates/lint/shared.yaml: traditional: each line needs a line of the same length below it"
        )
    guards = [_guard(word, {word: _spelt_oddly(word)}) for word in english["guarded"]]
    guards += [_guard(word, _half_spelt(word, pinyin)) for word, pinyin in chinese["guarded"].items()]
    guards += [_guard(plain, {written: re.escape(written)}) for written, plain in chinese["homophones"].items()]
    return Disguises(
        letters=str.maketrans({**dict(zip(first, second, strict=True)), **look_alikes, **odd}),
        rare=frozenset(look_alikes) | frozenset(odd),
        guards=tuple(guards),
        menacing=frozenset(shared["menacing"]),
    )


def _guard(plain: str, spellings: Mapping[str, str]) -> Guard:
    return Guard(plain, re.compile("|".join(spellings.values())), tuple(map(squeezed, spellings)))


def _spelt_oddly(word: str) -> str:
    letters = (_LOOKS_LIKE.get(letter, letter) for letter in word)
    return rf"(?<![a-z0-9]){_BETWEEN_LETTERS.join(letters)}(?![a-z0-9])"


def _half_spelt(word: str, pinyin: str) -> Mapping[str, str]:
    """Each spelling without spaces, with its pattern: characters, all in pinyin, one character in pinyin."""
    syllables = pinyin.split()
    joined = "".join(syllables)
    spellings = {word: _BETWEEN_CHARACTERS.join(word), joined: rf"(?<![a-z]){joined}(?![a-z])"}
    for place, syllable in enumerate(syllables):
        before, after = word[:place], word[place + 1 :]
        parts = [*before, rf"(?<![a-z]){syllable}(?![a-z])", *after]
        spellings[f"{before}{syllable}{after}"] = _BETWEEN_CHARACTERS.join(parts)
    return spellings


def _addresses(shared: Mapping[str, Any]) -> Addresses:
    references = "|".join(map(re.escape, _longest_first(shared["reference_words"])))
    return Addresses(
        shorteners=frozenset(shared["shorteners"]),
        endings=frozenset(shared["endings"]),
        public_domains=frozenset(shared["public_domains"]),
        public_phones=phones_pattern(shared["public_phones"]),
        call_words=re.compile(rf"{_any_word(shared['call_words'])}[^\d\n]{{0,8}}$"),
        account_words=re.compile(rf"{_any_word(shared['account_words'])}[^\d\n]{{0,10}}$"),
        references=re.compile(rf"(?<![a-z])(?:{references})(?![a-z])\W{{0,4}}(?:is\s)?[a-z]{{0,6}}-?\d[\d-]*"),
    )


def _any_word(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(w) if not w.isascii() else f'(?<![a-z]){re.escape(w)}(?![a-z])' for w in words)})"
