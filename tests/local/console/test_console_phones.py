"""Whose phones can be picked, and what they show."""

from copy import replace
from datetime import datetime, timedelta

from duebridge.core.contact import State
from duebridge.core.standing import NumberStanding
from duebridge.ports import ContactRow, Conversation, ReplyRow
from infra.local.console.handset import last_said, messages
from infra.local.console.phone_book import PhoneBook, Said
from infra.local.sms_fake.texts import OTHER_PART_PRICE, AcceptedText, InboundText, measure
from tests.builders import NOW, PHONE, a_chinese_loan, a_loan, a_text

WANG = "+8613800138001"
BOOK = PhoneBook.of(
    [
        a_loan(loan_id="L2", full_name="Ana Silva", phone="+13125550102"),
        a_loan(loan_id="L1", full_name="Wei Garcia"),
        a_chinese_loan(loan_id="L3", full_name="王芳", phone=WANG),
        a_loan(loan_id="L4", full_name="Wei Garcia", borrower_id="B1"),
    ]
)


def found(words: str, said: dict[str, Said] | None = None, *, only_talking: bool = False) -> list[str]:
    return [borrower.phone for borrower in BOOK.find(words, said or {}, only_talking=only_talking)]


def test_two_loans_on_one_number_are_one_phone() -> None:
    borrower = BOOK.borrowers[PHONE]
    assert (borrower.name, [loan.loan_id for loan in borrower.loans]) == ("Wei Garcia", ["L1", "L4"])


def test_a_borrower_is_found_by_part_of_the_name_the_number_or_the_loan() -> None:
    assert found("garc") == [PHONE]
    assert found("王") == [WANG]
    assert found("0102") == ["+13125550102"]
    assert found("l3") == [WANG]
    assert found("wei 5550101") == [PHONE]
    assert found("wei silva") == []


def test_without_words_all_are_listed_in_the_order_of_the_book() -> None:
    assert found("") == [PHONE, "+13125550102", WANG]


def test_whoever_talked_last_comes_first() -> None:
    said = {WANG: Said(NOW, "周五还", True), "+13125550102": Said(NOW - timedelta(hours=1), "Hi", False)}
    assert found("", said) == [WANG, "+13125550102", PHONE]
    assert found("", said, only_talking=True) == [WANG, "+13125550102"]


def test_the_page_is_told_how_late_and_how_much() -> None:
    (loan,) = BOOK.borrowers["+13125550102"].as_json(NOW)["loans"]
    assert (loan["arrears"], loan["days_late"], loan["is_owed"]) == ("$222.18", 2, True)


def ours(contact_id: str, body: str, at: datetime = NOW, to: str = PHONE) -> AcceptedText:
    return AcceptedText(
        at=at,
        requested_at=at,
        to=to,
        sender="+12025550100",
        body=body,
        measure=measure(body),
        context={"contact_id": contact_id, "kind": "demand"},
        message_id=f"message of {contact_id}",
        message_type="TRANSACTIONAL",
        configuration_set=None,
        time_to_live_seconds=None,
        country="US",
        part_price=OTHER_PART_PRICE,
    )


def theirs(inbound_id: str, body: str, at: datetime = NOW, sender: str = PHONE) -> InboundText:
    return InboundText(
        at=at,
        sender=sender,
        to="+12025550100",
        body=body,
        keyword="K",
        inbound_message_id=inbound_id,
        answering_message_id=None,
    )


def known(states: dict[str, State], labels: dict[str, tuple[str, ...]] | None = None) -> Conversation:
    contacts = tuple(
        ContactRow(text=replace(a_text(), contact_id=contact_id), state=state, claimed_at=NOW, message_id="", reason="")
        for contact_id, state in states.items()
    )
    replies = tuple(ReplyRow(inbound_id, "", NOW, read) for inbound_id, read in (labels or {}).items())
    return Conversation(standing=NumberStanding(phone=PHONE), contacts=contacts, replies=replies)


def test_a_phone_shows_its_own_texts_in_order_with_what_became_of_them() -> None:
    sent = [
        ours("c1", "Please pay"),
        ours("c2", "To another", to=WANG),
        ours("c3", "Thank you", NOW + timedelta(minutes=2)),
    ]
    said = [theirs("r1", "I will", NOW + timedelta(minutes=1)), theirs("r2", "Mine", sender=WANG)]
    shown = messages(
        PHONE, sent, said, known({"c1": State.DELIVERED, "c3": State.ACCEPTED}, {"r1": ("promise_to_pay",)})
    )
    assert [(line["body"], line["is_theirs"]) for line in shown] == [
        ("Please pay", False),
        ("I will", True),
        ("Thank you", False),
    ]
    assert [line.get("state") for line in shown] == ["delivered", None, "accepted"]
    assert shown[1]["labels"] == ["promise_to_pay"]


def test_a_text_whose_sender_has_not_heard_yet_is_on_the_phone_already() -> None:
    (shown,) = messages(PHONE, [ours("c1", "Please pay")], [], known({}))
    assert shown["state"] == "sending"


def test_the_last_text_of_a_phone_is_the_newest_either_way() -> None:
    later = NOW + timedelta(minutes=1)
    said = last_said(
        [ours("c1", "Please pay"), ours("c2", "Hi", to=WANG, at=later)],
        [theirs("r1", "OK", later), theirs("r2", "旧", sender=WANG)],
    )
    assert (said[PHONE].body, said[PHONE].is_theirs) == ("OK", True)
    assert (said[WANG].body, said[WANG].is_theirs) == ("Hi", False)
