"""The day's figures, from rows."""

from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from duebridge.core.contact import State
from duebridge.core.loan import LastDecision
from duebridge.core.money import Money
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason, Status
from duebridge.ports import ContactRow, ReplyRow
from infra.local.console.hours import busiest_zones, contact_hours
from infra.local.console.today import Book, figures
from tests.builders import NOW, a_chinese_loan, a_loan, a_text, a_ticket, the_content

YESTERDAY = NOW - timedelta(days=1)


def a_contact(state: State, at: datetime = NOW, **text: Any) -> ContactRow:
    return ContactRow(
        text=replace(a_text(), **text), state=state, claimed_at=at, message_id="m", reason="", price_micros=10_000
    )


def a_reply(*labels: str, at: datetime = NOW) -> ReplyRow:
    return ReplyRow("r", "words", at, labels)


def a_book(**changes: Any) -> Book:
    empty: dict[str, Any] = {"loans": (), "contacts": (), "replies": (), "tickets": (), "paid": ()}
    return Book(**(empty | changes))


def held(outcome: str, at: datetime = NOW) -> LastDecision:
    return LastDecision(at, outcome, None)


def test_an_empty_day_has_no_figures() -> None:
    told = figures(a_book(), NOW)
    assert told["day"] == "2026-03-11"
    assert told["funnel"] == {"planned": 0, "sent": 0, "delivered": 0, "replied": 0}
    assert len(told["hours"]) == 24


def test_the_funnel_counts_the_days_reminders_and_demands() -> None:
    states = (State.DELIVERED, State.DELIVERED, State.ACCEPTED, State.UNDELIVERED, State.IN_DOUBT, State.RELEASED)
    contacts = (
        *map(a_contact, states),
        a_contact(State.DELIVERED, YESTERDAY),
        a_contact(State.DELIVERED, kind=Kind.ANSWER),
    )
    told = figures(a_book(contacts=contacts, replies=(a_reply("paid"), a_reply("paid", at=YESTERDAY))), NOW)
    assert told["funnel"] == {"planned": 6, "sent": 4, "delivered": 2, "replied": 1}
    assert told["texts"] == 5
    assert told["states"]["in_doubt"] == 1
    assert told["hours"][NOW.hour] == {"delivered": 3, "other": 4, "replies": 1}


def test_holds_of_today_are_counted_by_reason_and_a_text_is_no_hold() -> None:
    decisions = (
        held("think_time"),
        held("think_time"),
        held("cap_7d"),
        held("contact"),
        held("cap_7d", YESTERDAY),
        None,
    )
    told = figures(a_book(loans=tuple(a_loan(last_decision=decision) for decision in decisions)), NOW)
    assert told["held"] == [["think_time", 2], ["cap_7d", 1]]


def test_replies_are_counted_by_their_strictest_intent() -> None:
    replies = (a_reply("opt_out", "complaint"), a_reply("opt_out"), a_reply())
    told = figures(a_book(replies=replies), NOW)
    assert told["intents"] == [["opt_out", 2], ["not_read_yet", 1]]
    assert (told["quality"]["opted_out"], told["quality"]["complaints"]) == (2, 1)


def test_tickets_stand_as_they_stand_whenever_they_were_opened() -> None:
    tickets = (
        a_ticket(reason=Reason.DISPUTE),
        a_ticket(reason=Reason.DISPUTE, status=Status.LATE),
        a_ticket(reason=Reason.CALLBACK, status=Status.CLOSED),
    )
    told = figures(a_book(tickets=tickets), NOW)["tickets"]
    assert told == {"open": 2, "late": 1, "closed": 1, "reasons": [["dispute", 2]]}


def test_satisfaction_is_read_from_what_was_answered() -> None:
    contacts = (
        a_contact(State.DELIVERED, template="answers/satisfaction_thanks"),
        a_contact(State.DELIVERED, template="answers/satisfaction_sorry"),
    )
    quality = figures(a_book(contacts=contacts), NOW)["quality"]
    assert (quality["satisfied"], quality["unsatisfied"]) == (1, 1)


def test_money_counts_what_was_paid_today_and_what_the_texts_cost() -> None:
    loans = (a_loan(loan_id="L1", arrears=Money(0, "USD")), a_loan(loan_id="L2"))
    told = figures(
        a_book(
            loans=loans,
            contacts=(a_contact(State.DELIVERED, segments=2), a_contact(State.ACCEPTED)),
            paid=((NOW, "L1"), (NOW, "L2"), (YESTERDAY, "L3")),
        ),
        NOW,
    )
    assert told["money"] == {"loans_paid": 2, "cured": 1, "parts": 3, "dollars": 0.02}


def test_a_clock_played_past_midnight_meanwhile_stays_on_the_chart() -> None:
    told = figures(a_book(contacts=(a_contact(State.DELIVERED, NOW + timedelta(days=1)),)), NOW)
    assert told["hours"][23]["delivered"] == 1


def test_contact_hours_are_those_of_the_zone_in_which_most_borrowers_live() -> None:
    chicago, new_york = a_loan(), a_loan(time_zone="America/New_York")
    zones = busiest_zones([new_york, chicago, chicago, a_chinese_loan()])
    assert zones == {"CN": "Asia/Shanghai", "US": "America/Chicago"}
    china, states = contact_hours(the_content(), zones, datetime(2026, 3, 11, 9, tzinfo=UTC))
    assert (china["is_open"], states["is_open"]) == (True, False)
    assert datetime.fromisoformat(states["changes_at"]) > datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert states["local"] == "2026-03-11T04:00:00-05:00"
