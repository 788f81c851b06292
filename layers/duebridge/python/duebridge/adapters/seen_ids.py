"""Remembers which loan ids a file has had, on disk, so that a file of any length takes the same memory."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self


class SeenIds:
    """The ids of one file, each with the line that has it first. Close it, or use it in a `with`."""

    def __init__(self, path: Path | None = None) -> None:
        """Without a path the ids go with this process; with one, a later reading of the same file goes on."""
        self._database = sqlite3.connect(path or "", isolation_level=None)
        # A crash costs a new reading of the file, so nothing here needs to survive one.
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA cache_size = -8192")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS seen (loan_id TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID"
        )
        self._database.execute("BEGIN")  # one for all ids: a commit for each would cost a write for each

    def first_line_of(self, loan_id: str, line: int) -> int | None:
        """Notes the id; the earlier line that has it, or None. The same line asked again is no repetition."""
        added = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (loan_id, line)).rowcount
        if added:
            return None
        (first,) = self._database.execute("SELECT line FROM seen WHERE loan_id = ?", (loan_id,)).fetchone()
        return None if first == line else int(first)

    def close(self) -> None:
        """Keeps the ids if they have a path, and gives the disk space back if not."""
        self._database.execute("COMMIT")
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
