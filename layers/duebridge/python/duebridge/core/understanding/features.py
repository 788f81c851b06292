"""What a reply is weighed by: phrases found, words alone and side by side, and pieces of long words."""

import re
from collections.abc import Iterable, Iterator

from .phrases import Hit, PhraseBook
from .reading import Reading, Sentence

MOST_TOKENS = 320
"""Words or Chinese characters that are weighed; a longer reply has said by then what it wants."""
_TOKEN = re.compile(r"[a-z0-9]+|\S")
_BEGIN, _END = "^", "$"
_MOST_SIDE_BY_SIDE = 3
_MOST_CHINESE = 4
_PIECES = (3, 4, 5)


def features(reading: Reading, hits: Iterable[Hit], book: PhraseBook) -> frozenset[str]:
    """All of a reply's features."""
    found = set(_of_phrases(hits, book))
    found.add(f"L{min(6, len(reading.plain) // 8)}")
    found.add(f"N{min(4, len(reading.plain.split()))}")
    found.add(f"S{min(4, len(reading.sentences))}")
    left = MOST_TOKENS
    for sentence in reading.sentences:
        for start, end, words in runs(sentence, left):
            found.add(f"w{words}")
            if end - start > _PIECES[0] and words.isascii() and words.isalnum():
                found.update(_pieces(words))
        left -= len(sentence.text.split())
        if left <= 0:
            break
    return frozenset(found)


def runs(sentence: Sentence, most: int = MOST_TOKENS) -> Iterator[tuple[int, int, str]]:
    """Words alone and up to three side by side (four Chinese characters), with their places in the sentence."""
    matches = list(_TOKEN.finditer(sentence.text))[:most]
    length = len(sentence.text)
    words = [_BEGIN, *(match.group() for match in matches), _END]
    starts = [0, *(match.start() for match in matches), length]
    ends = [0, *(match.end() for match in matches), length]
    for at, word in enumerate(words):
        run = word
        yield starts[at], ends[at], run
        side_by_side = _MOST_CHINESE if word >= "\u3400" else _MOST_SIDE_BY_SIDE
        for last in range(at + 1, min(at + side_by_side, len(words))):
            run = f"{run} {words[last]}"
            yield starts[at], ends[last], run


def tokens(sentence: Sentence) -> list[str]:
    """Words, single Chinese characters, and marks."""
    return _TOKEN.findall(sentence.text)


def _of_phrases(hits: Iterable[Hit], book: PhraseBook) -> Iterator[str]:
    for hit in hits:
        saying = book.sayings[hit.saying]
        yield f"M{saying.meaning} {hit.strength}"
        yield f"E{saying.name} {hit.strength}"
        if hit.phrase >= 0:
            yield f"P{book.names[hit.phrase]} {hit.strength}"


def _pieces(word: str) -> Iterator[str]:
    whole = f"<{word}>"
    for length in _PIECES:
        for start in range(len(whole) - length + 1):
            yield f"c{whole[start : start + length]}"
