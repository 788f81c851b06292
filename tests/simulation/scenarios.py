"""The stories that are played with a fault at each of their calls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from duebridge.core.contact import Misconfigured, State, Unknown
from duebridge.core.loan import BROKEN_PROMISE, Loan, reason_of
from duebridge.core.loan_file import REQUIRED_COLUMNS
from duebridge.core.money import Money
from duebridge.core.shard import shard_of
from duebridge.core.standing import Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason, Status
from duebridge.core.undertaking import ArrangementStatus
from tests.builders import NOW, PHONE, a_loan, a_row
from tests.simulation.simulated import Simulation

OTHER_PHONE = "+13125550102"
OWED_MINOR = 22_218


@dataclass(frozen=True)
class Scenario:
    """A story, and what must have come of it whatever went wrong once."""

    name: str
    play: Callable[[Simulation], None]
    missing: Callable[[Simulation], Iterable[str]] = lambda _sim: ()
    """What did not come of it."""


def texted(sim: Simulation, *loans: Loan) -> None:
    """The borrowers get their first demand, and a minute passes."""
    sim.knows(*(loans or (a_loan(),)))
    sim.plan()
    sim.clock.advance(minutes=1)


def says(sim: Simulation, body: str, inbound_id: str = "in-1") -> None:
    sim.reply(body, inbound_id)
    sim.settle()
    sim.clock.advance(minutes=1)


def operator(sim: Simulation, reason: Reason, **request: str) -> None:
    for ticket in [ticket for ticket in sim.tickets if ticket.reason is reason][-1:]:
        sim.writes(ticket.ticket_id, {"by": "JD", **request})
    sim.settle()
    sim.clock.advance(minutes=1)


def expect(**facts: bool) -> list[str]:
    """The names of the facts that are false."""
    return [name.replace("_", " ") for name, is_true in facts.items() if not is_true]


def templates(sim: Simulation) -> list[str]:
    """Of all that were ever queued."""
    return [text.template for text in sim.asked.values()]


def accepted(sim: Simulation, template: str) -> int:
    return sum(each.text.template == template for each in sim.carrier.log)


def reached(sim: Simulation, template: str) -> bool:
    """Accepted once, or in people's hands by a doubt or a refusal."""
    states = {row.state for row in sim.talk.contacts.values() if row.text.template == template}
    return accepted(sim, template) == 1 or bool(states & {State.IN_DOUBT, State.REJECTED})


# Sending.


def play_demand(sim: Simulation) -> None:
    texted(sim)


def missing_demand(sim: Simulation) -> list[str]:
    return expect(the_demand_went=reached(sim, "unified/days-1-3"), step="days-1-3" in sim.loan().steps)


def play_unreachable(sim: Simulation) -> None:
    sim.carrier.receipt_types = ["TEXT_UNREACHABLE"]
    texted(sim)
    sim.pass_time(NOW + timedelta(days=1, hours=1))


def missing_unreachable(sim: Simulation) -> list[str]:
    attempts = {text.attempt for text in sim.asked.values() if text.kind is Kind.DEMAND}
    was_refused = any(row.state in {State.REJECTED, State.IN_DOUBT} for row in sim.talk.contacts.values())
    return expect(second_attempt=2 in attempts or was_refused or len(sim.carrier.log) > 1)


def play_invalid(sim: Simulation) -> None:
    sim.carrier.receipt_types = ["TEXT_INVALID"]
    texted(sim)


def play_wording_stopped(sim: Simulation) -> None:
    sim.carrier.receipt_types = ["TEXT_SPAM"]
    texted(sim)
    sim.knows(a_loan(loan_id="L2", borrower_id="B2", phone=OTHER_PHONE))
    sim.plan()


def play_throttled(sim: Simulation) -> None:
    sim.carrier.outcomes = [Misconfigured("SPEND_LIMIT")]
    texted(sim)


def play_two_loans(sim: Simulation) -> None:
    texted(sim, a_loan(), a_loan(loan_id="L2"))


def play_paid_meanwhile(sim: Simulation) -> None:
    sim.knows(a_loan())
    sim.lanes.work.put([(shard_of("L1"), "")], sim.clock.now())
    sim.deliver("work")
    sim.pay(OWED_MINOR, "P1")
    sim.deliver("payments")
    sim.settle()


def missing_paid(sim: Simulation) -> list[str]:
    return expect(cured=not sim.loan().is_owed(), sleeps=sim.loan().next_contact_at is None)


def play_reversed(sim: Simulation) -> None:
    texted(sim)
    sim.pay(OWED_MINOR, "P1")
    sim.settle()
    sim.pay(-OWED_MINOR, "R1")
    sim.pay(100, "P2")
    sim.pay(100, "P2")
    sim.settle()


def missing_reversed(sim: Simulation) -> list[str]:
    return expect(one_part_paid=sim.loan().arrears.minor == OWED_MINOR - 100)


# Listening.


def play_stop(sim: Simulation) -> None:
    texted(sim)
    says(sim, "STOP")


def missing_stop(sim: Simulation) -> list[str]:
    number = sim.talk.number(PHONE)
    return expect(
        suppressed=number.suppressed is Suppression.OPTED_OUT,
        confirmed_at_most_once=accepted(sim, "answers/opted_out") <= 1,
        confirmation_queued="answers/opted_out" in templates(sim),
        handed_over=any(ticket.reason is Reason.NOT_REACHABLE for ticket in sim.tickets),
    )


def play_cease_all(sim: Simulation) -> None:
    texted(sim)
    says(sim, "Stop contacting me at all")


def play_stop_and_start(sim: Simulation) -> None:
    texted(sim)
    says(sim, "STOP")
    says(sim, "START", "in-2")


def missing_start(sim: Simulation) -> list[str]:
    return expect(may_be_texted=sim.talk.number(PHONE).suppressed is None)


def play_help(sim: Simulation) -> None:
    texted(sim)
    says(sim, "HELP")
    says(sim, "what is my balance?", "in-2")


def missing_help(sim: Simulation) -> list[str]:
    return expect(answered="answers/help" in templates(sim), ticket=bool(_about(sim, "in-2")))


def _about(sim: Simulation, inbound_id: str) -> list[Reason]:
    return [ticket.reason for ticket in sim.tickets if ticket.about == inbound_id]


def play_paid_claim(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I already paid")
    operator(sim, Reason.PAID_CLAIM, action="close", outcome="payment_not_found")


def play_promise_kept(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I will pay 222.18 on 20 March")
    sim.pass_time(NOW + timedelta(days=8, hours=2))
    sim.pay(OWED_MINOR, "P1")
    sim.settle()
    sim.plan()


def missing_promise_kept(sim: Simulation) -> list[str]:
    said = templates(sim)
    return expect(
        noted="answers/promise_noted" in said,
        reminded="answers/promise_reminder" in said,
        thanked="answers/promise_kept" in said,
        over=sim.loan().promised is None and not sim.loan().is_owed(),
    )


def play_promise_broken(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I will pay on 13 March")
    sim.pass_time(NOW + timedelta(days=3))


def missing_promise_broken(sim: Simulation) -> list[str]:
    return expect(marked=BROKEN_PROMISE in sim.loan().marks, over=sim.loan().promised is None)


def play_arranged(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I lost my job and cannot pay")
    says(sim, "2", "in-2")
    operator(sim, Reason.ARRANGEMENT, action="arrangement", decision="agree")
    operator(sim, Reason.ARRANGEMENT, action="close", outcome="arranged")
    sim.pay(OWED_MINOR // 2, "P1")
    sim.settle()
    sim.plan()


def missing_arranged(sim: Simulation) -> list[str]:
    loan = sim.loan()
    parts = loan.arrangement.parts if loan.arrangement else ()
    return expect(
        agreed=loan.arrangement is not None and loan.arrangement.status is ArrangementStatus.AGREED,
        adds_up=sum(part.amount_minor for part in parts) == loan.arrears.minor,
        promised=loan.promised is not None and loan.promised.amount_minor == parts[0].amount_minor if parts else False,
        told="answers/arrangement_confirmed" in templates(sim),
    )


def play_agreed_at_once(sim: Simulation) -> None:
    texted(sim, a_loan(amount_due=Money(9_001, "USD"), outstanding_balance=Money(50_000, "USD")))
    says(sim, "I lost my job and cannot pay")
    says(sim, "2", "in-2")


def missing_agreed_at_once(sim: Simulation) -> list[str]:
    loan = sim.loan()
    parts = loan.arrangement.parts if loan.arrangement else ()
    return expect(
        adds_up=sum(part.amount_minor for part in parts) == 9_001,
        told="answers/arrangement_confirmed" in templates(sim),
    )


def play_declined(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I lost my job and cannot pay")
    says(sim, "2", "in-2")
    operator(sim, Reason.ARRANGEMENT, action="arrangement", decision="decline")


def missing_declined(sim: Simulation) -> list[str]:
    return expect(told="answers/arrangement_declined" in templates(sim), none_left=sim.loan().arrangement is None)


def play_dispute(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I dispute this debt")
    operator(sim, Reason.DISPUTE, action="answer", text="We have checked it: the amount is right.")
    operator(sim, Reason.DISPUTE, action="release", hold="disputed")
    operator(sim, Reason.DISPUTE, action="close", outcome="dispute_not_upheld")


def missing_dispute(sim: Simulation) -> list[str]:
    held = {reason_of(name) for name in sim.loan().pauses}
    return expect(
        released="disputed" not in held,
        closed=sim.ticket(Reason.DISPUTE).status is Status.CLOSED,
        answered="operator/free_text" in templates(sim),
        audited=len(sim.rows.audits("L1")) == 3,
    )


def play_wrong_number(sim: Simulation) -> None:
    texted(sim)
    says(sim, "wrong number")


def missing_wrong_number(sim: Simulation) -> list[str]:
    return expect(
        suppressed=sim.talk.number(PHONE).suppressed is Suppression.WRONG_NUMBER,
        handed_over=any(ticket.reason is Reason.NOT_REACHABLE for ticket in sim.tickets),
    )


def play_complaint(sim: Simulation) -> None:
    texted(sim)
    says(sim, "your service is terrible")
    operator(sim, Reason.COMPLAINT, action="call", outcome="reached")
    operator(sim, Reason.COMPLAINT, action="close", outcome="answered", root_cause="conduct")
    says(sim, "no", "in-2")


def missing_complaint(sim: Simulation) -> list[str]:
    ticket = sim.ticket(Reason.COMPLAINT)
    question = [row for row in sim.talk.contacts.values() if row.text.template == "answers/satisfaction"]
    was_asked = bool(question) and question[0].state is not State.REJECTED
    return expect(
        asked="answers/satisfaction" in templates(sim),
        reopened=ticket.is_open or not was_asked,
        peace="reopened" in {reason_of(name) for name in sim.loan().pauses} or not was_asked,
    )


def play_operator(sim: Simulation) -> None:
    """What else an operator may write."""
    texted(sim)
    says(sim, "call me tomorrow at 3pm")
    operator(sim, Reason.CALLBACK, action="take")
    operator(sim, Reason.CALLBACK, action="hold", hold="by_operator", until="2026-03-20")
    operator(sim, Reason.CALLBACK, action="nonsense")
    operator(sim, Reason.CALLBACK, action="opt_out")
    operator(sim, Reason.CALLBACK, action="close", outcome="no_action")
    operator(sim, Reason.CALLBACK, action="reopen")


def missing_operator(sim: Simulation) -> list[str]:
    ticket = sim.ticket(Reason.CALLBACK)
    return expect(reopened=ticket.is_open and ticket.closings == 1, once=ticket.actions == 5, by=ticket.owner == "JD")


# Files and time.


def a_file(*loan_ids: str, **cells: str) -> bytes:
    """A loan file whose rows are those of `a_row`, but for some cells."""
    lines = [",".join(REQUIRED_COLUMNS)]
    for loan_id in loan_ids:
        row = a_row(loan_id=loan_id, borrower_id=f"B-{loan_id}", phone=f"+1312555010{loan_id[-1]}")
        values: dict[str, object] = {name: getattr(row, name) for name in REQUIRED_COLUMNS}
        values |= {name: value.decimal_text for name, value in values.items() if isinstance(value, Money)}
        lines.append(",".join(str((values | cells)[name]) for name in REQUIRED_COLUMNS))
    return "\n".join([*lines, ""]).encode()


def play_files(sim: Simulation) -> None:
    sim.pay(OWED_MINOR, "P0", "L2")
    sim.settle()
    sim.drop("loans/loans-20260311T060000Z.csv", a_file("L1", "L2"))
    sim.settle()
    sim.drop(
        "payments/payments-20260311.csv",
        b"loan_id,paid_on,amount,currency,reference\nL1,2026-03-11,100.00,USD,P1\nL1,2026-03-11,100.00,USD,P1\n"
        b"L9,2026-03-11,5.00,USD,P9\nL1,2026-03-11,zero,USD,P3\n",
    )
    sim.settle()
    sim.plan()


def missing_files(sim: Simulation) -> list[str]:
    return expect(
        paid_once=sim.loan().arrears.minor == OWED_MINOR - 10_000,
        early_payment_booked=sim.loan("L2").arrears.minor == 0,
        unmatched=any(ticket.reason is Reason.PAYMENT_UNMATCHED and "P9" in ticket.about for ticket in sim.tickets),
    )


def play_new_episode(sim: Simulation) -> None:
    sim.drop("loans/loans-20260311T060000Z.csv", a_file("L1"))
    sim.settle()
    sim.plan()
    sim.pay(OWED_MINOR, "P1")
    sim.settle()
    sim.clock.advance(days=30)
    sim.drop("loans/loans-20260410T060000Z.csv", a_file("L1", due_date="2026-04-09"), is_full=True)
    sim.settle()
    sim.plan()


def missing_new_episode(sim: Simulation) -> list[str]:
    demands = [text for text in sim.asked.values() if text.episode == date(2026, 4, 9)]
    return expect(texted_again=bool(demands), owed=sim.loan().arrears.minor == OWED_MINOR)


def play_night(sim: Simulation) -> None:
    """An operator's text waits for the morning, and a promise is remembered."""
    texted(sim)
    says(sim, "what is my balance?")
    sim.clock.at = NOW + timedelta(hours=14)
    operator(sim, Reason.QUESTION, action="answer", text="You owe what the last text said.")
    sim.pass_time(NOW + timedelta(days=1))


def missing_night(sim: Simulation) -> list[str]:
    return expect(answered=reached(sim, "operator/free_text"))


def play_sweep(sim: Simulation) -> None:
    """A doubt, an opt-out on the provider's side, one on ours, a late ticket and a silent loan."""
    sim.carrier.outcomes = [Unknown("no answer")]
    texted(sim)
    sim.knows(a_loan(loan_id="L2", borrower_id="B2", phone=OTHER_PHONE))
    sim.plan()
    sim.carrier.opted_out.append(OTHER_PHONE)
    says(sim, "your service is terrible")
    sim.clock.advance(hours=30)
    sim.sweep()
    sim.clock.advance(hours=50)
    sim.sweep()
    sim.plan()


def missing_sweep(sim: Simulation) -> list[str]:
    return expect(
        doubt_asked=any(ticket.reason is Reason.IN_DOUBT for ticket in sim.tickets),
        drift_found=sim.talk.number(OTHER_PHONE).suppressed is Suppression.OPTED_OUT,
        late=sim.ticket(Reason.COMPLAINT).status is Status.LATE,
        people_called=len(sim.rows.alerts.calls) > 0,
    )


def play_stranger(sim: Simulation) -> None:
    sim.knows(a_loan())
    sim.reply("STOP", "in-1", OTHER_PHONE)
    sim.reply("who is this?", "in-2", "+13125550103")
    sim.settle()


SCENARIOS = (
    Scenario("demand", play_demand, missing_demand),
    Scenario("unreachable phone", play_unreachable, missing_unreachable),
    Scenario("invalid number", play_invalid),
    Scenario("refused wording", play_wording_stopped),
    Scenario("fault of our set-up", play_throttled, missing_demand),
    Scenario("two loans of one person", play_two_loans),
    Scenario("demand raced by a payment", play_paid_meanwhile, missing_paid),
    Scenario("payment, reversal, payment", play_reversed, missing_reversed),
    Scenario("STOP", play_stop, missing_stop),
    Scenario("never contact me again", play_cease_all),
    Scenario("STOP and START", play_stop_and_start, missing_start),
    Scenario("HELP and a question", play_help, missing_help),
    Scenario("paid", play_paid_claim),
    Scenario("promise reminded and kept", play_promise_kept, missing_promise_kept),
    Scenario("promise broken", play_promise_broken, missing_promise_broken),
    Scenario("arrangement proposed and agreed", play_arranged, missing_arranged),
    Scenario("arrangement agreed at once", play_agreed_at_once, missing_agreed_at_once),
    Scenario("arrangement declined", play_declined, missing_declined),
    Scenario("dispute answered and released", play_dispute, missing_dispute),
    Scenario("wrong number", play_wrong_number, missing_wrong_number),
    Scenario("complaint, closed and reopened", play_complaint, missing_complaint),
    Scenario("operator", play_operator, missing_operator),
    Scenario("files and early payments", play_files, missing_files),
    Scenario("cure and a new delinquency", play_new_episode, missing_new_episode),
    Scenario("an answer at night", play_night, missing_night),
    Scenario("sweep", play_sweep, missing_sweep),
    Scenario("strangers", play_stranger),
)
