"""A borrower who asked to be forgotten is gone from all tables; what must stay stays, and a crash costs nothing."""

import json
from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from duebridge.adapters import dynamo
from duebridge.adapters.rows import Row
from duebridge.core.contact import State, Unknown
from duebridge.core.erasure import ErasureRefusedError, read_case
from duebridge.core.loan import Pause
from duebridge.core.standing import Suppression
from duebridge.core.ticket import Status
from infra.erasure import Erasure, Found
from infra.explanation import explain
from infra.records import LiveRecords
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE, rows_of
from tests.builders import (
    NOW,
    PHONE,
    a_loan,
    a_number,
    a_payment_row,
    a_receipt,
    a_text,
    a_ticket,
    an_inbound,
    an_understanding,
    the_content,
)
from tests.stores import aws_client
from tests.world import World

NAMES = {"LoanTable": LOAN_TABLE, "ConversationTable": CONVERSATION_TABLE, "TicketTable": TICKET_TABLE}
CASE = read_case("ER-2026-17", "AB")
OTHER_PHONE = "+13125550199"
WORDS = "my daughter is ill and I cannot pay"


def tables(client: Any = None) -> Erasure:
    return Erasure(client or aws_client("dynamodb"), NAMES)


def everything() -> str:
    """All that the three tables hold."""
    return json.dumps([rows_of(aws_client("dynamodb"), table) for table in NAMES.values()], default=str)


def rows_under(table: str, key: str) -> list[Row]:
    return LiveRecords(aws_client("dynamodb"), NAMES).partition(table, key)


def converse(world: World) -> None:
    """A text, its receipt, a reply that opens a ticket, a part payment, and an operator who closes the ticket."""
    other = a_loan(loan_id="L9", borrower_id="B9", phone="+13125550109", full_name="Ann Other", agreement_number="US9")
    world.knows(a_loan(), a_loan(loan_id="L2", phone=OTHER_PHONE), other)
    text = world.plans()
    world.sender.send(text)
    world.receipts.record(a_receipt(contact_id=text.contact_id))
    world.clock.advance(minutes=5)
    world.listener.receive(an_inbound(WORDS, at=world.clock.now()))
    world.cashier.record(a_payment_row(100), world.clock.now())
    for ticket in world.open_tickets:
        world.loans.record_audit("L1", NOW, f"{ticket.ticket_id}#1", "2026-03-11 16:00 UTC, AB: hold hardship", 0)
        closed = replace(ticket, status=Status.CLOSED, closings=1, history=(f"AB: {WORDS}",))
        aws_client("dynamodb").delete_item(TableName=TICKET_TABLE, Key=dynamo.wired({"ticket_id": ticket.ticket_id}))
        world.tickets.open(closed)


def erased(world: World, loan_id: str = "L1") -> Found:
    found = tables().of_loan(loan_id)
    assert found is not None
    tables().begin(found, CASE, world.clock.now())
    tables().carry_out(found, CASE, world.clock.now())
    return found


def test_no_number_no_name_and_no_word_of_the_borrower_is_left(world: World) -> None:
    converse(world)
    before = everything()
    said = ("Wei Garcia", PHONE, OTHER_PHONE, WORDS, "US251215044438", "+13***01", "hold hardship", "Harbour")
    assert [word for word in said if word not in before] == []
    found = erased(world, "L2")
    assert [loan.loan_id for loan in found.loans] == ["L1", "L2"]
    assert (found.texts, found.replies, len(found.tickets)) == (1, 1, 1)
    after = everything()
    assert [word for word in said if word in after] == []
    assert "hardship" not in json.dumps(rows_under("LoanTable", "L1"), default=str)


def test_other_borrowers_keep_what_is_theirs(world: World) -> None:
    converse(world)
    before = rows_under("LoanTable", "L9")
    erased(world)
    assert rows_under("LoanTable", "L9") == before


def test_a_loan_stays_as_an_empty_row_that_is_never_texted_again(world: World) -> None:
    converse(world)
    known = world.loan()
    erased(world)
    loan = world.loan()
    assert (loan.arrears, loan.balance, loan.terms.due_date) == (known.arrears, known.balance, known.terms.due_date)
    assert (loan.terms.phone, loan.terms.full_name, loan.next_contact_at) == ("", "", None)
    assert set(loan.pauses) == {"erased"}
    told = explain(LiveRecords(aws_client("dynamodb"), NAMES), the_content(), "L1", world.clock.now())
    assert told is not None
    assert told.decision.outcome.reason == "erased"  # type: ignore[union-attr]  # a contact has no reason, and fails here
    assert any("erased on request" in happening.what for happening in told.happenings)


def test_what_proves_when_which_wording_went_outlives_the_erasure(world: World) -> None:
    converse(world)
    (sent,) = world.conversations.conversation(PHONE).contacts
    (row,) = [r for r in rows_under("ConversationTable", f"phone#{PHONE}") if r["entry"].startswith("contact#")]
    erased(world)
    (proof,) = [r for r in rows_under("LoanTable", "L1") if r["entry"].startswith("text#")]
    assert proof["entry"] == f"text#{sent.text.contact_id}"
    assert (proof["template"], proof["wording"], proof["status"]) == (
        sent.text.template,
        sent.text.template_version,
        State.DELIVERED,
    )
    assert proof["rules"] == list(sent.rules)
    assert proof["forget_after"] == row["forget_after"]
    assert not {"body", "who", "amount", "phone", "message_id"} & proof.keys()


def test_nothing_is_kept_of_answers_for_which_one_it_was_may_tell_of_hardship(world: World) -> None:
    converse(world)
    for text in world.outbox.texts:
        world.sender.send(text)
    kinds = {row["kind"] for row in rows_under("ConversationTable", f"phone#{PHONE}") if "kind" in row}
    assert kinds == {"answer", "demand"}
    erased(world)
    assert {row["kind"] for row in rows_under("LoanTable", "L1") if row["entry"].startswith("text#")} == {"demand"}


def test_money_that_still_comes_and_goes_wakes_no_text(world: World) -> None:
    converse(world)
    erased(world)
    queued = len(world.outbox.texts)
    world.cashier.record(a_payment_row(22_118, reference="P8"), world.clock.now())
    world.cashier.record(a_payment_row(-22_118, reference="P9"), world.clock.now())
    assert world.loan().next_contact_at is not None
    world.plan()
    assert len(world.outbox.texts) == queued
    assert world.loan().next_contact_at is None


def test_an_opt_out_outlives_the_erasure_and_nothing_else_of_its_number_does(world: World) -> None:
    converse(world)
    told_at = NOW - timedelta(days=1)
    number = world.conversations.number(PHONE).suppress(Suppression.OPTED_OUT, told_at, confirmation="answer-9")
    world.conversations.save_number(replace(number, answers=(NOW,)))
    found = erased(world)
    assert found.suppressed == 1
    left = world.conversations.number(PHONE)
    assert (left.suppressed, left.suppressed_at) == (Suppression.OPTED_OUT, told_at)
    assert (left.answers, left.confirmation) == ((), "")
    assert [row["entry"] for row in rows_under("ConversationTable", f"phone#{PHONE}")] == ["standing"]
    assert [each.phone for each in world.conversations.unsettled("opt_out", NOW, 5)] == [PHONE]


def test_a_number_that_opted_in_again_still_comes_off_the_providers_list_first(world: World) -> None:
    world.knows()
    world.conversations.save_number(a_number(carrier_told=True))
    erased(world)
    assert world.conversations.number(PHONE).carrier_told


def test_texts_to_an_earlier_number_of_the_borrower_are_found_too(world: World) -> None:
    converse(world)
    world.loans.save(replace(world.loan(), terms=replace(world.loan().terms, phone="+13125550177")))
    erased(world)
    assert rows_under("ConversationTable", f"phone#{PHONE}") == []


def test_at_a_shared_number_the_other_borrowers_conversation_stays(world: World) -> None:
    converse(world)
    shared = a_text(contact_id="demand-9", loan_id="L9", borrower_id="B9", body="for somebody else")
    standing = world.conversations.number(PHONE)
    world.conversations.claim(shared, NOW, standing, world.conversations.person("B9"), None, ())
    world.conversations.store_reply(PHONE, "inbound-9", "whose is this?", NOW, 400)
    world.conversations.store_reply(PHONE, "inbound-10", "for the other", NOW, 400)
    world.conversations.note_understood(PHONE, "inbound-10", an_understanding(), 1096, "demand-9")
    found = erased(world)
    left = world.conversations.conversation(PHONE)
    assert [row.text.contact_id for row in left.contacts] == ["demand-9"]
    assert {"inbound-9", "inbound-10"} <= {reply.inbound_id for reply in left.replies}
    assert WORDS not in everything()
    assert found.left == 1


def test_a_ticket_over_many_borrowers_loans_is_left_alone(world: World) -> None:
    world.knows(a_loan(), a_loan(loan_id="L9", borrower_id="B9"))
    world.tickets.open(a_ticket(ticket_id="hand-over", borrower_id="", phone="", loan_ids=("L1", "L9")))
    world.tickets.open(a_ticket(ticket_id="alone", borrower_id="", phone="", loan_ids=("L1",), status=Status.CLOSED))
    erased(world)
    assert world.tickets.get("hand-over").loan_ids == ("L1", "L9")
    assert world.tickets.get("alone").loan_ids == ()


def test_a_ticket_that_somebody_edited_into_something_unreadable_goes_whole(world: World) -> None:
    world.knows()
    world.tickets.open(a_ticket(status=Status.CLOSED))
    aws_client("dynamodb").update_item(
        TableName=TICKET_TABLE,
        Key=dynamo.wired({"ticket_id": "ticket-1"}),
        UpdateExpression="SET priority = :word",
        ExpressionAttributeValues=dynamo.wired({":word": "high"}),
    )
    erased(world)
    assert rows_of(aws_client("dynamodb"), TICKET_TABLE) == []


def open_ticket(world: World) -> None:
    world.tickets.open(a_ticket())


def dispute(world: World) -> None:
    world.loans.save(world.loan().paused("disputed#12345678", Pause(NOW, None, "ticket-1")))


def doubt(world: World) -> None:
    world.carrier.outcomes = [Unknown("ReadTimeoutError")]
    world.sender.send(a_text())


def wait(world: World) -> None:
    world.conversations.wait(a_text(), NOW + timedelta(hours=9), "outside_hours")


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        pytest.param(open_ticket, "ticket ticket-1 (reply) is open", id="ticket"),
        pytest.param(dispute, "loan L1 is held as disputed: what was said may have to be proved", id="dispute"),
        pytest.param(doubt, f"text {a_text().contact_id} is in doubt", id="in doubt"),
        pytest.param(wait, f"text {a_text().contact_id} waits for contact hours", id="waits"),
    ],
)
def test_what_is_still_open_stands_in_the_way(world: World, matter: Any, said: str) -> None:
    world.knows()
    found = tables().of_loan("L1")
    assert found is not None
    assert found.what_is_open(NOW) == ()
    matter(world)
    found = tables().of_loan("L1")
    assert found is not None
    assert found.what_is_open(NOW) == (said,)


def test_looking_writes_nothing(world: World) -> None:
    converse(world)
    before = everything()
    assert tables().of_loan("L1") is not None
    assert everything() == before


def test_the_second_time_there_is_nothing_left(world: World) -> None:
    converse(world)
    erased(world)
    before = everything()
    found = tables().of_loan("L1")
    assert found is not None
    assert found.is_nothing()
    assert everything() == before


def test_a_loan_that_nobody_knows_is_not_found(world: World) -> None:
    world.knows()
    assert tables().of_loan("L404") is None


def test_the_list_of_erasures_names_case_initials_loans_and_counts_and_nobody(world: World) -> None:
    converse(world)
    erased(world)
    (row,) = rows_under("LoanTable", "#erasures")
    stamp = "2026-03-11T16:05:00.000000Z"
    assert row == {
        "loan_id": "#erasures",
        "entry": "erasure#ER-2026-17",
        "begun_at": stamp,
        "done_at": stamp,
        "by": "AB",
        "loan_ids": ["L2", "L1"],
        "texts": 1,
        "replies": 1,
        "tickets": 1,
    }


def test_the_reference_of_another_request_is_refused(world: World) -> None:
    world.knows(a_loan(), a_loan(loan_id="L9", borrower_id="B9", phone=OTHER_PHONE))
    erased(world)
    other = tables().of_loan("L9")
    assert other is not None
    with pytest.raises(ErasureRefusedError, match="belongs to another erasure"):
        tables().begin(other, CASE, NOW)


class Dying:
    """A client that dies before its n-th write."""

    def __init__(self, writes: int) -> None:
        self._client, self._left = aws_client("dynamodb"), writes

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in ("put_item", "delete_item", "update_item"):
            return call

        def counted(**request: Any) -> Any:
            if self._left == 0:
                raise ConnectionError("the laptop was shut")
            self._left -= 1
            return call(**request)

        return counted


def end_state() -> list[Any]:
    """All rows; a version only counts how often a row was written."""
    found = [row for table in NAMES.values() for row in rows_of(aws_client("dynamodb"), table)]
    return sorted(json.dumps({**row, "version": None}, sort_keys=True, default=str) for row in found)


def test_wherever_it_dies_the_same_command_ends_it(world: World) -> None:
    world.knows(a_loan(), a_loan(loan_id="L2", phone=OTHER_PHONE))
    world.sender.send(a_text())
    world.conversations.store_reply(PHONE, "inbound-1", WORDS, NOW, 400)
    world.tickets.open(a_ticket(status=Status.CLOSED))
    start = {table: rows_of(aws_client("dynamodb"), table) for table in NAMES.values()}
    erased(world)
    expected = end_state()
    deaths = 0
    while True:
        restore(start)
        dying = tables(Dying(deaths))
        found = dying.of_loan("L1")
        assert found is not None
        try:
            dying.begin(found, CASE, world.clock.now())
            dying.carry_out(found, CASE, world.clock.now())
        except ConnectionError:
            deaths += 1
        else:
            break
        erased(world)
        assert end_state() == expected, f"died before write {deaths}"
    assert deaths > 10


def restore(start: dict[str, list[Any]]) -> None:
    """The tables as they were."""
    client = aws_client("dynamodb")
    for table, kept in start.items():
        keys = {name["AttributeName"] for name in client.describe_table(TableName=table)["Table"]["KeySchema"]}
        for row in rows_of(client, table):
            client.delete_item(TableName=table, Key={name: row[name] for name in keys})
        for row in kept:
            client.put_item(TableName=table, Item=row)


def test_a_number_that_a_loan_names_is_erased_by_its_loan_or_not_at_all(world: World) -> None:
    world.knows()
    with pytest.raises(ErasureRefusedError, match="loan L1 still names this number"):
        tables().of_number(PHONE)


def test_a_strangers_number_is_forgotten_with_its_words_and_tickets(world: World) -> None:
    world.knows()
    world.listener.receive(an_inbound("who are you? I am Jo Stranger", phone=OTHER_PHONE))
    for ticket in world.open_tickets:
        assert ticket.phone == OTHER_PHONE
    found = tables().of_number(OTHER_PHONE)
    assert (found.replies, len(found.tickets)) == (1, len(world.open_tickets))
    tables().begin(found, CASE, NOW)
    tables().carry_out(found, CASE, NOW)
    assert OTHER_PHONE not in everything()
    assert "Jo Stranger" not in everything()
    assert tables().of_number(OTHER_PHONE).is_nothing()
