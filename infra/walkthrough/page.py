"""A page of the docs as its reader goes through it: blocks to type, and blocks that change a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COMMANDS, STAGE, SHOWN = "sh", "python", "text"
"""What a block is for: to be typed, to be written into infra/stages.py, or only to be read."""

_FENCE = re.compile(r"^```(.*?)\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)


class PageError(Exception):
    """A block that nobody could follow; the text says where it stands and how to mend it."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block."""

    language: str
    text: str
    line: int
    """Of its first line within the page."""


@dataclass(frozen=True, slots=True)
class Page:
    """Its blocks in the order in which they are read."""

    name: str
    blocks: Sequence[Block]

    def of(self, language: str) -> list[Block]:
        """The blocks of one kind."""
        return [block for block in self.blocks if block.language == language]


def read_page(path: Path, name: str) -> Page:
    """Raises PageError for a block that does not say what it is: it could hide a command."""
    text = path.read_text(encoding="utf-8")
    blocks = []
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 2
        language = found[1].strip()
        if language not in (COMMANDS, STAGE, SHOWN):
            raise PageError(f"{name}:{line - 1}: a block is `{COMMANDS}`, `{STAGE}` or `{SHOWN}`, not `{language}`")
        blocks.append(Block(language, found[2], line))
    if text.count("```") != 2 * len(blocks):
        raise PageError(f"{name}: a fence begins in the middle of a line, or does not end")
    return Page(name, blocks)
