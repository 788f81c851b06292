"""Compiles templates/replies: how replies are spelt, what their phrases mean, and the trained weights."""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

from duebridge.core.understanding.listening import Listening
from duebridge.core.understanding.reading import NAMED
from duebridge.core.understanding.reading import read as read_reply
from infra.content_source import Entry, read

LANGUAGES = ("en", "zh")
GAPS = {"en": {"..": 22, "...": 48}, "zh": {"..": 5, "...": 12}}
"""Characters that a gap may take: three or seven words of English, five or twelve characters of Chinese."""
JOINT = "[ ,]{0,3}"
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
SPECIAL = {
    "digits": r"\d[\d,.]*(?:st|nd|rd|th|k)?",
    "letter": "[a-z]",
}
NAMES = {
    "en": NAMED,
    "zh": rf"(?:[{SURNAMES}](?:先生|女士|小姐|某某?|总|[\u4e00-\u9fff]{{1,2}})|(?:姓[{SURNAMES}]))",
}
FILES = ("en.yaml", "zh.yaml", "spelling.yaml", "traditional.txt", "weights.json")
_COMPILED: dict[tuple[bytes, ...], str] = {}
"""The last result by what it was compiled from: other templates change often, these seldom."""
END = "(?=[ ,?!]*$)"


def compile_replies(templates: Path) -> str:
    """Packed text that `duebridge.core.understanding.listening.Listening` opens. Raises ContentError."""
    contents = tuple((templates / "replies" / name).read_bytes() for name in FILES)
    if contents not in _COMPILED:
        _COMPILED.clear()
        _COMPILED[contents] = packed(compiled(templates))
    return _COMPILED[contents]


def packed(content: dict[str, Any]) -> str:
    """Small and quick to skip: most stations never open it."""
    return base64.b64encode(zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 9)).decode()


def compiled(templates: Path, *, with_weights: bool = True) -> dict[str, Any]:
    """The content itself."""
    folder = templates / "replies"
    spelling = _spelling(folder)
    book = _Book(spelling)
    keywords: list[str] = []
    for language in LANGUAGES:
        keywords += book.add(read(folder / f"{language}.yaml"), language)
    spelling["known"] = sorted(book.known | {word for meant in spelling["words"].values() for word in meant.split()})
    wholes = book.wholes(Listening(packed({**_EMPTY, "spelling": spelling})))
    weights = folder / "weights.json"
    return {
        "spelling": spelling,
        "names": book.names,
        "sources": book.sources,
        "pieces": book.piece_patterns,
        "needs": book.needs,
        "signs": book.signs(),
        "begun_by": book.begun_by(),
        "sayings": book.sayings,
        "wholes": wholes,
        "keywords": keywords,
        "weights": json.loads(weights.read_text(encoding="utf-8")) if with_weights else {},
    }


_EMPTY: dict[str, Any] = {"keywords": [], "weights": {}}


def _spelling(folder: Path) -> dict[str, Any]:
    source = read(folder / "spelling.yaml")
    source.only(["words", "watched", "never_mended", "pinyin", "regional"])
    traditional, simplified = (folder / "traditional.txt").read_text(encoding="utf-8").split()
    signs = dict(zip("，、。？！；：“”‘’（）～…　﹐﹑", ",,.?!;:\"\"''()~. ,,", strict=True))
    return {
        "letters": {**dict(zip(traditional, simplified, strict=True)), **signs},
        "words": dict(source.entry("words")),
        "watched": sorted(set(source.need("watched").split())),
        "not_mended": sorted(set(source.need("never_mended").split())),
        "pinyin": dict(source.entry("pinyin")),
        "regional": dict(source.entry("regional")),
    }


class _Book:
    """Numbers phrases and pieces while they are compiled; equal ones are kept once."""

    def __init__(self, spelling: dict[str, Any]) -> None:
        self.names: list[str] = []
        self.sources: list[str] = []
        self.needs: list[list[int]] = []
        self.piece_patterns: list[str] = []
        self.sayings: list[list[Any]] = []
        self.known: set[str] = set(spelling["not_mended"]) | set(spelling["watched"])
        self._numbers: dict[str, int] = {}
        self._pieces: dict[str, int] = {}
        self._signs: list[frozenset[str]] = []
        self._whole: list[tuple[str, int]] = []

    def add(self, source: Entry, language: str) -> list[str]:
        source.only(["keywords", "groups", "intents", "tone", "states"])
        groups: dict[str, list[str]] = {name: [str(w) for w in words] for name, words in source.entry("groups").items()}
        for part, name in (("intents", "intent"), ("tone", ""), ("states", "state")):
            for entry in source.need(part):
                entry.only(["intent", "state", "whole", "say", "hint", "unless"])
                meaning = entry.need(name) if name else "dissatisfied"
                self._add(entry, meaning, groups, language)
        return [str(word) for word in source.need("keywords")]

    def _add(self, entry: Entry, meaning: str, groups: dict[str, list[str]], language: str) -> None:
        number = len(self.sayings)
        which = sum(saying[1] == meaning for saying in self.sayings)
        lists = [
            [self._phrase(phrase, groups, language, entry) for phrase in _strings(entry, kind)]
            for kind in ("say", "hint", "unless")
        ]
        self.sayings.append([f"{language} {meaning} {which}", meaning, *lists])
        self._whole += [(whole, number) for whole in _strings(entry, "whole")]

    def _phrase(self, written: str, groups: dict[str, list[str]], language: str, entry: Entry) -> int:
        source, needs = _pattern(written, groups, language, entry, self)
        if source not in self._numbers:
            self._numbers[source] = len(self.sources)
            self.names.append(f"{zlib.crc32(f'{language} {written}'.encode()):08x}")
            self.sources.append(source)
            self.needs.append(sorted(needs, key=self._rarity, reverse=True))
        return self._numbers[source]

    def piece(self, pattern: str, signs: frozenset[str]) -> int:
        """The number of a piece that a text satisfies when it holds one of the signs."""
        if pattern not in self._pieces:
            self._pieces[pattern] = len(self._pieces)
            self.piece_patterns.append(pattern)
            self._signs.append(signs)
        return self._pieces[pattern]

    def _rarity(self, piece: int) -> tuple[int, int]:
        """A piece of few long words is rare."""
        signs = self._signs[piece]
        return min(len(sign.encode()) for sign in signs), -len(signs)

    def signs(self) -> dict[str, list[int]]:
        """Sign -> pieces."""
        index: dict[str, list[int]] = {}
        for number, signs in enumerate(self._signs):
            for sign in signs:
                index.setdefault(sign, []).append(number)
        return dict(sorted(index.items()))

    def begun_by(self) -> dict[int, list[int]]:
        """Rarest piece -> phrases."""
        index: dict[int, list[int]] = {}
        for phrase, needs in enumerate(self.needs):
            index.setdefault(needs[0] if needs else -1, []).append(phrase)
        return index

    def wholes(self, listening: Listening) -> dict[str, list[int]]:
        """Whole replies as the reading writes them -> sayings."""
        index: dict[str, list[int]] = {}
        for whole, number in self._whole:
            plain = read_reply(whole, listening.spelling).plain or whole
            if number not in index.setdefault(plain, []):
                index[plain].append(number)
        return index


def _strings(entry: Entry, name: str) -> list[str]:
    """A list of texts, or nothing. YAML takes a bare yes or 1 for something else, which nobody would say."""
    values = entry.get(name) or []
    for value in values:
        if not isinstance(value, str):
            raise entry.wrong(f"{value!r} in `{name}` is no text", "write it in quotes")
    return list(values)


def _pattern(
    written: str, groups: dict[str, list[str]], language: str, entry: Entry, book: _Book
) -> tuple[str, set[int]]:
    pattern, needs, joint = "", set[int](), ""
    for part in written.split():
        if part in GAPS[language]:
            joint = f".{{0,{GAPS[language][part]}}}?"
            continue
        if part == "^":
            pattern, joint = "^[ ,]*", ""
        elif part == "$":
            pattern, joint = pattern + END, ""
        elif part.startswith("!"):
            words = _words(part[1:], groups, entry)
            reach = joint.replace("}?", "}") if joint.startswith(".") else JOINT
            pattern, joint = (
                pattern + f"(?!{reach}{_either(words, language)})",
                joint if joint.startswith(".") else JOINT,
            )
        else:
            is_optional = part.endswith("?") and len(part) > 1 and not part.endswith("|?")
            words = _words(part.removesuffix("?") if is_optional else part, groups, entry)
            book.known.update(each for word in words for each in re.findall("[a-z]+", word))
            signs = frozenset(_sign(word) for word in words)
            piece = book.piece(_either(words, language), signs)
            if is_optional:
                pattern += f"(?:{joint}<{piece}>)?"
            else:
                pattern += f"{joint}<{piece}>"
                if "" not in signs:
                    needs.add(piece)
            joint = JOINT
    return pattern, needs


def _words(token: str, groups: dict[str, list[str]], entry: Entry) -> list[str]:
    words: list[str] = []
    for each in token.split("|"):
        if each.startswith("<") and each.endswith(">") and len(each) > 2:
            name = each[1:-1]
            if "|" in name or (name not in groups and name not in SPECIAL and name != "name"):
                raise entry.wrong(f"<{name}> is no group", f"write one of {', '.join(sorted(groups))}")
            words += groups.get(name, [each])
        elif each:
            words.append(each)
    return [word.lower().replace("_", " ").strip() for word in words if word != "_"]


def _either(words: list[str], language: str) -> str:
    latin: list[str] = []
    other: list[str] = []
    for word in sorted(dict.fromkeys(words), key=len, reverse=True):
        if word == "$":
            other.append(END)
        elif word == "<name>":
            (latin if language == "en" else other).append(NAMES[language])
        elif word.startswith("<") and word.endswith(">"):
            latin.append(SPECIAL[word[1:-1]])
        elif word.endswith("*") and len(word) > 1:
            latin.append(f"{re.escape(word[:-1])}[a-z]*")
        elif re.search("[a-z0-9]$", word) and re.match("[a-z0-9]", word):
            latin.append(re.escape(word))
        else:
            other.append(re.escape(word))
    parts = [f"(?<![a-z0-9])(?:{'|'.join(latin)})(?![a-z0-9])"] if latin else []
    return f"(?:{'|'.join([*parts, *other])})"


def _sign(word: str) -> str:
    """What a sentence that holds the word has in its index; empty if that cannot be told."""
    if word in ("$", "<name>", "<letter>"):
        return ""
    if word == "<digits>":
        return "#"
    if word.endswith("*") and len(word) > 1:
        stem = word[:-1].split()[-1]
        return f"{stem[:4]}*" if len(stem) >= 4 else f"{stem[:3]}*"
    latin = re.findall("[a-z0-9]+", word)
    if not latin or re.search(r"[^\x00-\x7f]", word):
        chinese = re.findall(r"[^\x00-\x7f]+", word)
        return max(chinese, key=len)[:2] if chinese else word
    return str(max(latin, key=len))
