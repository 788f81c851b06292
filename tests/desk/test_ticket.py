"""A ticket's page, and what each of its forms leads to, from the click to the effect."""

from copy import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duebridge.core.contact import State
from duebridge.core.loan import Pause
from duebridge.core.operator_request import Action
from duebridge.core.standing import Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason, Status, Ticket, TicketChange
from duebridge.core.undertaking import Arrangement, ArrangementKind, ArrangementStatus, Offer, Option, Part
from duebridge.ports import ContactRow, ReplyRow
from tests.builders import NOW, PHONE, a_chinese_loan, a_loan, a_text, a_ticket
from tests.desk.conftest import Console, desk_over
from tests.desk.test_html import HOSTILE
from tests.world import World

PARTS = (Part(date(2026, 3, 25), 11_109), Part(date(2026, 4, 27), 11_109))


def opened(world: World, console: Console, loan: Any = None, **changes: Any) -> None:
    """A ticket of a loan, on the screen."""
    world.loans.loans["L1"] = loan or a_loan()
    world.tickets.open(a_ticket(**changes))
    console.open()


def followed(world: World) -> Ticket:
    """The ticket after the pipeline has done what stands on it."""
    ticket = world.tickets.get("ticket-1")
    assert ticket is not None
    world.desk.follow(TicketChange("ticket-1", None, ticket))
    after = world.tickets.get("ticket-1")
    assert after is not None
    return after


def test_a_page_shows_the_conversation_the_loan_and_the_rules_and_no_number(world: World, console: Console) -> None:
    world.conversations.contacts[PHONE, "c"] = ContactRow(a_text(), State.DELIVERED, NOW, "m", "")
    world.conversations.replies[PHONE, "r"] = ReplyRow("r", "I paid!", NOW + timedelta(hours=1), ("paid",))
    opened(world, console)
    text = console.page.text
    for shown in ("please pay $222.18", "delivered", "I paid!", "understood: says it is paid", "$1,333.06", "+13***01"):
        assert shown in text
    assert "A demand may be sent now." in text
    assert PHONE not in console.html
    assert PHONE[2:] not in console.html


def test_taking_a_ticket_needs_initials_and_is_done_once(world: World, console: Console) -> None:
    opened(world, console)
    console.press("Take it")
    assert "Write your initials first" in console.page.text
    page = console.press("Take it", by="AB")
    assert "Asked for: take the ticket." in page.text
    assert world.tickets.tickets["ticket-1"].request == {"action": "take", "by": "AB"}
    assert followed(world).owner == "AB"


def test_every_action_asks_for_confirmation_but_a_preview(world: World, console: Console) -> None:
    opened(world, console, replace(a_loan(), pauses={"disputed": Pause(NOW, None, "ticket-1")}))
    asking = [click for click in console.page.clicks if click.parameters["view"] == "ask"]
    assert len(asking) == 6
    assert all(click.confirmation for click in asking)


def test_an_approved_reply_is_shown_first_and_then_sent_as_it_was_shown(world: World, console: Console) -> None:
    opened(world, console)
    page = console.press("Preview", by="AB", answer_template="operator/payment_found", answer_amount="222.18")
    assert "we found your payment of $222.18" in page.text
    assert "GSM-7" in page.text
    assert "Nothing in it breaks a rule." in page.text
    shown = [line for line in page.text.splitlines() if "we found your payment" in line] or [page.text]
    console.press("Send this text")
    assert "Asked for: the text goes to the fast queue." in console.page.text
    followed(world)
    (text,) = world.outbox.texts
    assert text.kind is Kind.OPERATOR
    assert text.body in shown[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Pay today or the police will visit your family", "legal_threat"),
        ("Please call 900-111-2222 to pay.", "foreign_phone"),
    ],
)
def test_own_words_that_break_a_rule_cannot_be_sent(world: World, console: Console, words: str, told: str) -> None:
    opened(world, console)
    page = console.press("Preview", by="AB", answer_text=words)
    assert told in page.text
    assert not [click for click in page.clicks if click.words == "Send this text"]
    asked = {"text": words}
    console.show(view="ask", ticket_id="ticket-1", actions=0, action="answer", by="AB", request=asked)
    assert "The text breaks a rule" in console.page.text
    assert world.tickets.tickets["ticket-1"].request == {}


def test_own_words_are_offered_only_where_carriers_take_them(world: World, console: Console) -> None:
    opened(world, console)
    assert "answer_text" in console.page.fields
    world.loans.loans["L1"] = replace(a_chinese_loan(), terms=replace(a_chinese_loan().terms, loan_id="L1"))
    page = console.open()
    assert "answer_text" not in page.fields
    assert "registered texts only" in page.text


def test_a_number_that_gets_no_texts_is_offered_none(world: World, console: Console) -> None:
    world.conversations.numbers[PHONE] = world.conversations.number(PHONE).suppress(Suppression.OPTED_OUT, NOW)
    opened(world, console)
    assert "This number gets no texts: the borrower opted out." in console.page.text
    assert not [click for click in console.page.clicks if click.words in ("Preview", "Opt out")]


def test_demands_are_held_and_released(world: World, console: Console) -> None:
    opened(world, console)
    console.press("Hold", by="AB", hold_hold="disputed", hold_until="2026-03-31")
    followed(world)
    assert "disputed" in world.loans.loans["L1"].pauses
    console.open()
    console.press("Release", by="AB", release_hold="disputed")
    followed(world)
    assert "disputed" not in world.loans.loans["L1"].pauses


def test_a_wrong_date_is_told_before_anything_is_asked(world: World, console: Console) -> None:
    opened(world, console)
    console.press("Hold", by="AB", hold_hold="disputed", hold_until="31/03/2026")
    assert "write it as 2026-03-31" in console.page.text
    assert world.tickets.tickets["ticket-1"].request == {}


@pytest.mark.parametrize(("button", "status"), [("Agree", ArrangementStatus.AGREED), ("Decline", None)])
def test_an_arrangement_is_decided(
    world: World, console: Console, button: str, status: ArrangementStatus | None
) -> None:
    choice = Arrangement(
        status=ArrangementStatus.PROPOSED,
        kind=ArrangementKind.INSTALMENTS,
        parts=PARTS,
        chosen_at=NOW,
        by="inbound-1",
    )
    opened(world, console, replace(a_loan(), arrangement=choice), reason=Reason.ARRANGEMENT)
    assert "The borrower chose: 2 x $111.09 monthly" in console.page.text
    console.press("Close", by="AB")
    assert "The borrower's choice waits." in console.page.text
    console.press(button, by="AB")
    followed(world)
    decided = world.loans.loans["L1"].arrangement
    assert (decided.status if decided else None) is status
    assert len(world.outbox.texts) == 1


def test_a_choice_made_on_the_phone_is_recorded(world: World, console: Console) -> None:
    offer = Offer(NOW, "inbound-1", "ticket-1", (Option(ArrangementKind.INSTALMENTS, PARTS),))
    opened(world, console, replace(a_loan(), offer=offer))
    console.press("Record the choice", by="AB", arrangement_option="1")
    followed(world)
    assert world.loans.loans["L1"].arrangement is not None


def test_a_call_is_noted_and_counts(world: World, console: Console) -> None:
    opened(world, console)
    console.press("Note the call", by="AB", call_outcome="voicemail")
    followed(world)
    assert world.conversations.person("B1").contact_times()


def test_a_number_is_opted_out(world: World, console: Console) -> None:
    opened(world, console)
    console.press("Opt out", by="AB")
    followed(world)
    assert world.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT


def test_a_displeased_borrowers_ticket_is_closed_with_a_root_cause_and_can_be_reopened(
    world: World, console: Console
) -> None:
    opened(world, console, is_displeased=True)
    console.press("Close", by="AB", close_outcome="corrected")
    assert "choose a root cause" in console.page.text
    console.press("Close", by="AB", close_outcome="corrected", close_root_cause="our_error")
    closed = followed(world)
    assert (closed.status, closed.outcome, closed.root_cause) == (Status.CLOSED, "corrected", "our_error")
    console.open()
    console.press("Reopen", by="CD")
    assert followed(world).status is Status.OPEN
    assert "closed: corrected" in console.open().text


def test_a_form_that_is_older_than_the_ticket_is_refused_with_words(world: World, console: Console) -> None:
    opened(world, console)
    stale = console.page
    console.press("Take it", by="AB")
    followed(world)
    console.page = stale
    console.press("Close", by="CD")
    assert "Somebody acted on this ticket since you opened it" in console.page.text
    assert world.tickets.tickets["ticket-1"].request == {}
    assert world.tickets.tickets["ticket-1"].is_open


def test_a_second_click_asks_for_nothing_more(world: World, console: Console) -> None:
    opened(world, console)
    first = console.page
    console.press("Take it", by="AB")
    console.page = first
    console.press("Opt out", by="AB")
    assert "A request stands on this ticket already." in console.page.text
    assert world.tickets.tickets["ticket-1"].request == {"action": "take", "by": "AB"}


def test_a_refusal_by_the_pipeline_is_told_on_the_page(world: World, console: Console) -> None:
    opened(world, console, request={"action": "dance", "by": "AB"})
    assert "is being carried out" in console.page.text
    followed(world)
    assert "The last request was refused" in console.open().text


def test_the_desk_writes_nothing_but_the_request(world: World, console: Console) -> None:
    opened(world, console)
    before = (dict(world.loans.loans), dict(world.conversations.numbers), world.loans.saves)
    for button in ("Take it", "Hold", "Note the call", "Opt out", "Close"):
        world.tickets.tickets["ticket-1"] = a_ticket()
        console.open()
        console.press(button, by="AB")
        assert set(world.tickets.tickets["ticket-1"].request) >= {"action", "by"}
    assert (dict(world.loans.loans), dict(world.conversations.numbers), world.loans.saves) == before
    assert world.outbox.texts == []


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
@pytest.mark.parametrize("reason", Reason)
def test_every_kind_of_ticket_has_a_page_in_both_languages(
    world: World, console: Console, reason: Reason, locale: str
) -> None:
    console.locale = locale
    opened(world, console, reason=reason, loan_ids=(), phone="", masked_phone="", borrower_id="")
    assert console.desk.desk.words[locale][f"reason.{reason}"] in console.page.text


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_borrowers_hostile_words_stand_on_the_page_as_text(body: str, name: str, note: str) -> None:
    world = World.in_memory()
    console = Console(desk_over(world))
    world.conversations.replies[PHONE, "r"] = ReplyRow("r", body, NOW, ())
    opened(world, console, a_loan(full_name=name, product=body), note=note, owner=name, fault=note)
    assert "<script" not in console.html.lower()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["view", "ticket_id", "actions", "action", "request", "by", "cursor", "filter_show", "widgetContext", "forms"]
)


@given(
    st.dictionaries(NAMES, JSON | st.sampled_from(["ask", "ticket", "preview", "queue", "ticket-1", *Action])),
    st.dictionaries(st.sampled_from(["by", "answer_text", "hold_until", "call_at", "find_ticket"]), st.text()),
)
@settings(max_examples=100)
def test_no_event_makes_the_desk_fail(event: dict[str, Any], forms: dict[str, str]) -> None:
    world = World.in_memory()
    world.loans.loans["L1"] = a_loan()
    world.tickets.open(a_ticket())
    desk = desk_over(world)
    context = {"widgetContext": {"forms": {"all": forms}, "locale": "en"}}
    assert desk.show({**context, **event}, "arn:aws:lambda:x").html


def test_a_refusal_and_a_look_back_lose_no_word_of_an_answer(world: World, console: Console) -> None:
    opened(world, console)
    console.press("Preview", answer_text="We will call you on Friday.")
    assert "Write your initials first" in console.page.text
    assert "We will call you on Friday." in console.page.text
    console.press("Preview", by="AB", answer_template="operator/payment_found", answer_amount="12.00")
    console.press("Change it")
    assert (console.page.fields["answer_template"], console.page.fields["answer_amount"]) == (
        "operator/payment_found",
        "12.00",
    )


def test_a_date_is_read_by_the_viewers_clock_and_language(world: World, console: Console) -> None:
    world.loans.loans["L1"] = a_loan()
    world.tickets.open(a_ticket())
    for locale, expected in (("en", "12 Mar 00:00"), ("zh-CN", "3月12日 00:00")):
        context = {"locale": locale, "timezone": {"offsetISO": "+08:00"}}
        shown = console.desk.show({"view": "ticket", "ticket_id": "ticket-1", "widgetContext": context}, "arn:aws:x")
        assert expected in shown.html
        assert "UTC+8" in shown.html
