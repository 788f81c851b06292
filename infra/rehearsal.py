"""What each loan of a file would hear now: the planner's own decision and text, and nothing is sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duebridge.adapters.phone_numbers import PhoneNumbers
from duebridge.core.content import Content
from duebridge.core.decision import Case, decide
from duebridge.core.errors import ContentError
from duebridge.core.file_reading import Source
from duebridge.core.file_results import Rejected
from duebridge.core.loan import from_file
from duebridge.core.loan_file import LoanChecks, read_loans
from duebridge.core.loan_row import LoanRow
from duebridge.core.message import Renderer
from duebridge.core.reasoning import Hold
from duebridge.core.segments import count
from duebridge.core.standing import NumberStanding, PersonStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One loan: a text with its cost, or a hold."""

    loan_id: str
    country: str
    locale: str
    segment: str
    is_overdue: bool
    template: str = ""
    text: str = ""
    encoding: str = ""
    segments: int = 0
    price_micros: int = 0
    hold: str = ""
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """The contract of `duebridge preview --json`; the price is in dollars."""
        return {
            "loan_id": self.loan_id,
            "country": self.country,
            "locale": self.locale,
            "segment": self.segment,
            "template": self.template or None,
            "text": self.text or None,
            "encoding": self.encoding or None,
            "segments": self.segments,
            "price": self.price_micros / 1_000_000,
            "hold": self.hold or None,
        }


def rehearse(source: Source, content: Content, now: datetime) -> Iterator[Heard | Rejected]:
    """Row by row, in the order of the file. Raises FileRefusedError."""
    seen: dict[str, int] = {}

    def first_line_of(loan_id: str, line: int) -> int | None:
        first = seen.setdefault(loan_id, line)
        return None if first == line else first

    checks = LoanChecks(PhoneNumbers(), first_line_of, content.locales)
    renderer = Renderer(content)
    for result in read_loans(source, checks, content.lender.columns).results:
        yield result if isinstance(result, Rejected) else _heard(result.row, content, renderer, now)


def parts_by_language(heard: Iterable[Heard]) -> dict[str, tuple[int, int]]:
    """Texts and parts, by the first part of the locale."""
    totals: dict[str, tuple[int, int]] = {}
    for each in heard:
        if each.text:
            texts, parts = totals.get(each.locale.split("-")[0], (0, 0))
            totals[each.locale.split("-")[0]] = (texts + 1, parts + each.segments)
    return totals


def _heard(row: LoanRow, content: Content, renderer: Renderer, now: datetime) -> Heard:
    loan = from_file(row, now, None, ())
    case = Case(
        loan=loan,
        number=NumberStanding(phone=row.phone),
        person=PersonStanding(borrower_id=row.borrower_id),
        content=content,
        now=now,
    )
    facts: dict[str, Any] = {
        "loan_id": row.loan_id,
        "country": row.country,
        "locale": row.locale,
        "segment": case.scheme.segment,
        "is_overdue": loan.is_owed() and loan.days_past_due(now) > 0,
    }
    outcome = decide(case).outcome
    if isinstance(outcome, Hold):
        return Heard(**facts, hold=outcome.reason, until=outcome.until)
    try:
        rendered = renderer.demand(case, outcome)
    except ContentError:
        return Heard(**facts, hold="no_wording")
    counted = count(rendered.body)
    return Heard(
        **facts,
        template=rendered.template.name,
        text=rendered.body,
        encoding=counted.encoding,
        segments=counted.segments,
        price_micros=counted.segments * content.office(row.country).price_micros,
    )
