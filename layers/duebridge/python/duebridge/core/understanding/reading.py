"""A reply as it was meant: invisible characters, odd letters, short forms, slips and dialect undone.

Nothing here changes what is stored. Every word keeps its place in the reply, so that the borrower's own words
can be shown as evidence.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from .own_words import without_quotes

LONGEST = 1_600
"""Characters that are read; the service delivers no more."""
LONG_SENTENCE = 70
"""Characters after which a comma ends a sentence too."""
NAMED = "xname"
"""Stands for a capitalised word that nobody knows: most likely a name."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff\ud800-\udfff]"
)
_TOKEN = re.compile(
    r"(?P<figure>\d+(?:[.,:]\d+)*(?:st|nd|rd|th|k|am|pm)?(?![a-z]))|(?P<word>[a-z0-9]+(?:'[a-z]+)*)"
    r"|(?P<chinese>[^\W\da-z_]+)|(?P<end>[.!?;\n]+)|(?P<mark>\S)"
)
_SPELT_OUT = re.compile(r"(?<![a-z])[a-z](?:[ .*_-][a-z]){3,}(?![a-z])")
_APART = re.compile(r"(?<![^\W\da-z_])[^\W\da-z_](?:[ .*_-][^\W\da-z_])+(?![^\W\da-z_])")
"""Letters of no Latin word, here and above; a range of Chinese characters would take 2 ms to compile."""
_STRETCHED = re.compile(r"(.)\1{2,}")
_NOT_SAID = re.compile(r"[,?!\s]+")
_PAUSE = re.compile(r"[\s,.!?;]")
_BEGINNING, _END, _CHINESE_WEIGHT = 180, 100, 2
"""Of a letter, what is read: so many Latin letters, a Chinese character being worth two. Nearly all replies are below
it; reading more would take more than 5 ms, and a person reads a letter anyway."""
_MOST_CHINESE = (_BEGINNING + _END) // _CHINESE_WEIGHT
_FEWEST_LETTERS_TO_MEND = 7
_PINYIN_SHARE = 0.6
_FEWEST_LETTERS_OF_LONE_PINYIN = 6


class Spelling(Struct, frozen=True):
    """How phones and thumbs write, and what is meant."""

    letters: Mapping[int, str]
    """Traditional characters and signs -> the usual ones."""
    words: Mapping[str, str]
    pinyin: Mapping[str, str]
    regional: Mapping[str, str]
    known: frozenset[str]
    """Latin words of the phrases: never mended, never taken for a name."""
    watched: frozenset[str]
    """Words worth finding behind one slip."""


class Sentence(Struct, frozen=True):
    """A part of a reply that meanings do not reach over."""

    text: str
    holds: frozenset[str]
    """Its words, their beginnings, and its Chinese characters alone and in pairs."""
    begins: tuple[int, ...]
    """Where each token begins in `text`."""
    spans: tuple[tuple[int, int], ...]
    """Where each token stands in the reply."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the sentence stands in the reply."""
        first = bisect_right(self.begins, start) - 1
        last = bisect_right(self.begins, max(start, end - 1)) - 1
        return self._exact(first, start)[0], self._exact(last, max(start, end - 1))[1]

    def _exact(self, token: int, at: int) -> tuple[int, int]:
        start, end = self.spans[token]
        begin = self.begins[token]
        if self.text[begin] >= "\u3400" and begin + end - start <= len(self.text):
            # Chinese runs keep one character for one, so a piece of a run has its exact place.
            here = min(start + at - begin, end - 1)
            return here, here + 1
        return start, end


class Reading(Struct, frozen=True):
    """A reply, readable."""

    visible: str
    """As it was written, without what nobody sees."""
    own: str
    """The same length, with quotations blanked."""
    sentences: tuple[Sentence, ...]
    plain: str
    """All sentences without punctuation."""
    bare: str
    """Only letters and digits of the own words, as they were written."""
    heard: str
    """As it was written, but of a letter only its beginning and its end."""

    @property
    def is_letter(self) -> bool:
        """So long that its middle is left to people."""
        return len(self.heard) < len(self.visible)


class _Folding(dict[int, str]):
    """A table for `str.translate` that learns each rare letter once."""

    def __init__(self, known: Mapping[int, str]) -> None:
        self.known = known

    def __missing__(self, code: int) -> str:
        usual = self.known.get(code)
        if usual is None:
            usual = _usual(chr(code))
        usual = self.known.get(ord(usual), usual)
        self[code] = usual
        return usual


def _usual(character: str) -> str:
    """One character for one: width, case and accents undone."""
    plain = unicodedata.normalize("NFKD", character)
    letter = plain[0].lower() if plain else character
    if len(letter) != 1 or (len(plain) > 1 and not letter.isascii()):
        letter = character.lower()
    return letter if len(letter) == 1 else character


def folding(letters: Mapping[int, str]) -> Mapping[int, str]:
    """The table that folds letters, with the shipped ones in it."""
    return _Folding(known=letters)


def read(body: str, spelling: Spelling) -> Reading:
    """Total: any text has a reading, if an empty one."""
    visible = _INVISIBLE.sub("", body)[:LONGEST]
    folded = visible.translate(spelling.letters)
    own = without_quotes(folded)
    first, last = _middle(own)
    # Between two pauses a sentence ends; what never pauses stays one.
    filling = "\n" if _PAUSE.match(own, max(0, first - 1)) else " "
    own = own[:first] + filling * (last - first) + own[last:]
    tokens = list(_tokens(_joined(own), visible, spelling))
    sentences = tuple(_sentences(tokens))
    said = " ".join(own[start:end].replace("'", "") if token == NAMED else token for token, start, end in tokens)
    plain = " ".join(_NOT_SAID.sub(" ", said).split())
    bare = "".join(filter(str.isalnum, own))
    return Reading(visible, own, sentences, plain, bare, visible[:first] + "\n" + visible[last:] if last else visible)


def _middle(own: str) -> tuple[int, int]:
    """What a letter says between its beginning and its end, which is where people say what they want; else nothing."""
    if len(own) <= _MOST_CHINESE or _weight(own) <= _BEGINNING + _END:
        return 0, 0
    first, last = _reach(own, _BEGINNING), len(own) - _reach(reversed(own), _END)
    # Not in the middle of what somebody says, unless they never pause.
    if pauses := [match.end() for match in _PAUSE.finditer(own, first * 3 // 4, first)]:
        first = pauses[-1]
    if pause := _PAUSE.search(own, last, (last + len(own)) // 2):
        last = pause.end()
    return first, last


def _weight(text: str) -> int:
    return len(text) + (_CHINESE_WEIGHT - 1) * sum(map("\u3400".__le__, text))


def _reach(characters: Iterable[str], budget: int) -> int:
    """How many characters a budget reaches over."""
    reached = 0
    for character in characters:
        budget -= _CHINESE_WEIGHT if character >= "\u3400" else 1
        if budget < 0:
            break
        reached += 1
    return reached


def _joined(text: str) -> str:
    """S T O P and 退 订 as words; the blanks go to the end, so that places keep."""
    text = _SPELT_OUT.sub(lambda match: _tight(match.group()), text)
    return _APART.sub(lambda match: _tight(match.group()), text)


def _tight(spaced: str) -> str:
    return "".join(spaced[::2]).ljust(len(spaced))


type _Token = tuple[str, int, int]


def _tokens(text: str, visible: str, spelling: Spelling) -> Iterator[_Token]:
    found = list(_TOKEN.finditer(text))
    latin = [match.group() for match in found if match.lastgroup == "word"]
    is_pinyin = _is_pinyin(latin, spelling)
    for match in found:
        start, end = match.span()
        kind, written = match.lastgroup, match.group()
        if kind == "word":
            yield _word(written, visible[start:end], spelling, is_pinyin=is_pinyin), start, end
        elif kind == "chinese":
            yield from _in_mandarin(written, start, spelling)
        elif kind == "end":
            yield from ((mark, start, end) for mark in _end_of(written))
        elif kind == "figure" or written not in "-_'\"/\\()[]{}<>~`:":
            yield written, start, end


def _end_of(marks: str) -> Iterator[str]:
    if "?" in marks:
        yield "?"
    if marks.count("!") > 1:
        yield "!"
    yield "\n"


def _is_pinyin(words: list[str], spelling: Spelling) -> bool:
    known = [word for word in words if word in spelling.pinyin]
    if len(words) == 1:
        return bool(known) and len(words[0]) >= _FEWEST_LETTERS_OF_LONE_PINYIN
    return len(known) > 1 and len(known) >= _PINYIN_SHARE * len(words)


def _word(folded: str, visible: str, spelling: Spelling, *, is_pinyin: bool) -> str:
    written = folded.replace("'", "")
    if is_pinyin and written in spelling.pinyin:
        return spelling.pinyin[written]
    if folded.endswith("'ll"):
        return f"{folded[:-3]} will"
    meant = spelling.words.get(written)
    if meant is not None:
        return meant
    if written in spelling.known:
        return written
    mended = _unstretched(written, spelling) or _mended(written, spelling)
    if mended:
        return mended
    if folded.endswith("'s"):
        return folded[:-2]
    return NAMED if visible.istitle() and len(written) > 2 and written.isalpha() else written


def _unstretched(word: str, spelling: Spelling) -> str:
    """`stoppp` and `pleeease`: letters that stand three times or more."""
    if not _STRETCHED.search(word):
        return ""
    for letters in (r"\1", r"\1\1"):
        shorter = _STRETCHED.sub(letters, word)
        if shorter in spelling.words:
            return spelling.words[shorter]
        if shorter in spelling.known:
            return shorter
    return _STRETCHED.sub(r"\1\1", word)


def _mended(word: str, spelling: Spelling) -> str:
    """A watched word behind one letter too many, too few, wrong, or two swapped."""
    if len(word) < _FEWEST_LETTERS_TO_MEND - 1 or not word.isalpha():
        return ""
    near = (each for each in spelling.watched if each[0] == word[0] and abs(len(each) - len(word)) <= 1)
    return next((each for each in near if _is_one_slip(word, each)), "")


def _is_one_slip(written: str, meant: str) -> bool:
    start = next((at for at, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), None)
    if start is None:
        return True
    left, right = written[start:], meant[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])
    return left[1:] == right if len(left) > len(right) else left == right[1:]


def _in_mandarin(written: str, start: int, spelling: Spelling) -> Iterator[_Token]:
    """A run of Chinese, with words of Canton and Taiwan as the mainland says them."""
    at = begin = 0
    while at < len(written):
        word = next((written[at : at + n] for n in (4, 3, 2, 1) if written[at : at + n] in spelling.regional), "")
        if not word:
            at += 1
            continue
        if begin < at:
            yield written[begin:at], start + begin, start + at
        yield spelling.regional[word], start + at, start + at + len(word)
        at = begin = at + len(word)
    if begin < len(written):
        yield written[begin:], start + begin, start + len(written)


def _sentences(tokens: list[_Token]) -> Iterator[Sentence]:
    held: list[_Token] = []
    for token in [*tokens, ("\n", 0, 0)]:
        is_over = token[0] == "," and held and token[1] - held[0][1] > LONG_SENTENCE
        if token[0] != "\n" and not is_over:
            held.append(token)
        elif held:
            yield _sentence(held)
            held = []


def _sentence(tokens: list[_Token]) -> Sentence:
    text = ""
    begins = []
    for written, _, _ in tokens:
        is_close = not text or (text[-1] >= "\u3400" and written[0] >= "\u3400")
        text += written if is_close else f" {written}"
        begins.append(len(text) - len(written))
    return Sentence(text, holds(text), tuple(begins), tuple((start, end) for _, start, end in tokens))


def holds(text: str) -> frozenset[str]:
    """What a text has in its index, which tells at once the phrases that it cannot hold."""
    words = set(text.split(" "))
    index = {""} | words | {f"{word[:4]}*" for word in words} | {f"{word[:3]}*" for word in words}
    if not text.isascii():
        index.update(text)
        index.update(map("".join, pairwise(text)))
    if any(character.isdigit() for character in text):
        index.add("#")
    return frozenset(index)
