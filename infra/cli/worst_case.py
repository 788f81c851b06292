"""The shipped texts as they may go out: rendered with the longest values of the sample loan book."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from duebridge.core import wording
from duebridge.core.content import Content
from duebridge.core.decision import Case, Contact
from duebridge.core.file_results import Accepted
from duebridge.core.loan import Loan
from duebridge.core.loan_file import LoanChecks, Phone, read_loans
from duebridge.core.loan_row import LoanRow
from duebridge.core.message import Rendered, Renderer
from duebridge.core.money import Money
from duebridge.core.standing import NumberStanding, PersonStanding
from duebridge.core.strategy import Kind, Step

SAMPLE_BOOK = Path(__file__).resolve().parent.parent / "local" / "sample" / "loan-book.csv"
LONGEST_CASE = "ABC123"
"""Answers quote six characters of a contact's id."""
OPERATORS_WORDS = {
    "zh": "您好，上周您来电说的那笔费用，我们和贷款组一起核对过了，确实是系统多算了一次，已经为您改正，"
    "新的账单今天会寄到您登记的地址。让您跑了几趟，很抱歉，往后有任何疑问，请直接找我，我会一直跟进到底，谢谢您的耐心等待。",
    "en": "Hello, about the fee that you called us about last week: we went through it with the loan team, it was "
    "counted twice, and we have put it right. A new statement is on its way to you. We are sorry for the trouble, "
    "and thank you for your patience.",
}
"""An operator's own words, as long as two parts hold."""

_LAST_DAY = datetime(2026, 12, 31, tzinfo=UTC)
"""So that dates have two digits in day and month."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One shipped template on its way to one country; `render` may raise what a wrong template raises."""

    template: str
    kind: Kind
    country: str
    locale: str
    is_first: bool
    """The first demand of an episode says more, and may cost more; true for whatever is no demand."""
    render: Callable[[], Rendered]


def outgoing(content: Content) -> Iterator[Outgoing]:
    """Each text that the lender can send: demands and reminders of the strategy, and the answers."""
    renderer = Renderer(content)
    steps = {step.template: step for scheme in content.strategy.schemes for step in scheme.steps}
    answers = sorted({template.name for template in content.templates.values() if template.purpose == Kind.ANSWER})
    for row in longest_rows(content.locales):
        if not content.serves(row.country):
            continue
        for name, step in steps.items():
            for is_first in (True, False) if step.kind is Kind.DEMAND else (True,):
                demand = partial(renderer.demand, _case(row, content, is_first), _contact(step))
                yield Outgoing(name, step.kind, row.country, row.locale, is_first, demand)
        values = _answer_values(row)
        for name in answers:
            answer = partial(renderer.render, name, row.locale, row.country, values)
            yield Outgoing(name, Kind.ANSWER, row.country, row.locale, True, answer)


@cache
def longest_rows(locales: frozenset[str]) -> Sequence[LoanRow]:
    """For each country and locale of the sample one loan that has the longest of everything."""
    groups: defaultdict[tuple[str, str], list[LoanRow]] = defaultdict(list)
    for row in _sample(locales):
        groups[row.country, row.locale].append(row)
    return [_longest(rows) for _, rows in sorted(groups.items())]


def _longest(rows: Sequence[LoanRow]) -> LoanRow:
    def as_written(amount: Money) -> tuple[int, int]:
        return len(wording.amount(amount, rows[0].locale)), amount.minor

    addressed = max(rows, key=lambda row: len(wording.addressed(row)))
    changes: Mapping[str, Any] = {
        "full_name": addressed.full_name,
        "salutation": addressed.salutation,
        "product": max((row.product for row in rows), key=len),
        "amount_due": max((row.amount_due for row in rows), key=as_written),
        "principal": max((row.principal for row in rows), key=as_written),
        "instalments_total": max(row.instalments_total for row in rows),
        "instalments_paid": 0,
        "due_date": date(2026, 10, 22),
    }
    return replace(rows[0], **changes)


def _sample(locales: Collection[str]) -> Iterator[LoanRow]:
    # The sample is known to be right; what is measured here depends on no number and no id.
    checks = LoanChecks(
        read_phone=lambda text, _country: Phone(text, ()),
        first_line_of=lambda _loan_id, _line: None,
        locales=locales,
    )
    with SAMPLE_BOOK.open("rb") as stream:
        for result in read_loans(stream, checks).results:
            if isinstance(result, Accepted):
                yield result.row


def _answer_values(row: LoanRow) -> Mapping[str, object]:
    """The longest of everything that an answer may quote."""
    is_chinese = row.locale.startswith("zh")
    amount = wording.amount(row.amount_due, row.locale)
    day = wording.day(_LAST_DAY.date(), row.locale)
    return {
        "name": wording.addressed(row),
        "case": LONGEST_CASE,
        "promise_amount": amount,
        "promise_day": day,
        "answer_day": day,
        "call_when": day,
        "options": f"1）分3期，每期{amount}；2）延至{day}"
        if is_chinese
        else f"1) 3 x {amount} from {day} 2) pay by {day}",
        "plan": f"分3期，每期{amount}，{day}起" if is_chinese else f"3 x {amount} from {day}",
        "amount": amount,
        "day": day,
        "next_amount": amount,
        "next_day": day,
        "words": OPERATORS_WORDS["zh" if is_chinese else "en"],
    }


def _case(row: LoanRow, content: Content, is_first: bool) -> Case:
    """Late for the first time, so that the text says all that it ever says; or later in the episode."""
    loan = Loan(
        terms=row,
        as_of=_LAST_DAY,
        arrears=row.amount_due,
        balance=row.outstanding_balance,
        episode=row.due_date,
        steps=() if is_first else ("days-1-3",),
    )
    return Case(
        loan=loan,
        number=NumberStanding(phone=row.phone),
        person=PersonStanding(borrower_id=row.borrower_id),
        content=content,
        now=_LAST_DAY,
    )


def _contact(step: Step) -> Contact:
    if step.kind is not Kind.DEMAND:
        return Contact("", step, 1, _LAST_DAY, last_day=None, quiet_until=None)
    return Contact("", step, 1, _LAST_DAY, last_day=_LAST_DAY.date(), quiet_until=_LAST_DAY + timedelta(days=1))
