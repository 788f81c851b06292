"""What follows from a reply, row by row of the table."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.account_state import AccountState
from duebridge.core.loan import DISSATISFIED, HARDSHIP, REPLIED, Loan, reason_of
from duebridge.core.money import Money
from duebridge.core.promise import Promise
from duebridge.core.response import Heard, Response, changed, respond
from duebridge.core.ticket import PRIORITY, URGENT, Reason
from duebridge.core.treatment import TREATMENTS
from duebridge.core.undertaking import Arrangement, ArrangementKind, ArrangementStatus, Part
from tests.builders import NOW, a_loan, an_inbound, an_understanding, the_content

FRIDAY = date(2026, 3, 13)


def heard(*labels: str, **changes: Any) -> Heard:
    """A reply about the one loan L1, which is owed."""
    loan = changes.pop("loan", a_loan())
    understood = an_understanding(
        *labels,
        is_dissatisfied=changes.pop("is_dissatisfied", False),
        promise=changes.pop("promise", None),
        states=changes.pop("states", frozenset()),
        is_letter=changes.pop("is_letter", False),
    )
    values: dict[str, Any] = {
        "inbound": an_inbound(changes.pop("body", "words of a borrower"), at=NOW),
        "understood": understood,
        "loans": {loan.loan_id: loan},
        "target": loan,
        "content": the_content(),
        "now": NOW,
    }
    return Heard(**(values | changes))


def after(case: Heard) -> Loan:
    (loan,) = case.loans.values()
    return changed(loan, respond(case), case) or loan


def template(response: Response) -> str:
    return response.answer.template if response.answer else ""


@pytest.mark.parametrize(
    ("label", "reason", "answer", "holds"),
    [
        ("vulnerable", Reason.VULNERABLE, "answers/crisis", {"vulnerable"}),
        ("deceased", Reason.DECEASED, "", {"deceased"}),
        ("legal", Reason.LEGAL, "", {"legal"}),
        ("dispute", Reason.DISPUTE, "answers/dispute_received", {"disputed"}),
        ("complaint", Reason.COMPLAINT, "answers/complaint_received", {"complaint"}),
        ("hardship", Reason.HARDSHIP, "answers/arrangement_offer", {"hardship"}),
        ("plan_request", Reason.PLAN_REQUEST, "answers/arrangement_offer", {"plan_request"}),
        ("promise_to_pay", None, "answers/promise_noted", set()),
        ("paid", Reason.PAID_CLAIM, "answers/paid_check", set()),
        ("callback", Reason.CALLBACK, "answers/callback_noted", {"callback"}),
        ("help", Reason.QUESTION, "answers/question_received", {"question"}),
        ("opt_in", None, "answers/opted_in", set()),
        ("acknowledge", None, "", set()),
        ("other", Reason.REPLY, "answers/menu", {"reply_waits"}),
    ],
)
def test_each_intent_has_its_ticket_its_answer_and_its_hold(
    label: str, reason: Reason | None, answer: str, holds: set[str]
) -> None:
    response = respond(heard(label))
    assert (response.reason, template(response), response.holds) == (reason, answer, holds)


def test_the_strictest_intent_names_ticket_and_answer_and_all_of_them_hold() -> None:
    response = respond(heard("dispute", "hardship", "callback"))
    assert response.reason is Reason.DISPUTE
    assert template(response) == "answers/dispute_received"
    assert response.holds == {"disputed", "hardship", "callback"}
    assert response.marks == {REPLIED, HARDSHIP}


@pytest.mark.parametrize("label", ["deceased", "legal"])
def test_no_machine_answers_a_death_or_a_lawyer_whatever_else_is_asked(label: str) -> None:
    assert respond(heard(label, "callback")).answer is None


def test_a_lawyer_a_bankruptcy_and_cease_all_hold_by_their_own_names() -> None:
    case = heard("legal", states=frozenset({AccountState.ATTORNEY, AccountState.CEASE_ALL}))
    assert {reason_of(name) for name in after(case).pauses} == {"legal", "attorney", "cease_all"}


def test_a_hold_waits_for_its_own_ticket_and_so_do_two() -> None:
    first = after(heard("help"))
    second = heard("help", loan=first, inbound=an_inbound("and?", inbound_id="inbound-2", at=NOW))
    pauses = after(second).pauses
    assert [reason_of(name) for name in pauses] == ["question", "question"]
    assert len({pause.by for pause in pauses.values()}) == 2


def test_the_same_reply_again_changes_nothing() -> None:
    for label in TREATMENTS:
        case = heard(label, promise=Promise("Friday", FRIDAY, None))
        once = after(case)
        again = replace(case, loans={"L1": once}, target=once)
        assert changed(once, respond(again), again) is None, label


# Promises.


def promising(**changes: Any) -> Heard:
    return heard("promise_to_pay", **({"promise": Promise("Friday", FRIDAY, Decimal("100.00"))} | changes))


def test_a_promise_is_noted_and_leaves_the_borrower_in_peace_until_the_day_after() -> None:
    loan = after(promising())
    assert loan.promised is not None
    assert (loan.promised.pay_on, loan.promised.amount_minor) == (FRIDAY, 10_000)
    assert loan.pauses["promise"].until == datetime(2026, 3, 14, 5, tzinfo=UTC)
    response = respond(promising())
    assert response.answer is not None
    assert response.answer.values == {"promise_day": "Fri Mar 13", "promise_amount": "$100.00"}
    assert response.reason is None


def test_a_promise_without_a_day_is_asked_for_one_and_never_guessed() -> None:
    case = promising(promise=Promise("soon", None, None))
    response = respond(case)
    assert response.promise is None
    assert response.answer is not None
    assert response.answer.values == {"promise_day": "", "promise_amount": ""}
    assert after(case).promised is None
    assert after(case).pauses["promise"].until == datetime(2026, 3, 14, 5, tzinfo=UTC)


def test_a_promise_for_a_day_that_has_passed_is_no_promise() -> None:
    assert respond(promising(promise=Promise("yesterday", date(2026, 3, 10), None))).promise is None


def test_a_promise_too_far_away_is_for_a_person() -> None:
    response = respond(promising(promise=Promise("30 June", date(2026, 6, 30), None)))
    assert (response.reason, response.promise, template(response)) == (Reason.PROMISE, None, "answers/received")
    assert "reply_waits" in response.holds


def test_a_promise_put_off_again_and_again_is_measured_from_the_first_time() -> None:
    loan = after(promising())
    much_later = NOW + timedelta(days=1)
    moved = promising(loan=loan, promise=Promise("", date(2026, 4, 11), None), now=much_later)
    assert respond(moved).promise is not None
    assert (
        respond(
            replace(moved, understood=an_understanding("promise_to_pay", promise=Promise("", date(2026, 4, 12), None)))
        ).reason
        is Reason.PROMISE
    )


def test_a_promise_of_a_borrower_with_two_loans_is_for_a_person_when_nobody_can_tell_which() -> None:
    two = {"L1": a_loan(), "L2": a_loan(loan_id="L2")}
    response = respond(promising(loans=two, target=None))
    assert (response.reason, response.promise) == (Reason.PROMISE, None)


@pytest.mark.parametrize("amount", ["0", "99999999"])
def test_an_amount_that_cannot_be_meant_is_left_out(amount: str) -> None:
    response = respond(promising(promise=Promise("Friday", FRIDAY, Decimal(amount))))
    assert response.promise == Part(FRIDAY, 0)


def test_tomorrow_counts_from_the_day_on_which_the_borrower_wrote() -> None:
    case = promising(promise=Promise("today", date(2026, 3, 11), None), now=NOW + timedelta(days=2))
    assert case.today == date(2026, 3, 11)
    assert respond(case).promise == Part(date(2026, 3, 11), 0)


# Paid, questions, menus.


def test_a_claim_to_have_paid_pauses_for_three_working_days() -> None:
    assert after(heard("paid")).pauses["paid_claim"].until == datetime(2026, 3, 17, 5, tzinfo=UTC)


def test_a_claim_that_the_books_confirm_gets_thanks_and_no_ticket() -> None:
    response = respond(heard("paid", loan=a_loan(arrears=Money(0, "USD"))))
    assert (response.reason, template(response), response.rests) == (None, "answers/paid_thanks", {})


def test_a_question_that_the_help_block_answers_needs_nobody_and_pauses_nothing() -> None:
    response = respond(heard("help", is_answered_by_help=True))
    assert (response.reason, template(response), response.holds) == (None, "answers/help", set())


@pytest.mark.parametrize("body", ["Я не могу платить", "ありがとうございます", "शुक्रिया"])
def test_a_reply_in_another_language_is_told_which_ones_we_read(body: str) -> None:
    assert template(respond(heard("other", body=body))) == "answers/language"


@pytest.mark.parametrize("label", ["acknowledge", "opt_in", "promise_to_pay", "paid", "help"])
def test_a_letter_goes_to_a_person_and_nothing_is_asked_of_the_borrower_meanwhile(label: str) -> None:
    case = heard(label, is_letter=True, is_answered_by_help=True)
    response = respond(case)
    assert response.reason
    assert any("long letter" in note for note in response.notes)
    assert {reason_of(name) for name in after(case).pauses} >= {"reply_waits"}


def test_what_one_may_reply_is_said_once_a_day() -> None:
    assert respond(heard("other", is_menu_known=True)).answer is None
    assert respond(heard("other", is_menu_known=True)).reason is Reason.REPLY


def test_hardship_is_offered_what_the_lenders_limits_allow_and_the_offer_is_kept() -> None:
    case = heard("hardship")
    response = respond(case)
    assert response.answer is not None
    assert str(response.answer.values["options"]).startswith("1) $222.18 by ")
    assert response.offer is not None
    assert response.offer.ticket_id == response.ticket_id
    assert after(case).offer == response.offer


def test_no_menu_goes_to_a_borrower_who_has_an_arrangement_or_whose_loan_nobody_can_tell() -> None:
    parts = (Part(FRIDAY, 22_218),)
    standing = Arrangement(
        status=ArrangementStatus.AGREED, kind=ArrangementKind.EXTENSION, parts=parts, chosen_at=NOW, by="inbound-0"
    )
    assert template(respond(heard("hardship", loan=a_loan(arrangement=standing)))) == "answers/received"
    assert template(respond(heard("hardship", target=None))) == "answers/loan_unclear"


def test_a_menu_that_was_half_sent_before_is_the_same_menu_the_next_day() -> None:
    case = heard("hardship")
    kept = after(case)
    later = replace(case, loans={"L1": kept}, target=kept, now=NOW + timedelta(days=3))
    again, first = respond(later), respond(case)
    assert again.offer == first.offer
    assert again.answer == first.answer


def test_a_dispute_names_the_day_by_which_it_is_answered() -> None:
    response = respond(heard("dispute"))
    assert response.answer is not None
    assert response.answer.values == {"answer_day": "Thu Mar 12"}


def test_a_callback_is_promised_in_the_borrowers_own_words() -> None:
    response = respond(heard("callback", body="Please call me after 6pm"))
    assert response.answer is not None
    assert response.answer.values == {"call_when": "after 6pm"}


# Displeasure, floods, suppressed numbers.


@pytest.mark.parametrize("label", sorted(TREATMENTS))
def test_displeasure_with_any_intent_opens_a_ticket_and_marks_the_loan(label: str) -> None:
    case = heard(label, is_dissatisfied=True)
    assert respond(case).reason is not None
    assert DISSATISFIED in after(case).marks


def test_a_flood_is_answered_by_nobody_and_has_one_ticket_a_day() -> None:
    first = respond(heard("other", is_flood=True))
    second = respond(heard("help", is_flood=True, inbound=an_inbound("?", inbound_id="inbound-12", at=NOW)))
    assert first.answer is second.answer is None
    assert first.ticket_id == second.ticket_id
    assert first.reason is Reason.MANY_REPLIES


def test_even_in_a_flood_a_crisis_is_heard() -> None:
    assert respond(heard("vulnerable", is_flood=True)).reason is Reason.VULNERABLE


def test_what_may_not_be_answered_by_text_any_more_goes_to_a_person() -> None:
    response = respond(heard("help", is_suppressed=True, is_answered_by_help=True))
    assert response.reason is Reason.REPLY


@given(
    st.lists(st.sampled_from(sorted(TREATMENTS)), min_size=1, max_size=3, unique=True),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_whatever_was_said_has_an_effect_or_a_ticket(
    labels: list[str], is_dissatisfied: bool, is_flood: bool, is_suppressed: bool
) -> None:
    ordered = [label for label in TREATMENTS if label in labels]
    case = heard(*ordered, is_dissatisfied=is_dissatisfied, is_flood=is_flood, is_suppressed=is_suppressed)
    response = respond(case)
    assert response.ticket_id or response.answer or changed(case.loans["L1"], response, case)
    assert bool(response.holds) <= bool(response.ticket_id)
    if any(PRIORITY.get(TREATMENTS[label].reason or Reason.REPLY) == URGENT for label in ordered):
        assert PRIORITY[response.reason or Reason.REPLY] == URGENT
