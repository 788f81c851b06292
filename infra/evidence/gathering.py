"""Gathers what the tables say of one loan: texts and why they went, receipts, replies, tickets, acts, holds, payments.

Only what rows say is told. Where a row keeps no more than the newest of something, `LIMITS` says so.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from duebridge.adapters import rows
from duebridge.adapters.conversations import contact_of, reply_of
from duebridge.adapters.rows import Row
from duebridge.adapters.stops import STOPS, standing_of
from duebridge.core import wording
from duebridge.core.calling_code import calling_code
from duebridge.core.contact import ticket_id
from duebridge.core.loan import Loan, reason_of
from duebridge.core.stop import EVERYTHING
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from duebridge.core.ticket import Reason, Ticket
from duebridge.core.undertaking import Part
from duebridge.ports import ContactRow, ReplyRow
from infra.evidence.chain import Happening, chained
from infra.records import Records

LIMITS = (
    "chain_is_no_seal",
    "rows_as_they_are_now",
    "newest_loan_file_only",
    "what_was_forgotten",
    "initials_are_self_declared",
    "lists_without_a_loan",
)
"""What a pack does not show; the page says each in full."""
LINE = re.compile(r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d) UTC, (?P<by>[^:]*): (?P<what>.*)", re.S)
"""A line of a ticket's history, as `audit_line` writes it."""
BORROWER = "borrower"


def gathered(records: Records, loan_id: str) -> Any:
    """The pack of a loan; None when the book has no such loan."""
    entries = records.partition("LoanTable", loan_id)
    row = next((entry for entry in entries if entry["entry"] == rows.LOAN_ENTRY), None)
    if row is None:
        return None
    loan = rows.loan(row)
    said = records.partition("ConversationTable", rows.number_party(loan.terms.phone))
    contacts = {row["entry"].removeprefix("contact#"): row for row in said if row["entry"].startswith("contact#")}
    texts = [row for row in contacts.values() if _is_told_here(row, loan)]
    replies = [row for row in said if row["entry"].startswith("reply#") and _is_of(row, contacts, loan)]
    tickets = _tickets(records, loan, entries, list(map(contact_of, texts)), list(map(reply_of, replies)))
    happenings = [
        *_loan_file(loan),
        *_undertaken(loan),
        *(_text(row) for row in texts),
        *(_proof(row) for row in entries if row["entry"].startswith("text#")),
        *(_receipt(row) for row in texts if "receipt" in row),
        *(_reply(row) for row in replies),
        *_of_tickets(tickets, entries),
        *_booked(entries),
        *_standing(loan, said),
        *_stopped(records, loan),
    ]
    return chained(loan_id, _about(loan), LIMITS, happenings)


def _about(loan: Loan) -> dict[str, Any]:
    """As it stands now. The number is masked; a name stands in the texts that say it."""
    terms = loan.terms
    return _told(
        borrower=terms.borrower_id,
        number=wording.masked(terms.phone),
        product=terms.product,
        agreement=f"…{terms.agreement_number[-4:]}",
        country=terms.sub or terms.country,
        language=terms.locale,
        time_zone=terms.time_zone,
        currency=terms.currency,
        arrears_minor=loan.arrears.minor,
        balance_minor=loan.balance.minor,
        due_on=terms.due_date.isoformat(),
        consent=terms.consent_source or "",
        consent_at=_at(terms.consent_at),
        is_silent=bool(loan.silent),
    )


def _told(**facts: Any) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in facts.items() if value not in ("", None, False, [], {})}


def _loan_file(loan: Loan) -> Iterator[Happening]:
    terms = loan.terms
    facts = _told(
        arrears_minor=terms.amount_due.minor,
        balance_minor=terms.outstanding_balance.minor,
        due_on=terms.due_date.isoformat(),
        account_state=str(terms.state or ""),
    )
    yield Happening(loan.as_of, "loan_file", "loan", facts)
    for name, part in loan.enrolments.items():
        facts = _told(experiment=name, arm=part.arm, stratum=part.stratum)
        yield Happening(_midnight(part.on), "experiment", f"loan/arms/{name}", facts)
    decided = loan.last_decision
    if decided and decided.outcome != "contact":
        facts = _told(hold=decided.outcome, until_at=_at(decided.until))
        yield Happening(decided.at, "look", "loan/decided", facts)


def _undertaken(loan: Loan) -> Iterator[Happening]:
    for name, pause in loan.pauses.items():
        facts = _told(hold=reason_of(name), by=pause.by, until_at=_at(pause.until))
        yield Happening(pause.since, "hold", f"loan/pauses/{name}", facts)
    if promised := loan.promised:
        facts = _told(
            pay_on=promised.pay_on.isoformat(),
            amount_minor=promised.amount_minor,
            paid_minor=promised.paid_minor,
            is_kept=promised.kept,
            by=promised.by,
        )
        yield Happening(promised.noted_at, "promise", "loan/promised", facts)
    if offer := loan.offer:
        options = [_parts(option.parts) for option in offer.options]
        facts = _told(options=options, ticket=offer.ticket_id, by=offer.by)
        yield Happening(offer.offered_at, "offer", "loan/offer", facts)
    if chosen := loan.arrangement:
        facts = _told(arrangement_status=str(chosen.status), options=[_parts(chosen.parts)], by=chosen.by)
        yield Happening(chosen.chosen_at, "arrangement", "loan/arrangement", facts)


def _parts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [{"pay_on": part.pay_on.isoformat(), "amount_minor": part.amount_minor} for part in parts]


def _text(row: Row) -> Happening:
    """As it was claimed, with the gate's answers, and where it stands."""
    contact = contact_of(row)
    text = contact.text
    facts = _told(
        body=text.body,
        body_sha256=_hash(text.body),
        text_kind=str(text.kind),
        template=text.template,
        template_version=text.template_version,
        language=text.locale,
        step=text.step,
        attempt=text.attempt if text.attempt > 1 else 0,
        segment=text.segment,
        arms=rows.written_arms(text.arms),
        amount_minor=text.amount_minor,
        number=wording.masked(text.phone),
        parts=text.segments,
        planned_at=_at(text.planned_at),
        window_ends_at=_at(text.expires_at),
        state=str(contact.state),
        why=contact.reason,
        state_since_at=_at(rows.instant(row["moved_at"])) if "moved_at" in row else "",
        message=contact.message_id,
        answers_reply=text.inbound_id,
        ticket=text.ticket_id,
        registered_template=text.registered_template,
        rules=list(contact.rules),
    )
    return Happening(contact.claimed_at, "text", row["entry"], facts)


def _proof(row: Row) -> Happening:
    """What an erasure has left of a text: that it went, and by which rules; not its words, nor to whom."""
    facts = _told(
        is_erased=True,
        text_kind=row["kind"],
        template=row["template"],
        template_version=row["wording"],
        step=row.get("step", ""),
        parts=int(row.get("parts", 0)),
        state=row["status"],
        why=row.get("reason", ""),
        state_since_at=row.get("moved_at", ""),
        receipt=row.get("receipt", ""),
        rules=list(row.get("rules", ())),
    )
    return Happening(rows.instant(row["claimed_at"]), "text", row["entry"], facts)


def _receipt(row: Row) -> Happening:
    contact = contact_of(row)
    facts = _told(
        of_text=contact.text.contact_id,
        receipt=contact.receipt,
        state=str(contact.state),
        parts=int(row.get("billed", 0)),
        price_micros=contact.price_micros,
        message=contact.message_id,
    )
    # Kept in whole seconds: a receipt of the same second still comes after its text.
    at = max(contact.claimed_at, rows.instant(row["moved_at"]))
    return Happening(at, "text_receipt", row["entry"], facts)


def _is_told_here(row: Row, loan: Loan) -> bool:
    """Demands on this loan; and whatever else was said to this borrower, for a reply may speak of several loans."""
    if row.get("loan_id") == loan.loan_id:
        return True
    return row["kind"] not in ASKS_FOR_PAYMENT and row.get("who", "") in ("", loan.terms.borrower_id)


def _is_of(row: Row, contacts: Mapping[str, Row], loan: Loan) -> bool:
    """A number may be shared: what somebody else said about their own loan is no evidence here."""
    spoken_of = contacts.get(row.get("about", ""))
    whose = spoken_of.get("who", "") if spoken_of else ""
    return whose in ("", loan.terms.borrower_id)


def _reply(row: Row) -> Happening:
    reply = reply_of(row)
    facts = _told(
        body=reply.body,
        body_sha256=_hash(reply.body),
        labels=list(reply.labels),
        is_displeased=reply.is_dissatisfied,
        understood_by=list(row.get("evidence", ())),
        of_text=reply.about_contact,
    )
    return Happening(reply.at, "reply", row["entry"], facts)


def _tickets(
    records: Records, loan: Loan, entries: list[Row], contacts: list[ContactRow], replies: list[ReplyRow]
) -> list[Ticket]:
    """Those that rows of the loan name, and those whose id comes from its replies, texts and payments."""
    named = {_ticket_named(entry) for entry in entries if entry["entry"].startswith("audit#")}
    named |= {contact.text.ticket_id for contact in contacts} | {pause.by for pause in loan.pauses.values()}
    named |= {loan.offer.ticket_id} if loan.offer else set()
    paid = (entry["entry"].partition("#")[2] for entry in entries if entry["entry"].startswith("payment#"))
    about = [reply.inbound_id for reply in replies] + [contact.text.contact_id for contact in contacts]
    about += [f"{loan.loan_id}/{reference}" for reference in paid]
    derived = {ticket_id(reason, source) for reason in Reason for source in about}
    found = map(rows.ticket, records.tickets(sorted({name for name in named if name} | derived)))
    return [ticket for ticket in found if _is_about(ticket, loan)]


def _ticket_named(audit: Row) -> str:
    """The ticket on which somebody acted; empty for an act on the loan itself."""
    source = str(audit["entry"]).split("#")[1]
    return source if source.startswith("ticket-") else ""


def _is_about(ticket: Ticket, loan: Loan) -> bool:
    return loan.loan_id in ticket.loan_ids or (
        not ticket.loan_ids and ticket.borrower_id in ("", loan.terms.borrower_id)
    )


def _of_tickets(tickets: list[Ticket], entries: list[Row]) -> Iterator[Happening]:
    audits = [row for row in entries if row["entry"].startswith("audit#")]
    for row in audits:
        yield _act(rows.instant(row["at"]), row["what"], _ticket_named(row), row["entry"])
    lines = {(_ticket_named(row), row["what"]) for row in audits}
    for ticket in tickets:
        yield _opened(ticket)
        for number, line in enumerate(ticket.history):
            if (ticket.ticket_id, line) not in lines:
                at = _written_at(line) or ticket.opened_at
                yield _act(at, line, ticket.ticket_id, f"{ticket.ticket_id}/history/{number}")


def _opened(ticket: Ticket) -> Happening:
    facts = _told(
        ticket=ticket.ticket_id,
        reason=str(ticket.reason),
        priority=str(ticket.priority),
        answer_by_at=_at(ticket.answer_by),
        about=ticket.about,
        labels=list(ticket.labels),
        is_displeased=ticket.is_displeased,
        note=ticket.note,
        status=str(ticket.status),
        owner=ticket.owner,
        outcome=ticket.outcome,
        root_cause=ticket.root_cause,
        refused_request=ticket.fault,
    )
    return Happening(ticket.opened_at, "ticket", ticket.ticket_id, facts)


def _act(at: datetime, line: str, ticket: str, source: str) -> Happening:
    """A line says by whom; of a person these are the initials that they gave themselves."""
    read = LINE.fullmatch(line)
    by, what = (read["by"], read["what"]) if read else ("", line)
    declared = _told(who=by, is_self_declared=by not in ("", BORROWER))
    return Happening(at, "act", source, {**declared, **_told(what=what, ticket=ticket)})


def _written_at(line: str) -> datetime | None:
    read = LINE.fullmatch(line)
    return datetime.fromisoformat(read["at"]).replace(tzinfo=UTC) if read else None


def _booked(entries: list[Row]) -> Iterator[Happening]:
    for entry in entries:
        kind, _, rest = entry["entry"].partition("#")
        if kind == "payment":
            paid = rows.payment(entry)
            facts = _told(reference=paid.reference, amount_minor=paid.amount.minor, paid_on=paid.paid_on.isoformat())
            yield Happening(paid.known_at, "payment", entry["entry"], facts)
        elif kind == "decision":
            at, _, contact_id = rest.partition("#")
            until = entry.get("until")
            facts = _told(hold=entry["outcome"], of_text=contact_id, until_at=until, rules=list(entry.get("rules", ())))
            yield Happening(rows.instant(at), "not_sent", entry["entry"], facts)


def _standing(loan: Loan, said: list[Row]) -> Iterator[Happening]:
    row = next((row for row in said if row["entry"] == rows.STANDING_ENTRY), None)
    number = rows.number(loan.terms.phone, row)
    if number.suppressed and number.suppressed_at:
        facts = _told(hold=str(number.suppressed), of_text=number.confirmation, is_listed=number.carrier_told)
        yield Happening(number.suppressed_at, "suppression", rows.STANDING_ENTRY, facts)


def _stopped(records: Records, loan: Loan) -> Iterator[Happening]:
    """Stops of all sending that the borrower's texts are under."""
    found = records.partition("LoanTable", STOPS["loan_id"])
    stops = standing_of(found[0] if found else None)
    for name in (EVERYTHING, calling_code(loan.terms.phone)):
        if stop := stops.by_name.get(name):
            yield Happening(stop.since, "stop", f"stops/{name}", _told(why=stop.reason))


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _at(instant: datetime | None) -> str:
    return rows.brief_stamp(instant) if instant else ""
