"""The physical lines of a file of any size, and the place in it, one block of bytes at a time."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

RECORD_LIMIT_BYTES = 64 * 1024


class PhysicalLine(NamedTuple):
    """One physical line without its line feed; None instead of a line above the limit."""

    raw: bytes | None
    size_bytes: int


class Lines:
    """The physical lines of a file, and the place in it after the line last taken."""

    def __init__(self, source: Iterator[bytes], offset: int, line: int) -> None:
        self._blocks = source
        self._ready: deque[PhysicalLine] = deque()
        self._begun: list[bytes] = []
        self._begun_bytes = 0
        self.offset = offset
        self.line = line

    def take(self) -> PhysicalLine | None:
        """The next line; None at the end of the file."""
        if not self._ready and not self._read_on():
            return None
        taken = self._ready.popleft()
        self.offset += taken.size_bytes
        self.line += 1
        return taken

    def give_back(self, lines: list[PhysicalLine]) -> None:
        """Lines taken in vain are taken again, in their order."""
        self._ready.extendleft(reversed(lines))
        self.offset -= sum(taken.size_bytes for taken in lines)
        self.line -= len(lines)

    def _read_on(self) -> bool:
        for block in self._blocks:
            first, *others = block.split(b"\n")
            self._begin(first)
            if others:
                last = others.pop()
                self._end(line_feed_bytes=1)
                self._ready.extend(
                    PhysicalLine(raw if len(raw) < RECORD_LIMIT_BYTES else None, len(raw) + 1) for raw in others
                )
                self._begin(last)
                return True
        if self._begun_bytes:
            self._end(line_feed_bytes=0)
            return True
        return False

    def _begin(self, part: bytes) -> None:
        """A line may come in many blocks, and one without an end must not fill the memory."""
        self._begun_bytes += len(part)
        if self._begun_bytes < RECORD_LIMIT_BYTES:
            self._begun.append(part)
        else:
            self._begun.clear()

    def _end(self, line_feed_bytes: int) -> None:
        whole = b"".join(self._begun) if self._begun_bytes < RECORD_LIMIT_BYTES else None
        self._ready.append(PhysicalLine(whole, self._begun_bytes + line_feed_bytes))
        self._begun.clear()
        self._begun_bytes = 0
