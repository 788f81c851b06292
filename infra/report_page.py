"""The daily report outside of its station: from kept records or a simulation, as a page or as lines to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from duebridge.adapters.clock import SystemClock
from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.outcomes import DAYS, DynamoOutcomes, day_counts_in, day_of, partition_of
from duebridge.adapters.report_content import parse_reports
from duebridge.adapters.stops import STOPS, standing_of
from duebridge.core.content import Content
from duebridge.core.lessons import Lesson, lessons
from duebridge.core.outcome import DayCounts
from duebridge.core.report import sentences
from duebridge.core.report.model import Origin, Report
from duebridge.core.report.page import page as written
from duebridge.core.report.reader import ReportContent
from duebridge.flows.learn import LOOKS_BACK, Learn
from duebridge.flows.publish_report import gathered
from infra.content_reports import compile_reports
from infra.records import LiveRecords, Records


@cache
def shipped_words() -> ReportContent:
    """What this project's reports say, and how they look."""
    return parse_reports(compile_reports())


def page(report: Report, locale: str) -> str:
    """One self-contained HTML page, in English or Chinese."""
    return written(report, shipped_words(), locale)


def lines(report: Report, locale: str) -> Iterator[str]:
    """The first screen for a terminal: each question, and its answers under it."""
    reader = shipped_words().reader(locale, report.origin)
    if reader.mark:
        yield f"{reader.mark}: {reader.words('simulated_notice')}"
    for question, answer in (
        ("helped", sentences.helped),
        ("whom", sentences.whom),
        ("cost", sentences.cost),
        ("minded", sentences.minded),
    ):
        yield reader.words.of("question", question)
        for said in answer(report, reader):
            parts = (said.about, said.verdict, reader.joined(said.sentences))
            yield f"  {'  '.join(filter(None, parts))}"


def kept_report(records: Records, content: Content, as_of: date, since: date | None, origin: Origin) -> Report:
    """From the tables of a stage, of a running pipeline, or of a run that is over."""
    stop_rows = records.partition("LoanTable", STOPS["loan_id"])
    outcomes = _outcomes_of(records)
    return gathered(
        outcomes,
        content,
        as_of=as_of,
        since=since,
        origin=origin,
        stopped_arms=standing_of(stop_rows[0] if stop_rows else None).arms,
        lessons=_lessons(records, content, as_of - timedelta(days=1)),
    )


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """The days' counts of a run that is over."""

    records: Records

    def days(self, since: date, until: date) -> Iterator[DayCounts]:
        """As the adapter reads them."""
        for row in self.records.partition("LoanTable", DAYS):
            day = day_of(row)
            if "run" in row and since <= day <= until:
                yield day_counts_in(day, row["run"], self.records.partition("LoanTable", partition_of(day)))


def _outcomes_of(records: Records) -> DynamoOutcomes | KeptCounts:
    """A stage is asked for no more than the counts."""
    if isinstance(records, LiveRecords):
        return DynamoOutcomes(records.client, records.names["LoanTable"], SystemClock())
    return KeptCounts(records)


def _lessons(records: Records, content: Content, until: date) -> tuple[Lesson, ...]:
    """What nobody understood is asked of live tables only: it needs an index."""
    outcomes = _outcomes_of(records)
    if isinstance(records, LiveRecords) and isinstance(outcomes, DynamoOutcomes):
        names = records.names
        conversations = DynamoConversations(
            records.client, names["ConversationTable"], names["LoanTable"], SystemClock()
        )
        return Learn(outcomes=outcomes, conversations=conversations, content=content).lessons(until)
    return lessons(outcomes.days(until - LOOKS_BACK, until), content)
