"""The menu of arrangements: what a lender's limits allow, to the cent, with every date on a working day."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from . import wording
from .content import Content
from .loan import Loan
from .money import Money
from .policy import Policy, working_days_after
from .strategy import Scheme
from .undertaking import ArrangementKind, ArrangementLimits, Offer, Option, Part

LEAST_PART_MINOR = 1
FEW_INSTALMENTS = 2
"""The shortest plan, offered beside the longest one."""
FIRST_PART_AFTER_DAYS = 14
"""Until the first instalment, so that a salary can come in between."""


def limits_of(loan: Loan, content: Content, scheme: Scheme) -> ArrangementLimits:
    """The lender's limits for the borrower's country, narrowed by those of the scheme."""
    return content.office(loan.terms.country).arrangements.narrowed(scheme.arrangements)


def options(loan: Loan, limits: ArrangementLimits, today: date, policies: Sequence[Policy]) -> tuple[Option, ...]:
    """At most three: all of it later, in few parts, in as many parts as the limits allow. None if nothing is owed."""
    if not loan.is_owed():
        return ()
    offered = []
    if limits.extension_days_at_most > 0:
        last = today + timedelta(days=limits.extension_days_at_most)
        offered.append(
            Option(ArrangementKind.EXTENSION, (Part(_latest_working_day(last, policies), loan.arrears.minor),))
        )
    most = min(limits.instalments_at_most, loan.arrears.minor // LEAST_PART_MINOR)
    for count in dict.fromkeys((FEW_INSTALMENTS, most)):
        if FEW_INSTALMENTS <= count <= most:
            offered.append(
                Option(ArrangementKind.INSTALMENTS, _instalments(loan.arrears.minor, count, today, policies))
            )
    return tuple(option for option in offered if option.parts[0].pay_on > today)


def menu(offer: Sequence[Option], currency: str, locale: str) -> str:
    """The options as a borrower reads them, numbered from 1: as short as two parts of a text ask for.

    Instalments say the sum of all but the last one; what did not divide is told once one is chosen.
    """
    is_chinese = locale.startswith("zh")
    lines = []
    for number, option in enumerate(offer, 1):
        first = wording.day(option.parts[0].pay_on, locale)
        amount = wording.amount(Money(option.parts[0].amount_minor, currency), locale)
        count = len(option.parts)
        if is_chinese:
            said = f"{first}前还{amount}" if count == 1 else f"分{count}期每月{amount}，{first}起"
            lines.append(f"{number}）{said}")
        else:
            said = f"{amount} by {first}" if count == 1 else f"{count} x {amount} monthly from {first}"
            lines.append(f"{number}) {said}")
    return ("；" if is_chinese else "; ").join(lines)


def plan(parts: Sequence[Part], currency: str, locale: str) -> str:
    """A chosen plan in words, to the cent."""
    amount = wording.amount(Money(parts[0].amount_minor, currency), locale)
    last = wording.amount(Money(parts[-1].amount_minor, currency), locale)
    first, count = wording.day(parts[0].pay_on, locale), len(parts)
    differs = parts[-1].amount_minor != parts[0].amount_minor
    if locale.startswith("zh"):
        if count == 1:
            return f"{first}前还{amount}"
        return f"分{count}期每月{amount}，{first}起" + (f"，末期{last}" if differs else "")
    if count == 1:
        return f"{amount} by {first}"
    return f"{count} x {amount} monthly from {first}" + (f", last {last}" if differs else "")


def is_open(offer: Offer | None, loan: Loan) -> bool:
    """Whether a choice from this menu still fits what is owed: nothing was paid, and no file moved the sum since."""
    return offer is not None and all(_total(option) == loan.arrears.minor for option in offer.options)


def _total(option: Option) -> int:
    return sum(part.amount_minor for part in option.parts)


def _instalments(total: int, count: int, today: date, policies: Sequence[Policy]) -> tuple[Part, ...]:
    """Equal parts a month apart; what does not divide goes on the last one, so that none comes as a surprise."""
    each, rest = divmod(total, count)
    first = today + timedelta(days=FIRST_PART_AFTER_DAYS)
    amounts = [each] * (count - 1) + [each + rest]
    return tuple(
        Part(_next_working_day(_months_later(first, number), policies), amount) for number, amount in enumerate(amounts)
    )


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return replace_day(year, month + 1, day.day)


def replace_day(year: int, month: int, day: int) -> date:
    """The day of that month, or the month's last."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _next_working_day(day: date, policies: Sequence[Policy]) -> date:
    return working_days_after(day - timedelta(days=1), 1, policies)


def _latest_working_day(day: date, policies: Sequence[Policy]) -> date:
    """Never beyond the limit."""
    while _next_working_day(day, policies) != day:
        day -= timedelta(days=1)
    return day
