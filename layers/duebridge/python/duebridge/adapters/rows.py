"""Between frozen values and DynamoDB rows. Attribute names are short words, since each kilobyte of a row is billed."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from ..core.account_state import AccountState
from ..core.contact import State, Text
from ..core.loan import LastDecision, Loan, Pause, Payment
from ..core.loan_file import LoanRow
from ..core.money import Money
from ..core.shard import SILENT, shard_of
from ..core.standing import Counted, NumberStanding, PersonStanding, Suppression
from ..core.strategy import Kind
from ..core.ticket import Reason, Status, Ticket

Row = dict[str, Any]

LOAN_ENTRY = "loan"
STANDING_ENTRY = "standing"


def stamp(at: datetime) -> str:
    """An instant as text whose order is time's order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(text: str) -> datetime:
    """The instant of a stamp."""
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return instant(text) if text else None


def sparse(row: Mapping[str, Any]) -> Row:
    """Without what is empty: an absent attribute costs nothing, and keeps a row out of a sparse index."""
    return {name: value for name, value in row.items() if value is not None and value not in ("", (), [], {})}


def loan_row(loan: Loan) -> Row:
    """A loan under its own key. Money is minor units of the row's one currency."""
    terms = loan.terms
    return sparse(
        {
            "loan_id": loan.loan_id,
            "entry": LOAN_ENTRY,
            "version": loan.version,
            "shard": (SILENT if loan.silent else shard_of(loan.loan_id)) if loan.next_contact_at else None,
            "next_contact_at": stamp(loan.next_contact_at) if loan.next_contact_at else None,
            "borrower_id": terms.borrower_id,
            "agreement": terms.agreement_number,
            "name": terms.full_name,
            "salutation": terms.salutation,
            "phone": terms.phone,
            "number_zones": list(terms.number_zones),
            "country": terms.country,
            "sub": terms.sub,
            "locale": terms.locale,
            "zone": terms.time_zone,
            "product": terms.product,
            "currency": terms.currency,
            "principal": terms.principal.minor,
            "file_balance": terms.outstanding_balance.minor,
            "file_arrears": terms.amount_due.minor,
            "due": terms.due_date.isoformat(),
            "instalment": terms.instalment_amount.minor,
            "instalments": terms.instalments_total,
            "instalments_paid": terms.instalments_paid,
            "opened": terms.opened_on.isoformat(),
            "matures": terms.maturity_date.isoformat(),
            "prior": terms.prior_delinquencies,
            "consent": terms.consent_source,
            "consent_at": stamp(terms.consent_at) if terms.consent_at else None,
            "state": terms.state,
            "as_of": stamp(loan.as_of),
            "arrears": loan.arrears.minor,
            "balance": loan.balance.minor,
            "episode": loan.episode.isoformat(),
            "steps": list(loan.steps),
            "retry": loan.retry,
            "pauses": {
                name: sparse({"since": stamp(p.since), "until": stamp(p.until) if p.until else None, "by": p.by})
                for name, p in loan.pauses.items()
            },
            "marks": sorted(loan.marks),
            "silent": loan.silent or None,
            "paid_known_at": stamp(loan.paid_known_at) if loan.paid_known_at else None,
            "decided": _decided(loan.last_decision),
        }
    )


def loan(row: Row) -> Loan:
    """The loan of a row."""
    currency = row["currency"]

    def money(name: str) -> Money:
        return Money(int(row[name]), currency)

    terms = LoanRow(
        loan_id=row["loan_id"],
        agreement_number=row["agreement"],
        borrower_id=row["borrower_id"],
        full_name=row["name"],
        salutation=row.get("salutation", ""),
        phone=row["phone"],
        number_zones=tuple(row.get("number_zones", ())),
        country=row["country"],
        sub=row.get("sub"),
        locale=row["locale"],
        time_zone=row["zone"],
        product=row["product"],
        principal=money("principal"),
        outstanding_balance=money("file_balance"),
        amount_due=money("file_arrears"),
        due_date=date.fromisoformat(row["due"]),
        instalment_amount=money("instalment"),
        instalments_total=int(row["instalments"]),
        instalments_paid=int(row["instalments_paid"]),
        opened_on=date.fromisoformat(row["opened"]),
        maturity_date=date.fromisoformat(row["matures"]),
        prior_delinquencies=int(row["prior"]),
        consent_source=row.get("consent"),
        consent_at=_maybe(row.get("consent_at")),
        state=AccountState(row["state"]) if "state" in row else None,
    )
    return Loan(
        terms=terms,
        as_of=instant(row["as_of"]),
        arrears=money("arrears"),
        balance=money("balance"),
        episode=date.fromisoformat(row["episode"]),
        steps=tuple(row.get("steps", ())),
        retry=row.get("retry", ""),
        pauses={
            name: Pause(instant(p["since"]), _maybe(p.get("until")), p["by"])
            for name, p in row.get("pauses", {}).items()
        },
        next_contact_at=_maybe(row.get("next_contact_at")),
        marks=frozenset(row.get("marks", ())),
        silent=row.get("silent", False),
        paid_known_at=_maybe(row.get("paid_known_at")),
        last_decision=_decision(row.get("decided")),
        version=int(row["version"]),
    )


def payment_row(payment: Payment) -> Row:
    """A payment under its loan; the reference makes it count once."""
    return {
        "loan_id": payment.loan_id,
        "entry": f"payment#{payment.reference}",
        "amount": payment.amount.minor,
        "currency": payment.amount.currency,
        "paid_on": payment.paid_on.isoformat(),
        "known_at": stamp(payment.known_at),
    }


def payment(row: Row) -> Payment:
    """The payment of a row."""
    return Payment(
        loan_id=row["loan_id"],
        amount=Money(int(row["amount"]), row["currency"]),
        paid_on=date.fromisoformat(row["paid_on"]),
        reference=row["entry"].removeprefix("payment#"),
        known_at=instant(row["known_at"]),
    )


def number_party(phone: str) -> str:
    """The partition of everything said with a number."""
    return f"phone#{phone}"


def person_party(borrower_id: str) -> str:
    """The partition of a person's standing over all numbers and loans."""
    return f"person#{borrower_id}"


def number_row(standing: NumberStanding) -> Row:
    """In the `unsettled` index for as long as the provider's own list lacks a suppressed number."""
    is_untold = standing.suppressed is Suppression.OPTED_OUT and not standing.carrier_told
    since = stamp(standing.suppressed_at) if standing.suppressed_at else None
    return sparse(
        {
            "party": number_party(standing.phone),
            "entry": STANDING_ENTRY,
            "version": standing.version,
            "suppressed": standing.suppressed,
            "suppressed_at": since,
            "confirmation": standing.confirmation,
            "carrier_told": standing.carrier_told or None,
            "answers": [stamp(at) for at in standing.answers],
            "unsettled": "opt_out" if is_untold else None,
            "unsettled_since": since if is_untold else None,
        }
    )


def number(phone: str, row: Row | None) -> NumberStanding:
    """The standing of a row, or the blank one of a number that has none."""
    if row is None:
        return NumberStanding(phone=phone)
    return NumberStanding(
        phone=phone,
        suppressed=Suppression(row["suppressed"]) if "suppressed" in row else None,
        suppressed_at=_maybe(row.get("suppressed_at")),
        confirmation=row.get("confirmation", ""),
        carrier_told=row.get("carrier_told", False),
        answers=tuple(map(instant, row.get("answers", ()))),
        version=int(row["version"]),
    )


def person_row(standing: PersonStanding) -> Row:
    """Caps and think time."""
    return {
        "party": person_party(standing.borrower_id),
        "entry": STANDING_ENTRY,
        "version": standing.version,
        "counted": {
            contact_id: sparse({"at": stamp(c.at), "quiet": stamp(c.quiet_until) if c.quiet_until else None})
            for contact_id, c in standing.counted.items()
        },
    }


def person(borrower_id: str, row: Row | None) -> PersonStanding:
    """The standing of a row, or the blank one of a person who has none."""
    if row is None:
        return PersonStanding(borrower_id=borrower_id)
    return PersonStanding(
        borrower_id=borrower_id,
        counted={key: Counted(instant(c["at"]), _maybe(c.get("quiet"))) for key, c in row["counted"].items()},
        version=int(row["version"]),
    )


TEXT_DATES = frozenset({"expires_at", "planned_at", "quiet_until", "inbound_at"})


def text_row(text: Text) -> Row:
    """A text as it travels in a queue and stands in a contact row."""
    row = {field.name: getattr(text, field.name) for field in fields(text)}
    for name in TEXT_DATES:
        row[name] = stamp(row[name]) if row[name] else None
    row["episode"] = text.episode.isoformat() if text.episode else None
    return sparse({name: value for name, value in row.items() if value != 0})


def text(row: Row) -> Text:
    """The text of a row; what was left out is empty."""
    known = {field.name for field in fields(Text)}
    values = {name: value for name, value in row.items() if name in known}
    values.update({name: instant(values[name]) for name in TEXT_DATES & values.keys()})
    if "episode" in values:
        values["episode"] = date.fromisoformat(values["episode"])
    numbers = {"segments", "attempt", "amount_minor", "keep_days", "releases"} & values.keys()
    values.update({name: int(values[name]) for name in numbers})
    return Text(**{**values, "kind": Kind(values["kind"])})


def contact_row(text: Text, state: State, at: datetime, rules: tuple[str, ...]) -> Row:
    """A claimed contact; in the `unsettled` index until its outcome is known."""
    return {
        **text_row(text),
        "party": number_party(text.phone),
        "entry": f"contact#{text.contact_id}",
        "status": state,
        "claimed_at": stamp(at),
        "rules": list(rules),
        "unsettled": state,
        "unsettled_since": stamp(at),
    }


def ticket_row(ticket: Ticket) -> Row:
    """A ticket; its index sorts the desk by the clock."""
    return sparse(
        {
            "ticket_id": ticket.ticket_id,
            "status": ticket.status,
            "answer_by": stamp(ticket.answer_by),
            "opened_at": stamp(ticket.opened_at),
            "reason": ticket.reason,
            "priority": ticket.priority,
            "borrower_id": ticket.borrower_id,
            "loan_ids": list(ticket.loan_ids),
            "phone": ticket.phone,
            "masked_phone": ticket.masked_phone,
            "about": ticket.about,
            "note": ticket.note,
        }
    )


def ticket(row: Row) -> Ticket:
    """The ticket of a row."""
    return Ticket(
        ticket_id=row["ticket_id"],
        reason=Reason(row["reason"]),
        priority=int(row["priority"]),
        opened_at=instant(row["opened_at"]),
        answer_by=instant(row["answer_by"]),
        status=Status(row["status"]),
        borrower_id=row.get("borrower_id", ""),
        loan_ids=tuple(row.get("loan_ids", ())),
        phone=row.get("phone", ""),
        about=row.get("about", ""),
        masked_phone=row.get("masked_phone", ""),
        note=row.get("note", ""),
    )


def _decided(decision: LastDecision | None) -> Row | None:
    if decision is None:
        return None
    return sparse(
        {
            "at": stamp(decision.at),
            "outcome": decision.outcome,
            "until": stamp(decision.until) if decision.until else None,
        }
    )


def _decision(row: Row | None) -> LastDecision | None:
    return LastDecision(instant(row["at"]), row["outcome"], _maybe(row.get("until"))) if row else None
