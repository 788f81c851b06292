"""A promise's way: noted, reminded of, kept with thanks or broken without reproach."""

from copy import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from . import wording
from .contact import reminder_id
from .content import Content
from .decision import day_opens, wake_at
from .loan import BROKEN_PROMISE, Loan, Pause, reason_of
from .money import Money
from .undertaking import Arrangement, ArrangementStatus, Part, Promised

PROMISE_REMINDER, PROMISE_KEPT = "promise_reminder", "promise_kept"
"""Steps of texts about a promise."""
PROMISE = "promise"
"""The name of the pause that a promise sets."""
OVER_ONCE_ARRANGED = frozenset({"hardship", "plan_request", "arrangement"})
"""Holds that waited for exactly this."""
REMINDED_DAYS_AHEAD = 1
WORTH_A_REMINDER_DAYS = 3
"""A promise for tomorrow or the day after needs none."""


def end_of(loan: Loan, day: date) -> datetime:
    """The midnight after a day of the borrower's calendar."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(loan.terms.time_zone))
    return midnight.astimezone(UTC)


def promised(loan: Loan, payment: Part, now: datetime, by: str, content: Content, paid_minor: int = 0) -> Loan:
    """No demand until the day after. Moved by the borrower, a promise keeps the day on which it was first made."""
    known = loan.promised
    noted_at = known.noted_at if known and not known.kept and not is_broken(loan, now) else now
    promise = Promised(pay_on=payment.pay_on, amount_minor=payment.amount_minor, noted_at=noted_at, by=by)
    held = replace(loan, promised=promise.with_payment(paid_minor) if paid_minor else promise)
    held = held.paused(PROMISE, Pause(now, end_of(loan, payment.pay_on), by))
    if held.next_contact_at is None or (payment.pay_on - loan.today(now)).days < WORTH_A_REMINDER_DAYS:
        return held
    reminder_at = day_opens(loan, payment.pay_on - timedelta(days=REMINDED_DAYS_AHEAD), content)
    return replace(held, next_contact_at=min(held.next_contact_at, reminder_at))


def agreed(loan: Loan, arrangement: Arrangement, now: datetime, content: Content) -> Loan:
    """The parts of an agreed arrangement become promises, one after the other."""
    kept = {name: pause for name, pause in loan.pauses.items() if reason_of(name) not in OVER_ONCE_ARRANGED}
    terms = replace(arrangement, status=ArrangementStatus.AGREED)
    settled = replace(loan, pauses=kept, arrangement=terms)
    return promised(settled, arrangement.parts[0], now, arrangement.by, content)


def is_broken(loan: Loan, now: datetime) -> bool:
    """Its day has passed and the money did not come."""
    return loan.promised is not None and not loan.promised.kept and loan.today(now) > loan.promised.pay_on


def broken(loan: Loan) -> Loan:
    """The next text is of the scheme for broken promises; the arrangement that it belonged to is over."""
    return replace(_without_promise(loan), arrangement=None, marks=loan.marks | {BROKEN_PROMISE})


def after_thanks(loan: Loan, now: datetime, content: Content) -> Loan:
    """A kept promise is over; the next part of an arrangement takes its place, less what was paid ahead."""
    if loan.promised is None:
        return loan
    ahead = max(0, loan.promised.paid_minor - loan.promised.amount_minor)
    free = replace(_without_promise(loan), marks=loan.marks - {BROKEN_PROMISE})
    if loan.arrangement is None or loan.arrangement.status is not ArrangementStatus.AGREED:
        return replace(free, next_contact_at=wake_at(free, content, now))
    rest = list(loan.arrangement.parts[1:])
    while rest and ahead >= rest[0].amount_minor:
        ahead -= rest.pop(0).amount_minor
    if not rest or not free.is_owed():
        return replace(free, arrangement=None, next_contact_at=wake_at(free, content, now))
    going_on = replace(free, arrangement=replace(loan.arrangement, parts=tuple(rest)))
    return promised(going_on, rest[0], now, loan.arrangement.by, content, paid_minor=ahead)


def may_remind(loan: Loan, now: datetime) -> bool:
    """On the day before, if the promise stands and nothing else holds the loan."""
    promise = loan.promised
    return (
        promise is not None
        and not promise.kept
        and loan.is_owed()
        and loan.today(now) == promise.pay_on - timedelta(days=REMINDED_DAYS_AHEAD)
        and not any(pause.stands_at(now) for name, pause in loan.pauses.items() if name != PROMISE)
    )


def due_word(loan: Loan, now: datetime) -> str | None:
    """Whether a thanks or a reminder is to be said now."""
    if loan.promised is None:
        return None
    if loan.promised.kept:
        return PROMISE_KEPT
    return PROMISE_REMINDER if may_remind(loan, now) and not loan.promised.reminded else None


def after_word(loan: Loan, now: datetime, content: Content) -> Loan:
    """The loan once the word is in the queue: it sleeps until the day after the promise, or goes on."""
    if loan.promised is None or loan.promised.kept:
        return after_thanks(loan, now, content)
    reminded = replace(loan.promised, reminded=True)
    return replace(loan, promised=reminded, next_contact_at=end_of(loan, reminded.pay_on))


def settled(loan: Loan, now: datetime, content: Content) -> Loan:
    """The loan without a promise that is over, whether it was kept or broken."""
    if loan.promised is not None and loan.promised.kept:
        return after_thanks(loan, now, content)
    return broken(loan) if is_broken(loan, now) else loan


def promise_wording(loan: Loan, now: datetime, content: Content) -> tuple[str, dict[str, object]]:
    """Which text says it, and its words."""
    promise, locale = loan.promised, loan.terms.locale
    assert promise is not None  # noqa: S101 - the caller asked for a word about it

    def amount(minor: int) -> str:
        return wording.amount(Money(minor, loan.arrears.currency), locale) if minor > 0 else ""

    if not promise.kept:
        if loan.arrangement:
            return "answers/plan_due", {
                "amount": amount(promise.amount_minor),
                "day": wording.day(promise.pay_on, locale),
            }
        template = "answers/promise_reminder"
        return template, {
            "promise_day": wording.day(promise.pay_on, locale),
            "promise_amount": amount(promise.amount_minor),
        }
    if loan.arrangement is None:
        return "answers/promise_kept", {"promise_amount": amount(promise.paid_minor)}
    following = after_thanks(loan, now, content).promised
    if following is None:
        return "answers/plan_done", {}
    words: dict[str, object] = {
        "amount": amount(promise.paid_minor),
        "next_amount": amount(following.amount_minor - following.paid_minor),
        "next_day": wording.day(following.pay_on, locale),
    }
    return "answers/plan_kept", words


def is_reminder_of(loan: Loan, contact_id: str, now: datetime) -> bool:
    """Whether this reminder may still go: its promise stands, unmoved and unpaid, and nothing else holds the loan."""
    promise = loan.promised
    return (
        promise is not None
        and contact_id == reminder_id(PROMISE_REMINDER, loan.loan_id, promise.pay_on)
        and may_remind(loan, now)
    )


def _without_promise(loan: Loan) -> Loan:
    return replace(loan, promised=None, pauses={name: pause for name, pause in loan.pauses.items() if name != PROMISE})
