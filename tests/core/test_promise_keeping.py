"""A promise's way: noted, reminded of, kept with thanks or broken without reproach."""

from copy import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from duebridge.core import promise_keeping as keeping
from duebridge.core.loan import BROKEN_PROMISE, Loan, Pause, Payment, after_payment, from_file
from duebridge.core.money import Money
from duebridge.core.undertaking import Arrangement, ArrangementKind, ArrangementStatus, Part
from tests.builders import FILE_AS_OF, NOW, a_loan, a_row, the_content

DAY = date(2026, 3, 18)
CONTENT = the_content()


def a_promise(amount: int = 0, day: date = DAY, loan: Loan | None = None) -> Loan:
    return keeping.promised(loan or a_loan(), Part(day, amount), NOW, "inbound-1", CONTENT)


def pays(loan: Loan, minor: int, reference: str = "P1", at: datetime = NOW + timedelta(days=1)) -> Loan:
    return after_payment(loan, Payment("L1", Money(minor, "USD"), at.date(), reference, at))


def test_a_promised_loan_wakes_for_its_reminder_on_the_day_before() -> None:
    loan = a_promise()
    assert loan.next_contact_at == datetime(2026, 3, 17, 13, tzinfo=UTC)
    assert loan.pauses["promise"].until == datetime(2026, 3, 19, 5, tzinfo=UTC)


def test_a_promise_for_tomorrow_has_no_reminder() -> None:
    assert a_promise(day=date(2026, 3, 12)).next_contact_at == datetime(2026, 3, 13, 5, tzinfo=UTC)


def test_a_reminder_is_said_once_and_on_the_day_before_only() -> None:
    loan, eve = a_promise(), datetime(2026, 3, 17, 15, tzinfo=UTC)
    assert keeping.due_word(loan, eve) == keeping.PROMISE_REMINDER
    assert keeping.due_word(loan, eve - timedelta(days=1)) is None
    assert keeping.due_word(loan, eve + timedelta(days=1)) is None
    after = keeping.after_word(loan, eve, CONTENT)
    assert keeping.due_word(after, eve) is None
    assert after.next_contact_at == datetime(2026, 3, 19, 5, tzinfo=UTC)


def test_no_reminder_while_a_dispute_stands() -> None:
    held = a_promise().paused("disputed#1", Pause(NOW, None, "ticket-1"))
    assert keeping.due_word(held, datetime(2026, 3, 17, 15, tzinfo=UTC)) is None


def test_the_promised_sum_keeps_the_word_and_less_does_not() -> None:
    assert keeping.due_word(pays(a_promise(10_000), 9_999), NOW) is None
    assert keeping.due_word(pays(a_promise(10_000), 10_000), NOW) == keeping.PROMISE_KEPT


def test_two_payments_together_keep_it_and_a_reversal_takes_it_back() -> None:
    both = pays(pays(a_promise(10_000), 6_000), 4_000, "P2")
    assert both.promised is not None
    assert both.promised.kept
    back = pays(both, -4_000, "P3")
    assert back.promised is not None
    assert not back.promised.kept


def test_where_no_sum_was_named_any_payment_keeps_the_word() -> None:
    assert keeping.due_word(pays(a_promise(), 1), NOW) == keeping.PROMISE_KEPT


def test_a_kept_promise_ends_in_thanks_and_the_ladder_goes_on_with_what_is_left() -> None:
    kept = pays(a_promise(10_000), 10_000)
    assert kept.next_contact_at == NOW + timedelta(days=1)
    after = keeping.after_word(kept, NOW + timedelta(days=1), CONTENT)
    assert after.promised is None
    assert "promise" not in after.pauses
    assert after.next_contact_at is not None
    assert BROKEN_PROMISE not in after.marks


def test_a_cured_loan_is_thanked_and_then_sleeps() -> None:
    cured = pays(a_promise(), 22_218)
    assert keeping.due_word(cured, NOW) == keeping.PROMISE_KEPT
    assert keeping.after_word(cured, NOW, CONTENT).next_contact_at is None


def test_a_lower_sum_in_the_next_file_keeps_it_where_a_lender_has_no_payment_events() -> None:
    row = a_row(amount_due=Money(12_218, "USD"))
    assert from_file(row, FILE_AS_OF + timedelta(days=1), a_promise(10_000), ()).promised == replace(
        a_promise(10_000).promised,
        paid_minor=10_000,
        kept=True,  # type: ignore[type-var]
    )


def test_a_promise_is_broken_on_the_day_after_and_not_before() -> None:
    loan = a_promise()
    assert not keeping.is_broken(loan, datetime(2026, 3, 19, 4, 59, tzinfo=UTC))
    assert keeping.is_broken(loan, datetime(2026, 3, 19, 5, tzinfo=UTC))


def test_a_broken_promise_changes_the_scheme() -> None:
    content = the_content("morning-finance")
    loan = keeping.settled(a_promise(), datetime(2026, 3, 19, 15, tzinfo=UTC), content)
    assert BROKEN_PROMISE in loan.marks
    assert loan.promised is None
    assert "promise" not in loan.pauses
    assert content.strategy.scheme_for(loan.traits).segment == "broken-promise"


def test_a_promise_moved_by_the_borrower_keeps_the_day_on_which_it_was_first_made() -> None:
    moved = keeping.promised(a_promise(), Part(date(2026, 3, 25), 0), NOW + timedelta(days=2), "inbound-2", CONTENT)
    assert moved.promised is not None
    assert moved.promised.noted_at == NOW
    assert moved.promised.pay_on == date(2026, 3, 25)


def an_arrangement(*parts: int) -> Loan:
    plan = tuple(Part(DAY + timedelta(days=28 * place), amount) for place, amount in enumerate(parts))
    arrangement = Arrangement(
        status=ArrangementStatus.PROPOSED, kind=ArrangementKind.INSTALMENTS, parts=plan, chosen_at=NOW, by="inbound-1"
    )
    return keeping.agreed(a_loan(), arrangement, NOW, CONTENT)


def test_an_arrangements_parts_become_promises_one_after_the_other() -> None:
    loan = an_arrangement(10_000, 12_218)
    assert loan.promised is not None
    assert (loan.promised.pay_on, loan.promised.amount_minor) == (DAY, 10_000)
    going_on = keeping.after_word(pays(loan, 10_000), NOW, CONTENT)
    assert going_on.promised is not None
    assert (going_on.promised.pay_on, going_on.promised.amount_minor) == (DAY + timedelta(days=28), 12_218)
    over = keeping.after_word(pays(going_on, 12_218, "P2"), NOW, CONTENT)
    assert (over.promised, over.arrangement, over.next_contact_at) == (None, None, None)


def test_what_is_paid_ahead_counts_for_the_next_part() -> None:
    going_on = keeping.after_word(pays(an_arrangement(10_000, 12_218), 15_000), NOW, CONTENT)
    assert going_on.promised is not None
    assert going_on.promised.paid_minor == 5_000
    assert keeping.promise_wording(pays(an_arrangement(10_000, 12_218), 15_000), NOW, CONTENT) == (
        "answers/plan_kept",
        {"amount": "$150.00", "next_amount": "$72.18", "next_day": "Wed Apr 15"},
    )


def test_an_agreement_ends_what_waited_for_it_and_leaves_a_dispute_standing() -> None:
    held = replace(
        a_loan(),
        pauses={name: Pause(NOW, None, "ticket-1") for name in ("hardship#1", "arrangement#2", "disputed#3")},
    )
    part = (Part(DAY, 22_218),)
    arrangement = Arrangement(
        status=ArrangementStatus.PROPOSED, kind=ArrangementKind.EXTENSION, parts=part, chosen_at=NOW, by="inbound-1"
    )
    assert set(keeping.agreed(held, arrangement, NOW, CONTENT).pauses) == {"disputed#3", "promise"}


def test_a_broken_part_ends_the_arrangement() -> None:
    loan = keeping.settled(an_arrangement(10_000, 12_218), datetime(2026, 3, 19, 15, tzinfo=UTC), CONTENT)
    assert loan.arrangement is None
    assert BROKEN_PROMISE in loan.marks


@given(st.lists(st.integers(-30_000, 30_000), max_size=6), st.integers(0, 22_218))
def test_whatever_is_paid_a_promise_is_kept_exactly_when_the_money_is_there(payments: list[int], amount: int) -> None:
    loan = a_promise(amount)
    for number, minor in enumerate(payments):
        loan = pays(loan, minor, f"P{number}")
    assert loan.promised is not None
    assert loan.promised.kept == (sum(payments) > 0 and sum(payments) >= amount)
