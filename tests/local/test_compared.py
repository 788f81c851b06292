"""The comparisons of the demo: whom they take part in, and what is truly put into them."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from duebridge.core.contact import State
from duebridge.core.outcome import About, CohortNote, Group, Noted, counted
from duebridge.core.report.model import Origin, Report
from duebridge.core.strategy import Kind
from duebridge.flows.publish_report import gathered
from duebridge.ports import ContactRow
from infra.cli.demo_comparisons import comparisons
from infra.local.borrowers import SAMPLE, Borrowers
from infra.local.compared import COMPARED_FROM_DAYS, TRUTH, Compared
from infra.local.demo import Demo
from infra.local.last_run import RunFiles
from infra.local.sms_fake.faults import Faults
from infra.local.sms_fake.texts import AcceptedText, PartPrice, measure
from infra.local.world.replies import REPLIES, Manner
from tests.builders import NOW, PHONE, a_text, compared_content
from tests.fakes import FakeOutcomes

EFFECT = TRUTH["scheme"]["personal"].effect
PAYERS = 0.45
MANY = 4_000


def heard(number: int = 1, to: str = PHONE, kind: str = "demand") -> AcceptedText:
    return AcceptedText(
        at=NOW,
        requested_at=NOW,
        to=to,
        sender="+12025550100",
        body="Please pay.",
        measure=measure("Please pay."),
        context={"contact_id": f"contact {number}", "kind": kind},
        message_id=f"message {number}",
        message_type="TRANSACTIONAL",
        configuration_set=None,
        time_to_live_seconds=None,
        country="US",
        part_price=PartPrice(7_000, 3_000),
    )


def compared(arm: str, experiment: str = "scheme", kind: Kind = Kind.DEMAND) -> Compared:
    """Every text belongs to a loan of this arm."""

    def contact_of(text: AcceptedText) -> ContactRow:
        loan_id = text.context["contact_id"].removeprefix("contact ")
        row = a_text(loan_id=loan_id, arms={experiment: arm}, kind=kind)
        return ContactRow(row, State.ACCEPTED, text.at, "", "", ())

    return Compared(contact_of, PAYERS)


def share_moved(arm: str) -> float:
    """Of borrowers who would not have paid."""
    comparison = compared(arm)
    taken = [comparison.taken(heard(number), is_paying_anyway=False) for number in range(MANY)]
    return sum(moved is not None for _, moved in taken) / MANY


def test_the_arm_that_is_said_to_help_moves_as_many_as_were_put_in_and_no_other_arm_moves_anybody() -> None:
    assert share_moved("personal") * (1 - PAYERS) == pytest.approx(EFFECT, abs=0.01)
    assert share_moved("unified") == 0


def test_who_pays_anyway_is_not_moved_to_pay_twice() -> None:
    comparison = compared("personal")
    assert not any(comparison.taken(heard(n), is_paying_anyway=True)[1] for n in range(MANY))


def test_a_loan_is_moved_by_its_first_demand_or_by_none() -> None:
    comparison = compared("personal")
    moved = {n for n in range(MANY) if comparison.taken(heard(n), is_paying_anyway=False)[1]}
    assert moved
    assert not any(comparison.taken(heard(n), is_paying_anyway=False)[1] for n in range(MANY))
    reminders = compared("personal", kind=Kind.PRE_DUE)
    assert not any(reminders.taken(heard(n), is_paying_anyway=False)[1] for n in range(MANY))


def test_a_moved_borrower_pays_within_three_days() -> None:
    comparison = compared("personal")
    found = [comparison.taken(heard(n), is_paying_anyway=False)[1] for n in range(MANY)]
    waits = [moved.pays_at - NOW for moved in found if moved]
    assert all(timedelta(0) < wait < timedelta(days=3) for wait in waits)


def test_a_text_of_no_arm_is_answered_as_always() -> None:
    comparison = Compared(lambda _text: None, PAYERS)
    assert comparison.taken(heard(), is_paying_anyway=False) == (Manner(), None)


@cache
def intents() -> dict[str, str]:
    """Of the sample's replies, by their words."""
    lines = (SAMPLE / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    return {reply["text"]: reply["labels"][0] for reply in map(json.loads, lines)}


@pytest.mark.parametrize("to", [PHONE, "+8613800138001"])
def test_borrowers_answer_by_each_intent_as_often_as_in_the_simulated_world(to: str) -> None:
    borrowers, manner = Borrowers(), Manner(times={"complaint": 5.0})
    said = [borrowers.answer_to(heard(number, to), manner) for number in range(MANY)]
    found = Counter(intents()[reply.body] for reply in said if reply)
    assert found["promise_to_pay"] / MANY == pytest.approx(REPLIES["promise_to_pay"], abs=0.01)
    assert found["complaint"] / MANY == pytest.approx(5 * REPLIES["complaint"], abs=0.01)
    assert found.keys() <= REPLIES.keys()


def demo(days: int) -> Demo:
    file = Path("unread.csv")
    start = datetime(2026, 3, 11, tzinfo=UTC)
    return Demo(loans=file, payments=file, start=start, days=days, faults=Faults())


def test_a_play_of_a_week_compares_from_the_day_that_it_still_is_somewhere_and_a_shorter_one_does_not() -> None:
    assert demo(COMPARED_FROM_DAYS).compared_from == date(2026, 3, 10)
    assert demo(COMPARED_FROM_DAYS - 1).compared_from is None


def a_report(loans: int) -> Report:
    """Half of each arm's loans are cured at once."""
    content, outcomes, day = compared_content("morning-finance"), FakeOutcomes(), NOW.date()
    for arm in ("unified", "personal"):
        whose = About(template="unified/days-1-3", country="US", language="en", arms={"scheme": arm})
        group = Group("scheme", arm, "days-1-3", "USD")
        facts = [Noted(f"{arm} {n}", day, whose, {"contact": 1}) for n in range(loans)]
        notes = [
            CohortNote(event_id=f"{arm} {n} {kind}", day=day, group=group, loan=f"{arm} {n}", kind=kind)
            for n in range(loans)
            for kind in ("assigned", "cured")[: 1 + n % 2]
        ]
        outcomes.note(facts, notes, NOW)
    outcomes.save(counted(day, *outcomes.facts(day)), 1)
    return gathered(outcomes, content, as_of=day + timedelta(days=8), origin=Origin.SIMULATED)


@cache
def shown(loans: int) -> str:
    written = StringIO()
    Console(file=written, width=140).print(comparisons(a_report(loans), RunFiles(Path("last-run"))))
    return written.getvalue()


def test_the_end_of_a_play_says_plainly_that_nothing_can_be_said_yet_and_shows_intervals() -> None:
    told = shown(200)
    assert "SIMULATED" in told
    assert "nothing can be said yet" in told
    assert "cure 7" in told
    assert re.search(r"cure 7 .*[+-]\d+\.\d +[+-]\d+\.\d to [+-]\d+\.\d", told)
    assert "report.zh-CN.html" in told


def test_a_handful_of_loans_is_not_told() -> None:
    assert re.search(r"cure 7 .*too few", shown(12))
