"""An evidence pack tells all that the rows say of a loan, alike every time, and shows hostile words as words."""

import ast
from collections.abc import Mapping
from contextlib import suppress
from copy import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from duebridge.adapters.stops import DynamoStops
from duebridge.core.contact import Misconfigured, Unknown
from duebridge.core.experiment import Enrolment
from duebridge.core.loan import Pause
from duebridge.core.reasoning import SENTENCES
from duebridge.core.standing import Suppression
from duebridge.core.ticket import Ticket, TicketChange
from duebridge.core.undertaking import Promised
from infra.content_desk import LANGUAGES
from infra.erasure import PROOF
from infra.evidence.chain import misfit, written
from infra.evidence.gathering import LIMITS, gathered
from infra.evidence.page import language_of, page, words_of
from infra.records import LiveRecords, read_all
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE
from tests.builders import NOW, PHONE, a_loan, a_payment_row, a_receipt, a_text, an_inbound
from tests.fakes import FakeClock
from tests.simulation.faults import READS, Faults, Faulty, KilledError, Side
from tests.stores import aws_client, aws_stores
from tests.world import World

NAMES = {"LoanTable": LOAN_TABLE, "ConversationTable": CONVERSATION_TABLE, "TicketTable": TICKET_TABLE}
PORTS = ("loans", "conversations", "tickets")
WRONG_SUM = "That amount is wrong, I paid half of it"
HOSTILE = '</li><script>alert("x")</script><img src=//x.example/a> {{ 7*7 }} \u202etxet &amp;'


@pytest.fixture
def told(world: World) -> World:
    """A demand that arrived, a dispute, an operator's answer, and a payment."""
    world.knows()
    world.sender.send(world.plans())
    happens(world)
    return world


def happens(world: World) -> None:
    """Everything after the demand; again it is what redelivery brings."""
    (contact,) = [row for row in world.conversations.conversation(PHONE).contacts if row.text.step]
    world.sender.send(contact.text)
    world.receipts.record(a_receipt(contact_id=contact.text.contact_id, at=NOW + timedelta(minutes=1)))
    world.listener.receive(an_inbound(WRONG_SUM, at=NOW + timedelta(hours=1)))
    ticket = the_ticket(world)
    if not ticket.actions:
        world.tickets.ask(ticket.ticket_id, 0, {"by": "AB", "action": "take"})
    world.desk.follow(TicketChange(ticket.ticket_id, ticket, the_ticket(world)))
    world.cashier.record(a_payment_row(10_000), NOW + timedelta(hours=2))


def the_ticket(world: World) -> Ticket:
    (ticket,) = world.open_tickets
    return ticket


def pack(loan_id: str = "L1") -> Any:
    return gathered(read_all(aws_client("dynamodb"), NAMES), loan_id)


def kinds(found: Any) -> list[str]:
    return [entry["kind"] for entry in found["entries"]]


def facts(found: Any, kind: str) -> list[Mapping[str, Any]]:
    return [entry["facts"] for entry in found["entries"] if entry["kind"] == kind]


@pytest.mark.usefixtures("told")
def test_the_whole_story_is_told_in_its_order_and_the_chain_is_whole() -> None:
    found = pack()
    assert misfit(found) is None
    assert [entry["at"] for entry in found["entries"]] == sorted(entry["at"] for entry in found["entries"])
    assert set(kinds(found)) >= {"loan_file", "text", "text_receipt", "reply", "ticket", "act", "hold", "payment"}
    assert kinds(found).index("text") < kinds(found).index("text_receipt") < kinds(found).index("reply")


def test_a_text_tells_its_template_its_words_their_hash_and_the_rules_that_let_it_go(told: World) -> None:
    text = facts(pack(), "text")[0]
    (row,) = [row for row in told.conversations.conversation(PHONE).contacts if row.text.step]
    assert text["body"] == row.text.body
    assert len(text["body_sha256"]) == 64
    assert (text["template"], text["template_version"]) == (row.text.template, row.text.template_version)
    assert text["rules"] == list(row.rules)
    assert text["message"] == row.message_id
    (receipt,) = facts(pack(), "text_receipt")
    assert (receipt["receipt"], receipt["state"]) == ("TEXT_DELIVERED", "delivered")


def test_who_acted_is_marked_as_self_declared(told: World) -> None:
    (act,) = facts(pack(), "act")
    assert act == {"who": "AB", "is_self_declared": True, "what": "took it", "ticket": the_ticket(told).ticket_id}


def test_the_same_history_gives_the_same_bytes_however_often_it_is_delivered(told: World) -> None:
    first = pack()
    for _ in range(2):
        happens(told)
    told.clock.advance(days=1)
    again = pack()
    assert written(again) == written(first)
    for language in LANGUAGES:
        assert page(again, language) == page(first, language)


def played(killed_at: int = -1) -> tuple[str, list[str]]:
    """The pack of the story, in which one call is the last of its process, and everything is delivered again; and the
    calls of the story."""
    clock, faults = FakeClock(), Faults(is_counting=False)
    with aws_stores(clock) as stores:
        ports = (Faulty(port, name, faults) for port, name in zip(stores, PORTS, strict=True))
        world = World(*ports, clock=clock)
        world.knows()
        world.sender.send(world.plans())
        faults.is_counting, faults.planned = True, {killed_at: Side.KILLED}
        with suppress(KilledError):
            happens(world)
        faults.restart()
        faults.is_counting = False
        happens(world)
        return written(pack()), faults.calls


def test_a_process_that_dies_after_any_write_leaves_the_same_evidence_once_all_was_delivered_again() -> None:
    whole, calls = played()
    writes = [number for number, call in enumerate(calls) if call not in READS]
    assert {calls[number] for number in writes} >= {
        "conversations.receive",
        "conversations.store_reply",
        "conversations.note_understood",
        "loans.record_audit",
        "loans.save_payment",
        "tickets.finish",
    }
    assert [calls[number] for number in writes if played(number)[0] != whole] == []


@pytest.mark.usefixtures("told")
def test_a_deployed_stage_and_a_run_that_is_over_tell_the_same() -> None:
    assert written(gathered(LiveRecords(aws_client("dynamodb"), NAMES), "L1")) == written(pack())


def test_a_number_is_masked_wherever_it_is_told(told: World) -> None:
    assert the_ticket(told).phone == PHONE
    found = pack()
    assert PHONE not in written(found)
    assert PHONE not in page(found, "en")
    assert found["loan"]["number"] == "+13***01"


@pytest.mark.usefixtures("told")
def test_an_unknown_loan_has_no_pack() -> None:
    assert pack("L2") is None


def test_what_somebody_else_said_at_a_shared_number_about_their_own_loan_is_left_out(told: World) -> None:
    other = a_loan()
    other = replace(other, terms=replace(other.terms, loan_id="L2", borrower_id="B2"))
    told.knows(other)
    told.clock.advance(days=2)
    told.sender.send(told.plans("L2"))
    told.listener.receive(an_inbound("STOP, says B2", inbound_id="inbound-2", at=told.clock.now()))
    assert "says B2" not in written(pack("L1"))
    assert "says B2" in written(pack("L2"))
    assert WRONG_SUM not in written(pack("L2"))


def test_holds_promises_arms_stops_and_a_suppressed_number_are_told(world: World) -> None:
    promised = Promised(pay_on=date(2026, 3, 20), amount_minor=5_000, noted_at=NOW, by="inbound-1")
    arms = {"voice": Enrolment("personal", date(2026, 3, 11), "days-1-3")}
    loan = replace(a_loan(), promised=promised, enrolments=arms)
    world.knows(loan.paused("disputed", Pause(NOW, None, "ticket-1")))
    number = world.conversations.number(PHONE)
    world.conversations.save_number(number.suppress(Suppression.OPTED_OUT, NOW))
    stopping = replace(world.stopping, stops=DynamoStops(aws_client("dynamodb"), LOAN_TABLE))
    stopping.stop_sending(a_text(), Misconfigured("SPEND_LIMIT"))
    found = pack()
    assert facts(found, "promise")[0]["pay_on"] == "2026-03-20"
    assert facts(found, "hold")[0] == {"hold": "disputed", "by": "ticket-1"}
    assert facts(found, "experiment")[0]["arm"] == "personal"
    assert facts(found, "suppression")[0]["hold"] == "opted_out"
    assert facts(found, "stop")[0]["why"] == "SPEND_LIMIT"


def test_a_text_in_doubt_and_the_ticket_about_it_are_told(world: World) -> None:
    world.knows()
    world.carrier.outcomes = [Unknown("ReadTimeoutError")]
    world.sender.send(world.plans())
    world.clock.advance(hours=73)
    world.broom.run()
    found = pack()
    assert (facts(found, "text")[0]["state"], facts(found, "text")[0]["why"]) == ("in_doubt", "ReadTimeoutError")
    assert "in_doubt" in [ticket["reason"] for ticket in facts(found, "ticket")]


def test_a_planned_text_that_was_held_tells_which_rules_were_asked(world: World) -> None:
    world.knows()
    text = world.plans()
    world.cashier.record(a_payment_row(), NOW)
    world.sender.send(text)
    (held,) = facts(pack(), "not_sent")
    assert held["of_text"] == text.contact_id
    assert held["rules"]


def test_after_an_erasure_it_is_still_told_that_a_text_went_and_by_which_rules(told: World) -> None:
    (row,) = [row for row in told.conversations.conversation(PHONE).contacts if row.text.step]
    proof = {"kind": "demand", "status": "delivered", "claimed_at": "2026-03-11T16:00:00.000000Z", "rules": ["owed"]}
    proof |= {"template": row.text.template, "wording": row.text.template_version}
    aws_client("dynamodb").put_item(
        TableName=LOAN_TABLE,
        Item={
            "loan_id": {"S": "L1"},
            "entry": {"S": f"{PROOF}demand-9"},
            **{name: {"SS": value} if isinstance(value, list) else {"S": value} for name, value in proof.items()},
        },
    )
    (kept,) = [text for text in facts(pack(), "text") if text.get("is_erased")]
    assert "body" not in kept
    assert kept["template"] == row.text.template


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_words_show_as_words_and_nothing_is_run_or_loaded(world: World, language: str) -> None:
    world.knows()
    world.sender.send(world.plans())
    world.listener.receive(an_inbound(HOSTILE, at=NOW + timedelta(hours=1)))
    shown = page(pack(), language)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert HOSTILE.replace("\u202e", "\ufffd") in unescape(shown)
    assert "default-src 'none'" in shown
    assert "://" not in shown.replace("s3://", "")
    assert " on" not in {part for tag in shown.split("<")[1:] for part in tag.split(">")[0].split("=")}


def test_both_languages_say_the_same_things_and_only_chinese_needs_words_for_the_rules() -> None:
    english, chinese = (set(words_of(language).by_name) for language in LANGUAGES)
    assert {name for name in chinese if not name.startswith("trace.")} == english
    assert {name.removeprefix("trace.") for name in chinese - english} == set(SENTENCES)


def test_every_kind_fact_and_limit_that_can_be_told_has_words() -> None:
    source = ast.parse(Path("infra/evidence/gathering.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(source) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    names = {each.arg for call in calls if call.func.id == "_told" for each in call.keywords}  # type: ignore[attr-defined]
    told_kinds = {call.args[1].value for call in calls if call.func.id == "Happening"}  # type: ignore[attr-defined]
    known = set(words_of("en").by_name)
    assert len(names) > 40
    assert {f"entry.{kind}" for kind in told_kinds} | {f"limit.{limit}" for limit in LIMITS} <= known
    apart = {"body", "body_sha256", "rules", "is_self_declared"}
    assert {f"fact.{name}" for name in names - apart} == {name for name in known if name.startswith("fact.")}


@pytest.mark.usefixtures("told")
def test_the_chinese_page_tells_the_rules_in_chinese_and_the_codes_of_the_rows_beside_the_words() -> None:
    shown = page(pack(), "zh-CN")
    assert "有欠款" in shown
    assert "已送达 (delivered)" in shown
    assert "is anything owed" not in shown
    assert "is anything owed: yes" in page(pack(), "en")
    assert '<html lang="zh-CN">' in shown


@pytest.mark.parametrize(("locale", "language"), [("zh", "zh-CN"), ("zh-CN", "zh-CN"), ("en-GB", "en"), ("fr", "en")])
def test_a_page_comes_in_the_language_of_its_reader_or_in_english(locale: str, language: str) -> None:
    assert language_of(locale) == language
