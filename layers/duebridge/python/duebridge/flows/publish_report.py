"""Makes the daily report from the counts, and keeps it where people find it: by day, and the newest one."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from ..core.content import Content
from ..core.lessons import Lesson
from ..core.outcome import DayCounts
from ..core.report.building import DAYS_TOLD, report_of
from ..core.report.csv_file import csv_file
from ..core.report.figures import figures
from ..core.report.headline import framed, headline
from ..core.report.model import Origin, Report
from ..core.report.page import page
from ..core.report.reader import ReportContent
from ..ports import Clock, Outcomes, Reports, Stops
from .learn import Learn

if TYPE_CHECKING:
    from ..core.desk.query import Query

LONGEST = timedelta(days=400)
"""How far back an experiment is told; longer ones would make every day's report read years."""
BY_DAY, NEWEST = "daily", "latest"
HTML, CSV = "text/html; charset=utf-8", "text/csv; charset=utf-8"
DARK = "dark"


class CountsOfDays(Protocol):
    """As `Outcomes`, of which a report needs no more."""

    def days(self, since: date, until: date) -> Iterable[DayCounts]:
        """The counts of the days from `since` to `until`, both included; a day without facts is absent."""


class PublishReport(Struct, frozen=True, kw_only=True):
    """A run may be repeated: the same counts make the same files."""

    outcomes: Outcomes
    stops: Stops
    reports: Reports
    learn: Learn
    content: Content
    says: ReportContent
    clock: Clock
    origin: Origin

    def make(self) -> Mapping[tuple[str, str], Mapping[str, float]]:
        """Writes the page in each language, the table and the headline; the figures to keep as metrics."""
        as_of = self.clock.now().date()
        report = gathered(
            self.outcomes,
            self.content,
            as_of=as_of,
            origin=self.origin,
            stopped_arms=self.stops.fresh().arms,
            lessons=self.learn.lessons(as_of - timedelta(days=1)),
        )
        files = {f"report.{language}.html": (page(report, self.says, language), HTML) for language in self.says.words}
        files["outcomes.csv"] = (csv_file(report), CSV)
        for name, (body, kind) in files.items():
            for folder in (f"{BY_DAY}/{as_of.isoformat()}", NEWEST):
                self.reports.put(f"{folder}/{name}", body, kind)
        for language in self.says.words:
            self.reports.put(_headline_key(language), headline(report, self.says, language), HTML)
        return figures(report)


class ShowHeadline(Struct, frozen=True, kw_only=True):
    """The newest report's first screen, on a dashboard."""

    reports: Reports
    says: ReportContent

    def show(self, query: "Query") -> str:
        """In the viewer's language and colours, with the way to the whole report."""
        language = self.says.reader(query.locale, Origin.REAL).words.language
        return framed(
            self.reports.get(_headline_key(language)),
            self.says,
            language,
            is_dark=query.theme == DARK,
            link=self.reports.link(f"{NEWEST}/report.{language}.html"),
        )


def gathered(
    outcomes: CountsOfDays,
    content: Content,
    *,
    as_of: date,
    since: date | None = None,
    origin: Origin = Origin.REAL,
    stopped_arms: frozenset[str] = frozenset(),
    lessons: Iterable[Lesson] = (),
) -> Report:
    """Reads no more days than the report tells of."""
    first = since or as_of - timedelta(days=DAYS_TOLD)
    begun = [each.starts - timedelta(days=1) for each in content.experiments if each.starts < as_of]
    oldest = max(min([first, *begun]), min(first, as_of - LONGEST))
    return report_of(
        outcomes.days(oldest, as_of - timedelta(days=1)),
        content.experiments,
        as_of=as_of,
        since=first,
        lender=content.lender.names,
        stages=stages_of(content),
        origin=origin,
        stopped_arms=stopped_arms,
        lessons=lessons,
    )


def stages_of(content: Content) -> tuple[str, ...]:
    """In the order of days past due."""
    steps = [step for scheme in content.strategy.schemes for step in scheme.steps]
    return tuple(dict.fromkeys(step.name for step in sorted(steps, key=lambda step: step.first_day)))


def _headline_key(language: str) -> str:
    return f"{NEWEST}/headline.{language}.html"
