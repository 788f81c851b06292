"""A borrower's words are hostile input everywhere: they change nothing but the stored reply and a ticket."""

import os
import re
import unicodedata
from copy import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duebridge.core.loan import Loan
from duebridge.core.reply import well_formed
from duebridge.core.standing import NumberStanding
from tests.builders import PHONE, a_loan, an_inbound
from tests.simulation.checks import broken_at_the_end
from tests.simulation.simulated import Simulation

LONGEST_BODY = 1600
EXAMPLES = int(os.environ.get("HOSTILE_REPLIES", "10000"))
"""`make soak` tries ten thousand and more."""
many = settings(
    deadline=None,
    derandomize="HOSTILE_REPLIES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORDLESS = st.text(
    st.characters(codec=None, exclude_categories=("L", "N", "So", "Sk", "Cs")).filter(
        lambda character: not unicodedata.normalize("NFKC", character).strip().isalnum()
    )
    | st.characters(categories=("Cs", "Cc", "Cf", "Co", "Zs", "Po")),
    max_size=60,
)
"""No letter, digit or picture, but everything else: controls, halves of characters, directions, punctuation."""
NAMES_A_DAY = re.compile(
    "[0-9一二三四五六七八九十今明后後号號日天号周週禮礼月初底]"
    "|teen|first|second|third|fourth|fifth|sixth|eighth|ninth|tenth|eleventh|twelfth|tieth"
    "|mon|tue|wed|thu|fri|sat|sun|today|tonight|tom|tmr|week|pay",
    re.IGNORECASE,
)
HOSTILE = (
    "",
    "   \n\t",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ lender.__class__.__mro__ }}",
    "{% for x in y %}{% endfor %}",
    '=HYPERLINK("http://x.example","1")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\x00\x01\x02\x7f",
    "\ud83d",
    "\udc00\ud800",
    "\u202e\u202dabc",
    "\u200b\u200d\ufeff",
    "'; DROP TABLE loans; --",
    "%s%s%n",
    "${7*7}",
    "../../etc/passwd",
    "\U0001f600" * 900,
    "a\u0301" * 900,
    "﷽" * 400,
    "zxqj wvvk qqzp",
)


@pytest.fixture(scope="module")
def texted() -> Simulation:
    """The borrower was texted a minute ago."""
    sim = Simulation()
    sim.faults.is_counting = False
    sim.knows(a_loan())
    sim.plan()
    sim.clock.advance(minutes=1)
    return sim


def heard(sim: Simulation, body: str) -> tuple[Loan, NumberStanding]:
    """The loan and the number after this reply; all else is as it was before it."""
    loan, number, tickets = sim.book.loans["L1"], sim.talk.number(PHONE), sim.rows.tickets.tickets
    known, asked = set(tickets), set(sim.asked)
    sim.rows.listener.receive(an_inbound(body, inbound_id="in-1", at=sim.clock.now()))
    after, number_after = sim.book.loans["L1"], sim.talk.number(PHONE)
    (reply,) = sim.talk.replies.values()
    assert reply.body == well_formed(body[:LONGEST_BODY])
    assert reply.labels
    opened = [tickets.pop(ticket_id) for ticket_id in set(tickets) - known]
    assert len(opened) <= 1
    assert all(body not in ticket.note for ticket in opened if len(body) > len("understood as"))
    answers = [sim.asked.pop(contact_id) for contact_id in set(sim.asked) - asked]
    assert len(answers) <= 1
    # Everything as before, for the next one.
    sim.book.loans["L1"], sim.talk.numbers[PHONE] = loan, number
    sim.talk.replies.clear()
    sim.lanes.answers.messages.clear()
    sim.lanes.stream.messages.clear()
    return after, number_after


def without_the_ticket(loan: Loan) -> Loan:
    """What a ticket may leave on a loan: that there was a reply, and that demands wait for an answer to it."""
    kept = {name: pause for name, pause in loan.pauses.items() if "#" not in name}
    return replace(loan, pauses=kept, marks=loan.marks - {"replied"}, version=0, next_contact_at=None)


@pytest.mark.parametrize("body", HOSTILE, ids=[ascii(body[:20]) for body in HOSTILE])
def test_hostile_words_change_nothing_but_the_reply_and_a_ticket(texted: Simulation, body: str) -> None:
    before = texted.book.loans["L1"]
    after, number = heard(texted, body)
    assert without_the_ticket(after) == without_the_ticket(before)
    assert number.suppressed is None


@settings(many, max_examples=EXAMPLES // 4)
@given(body=WORDLESS)
def test_what_has_no_words_changes_nothing_but_the_reply_and_a_ticket(texted: Simulation, body: str) -> None:
    before = texted.book.loans["L1"]
    after, number = heard(texted, body)
    assert without_the_ticket(after) == without_the_ticket(before)
    assert number.suppressed is None


@settings(many, max_examples=EXAMPLES - EXAMPLES // 4)
@given(body=st.text(max_size=40))
def test_random_words_break_nothing_and_promise_no_day(texted: Simulation, body: str) -> None:
    after, _ = heard(texted, body)
    assert after.promised is None or NAMES_A_DAY.search(unicodedata.normalize("NFKC", body))
    assert after.arrangement is None


def test_a_run_of_hostile_replies_leaves_every_promise_kept() -> None:
    sim = Simulation()
    sim.knows(a_loan())
    sim.plan()
    for number, body in enumerate(HOSTILE):
        sim.clock.advance(minutes=7)
        sim.reply(body, f"in-{number}")
        sim.settle()
    sim.end()
    assert broken_at_the_end(sim) == []
