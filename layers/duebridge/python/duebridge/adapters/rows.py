"""Between frozen values and DynamoDB rows. Attribute names are short words, since each kilobyte of a row is billed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from ..core.account_state import AccountState
from ..core.contact import State, Text
from ..core.experiment import Enrolment
from ..core.loan import EarlyPayments, LastDecision, Loan, Pause, Payment
from ..core.loan_row import LoanRow
from ..core.money import Money
from ..core.shard import SILENT, shard_of
from ..core.standing import ON_THE_CARRIERS_LIST, Counted, NumberStanding, PersonStanding, Suppression
from ..core.strategy import Kind
from ..core.ticket import Reason, Status, Ticket
from ..core.undertaking import (
    Arrangement,
    ArrangementKind,
    ArrangementStatus,
    Offer,
    Option,
    Part,
    Promised,
)

Row = dict[str, Any]

NOT_A_MAP = "not_a_map"
LOAN_ENTRY = "loan"
EARLY_PAYMENTS_ENTRY = "early-payments"
STANDING_ENTRY = "standing"


def stamp(at: datetime) -> str:
    """An instant as text whose order is time's order."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def brief_stamp(at: datetime) -> str:
    """An instant as short as it can be told, where nothing is put in its order."""
    return f"{at.astimezone(UTC).isoformat()[:-6]}Z"


def whole_seconds(at: datetime) -> str:
    """An instant that only a reader wants to know."""
    return brief_stamp(at.replace(microsecond=0))


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
            "promised": _promised_row(loan.promised),
            "offer": _offer_row(loan.offer),
            "arrangement": _arrangement_row(loan.arrangement),
            "credit": loan.credit_minor or None,
            "balance_credit": loan.balance_credit_minor or None,
            "silent": loan.silent or None,
            "paid_known_at": stamp(loan.paid_known_at) if loan.paid_known_at else None,
            "paid_on": loan.paid_on.isoformat() if loan.paid_on else None,
            "arms": {
                name: [part.arm, part.on.isoformat(), part.stratum] for name, part in sorted(loan.enrolments.items())
            },
            "decided": _decided(loan.last_decision),
            "forget_after": loan.forget_after or None,
        }
    )


def loan(row: Row) -> Loan:
    """The loan of a row. Nobody's name and number stand in one whose borrower was erased."""
    currency = row["currency"]

    def money(name: str) -> Money:
        return Money(int(row[name]), currency)

    terms = LoanRow(
        loan_id=row["loan_id"],
        agreement_number=row.get("agreement", ""),
        borrower_id=row["borrower_id"],
        full_name=row.get("name", ""),
        salutation=row.get("salutation", ""),
        phone=row.get("phone", ""),
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
        promised=_promised(row.get("promised")),
        offer=_offer(row.get("offer")),
        arrangement=_arrangement(row.get("arrangement")),
        credit_minor=int(row.get("credit", 0)),
        balance_credit_minor=int(row.get("balance_credit", 0)),
        silent=row.get("silent", False),
        paid_known_at=_maybe(row.get("paid_known_at")),
        paid_on=date.fromisoformat(row["paid_on"]) if "paid_on" in row else None,
        enrolments={
            name: Enrolment(arm, date.fromisoformat(on), stratum)
            for name, (arm, on, stratum) in row.get("arms", {}).items()
        },
        last_decision=_decision(row.get("decided")),
        forget_after=int(row.get("forget_after", 0)),
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


def early_payments_row(early: EarlyPayments) -> Row:
    """Under the loan's own key, so that the import of a loan can ask for it."""
    return sparse(
        {
            "loan_id": early.loan_id,
            "entry": EARLY_PAYMENTS_ENTRY,
            "version": early.version,
            "payments": [payment_row(each) for each in early.payments],
            "forget_after": early.forget_after or None,
        }
    )


def early_payments(row: Row) -> EarlyPayments:
    """The payments of a row."""
    return EarlyPayments(
        loan_id=row["loan_id"],
        payments=tuple(map(payment, row.get("payments", ()))),
        forget_after=int(row.get("forget_after", 0)),
        version=int(row["version"]),
    )


def number_party(phone: str) -> str:
    """The partition of everything said with a number."""
    return f"phone#{phone}"


def person_party(borrower_id: str) -> str:
    """The partition of a person's standing over all numbers and loans."""
    return f"person#{borrower_id}"


def number_row(standing: NumberStanding) -> Row:
    """In the `unsettled` index for as long as the provider's own list must have the number: as `opt_out` until it
    is told, and then as `listed` since it was last seen there."""
    since = stamp(standing.suppressed_at) if standing.suppressed_at else None
    kind = ("listed" if standing.carrier_told else "opt_out") if standing.suppressed in ON_THE_CARRIERS_LIST else None
    seen = stamp(standing.listed_at) if standing.listed_at else ""
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
            "listed_at": seen,
            "unsettled": kind,
            "unsettled_since": max(since or "", seen if standing.carrier_told else "") if kind else None,
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
        listed_at=_maybe(row.get("listed_at")),
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
TEXT_NUMBERS = frozenset({"segments", "attempt", "amount_minor", "keep_days", "releases"})
SHORT = {
    "template_version": "wording",
    "expires_at": "ends",
    "planned_at": "planned",
    "quiet_until": "quiet",
    "borrower_id": "who",
    "attempt": "try",
    "currency": "cur",
    "segments": "parts",
    "country": "cc",
    "segment": "seg",
    "amount_minor": "amount",
    "registered_template": "reg_text",
    "registered_entity": "reg_sender",
    "keep_days": "keep",
}
"""Attributes of a text whose name would cost more than what it names; the others are called like their field."""
TEXT_ATTRIBUTES = {SHORT.get(name, name): name for name in Text.__struct_fields__}
TEXT_DATES_SHORT = frozenset(SHORT.get(name, name) for name in TEXT_DATES)
IN_THE_KEY = frozenset({"phone", "contact_id"})


def text_row(text: Text) -> Row:
    """A text as it travels in a queue and stands in a contact row; what is empty is left out."""
    row: Row = {}
    for attribute, name in TEXT_ATTRIBUTES.items():
        value = getattr(text, name)
        if value:
            row[attribute] = value
    for attribute in TEXT_DATES_SHORT & row.keys():
        row[attribute] = brief_stamp(row[attribute])
    if text.episode:
        row["episode"] = text.episode.isoformat()
    if text.arms:
        row["arms"] = written_arms(text.arms)
    return row


def written_arms(arms: Mapping[str, str]) -> str:
    """As words, which take less room than a map; names have neither spaces nor equals signs."""
    return " ".join(f"{experiment}={arm}" for experiment, arm in sorted(arms.items()))


def read_arms(written: str) -> dict[str, str]:
    """Experiment -> arm."""
    return dict(pair.split("=", 1) for pair in written.split())


def text(row: Row) -> Text:
    """The text of a row; what was left out is empty."""
    values = {name: row[attribute] for attribute, name in TEXT_ATTRIBUTES.items() if attribute in row}
    values.update({name: instant(values[name]) for name in TEXT_DATES & values.keys()})
    if "episode" in values:
        values["episode"] = date.fromisoformat(values["episode"])
    values.update({name: int(values[name]) for name in TEXT_NUMBERS & values.keys()})
    if "arms" in values:
        values["arms"] = read_arms(values["arms"])
    return Text(**{**values, "kind": Kind(values["kind"])})


def contact_row(text: Text, state: State, at: datetime, rules: tuple[str, ...]) -> Row:
    """A claimed contact. Its key says the number and the id, which are not repeated beside it."""
    row = {name: value for name, value in text_row(text).items() if name not in IN_THE_KEY}
    key = {"party": number_party(text.phone), "entry": f"contact#{text.contact_id}"}
    return {**row, **key, "status": state, "claimed_at": stamp(at), "rules": list(rules)}


def contact_text(row: Row) -> Text:
    """The text of a contact row."""
    phone, contact_id = row["party"].removeprefix("phone#"), row["entry"].removeprefix("contact#")
    return text({**row, "phone": phone, "contact_id": contact_id})


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
            "locale": ticket.locale,
            "about": ticket.about,
            "note": ticket.note,
            "labels": list(ticket.labels),
            "displeased": ticket.is_displeased or None,
            "owner": ticket.owner,
            "outcome": ticket.outcome,
            "root_cause": ticket.root_cause,
            "actions": ticket.actions,
            "closings": ticket.closings,
            "operator_request": as_written(ticket.request),
            "doing": dict(ticket.doing),
            "fault": ticket.fault,
            "history": list(ticket.history),
            "forget_after": ticket.forget_after or None,
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
        locale=row.get("locale", ""),
        note=row.get("note", ""),
        labels=tuple(row.get("labels", ())),
        is_displeased=bool(row.get("displeased", False)),
        owner=row.get("owner", ""),
        outcome=row.get("outcome", ""),
        root_cause=row.get("root_cause", ""),
        actions=int(row.get("actions", 0)),
        closings=int(row.get("closings", 0)),
        request=as_map(row.get("operator_request")),
        doing=as_map(row.get("doing")),
        fault=row.get("fault", ""),
        history=tuple(row.get("history", ())),
        forget_after=int(row.get("forget_after", 0)),
    )


def as_written(request: Mapping[str, object]) -> object:
    """A request as it stands in the row, also one that is no map."""
    return request.get(NOT_A_MAP, dict(request))


def as_map(written: object) -> Mapping[str, object]:
    """What an operator wrote by hand may be anything; what is no map is kept under its own name, to be refused."""
    if written is None or written == "":
        return {}
    return written if isinstance(written, Mapping) else {NOT_A_MAP: written}


def _promised_row(promised: Promised | None) -> Row | None:
    if promised is None:
        return None
    return sparse(
        {
            "on": promised.pay_on.isoformat(),
            "amount": promised.amount_minor or None,
            "noted_at": stamp(promised.noted_at),
            "by": promised.by,
            "paid": promised.paid_minor or None,
            "reminded": promised.reminded or None,
            "kept": promised.kept or None,
        }
    )


def _promised(row: Row | None) -> Promised | None:
    if row is None:
        return None
    return Promised(
        pay_on=date.fromisoformat(row["on"]),
        amount_minor=int(row.get("amount", 0)),
        noted_at=instant(row["noted_at"]),
        by=row["by"],
        paid_minor=int(row.get("paid", 0)),
        reminded=row.get("reminded", False),
        kept=row.get("kept", False),
    )


def _parts_rows(parts: Iterable[Part]) -> list[Row]:
    return [{"on": part.pay_on.isoformat(), "amount": part.amount_minor} for part in parts]


def _parts(rows: Iterable[Row]) -> tuple[Part, ...]:
    return tuple(Part(date.fromisoformat(row["on"]), int(row["amount"])) for row in rows)


def _offer_row(offer: Offer | None) -> Row | None:
    if offer is None:
        return None
    options = [{"kind": option.kind, "parts": _parts_rows(option.parts)} for option in offer.options]
    return {"at": stamp(offer.offered_at), "by": offer.by, "ticket_id": offer.ticket_id, "options": options}


def _offer(row: Row | None) -> Offer | None:
    if row is None:
        return None
    options = tuple(Option(ArrangementKind(option["kind"]), _parts(option["parts"])) for option in row["options"])
    return Offer(instant(row["at"]), row["by"], row["ticket_id"], options)


def _arrangement_row(arrangement: Arrangement | None) -> Row | None:
    if arrangement is None:
        return None
    return {
        "status": arrangement.status,
        "kind": arrangement.kind,
        "parts": _parts_rows(arrangement.parts),
        "at": stamp(arrangement.chosen_at),
        "by": arrangement.by,
    }


def _arrangement(row: Row | None) -> Arrangement | None:
    if row is None:
        return None
    return Arrangement(
        status=ArrangementStatus(row["status"]),
        kind=ArrangementKind(row["kind"]),
        parts=_parts(row["parts"]),
        chosen_at=instant(row["at"]),
        by=row["by"],
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
