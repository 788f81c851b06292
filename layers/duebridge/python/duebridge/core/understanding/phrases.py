"""The phrases of templates/replies, found in a sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from .reading import Sentence

_PIECE = re.compile(r"<(\d+)>")


class Saying(Struct, frozen=True):
    """What means an intent, and what takes the meaning away."""

    name: str
    """Language, meaning and which of its lists; the weights know it by this."""
    meaning: str
    say: tuple[int, ...]
    hint: tuple[int, ...]
    unless: tuple[int, ...]


class Hit(Struct, frozen=True):
    """A saying found in a reply, and where its words stand in it."""

    saying: int
    strength: str
    """`whole`, `say`, `hint`, or `denied` when the sentence takes it away."""
    phrase: int
    start: int
    end: int


type Span = tuple[int, int]


class PhraseBook(Struct, frozen=True, dict=True):
    """All phrases with an index, so that a sentence is searched only for what it may hold."""

    names: Sequence[str]
    """Each phrase's short name; the weights know it by this, so that other phrases may come and go."""
    sources: Sequence[str]
    """Its pattern, with numbers of pieces in it."""
    pieces: Sequence[str]
    """The pattern of each piece."""
    needs: Sequence[Sequence[int]]
    """Pieces of which one word each must stand in a sentence that holds the phrase; the rarest first."""
    signs: Mapping[str, Sequence[int]]
    """What a sentence's index may hold -> the pieces that it satisfies."""
    begun_by: Mapping[int, Sequence[int]]
    """Piece -> the phrases whose rarest piece it is; -1 for phrases without any."""
    sayings: Sequence[Saying]
    wholes: Mapping[str, Sequence[int]]
    """A whole reply -> the sayings that it is."""
    patterns: dict[int, re.Pattern[str]] = field(default_factory=dict)
    """Compiled when a sentence first may hold them: a cold start pays for none."""

    def hits(self, sentences: Iterable[Sentence], plain: str, length: int) -> Iterator[Hit]:
        """Everything that a reply says, sentence by sentence."""
        yield from (Hit(saying, "whole", -1, 0, length) for saying in self.wholes.get(plain, ()))
        for sentence in sentences:
            found = self._found(sentence)
            if found:
                yield from self._hits_in(sentence, found)

    def _found(self, sentence: Sentence) -> dict[int, Span]:
        present = {-1}
        for sign in sentence.holds & self.signs.keys():
            present.update(self.signs[sign])
        found = {}
        for piece in present & self.begun_by.keys():
            for phrase in self.begun_by[piece]:
                if present.issuperset(self.needs[phrase]):
                    match = self._pattern(phrase).search(sentence.text)
                    if match:
                        found[phrase] = match.span()
        return found

    def _pattern(self, phrase: int) -> re.Pattern[str]:
        pattern = self.patterns.get(phrase)
        if pattern is None:
            source = _PIECE.sub(lambda match: self.pieces[int(match[1])], self.sources[phrase])
            pattern = self.patterns[phrase] = re.compile(source)
        return pattern

    def _hits_in(self, sentence: Sentence, found: Mapping[int, Span]) -> Iterator[Hit]:
        numbers = {number for phrase in found for number in self._sayings_with.get(phrase, ())}
        for number in sorted(numbers):
            saying = self.sayings[number]
            said = [("say", phrase) for phrase in saying.say if phrase in found]
            said += [("hint", phrase) for phrase in saying.hint if phrase in found]
            is_denied = any(phrase in found for phrase in saying.unless)
            for strength, phrase in said:
                place = sentence.place(*found[phrase])
                yield Hit(number, "denied" if is_denied else strength, phrase, *place)

    @cached_property
    def _sayings_with(self) -> Mapping[int, Sequence[int]]:
        """Phrase -> the sayings that it says or hints at."""
        sayings: dict[int, list[int]] = {}
        for number, saying in enumerate(self.sayings):
            for phrase in (*saying.say, *saying.hint):
                sayings.setdefault(phrase, []).append(number)
        return sayings
