"""Valid objects by default: a test names only what it is about."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from duebridge.adapters import content as content_adapter
from duebridge.core.contact import Text, demand_id
from duebridge.core.content import Content
from duebridge.core.decision import Case
from duebridge.core.loan import Loan, Payment
from duebridge.core.loan_file import Phone
from duebridge.core.loan_row import LoanRow
from duebridge.core.money import Money
from duebridge.core.payment_file import PaymentRow
from duebridge.core.policy import Policy
from duebridge.core.receipt import Receipt
from duebridge.core.reply import Inbound
from duebridge.core.standing import NumberStanding, PersonStanding
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason, Ticket
from duebridge.core.understanding import Understood
from infra.content import compile_content

NOW = datetime(2026, 3, 11, 16, 0, tzinfo=UTC)
"""A Wednesday, eleven in the morning in Chicago."""
FILE_AS_OF = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
PHONE = "+13125550101"
CHICAGO = "America/Chicago"


@cache
def the_content(lender: str = "harbour-bank") -> Content:
    """The project's own templates for one lender, compiled once a test run."""
    return content_adapter.parse(compile_content(lender))


COMPARED = {"harbour-bank": "voice", "morning-finance": "scheme"}
"""The comparison that a lender of these tests runs, of those that either may run."""


@cache
def compared_content(lender: str = "harbour-bank") -> Content:
    """The same, with one of the draft experiments running since the day of NOW."""
    content = content_adapter.parse(compile_content(lender, drafts_start=NOW.date()))
    running = tuple(each for each in content.experiments if each.name == COMPARED[lender])
    return replace(content, experiments=running)


def registered_content() -> Content:
    """The same, where the carriers of the United States know every text and the lender."""
    content = the_content()
    office = replace(content.lender.offices["US"], registered_entity="entity-1")
    return replace(
        content,
        lender=replace(content.lender, offices={**content.lender.offices, "US": office}),
        templates={key: replace(text, registered={"US": f"id of {key[0]}"}) for key, text in content.templates.items()},
    )


def a_row(**changes: Any) -> LoanRow:
    """A loan in Chicago, two days past due."""
    values: dict[str, Any] = {
        "loan_id": "L1",
        "agreement_number": "US251215044438",
        "borrower_id": "B1",
        "full_name": "Wei Garcia",
        "salutation": "Mr",
        "phone": PHONE,
        "number_zones": (CHICAGO,),
        "country": "US",
        "locale": "en-US",
        "time_zone": CHICAGO,
        "product": "Education loan",
        "principal": Money(125_760, "USD"),
        "outstanding_balance": Money(133_306, "USD"),
        "amount_due": Money(22_218, "USD"),
        "due_date": date(2026, 3, 9),
        "instalment_amount": Money(11_109, "USD"),
        "instalments_total": 12,
        "instalments_paid": 3,
        "opened_on": date(2025, 12, 28),
        "maturity_date": date(2026, 12, 28),
        "prior_delinquencies": 1,
    }
    return LoanRow(**(values | changes))


ROW_FIELDS = frozenset(LoanRow.__struct_fields__)


def a_loan(**changes: Any) -> Loan:
    """A loan that may be texted now. A field of its file row is changed by the same name."""
    row = a_row(**{name: value for name, value in changes.items() if name in ROW_FIELDS})
    values: dict[str, Any] = {
        "terms": row,
        "as_of": FILE_AS_OF,
        "arrears": row.amount_due,
        "balance": row.outstanding_balance,
        "episode": row.due_date,
        "next_contact_at": NOW,
    }
    return Loan(**(values | {name: value for name, value in changes.items() if name not in ROW_FIELDS}))


def days_late(days: int, **changes: Any) -> Loan:
    """A loan so many days past due at NOW."""
    return a_loan(due_date=date(2026, 3, 11) - timedelta(days=days), **changes)


def a_chinese_loan(**changes: Any) -> Loan:
    """A loan in Shanghai."""
    values: dict[str, Any] = {
        "full_name": "王芳",
        "salutation": "女士",
        "phone": "+8613800138001",
        "number_zones": ("Asia/Shanghai",),
        "country": "CN",
        "locale": "zh-CN",
        "time_zone": "Asia/Shanghai",
        "product": "数码分期",
        "principal": Money(467_600, "CNY"),
        "outstanding_balance": Money(413_047, "CNY"),
        "amount_due": Money(82_609, "CNY"),
        "instalment_amount": Money(82_609, "CNY"),
    }
    return a_loan(**(values | changes))


def a_number(**changes: Any) -> NumberStanding:
    """A number that may be texted."""
    return NumberStanding(**({"phone": PHONE} | changes))


def a_person(**changes: Any) -> PersonStanding:
    """A borrower who was never texted."""
    return PersonStanding(**({"borrower_id": "B1"} | changes))


def a_case(**changes: Any) -> Case:
    """Everything allows a contact."""
    loan = changes.get("loan") or a_loan()
    values: dict[str, Any] = {
        "loan": loan,
        "number": a_number(phone=loan.terms.phone),
        "person": a_person(borrower_id=loan.terms.borrower_id),
        "content": the_content(),
        "now": NOW,
    }
    return Case(**(values | changes))


def a_text(**changes: Any) -> Text:
    """The first demand for the loan of `a_loan`, as the planner queues it."""
    values: dict[str, Any] = {
        "contact_id": demand_id(Kind.DEMAND, "L1", date(2026, 3, 9), "days-1-3", 1),
        "kind": Kind.DEMAND,
        "phone": PHONE,
        "body": "Harbour Bank: please pay $222.18.",
        "locale": "en-US",
        "template": "unified/days-1-3",
        "template_version": "12345678",
        "segments": 1,
        "expires_at": NOW + timedelta(hours=9),
        "planned_at": NOW,
        "borrower_id": "B1",
        "loan_id": "L1",
        "step": "days-1-3",
        "attempt": 1,
        "episode": date(2026, 3, 9),
        "amount_minor": 22_218,
        "currency": "USD",
        "quiet_until": NOW + timedelta(days=9),
        "keep_days": 1096,
    }
    return Text(**(values | changes))


def an_answer(**changes: Any) -> Text:
    """The answer to a text that has just come in."""
    values: dict[str, Any] = {
        "contact_id": "answer-1",
        "kind": Kind.ANSWER,
        "phone": PHONE,
        "body": "Harbour Bank: thank you, we have your reply.",
        "locale": "en-US",
        "template": "answers/received",
        "template_version": "12345678",
        "segments": 1,
        "expires_at": NOW + timedelta(hours=24),
        "planned_at": NOW,
        "borrower_id": "B1",
        "loan_id": "L1",
        "inbound_id": "inbound-1",
        "inbound_at": NOW,
        "keep_days": 1096,
    }
    return Text(**(values | changes))


def a_receipt(event_type: str = "TEXT_DELIVERED", **changes: Any) -> Receipt:
    """A final delivery event for the text of `a_text`."""
    values: dict[str, Any] = {
        "event_type": event_type,
        "is_final": True,
        "contact_id": a_text().contact_id,
        "message_id": "message-1",
        "phone": PHONE,
        "at": NOW,
        "segments": 1,
        "price_micros": 8_810,
    }
    return Receipt(**(values | changes))


def an_inbound(body: str = "hello", **changes: Any) -> Inbound:
    """A text from the borrower's phone."""
    values: dict[str, Any] = {
        "inbound_id": "inbound-1",
        "phone": PHONE,
        "body": body,
        "answering_message_id": "",
        "at": NOW,
    }
    return Inbound(**(values | changes))


def an_understanding(*labels: str, **changes: Any) -> Understood:
    """A reply with these intents, the strictest first."""
    values: dict[str, Any] = {
        "labels": labels or ("other",),
        "is_dissatisfied": False,
        "promise": None,
        "states": frozenset(),
        "confidence": 0.9,
        "evidence": (),
    }
    return Understood(**(values | changes))


def a_payment(minor: int = 22_218, **changes: Any) -> Payment:
    """Money for the loan of `a_loan`, known to the lender an hour after its last file was cut."""
    values: dict[str, Any] = {
        "loan_id": "L1",
        "amount": Money(minor, "USD"),
        "paid_on": date(2026, 3, 11),
        "reference": "P1",
        "known_at": FILE_AS_OF + timedelta(hours=1),
    }
    return Payment(**(values | changes))


def a_payment_row(minor: int = 22_218, **changes: Any) -> PaymentRow:
    """The same as a payments file or an event states it."""
    values: dict[str, Any] = {
        "loan_id": "L1",
        "paid_on": date(2026, 3, 11),
        "amount": Money(minor, "USD"),
        "reference": "P1",
    }
    return PaymentRow(**(values | changes))


def a_ticket(**changes: Any) -> Ticket:
    """Open, and due in two hours."""
    values: dict[str, Any] = {
        "ticket_id": "ticket-1",
        "reason": Reason.REPLY,
        "priority": 3,
        "opened_at": NOW,
        "answer_by": NOW + timedelta(hours=2),
        "borrower_id": "B1",
        "loan_ids": ("L1",),
        "phone": PHONE,
        "about": "inbound-1",
        "masked_phone": "+13***01",
        "note": "a reply that a person should read",
    }
    return Ticket(**(values | changes))


def a_policy(**changes: Any) -> Policy:
    """Contact from eight to nine in the evening on every day, without caps."""
    return replace(the_content().policies["US"][0], **({"caps": (), "holidays": frozenset()} | changes))


def a_phone_reader(text: str, country: str) -> Phone:
    """Takes every number as it stands; the numbering plans have tests of their own."""
    return Phone(text, (CHICAGO,) if country == "US" else ())
