"""Names of days and months that are misspelt by a letter or two: "firday", "tommorow", "wensday"."""

from functools import lru_cache
from itertools import islice

from .letters import pattern

_NAMES = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow", "tonight",
    "january", "february", "april", "august", "september", "october", "november", "december", "fortnight", "weekend",
)  # fmt: skip
_LETTERS_FOR_TWO_SLIPS = 8
_MOST_WORDS = 40


def spelt(letters: str, places: list[int]) -> tuple[str, list[int]]:
    """The text with such names put right; a longer or shorter word still begins and ends at its own places."""
    said: list[str] = []
    kept: list[int] = []
    end = 0
    words = pattern(r"(?<![a-z])[adfjmnostw][a-z]{4,10}(?![a-z])").finditer(letters)
    for match in islice(words, _MOST_WORDS):
        name = _meant(match[0])
        if name:
            start, last = match.start(), match.end() - 1
            said += [letters[end:start], name]
            kept += places[end:start] + [places[min(start + n, last)] for n in range(len(name) - 1)] + [places[last]]
            end = match.end()
    return "".join([*said, letters[end:]]), kept + places[end:]


@lru_cache(1024)
def _meant(word: str) -> str | None:
    if word.startswith(_NAMES):
        return None
    near = [name for name in _NAMES if name[0] == word[0] and len(set(name) ^ set(word)) <= 3]
    slips = [(_slips(word, name), name) for name in near if abs(len(name) - len(word)) <= 2]
    allowed = [(count, name) for count, name in slips if count <= 1 + (len(name) >= _LETTERS_FOR_TWO_SLIPS)]
    return min(allowed, default=(0, None))[1]


def _slips(word: str, name: str) -> int:
    """Letters left out, put in, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(word, 1):
        above, earlier, row = row, before, [i]
        for j, meant in enumerate(name, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != meant)))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == meant:
                row[j] = min(row[j], earlier[j - 2] + 1)
        before = above
    return row[-1]
