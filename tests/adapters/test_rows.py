"""Rows keep every value, cost what was planned, and are ordered as time is."""

import json
from copy import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from duebridge.adapters import rows
from duebridge.adapters.dynamo import plain, wired
from duebridge.adapters.phone_numbers import PhoneNumbers
from duebridge.adapters.queues import text_message, text_of
from duebridge.adapters.seen_ids import SeenIds
from duebridge.core.account_state import AccountState
from duebridge.core.contact import Text
from duebridge.core.file_results import Accepted
from duebridge.core.loan import EarlyPayments, LastDecision, Loan, Pause, Payment
from duebridge.core.loan_file import LoanChecks, read_loans
from duebridge.core.loan_row import LoanRow
from duebridge.core.money import EXPONENTS, Money
from duebridge.core.shard import SILENT, shard_of
from duebridge.core.standing import Counted, NumberStanding, PersonStanding, Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason, Status, Ticket
from tests.builders import NOW, a_chinese_loan, a_loan, a_number, a_text, a_ticket

SAMPLE = Path("infra/local/sample/loan-book.csv")
LONGEST_LOAN_ROW_BYTES = 1_024
"""One write unit."""

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
maybe_words = st.just("") | words
instants = st.integers(0, 20 * 365 * 86_400 * 10**6).map(
    lambda microseconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
maybe_instants = st.none() | instants
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))
counts = st.integers(0, 10**9)
id_words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)


def stored(row: rows.Row) -> rows.Row:
    """What DynamoDB gives back for a row."""
    return plain(json.loads(json.dumps(wired(row))))


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    currency = draw(st.sampled_from(sorted(EXPONENTS)))

    def money() -> Money:
        return Money(draw(counts), currency)

    terms = LoanRow(
        loan_id=draw(id_words),
        agreement_number=draw(id_words),
        borrower_id=draw(id_words),
        full_name=draw(words),
        salutation=draw(maybe_words),
        phone=draw(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)),
        number_zones=tuple(draw(st.lists(words, max_size=3))),
        country=draw(st.sampled_from(["US", "CN", "GB"])),
        locale=draw(st.sampled_from(["en-US", "zh-CN"])),
        time_zone=draw(words),
        product=draw(words),
        principal=money(),
        outstanding_balance=money(),
        amount_due=money(),
        due_date=draw(days),
        instalment_amount=money(),
        instalments_total=draw(counts),
        instalments_paid=draw(counts),
        opened_on=draw(days),
        maturity_date=draw(days),
        prior_delinquencies=draw(counts),
        sub=draw(st.none() | st.sampled_from(["US-MA"])),
        consent_source=draw(st.none() | words),
        consent_at=draw(maybe_instants),
        state=draw(st.none() | st.sampled_from(AccountState)),
    )
    pauses = st.builds(Pause, instants, maybe_instants, words)
    return Loan(
        terms=terms,
        as_of=draw(instants),
        arrears=money(),
        balance=money(),
        episode=draw(days),
        steps=tuple(draw(st.lists(words, max_size=4))),
        retry=draw(maybe_words),
        pauses=draw(st.dictionaries(words, pauses, max_size=3)),
        next_contact_at=draw(maybe_instants),
        marks=frozenset(draw(st.sets(words, max_size=3))),
        credit_minor=draw(counts),
        balance_credit_minor=draw(counts),
        silent=draw(st.booleans()),
        paid_known_at=draw(maybe_instants),
        last_decision=draw(st.none() | st.builds(LastDecision, instants, words, maybe_instants)),
        version=draw(counts),
    )


texts = st.builds(
    Text,
    contact_id=id_words,
    kind=st.sampled_from(Kind),
    phone=id_words,
    body=words,
    locale=words,
    template=words,
    template_version=words,
    segments=st.integers(1, 9),
    expires_at=instants,
    planned_at=instants,
    borrower_id=maybe_words,
    loan_id=maybe_words,
    step=maybe_words,
    attempt=st.integers(0, 2),
    episode=st.none() | days,
    amount_minor=counts,
    currency=maybe_words,
    quiet_until=maybe_instants,
    inbound_id=maybe_words,
    inbound_at=maybe_instants,
    registered_template=maybe_words,
    registered_entity=maybe_words,
    keep_days=counts,
    releases=counts,
)
numbers = st.builds(
    NumberStanding,
    phone=id_words,
    suppressed=st.none() | st.sampled_from(Suppression),
    suppressed_at=maybe_instants,
    confirmation=maybe_words,
    listed_at=maybe_instants,
    carrier_told=st.booleans(),
    answers=st.lists(instants, max_size=4).map(tuple),
    version=counts,
)
persons = st.builds(
    PersonStanding,
    borrower_id=id_words,
    counted=st.dictionaries(id_words, st.builds(Counted, instants, maybe_instants), max_size=4),
    version=counts,
)
tickets = st.builds(
    Ticket,
    ticket_id=id_words,
    reason=st.sampled_from(Reason),
    priority=st.integers(1, 3),
    opened_at=instants,
    answer_by=instants,
    status=st.sampled_from(Status),
    borrower_id=maybe_words,
    loan_ids=st.lists(id_words, max_size=3).map(tuple),
    phone=maybe_words,
    about=maybe_words,
    masked_phone=maybe_words,
    note=maybe_words,
)
payments = st.builds(
    Payment,
    loan_id=id_words,
    amount=st.builds(Money, st.integers(-(10**9), 10**9), st.sampled_from(sorted(EXPONENTS))),
    paid_on=days,
    reference=id_words,
    known_at=instants,
)


@given(loans())
def test_a_loan_survives_its_row(loan: Loan) -> None:
    assert rows.loan(stored(rows.loan_row(loan))) == loan


@given(texts)
def test_a_text_survives_its_row_and_its_queue(text: Text) -> None:
    assert rows.text(stored(rows.text_row(text))) == text
    assert text_of(text_message(text)) == text


@given(numbers)
def test_a_numbers_standing_survives_its_row(number: NumberStanding) -> None:
    assert rows.number(number.phone, stored(rows.number_row(number))) == number


@given(persons)
def test_a_persons_standing_survives_its_row(person: PersonStanding) -> None:
    assert rows.person(person.borrower_id, stored(rows.person_row(person))) == person


@given(tickets)
def test_a_ticket_survives_its_row(ticket: Ticket) -> None:
    assert rows.ticket(stored(rows.ticket_row(ticket))) == ticket


@given(payments)
def test_a_payment_survives_its_row(payment: Payment) -> None:
    assert rows.payment(stored(rows.payment_row(payment))) == payment


@given(st.lists(payments, max_size=4), counts)
def test_early_payments_survive_their_row(kept: list[Payment], version: int) -> None:
    early = EarlyPayments("L1", tuple(replace(payment, loan_id="L1") for payment in kept), version)
    assert rows.early_payments(stored(rows.early_payments_row(early))) == early


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, instants, zones)
def test_stamps_are_ordered_as_time_is_in_whatever_zone(one: datetime, other: datetime, zone: timezone) -> None:
    assert (rows.stamp(one) < rows.stamp(other.astimezone(zone))) == (one < other)
    assert rows.instant(rows.stamp(one.astimezone(zone))) == one


def test_a_loan_is_in_the_planners_index_only_while_it_waits() -> None:
    assert rows.loan_row(a_loan())["shard"] == shard_of("L1")
    assert rows.loan_row(a_loan(silent=True))["shard"] == SILENT
    sleeping = rows.loan_row(a_loan(next_contact_at=None))
    assert not {"shard", "next_contact_at"} & sleeping.keys()


def test_a_suppressed_number_is_in_the_sweeps_index_as_untold_and_then_as_listed() -> None:
    number = a_number(suppressed=Suppression.OPTED_OUT, suppressed_at=NOW)
    assert rows.number_row(number)["unsettled"] == "opt_out"
    told = a_number(suppressed=Suppression.OPTED_OUT, suppressed_at=NOW, carrier_told=True)
    assert (rows.number_row(told)["unsettled"], rows.number_row(told)["unsettled_since"]) == ("listed", rows.stamp(NOW))
    seen = replace(told, listed_at=NOW + timedelta(days=1))
    assert rows.number_row(seen)["unsettled_since"] == rows.stamp(NOW + timedelta(days=1))
    assert "unsettled" not in rows.number_row(told.reinstated())
    assert "unsettled" not in rows.number_row(a_number())


def test_what_is_empty_is_not_stored_and_zero_is() -> None:
    assert rows.sparse({"a": "", "b": (), "c": [], "d": {}, "e": None, "f": 0, "g": False}) == {"f": 0, "g": False}


@pytest.mark.parametrize("row", [rows.loan_row(a_loan()), rows.text_row(a_text()), rows.ticket_row(a_ticket())])
def test_rows_hold_nothing_that_dynamodb_cannot_keep(row: rows.Row) -> None:
    serializer, deserializer = TypeSerializer(), TypeDeserializer()
    assert {name: deserializer.deserialize(serializer.serialize(value)) for name, value in row.items()} == row


def item_bytes(value: Any) -> int:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        return len(str(abs(value))) // 2 + 2
    if isinstance(value, dict):
        return 3 + sum(1 + len(name.encode()) + item_bytes(each) for name, each in value.items())
    return 3 + sum(1 + item_bytes(each) for each in value)


def row_bytes(row: rows.Row) -> int:
    return sum(len(name.encode()) + item_bytes(value) for name, value in row.items())


@cache
def sample_loans() -> list[LoanRow]:
    """The shipped sample book."""
    with SeenIds() as seen, SAMPLE.open("rb") as file:
        checks = LoanChecks(PhoneNumbers(), seen.first_line_of, {"zh-CN", "en-US", "en-GB", "en-IN", "en"})
        results = list(read_loans(file, checks).results)
    return [result.row for result in results if isinstance(result, Accepted)]


def in_mid_conversation(row: LoanRow) -> Loan:
    """A loan late in its ladder, with a pause, a payment and a decision behind it: longer than most ever get."""
    return Loan(
        terms=row,
        as_of=NOW,
        arrears=row.amount_due,
        balance=row.outstanding_balance,
        episode=row.due_date,
        steps=("days-1-3", "days-4-15", "days-16-30"),
        pauses={"paid_claim": Pause(NOW, NOW, "b2e6b0c2-6f3b-4b6e-9a55-2f8b1d4f6a10")},
        next_contact_at=NOW,
        paid_known_at=NOW,
        last_decision=LastDecision(NOW, "contact", None),
        version=12,
    )


def test_a_loan_of_the_sample_book_costs_one_write_unit() -> None:
    assert len(sample_loans()) > 900
    longest = max(row_bytes(rows.loan_row(in_mid_conversation(row))) for row in sample_loans())
    assert longest <= LONGEST_LOAN_ROW_BYTES


def test_chinese_names_are_counted_by_their_bytes() -> None:
    assert row_bytes({"name": "王芳"}) == 4 + 6
    assert row_bytes(rows.loan_row(a_chinese_loan())) <= LONGEST_LOAN_ROW_BYTES
