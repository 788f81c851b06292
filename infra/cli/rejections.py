"""What is told of a file's rejected rows: a few to a person, all of them to a program, in flat memory."""

import json
import shutil
import tempfile
from collections import Counter
from types import TracebackType
from typing import Self, TextIO

from duebridge.core.file_results import FaultCode, Rejected

SHOWN = 20


class Rejections:
    """Takes each rejection as it comes. A file may be wrong in a million rows, so they wait on disk."""

    def __init__(self) -> None:
        self.first: list[Rejected] = []
        self._by_code: Counter[FaultCode] = Counter()
        self._entries = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed in __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entries.close()

    def add(self, rejected: Rejected) -> None:
        """One more."""
        entry = {"line": rejected.line, "column": rejected.column, "reason": rejected.reason}
        self._entries.write(", " if self._by_code else "")
        self._entries.write(json.dumps(entry))
        self._by_code[rejected.code] += 1
        if len(self.first) < SHOWN:
            self.first.append(rejected)

    @property
    def by_code(self) -> list[tuple[FaultCode, int]]:
        """How many of each kind, the most frequent first."""
        return self._by_code.most_common()

    def write_json(self, target: TextIO, *, rows: int, accepted: int) -> None:
        """The whole file's outcome as one object: rows, accepted, and every rejection."""
        target.write(f'{{"rows": {rows}, "accepted": {accepted}, "rejected": [')
        self._entries.seek(0)
        shutil.copyfileobj(self._entries, target)
        target.write("]}\n")
