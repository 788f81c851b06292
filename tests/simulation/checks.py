"""What must hold whatever went wrong. Reads only the carrier's log and the stored rows, and shares no rule with the
product."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from duebridge.core.contact import State, Text, answer_id
from duebridge.core.loan import Loan, Payment
from duebridge.core.standing import Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason
from duebridge.ports import ReplyRow
from tests.simulation.simulated import Acceptance, Simulation

ASKS = frozenset({Kind.PRE_DUE, Kind.DEMAND})
OPENS, CLOSES = 8, 21
"""12 CFR 1006.6(b)(1)."""
CAPS = {timedelta(days=1): 1, timedelta(days=7): 3, timedelta(days=30): 8}
ANSWERS_A_DAY = 4
ENDED = frozenset({State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.REJECTED})


def broken_always(sim: Simulation) -> list[str]:
    """What was done that must never be done; may be asked at any time."""
    return [*_twice(sim), *_unlawful(sim), *_too_often(sim), *_answered_too_often(sim), *_forgotten_opt_outs(sim)]


def broken_at_the_end(sim: Simulation) -> list[str]:
    """What was not done that must be, once no fault happens any more and all is drained."""
    return [*broken_always(sim), *_unended(sim), *_unheard(sim), *_silent(sim), *_undrained(sim)]


def _twice(sim: Simulation) -> Iterator[str]:
    seen: set[str] = set()
    for accepted in sim.carrier.log:
        if accepted.text.contact_id in seen:
            yield f"{accepted.text.kind} accepted twice: {accepted.text.contact_id}"
        seen.add(accepted.text.contact_id)


def _unlawful(sim: Simulation) -> Iterator[str]:
    for accepted in sim.carrier.log:
        stood, text = accepted.claimed, accepted.text
        what = f"{text.kind} {text.template} at {accepted.at}"
        if stood.number.suppressed and stood.number.confirmation != text.contact_id:
            yield f"{what}: to a number that is {stood.number.suppressed}"
        if text.kind in ASKS:
            assert stood.loan is not None
            yield from (f"{what}: {why}" for why in _why_no_demand(accepted, stood.loan))


def _why_no_demand(accepted: Acceptance, loan: Loan) -> Iterator[str]:
    owed = owed_minor(loan, accepted.claimed.payments)
    if owed <= 0:
        yield "nothing is owed"
    if accepted.text.amount_minor != owed:
        yield f"asks for {accepted.text.amount_minor}, owed is {owed}"
    for name, pause in loan.pauses.items():
        if pause.until is None or accepted.claimed.at < pause.until:
            yield f"a hold stands: {name}"
    for zone in {loan.terms.time_zone, *loan.terms.number_zones}:
        if not OPENS <= accepted.at.astimezone(ZoneInfo(zone)).hour < CLOSES:
            yield f"outside the hours of {zone}"


def owed_minor(loan: Loan, payments: Iterable[Payment]) -> int:
    """By the file and the stored payments alone."""
    paid = [each for each in payments if each.loan_id == loan.loan_id and each.known_at > loan.as_of]
    return max(0, loan.terms.amount_due.minor - sum(each.amount.minor for each in paid))


def _too_often(sim: Simulation) -> Iterator[str]:
    by_person: defaultdict[str, list[Acceptance]] = defaultdict(list)
    for accepted in sim.carrier.log:
        row = sim.talk.contacts[accepted.text.phone, accepted.text.contact_id]
        if accepted.text.kind in ASKS and row.state is not State.UNDELIVERED:
            by_person[accepted.text.borrower_id].append(accepted)
    for texts in by_person.values():
        for place, accepted in enumerate(texts):
            before = texts[:place]
            for period, most in CAPS.items():
                if 1 + sum(accepted.claimed.at - each.claimed.at < period for each in before) > most:
                    yield f"more than {most} demands to one person in {period}, at {accepted.at}"
            if accepted.text.kind is Kind.DEMAND and any(_thinks(each.text, accepted.claimed.at) for each in before):
                yield f"a demand before the date that the last one named, at {accepted.at}"


def _thinks(text: Text, at: datetime) -> bool:
    return text.quiet_until is not None and at < text.quiet_until


def _answered_too_often(sim: Simulation) -> Iterator[str]:
    by_phone: defaultdict[str, list[datetime]] = defaultdict(list)
    by_inbound: defaultdict[str, int] = defaultdict(int)
    for accepted in sim.carrier.log:
        if accepted.text.kind in ASKS:
            continue
        times = by_phone[accepted.text.phone]
        times.append(accepted.claimed.at)
        if sum(accepted.claimed.at - at < timedelta(days=1) for at in times) > ANSWERS_A_DAY:
            yield f"more than {ANSWERS_A_DAY} texts in a day that ask for no money, at {accepted.at}"
        if accepted.text.kind is Kind.ANSWER:
            by_inbound[accepted.text.inbound_id] += 1
            if by_inbound[accepted.text.inbound_id] > 1:
                yield f"two answers to {accepted.text.inbound_id}"
            if (accepted.text.phone, accepted.text.inbound_id) not in sim.talk.replies:
                yield f"an answer to a reply that is not stored: {accepted.text.inbound_id}"


def _forgotten_opt_outs(sim: Simulation) -> Iterator[str]:
    """The newest word of the number itself holds."""
    newest: dict[str, ReplyRow] = {}
    stored = [(phone, row) for (phone, _), row in sim.talk.replies.items()]
    for phone, row in stored:
        if {"opt_out", "opt_in"} & set(row.labels) and (phone not in newest or row.at > newest[phone].at):
            newest[phone] = row
    for phone, row in newest.items():
        waits = any(other.at > row.at and not other.labels for place, other in stored if place == phone)
        if "opt_out" in row.labels and not waits and sim.talk.number(phone).suppressed is None:
            yield f"an opt-out of {row.at} is forgotten"


def _unended(sim: Simulation) -> Iterator[str]:
    """Every text that was ever queued."""
    about = {ticket.about for ticket in sim.tickets}
    decided = {contact_id for _, contact_id, _, _ in sim.book.decisions}
    for text in sim.asked.values():
        row = sim.talk.contacts.get((text.phone, text.contact_id))
        state = row.state if row else None
        if state in ENDED:
            continue
        if state in {State.IN_DOUBT, State.SENDING} and text.contact_id not in about:
            yield f"{text.kind} {text.template} ends as {state} without a ticket"
        if state in {None, State.RELEASED} and text.contact_id not in decided | about:
            yield f"{text.kind} {text.template} is lost: {state}"


def _unheard(sim: Simulation) -> Iterator[str]:
    for (phone, inbound_id), row in sim.talk.replies.items():
        if not row.labels:
            yield f"the reply {inbound_id} has no effect"
        elif not _has_effect(sim, phone, row):
            yield f"the reply {inbound_id} ({', '.join(row.labels)}) has neither an effect nor a ticket"


def _has_effect(sim: Simulation, phone: str, row: ReplyRow) -> bool:
    number = sim.talk.number(phone)
    return (
        bool({"acknowledge", "opt_in"} & set(row.labels))
        or answer_id(row.inbound_id) in sim.asked
        or any(ticket.about == row.inbound_id or ticket.reason is Reason.MANY_REPLIES for ticket in sim.tickets)
        or bool({"opt_out", "wrong_number"} & set(row.labels) and number.suppressed)
        or row.inbound_id in sim.book.sources
        # The newest menu told a moment ago what one may reply.
        or any("opt_in" in other.labels for (place, _), other in sim.talk.replies.items() if place == phone)
    )


def _silent(sim: Simulation) -> Iterator[str]:
    """A loan on which money is owed is looked at again, or is with people."""
    known = {ticket.ticket_id for ticket in sim.tickets}
    handed_over = {
        loan_id for ticket in sim.tickets if ticket.reason is Reason.NOT_REACHABLE for loan_id in ticket.loan_ids
    }
    for loan in sim.book.loans.values():
        if owed_minor(loan, sim.book.payments) <= 0 or loan.next_contact_at is not None:
            continue
        with_people = [p for p in loan.pauses.values() if p.until is None and p.by in known | {"loan file"}]
        if loan.loan_id not in handed_over and not with_people:
            why = loan.last_decision.outcome if loan.last_decision else "never decided"
            yield f"{loan.loan_id} went silent without a ticket: {why}"
        number = sim.talk.number(loan.terms.phone)
        if loan.loan_id not in handed_over and number.suppressed is Suppression.WRONG_NUMBER and not with_people:
            yield f"{loan.loan_id} has a wrong number, and nobody is told"


def _undrained(sim: Simulation) -> Iterator[str]:
    for name, queue in sim.lanes.all().items():
        if queue.messages or queue.dead_letters:
            yield f"{name}: {len(queue.messages)} messages and {len(queue.dead_letters)} dead letters are left"
    for ticket in sim.tickets:
        if ticket.request or ticket.doing:
            yield f"a request on a ticket about {ticket.reason} is never carried out"
    for number in sim.talk.numbers.values():
        is_listed = number.phone in sim.carrier.opted_out
        if number.suppressed in {Suppression.OPTED_OUT, Suppression.WRONG_NUMBER} and not is_listed:
            yield f"the provider was not told of a number that is {number.suppressed}"
