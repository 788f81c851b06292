"""Where a laptop run leaves what it did, for `explain`, for the checker, and for curious people."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.assembly import PROJECT
from infra.local.laptop import Laptop
from infra.local.play import Facts
from infra.records import SavedRecords

LAST_RUN = PROJECT / ".duebridge" / "last-run"


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The files of one run. The rows hold borrowers' data as the tables do: sample data only."""

    folder: Path = LAST_RUN

    @property
    def carrier_log(self) -> Path:
        """Every text that the carrier took."""
        return self.folder / "carrier-log.jsonl"

    @property
    def inbound_log(self) -> Path:
        """Every text that the phones sent."""
        return self.folder / "inbound.jsonl"

    @property
    def facts(self) -> Path:
        """What became known to the system, and when."""
        return self.folder / "facts.jsonl"

    @property
    def payments(self) -> Path:
        """What the lender's books say in the end: the payments file that was played, and the scenes' payments."""
        return self.folder / "payments.csv"

    @property
    def summary(self) -> Path:
        """The run's own account of itself."""
        return self.folder / "summary.json"

    @property
    def rows(self) -> Path:
        """The tables as they were at the end."""
        return self.folder / "rows.json"

    def report(self, language: str) -> Path:
        """The page that the station wrote last."""
        return self.folder / f"report.{language}.html"

    def write(self, laptop: Laptop, facts: Facts, payments: bytes, rows: SavedRecords, summary: dict[str, Any]) -> None:
        """Replaces what an earlier run left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _write_lines(self.carrier_log, [text.json_line() for text in laptop.phones.carrier_log])
        _write_lines(self.inbound_log, [text.json_line() for text in laptop.phones.inbound_log])
        _write_lines(self.facts, [json.dumps(line) for line in facts.lines])
        self.payments.write_bytes(payments)
        self.summary.write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
        rows.save(self.rows)

    def records(self) -> SavedRecords | None:
        """None before the first run."""
        return SavedRecords.load(self.rows) if self.rows.exists() else None


def _write_lines(file: Path, lines: list[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
