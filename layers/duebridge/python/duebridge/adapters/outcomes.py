"""Outcomes in DynamoDB, among the loans: the facts of a day and its counts in one partition, beside an index of days.

#outcomes              day#2026-03-11          changes, counted, run: which days are to be counted again
#outcomes#2026-03-11   fact#<noted at>#<id>    some facts as one text: a row a batch, not a row a fact
#outcomes#2026-03-11   counts#<run>#<page>     the counts; `run` of the day's index row says which pages hold
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import batched
from typing import TYPE_CHECKING, Any

from ..core.outcome import About, Cell, CohortNote, DayCounts, Group, GroupCounts, Noted, Reached
from ..ports import ChangedDay, Clock
from . import dynamo, rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAYS = "#outcomes"
FACTS_A_ROW = 500
"""Some 100 kB; a row may have 400."""
CELLS_A_PAGE = 400
FACTS_KEPT = timedelta(days=100)
"""Longer than a day takes in late facts."""
COUNTS_KEPT = timedelta(days=5 * 366)
"""No personal data is in them; long enough to compare one year's texts with another's."""


class DynamoOutcomes:
    """Implements ports.Outcomes."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def note(self, noted: Sequence[Noted], cohorts: Sequence[CohortNote], at: datetime) -> None:
        """Facts first, then the sign that there are new ones: a crash in between is followed by a repeat."""
        for day in sorted({*(fact.day for fact in noted), *(note.day for note in cohorts)}):
            of_texts = [("t", _fact(fact)) for fact in noted if fact.day == day]
            of_loans = [("l", _cohort(note)) for note in cohorts if note.day == day]
            for some in batched([*of_texts, *of_loans], FACTS_A_ROW, strict=False):
                self._put_facts(day, at, some)
            self._client.update_item(
                TableName=self._table,
                Key=dynamo.wired(_index_key(day)),
                UpdateExpression="ADD changes :one SET forget_after = :forget",
                ExpressionAttributeValues=dynamo.wired({":one": 1, ":forget": self._forget_after(day, COUNTS_KEPT)}),
            )

    def _put_facts(self, day: date, at: datetime, facts: Sequence[tuple[str, list[Any]]]) -> None:
        written = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        mark = sha256(written.encode()).hexdigest()[:12]
        row = {
            "loan_id": partition_of(day),
            "entry": f"fact#{rows.stamp(at)}#{mark}",
            "facts": written,
            "forget_after": self._forget_after(day, FACTS_KEPT),
        }
        self._client.put_item(TableName=self._table, Item=dynamo.wired(row))

    def changed_days(self) -> list[ChangedDay]:
        """One row a day, of which there are a few thousand at most."""
        found = self._index("day#", "day#~")
        return [
            ChangedDay(day_of(row), int(row["changes"])) for row in found if row["changes"] != row.get("counted", 0)
        ]

    def facts(self, day: date) -> tuple[list[Noted], list[CohortNote]]:
        """In the order in which they were noted."""
        noted: list[Noted] = []
        cohorts: list[CohortNote] = []
        for row in self._entries(day, "fact#"):
            for kind, fact in json.loads(row["facts"]):
                if kind == "t":
                    noted.append(_noted(day, fact))
                else:
                    cohorts.append(_cohort_note(day, fact))
        return noted, cohorts

    def save(self, counts: DayCounts, changes: int) -> None:
        """Pages first, then the row that names them, so that a reader sees the old counts or the new ones. The same
        counts are the same pages."""
        lines = [["c", *_cell_line(cell, kinds)] for cell, kinds in counts.cells.items()]
        lines += [["g", *_group_line(group, of_group)] for group, of_group in counts.groups.items()]
        lines.sort(key=json.dumps)
        run = sha256(json.dumps(lines).encode()).hexdigest()[:12]
        pages = list(batched(lines, CELLS_A_PAGE, strict=False))
        forget_after = self._forget_after(counts.day, COUNTS_KEPT)
        for number, page in enumerate(pages):
            row = {
                "loan_id": partition_of(counts.day),
                "entry": f"counts#{run}#{number:04d}",
                "counts": json.dumps(page, ensure_ascii=False, separators=(",", ":")),
                "forget_after": forget_after,
            }
            self._client.put_item(TableName=self._table, Item=dynamo.wired(row))
        self._client.update_item(
            TableName=self._table,
            Key=dynamo.wired(_index_key(counts.day)),
            UpdateExpression="SET counted = :changes, #run = :run, forget_after = :forget",
            ExpressionAttributeNames={"#run": "run"},
            ExpressionAttributeValues=dynamo.wired({":changes": changes, ":run": run, ":forget": forget_after}),
        )

    def days(self, since: date, until: date) -> Iterator[DayCounts]:
        """Two queries and one more a day."""
        for row in self._index(f"day#{since}", f"day#{until}"):
            if "run" in row:
                day = day_of(row)
                yield day_counts_in(day, row["run"], self._entries(day, f"counts#{row['run']}#"))

    def _index(self, first: str, last: str) -> Iterable[rows.Row]:
        return dynamo.query(
            self._client,
            TableName=self._table,
            KeyConditionExpression="loan_id = :days AND entry BETWEEN :first AND :last",
            ExpressionAttributeValues=dynamo.wired({":days": DAYS, ":first": first, ":last": last}),
            ConsistentRead=True,
        )

    def _entries(self, day: date, prefix: str) -> Iterable[rows.Row]:
        return dynamo.query(
            self._client,
            TableName=self._table,
            KeyConditionExpression="loan_id = :day AND begins_with(entry, :prefix)",
            ExpressionAttributeValues=dynamo.wired({":day": partition_of(day), ":prefix": prefix}),
            ConsistentRead=True,
        )

    def _forget_after(self, day: date, kept: timedelta) -> int:
        """Epoch seconds by AWS's own clock, which is the one that ends the row."""
        midnight = rows.instant(f"{day.isoformat()}T00:00:00+00:00")
        return int(self._clock.to_aws(midnight + kept).timestamp())


def partition_of(day: date) -> str:
    """Where a day's facts and counts lie."""
    return f"{DAYS}#{day.isoformat()}"


def _index_key(day: date) -> rows.Row:
    return {"loan_id": DAYS, "entry": f"day#{day.isoformat()}"}


def day_of(row: rows.Row) -> date:
    """Of a row of the index of days."""
    return date.fromisoformat(row["entry"].removeprefix("day#"))


def _fact(fact: Noted) -> list[Any]:
    about = fact.about
    words = [about.segment, about.template, about.template_version, about.country, about.language, about.stage]
    return [fact.event_id, *words, rows.written_arms(about.arms), dict(fact.counts)]


def _noted(day: date, fact: Sequence[Any]) -> Noted:
    event_id, segment, template, version, country, language, stage, arms, counts = fact
    about = About(
        segment=segment,
        template=template,
        template_version=version,
        country=country,
        language=language,
        stage=stage,
        arms=rows.read_arms(arms),
    )
    return Noted(event_id, day, about, counts)


def _cohort(note: CohortNote) -> list[Any]:
    group = note.group
    words = [group.experiment, group.arm, group.stratum, group.currency, note.loan, note.kind]
    return [note.event_id, *words, note.after_days, note.amount_minor]


def _cohort_note(day: date, fact: Sequence[Any]) -> CohortNote:
    event_id, experiment, arm, stratum, currency, loan, kind, after_days, amount_minor = fact
    return CohortNote(
        event_id=event_id,
        day=day,
        group=Group(experiment, arm, stratum, currency),
        loan=loan,
        kind=kind,
        after_days=after_days,
        amount_minor=amount_minor,
    )


def _cell_line(cell: Cell, kinds: Any) -> list[Any]:
    words = [cell.experiment, cell.arm, cell.segment, cell.template, cell.template_version]
    return [*words, cell.country, cell.language, cell.days_past_due_stage, dict(sorted(kinds.items()))]


def _group_line(group: Group, counts: GroupCounts) -> list[Any]:
    outcomes = {
        kind: [reached.loans, reached.amount_minor, reached.amount_squares]
        for kind, reached in sorted(counts.outcomes.items())
    }
    return [group.experiment, group.arm, group.stratum, group.currency, counts.assigned, outcomes]


def day_counts_in(day: date, run: str, entries: Iterable[rows.Row]) -> DayCounts:
    """From the pages of one run among a day's rows."""
    pages = [entry for entry in entries if entry["entry"].startswith(f"counts#{run}#")]
    return _day_counts(day, [line for page in pages for line in json.loads(page["counts"])])


def _day_counts(day: date, lines: Iterable[Sequence[Any]]) -> DayCounts:
    cells: dict[Cell, dict[str, int]] = {}
    groups: dict[Group, GroupCounts] = {}
    for kind, *line in lines:
        if kind == "c":
            *words, counts = line
            cells[Cell(day, *words)] = counts
        else:
            experiment, arm, stratum, currency, assigned, outcomes = line
            reached = {name: Reached(*sums) for name, sums in outcomes.items()}
            groups[Group(experiment, arm, stratum, currency)] = GroupCounts(assigned, reached)
    return DayCounts(day, cells, groups)
