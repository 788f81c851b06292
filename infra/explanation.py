"""Answers "why was this loan texted, or not?" from what was recorded, and from the rules as they stand now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duebridge.adapters import rows
from duebridge.adapters.conversations import conversation_of
from duebridge.adapters.loan_book import LATEST_FILES
from duebridge.adapters.stops import STOPS, standing_of
from duebridge.core import wording
from duebridge.core.calling_code import calling_code
from duebridge.core.contact import State, ticket_id
from duebridge.core.content import Content
from duebridge.core.decision import Case, Contact, Decision, decide
from duebridge.core.loan import Loan
from duebridge.core.money import Money
from duebridge.core.reasoning import Answer, in_full
from duebridge.core.standing import NumberStanding
from duebridge.core.stop import EVERYTHING, StandingStops
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from duebridge.core.ticket import Reason
from duebridge.flows.sweep import DOUBT_LASTS
from duebridge.ports import ContactRow
from infra.records import Records

IN_WORDS = {
    "nothing_owed": "nothing is owed",
    "not_due_yet": "it is too early: no step of the strategy has begun",
    "step_done": "this stage has had its text; the next one is not due yet",
    "ladder_finished": "the last step is over: people take over, not more texts",
    "no_policy": "nobody has entered the law of this place, so it blocks",
    "no_consent": "there is no consent to be texted",
    "hold_out": "an experiment compares it with loans that get texts (templates/strategies/experiments.yaml)",
    "arm_stopped": "borrowers minded its arm of an experiment too often (docs/runbook/guard-rails.md)",
    "template_stopped": "a carrier refused this wording, and nobody has released it (docs/runbook/stops.md)",
    "no_wording": "there is no text for this language and country",
    "think_time": "the last demand named a date that has not passed",
    "outside_hours": "it is outside contact hours",
    "opted_out": "the borrower opted out",
    "wrong_number": "the number belongs to somebody else",
    "invalid_number": "the number does not exist",
    "blocked_by_carrier": "the phone blocks our texts",
    "not_in_latest_file": "the newest full loan file does not name the loan",
    "paid_claim": "the borrower says it is paid, which is being checked",
    "reply_waits": "the borrower replied, and a person has not answered yet",
    "cap_1d": "the person was texted within 24 hours",
    "cap_7d": "the person has had enough texts in seven days",
    "cap_30d": "the person has had enough texts in thirty days",
    "amount_changed": "another amount was owed when it was about to go",
    "erased": "the borrower asked to be forgotten, and only an empty loan is left (docs/security.md)",
    "step_passed": "another step was due when it was about to go",
    "window_passed": "its window had closed when it was about to go",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that was recorded, for a reader; never a borrower's number or words."""

    at: datetime
    what: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One loan, then and now."""

    loan: Loan
    now: datetime
    decision: Decision
    happenings: tuple[Happening, ...]

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        outcome = self.decision.outcome
        if isinstance(outcome, Contact):
            return f"It would be texted now: {outcome.step.name}, template {outcome.step.template}."
        why = in_words(outcome.reason)
        until = f" The next look is at {_moment(outcome.until)}." if outcome.until else ""
        ends = "" if outcome.until or outcome.reason == "nothing_owed" else " Only an event or a person ends that."
        return f"It is not texted now: {why}.{until}{ends}"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "loan_id": self.loan.loan_id,
            "now": self.now.isoformat(),
            "answer": self.headline,
            "rules": [
                {"rule": a.rule, "says": a.says, "source": a.source, "holds": a.hold.reason if a.hold else None}
                for a in self.decision.trace
            ],
            "history": [{"at": h.at.isoformat(), "what": h.what, "because": list(h.because)} for h in self.happenings],
        }


def explain(records: Records, content: Content, loan_id: str, now: datetime) -> Explanation | None:
    """None when the book has no such loan."""
    entries = records.partition("LoanTable", loan_id)
    row = next((entry for entry in entries if entry["entry"] == rows.LOAN_ENTRY), None)
    if row is None:
        return None
    loan = rows.loan(row)
    phone = loan.terms.phone
    said = records.partition("ConversationTable", rows.number_party(phone))
    person = records.partition("ConversationTable", rows.person_party(loan.terms.borrower_id))
    conversation = conversation_of(phone, said)
    files = records.partition("LoanTable", LATEST_FILES["loan_id"])
    full = files[0].get("full_as_of") if files else None
    stop_rows = records.partition("LoanTable", STOPS["loan_id"])
    stops = standing_of(stop_rows[0] if stop_rows else None)
    case = Case(
        loan=loan,
        number=conversation.standing,
        person=rows.person(loan.terms.borrower_id, person[0] if person else None),
        content=content,
        now=now,
        full_file_as_of=rows.instant(full) if full else None,
        stopped_wordings=stops.wordings,
    )
    contacts = [contact for contact in conversation.contacts if contact.text.loan_id == loan_id]
    happenings = [
        *_imported(loan),
        *_texts(contacts),
        *_after_claims([row for row in said if row.get("loan_id") == loan_id and row["entry"].startswith("contact#")]),
        *_doubts(records, contacts),
        *_undertaken(loan),
        *_stopped(stops, phone),
        *(
            Happening(reply.at, f"a reply came in, understood as {', '.join(reply.labels) or 'nothing yet'}")
            for reply in conversation.replies
        ),
        *_recorded(entries),
        *_standing(conversation.standing),
    ]
    return Explanation(
        loan=loan,
        now=now,
        decision=decide(case, ask_all=True),
        happenings=tuple(sorted(happenings, key=lambda happening: happening.at)),
    )


def in_words(reason: str) -> str:
    """A hold's reason as a person would say it."""
    return IN_WORDS.get(reason, reason.replace("_", " "))


def is_yes(answer: Answer) -> bool:
    """Whether this rule let the text go."""
    return answer.hold is None


def _imported(loan: Loan) -> Iterator[Happening]:
    terms = loan.terms
    owed = wording.amount(terms.amount_due, terms.locale)
    yield Happening(loan.as_of, f"the newest loan file: {owed} owed since {terms.due_date:%d %b %Y}")
    for name, pause in loan.pauses.items():
        until = f"until {_moment(pause.until)}" if pause.until else "until a person lifts it"
        yield Happening(pause.since, f"hold {name} set {until}: {in_words(name)}")
    decided = loan.last_decision
    if decided and decided.outcome != "contact":
        yield Happening(decided.at, f"the planner held it: {in_words(decided.outcome)}")


def _texts(contacts: list[ContactRow]) -> Iterator[Happening]:
    for contact in contacts:
        text = contact.text
        name = f"{text.kind} {text.step}" if text.kind in ASKS_FOR_PAYMENT else str(text.kind)
        end = f", {contact.receipt}" if contact.receipt else ""
        why = f" ({contact.reason})" if contact.reason else ""
        yield Happening(
            contact.claimed_at,
            f"{name} text, template {text.template} {text.template_version}, {text.segments} parts: "
            f"{str(contact.state).replace('_', ' ')}{end}{why}",
            tuple(map(in_full, contact.rules)),
        )


def _after_claims(found: list[rows.Row]) -> Iterator[Happening]:
    """What the SMS service and the carrier said of each text. A row keeps the instant of its last move only."""
    for row in found:
        name = f"text {row['entry'].removeprefix('contact#')}"
        claimed_at = rows.instant(row["claimed_at"])
        moved_at = rows.instant(row["moved_at"]) if "moved_at" in row else claimed_at
        state, receipt = State(row["status"]), row.get("receipt", "")
        said = _answered(state, row.get("reason", ""), has_receipt=bool(receipt))
        if said:
            yield Happening(claimed_at if receipt else moved_at, f"{name}: {said}")
        if receipt:
            end = "it arrived" if state is State.DELIVERED else "it did not arrive"
            end += ", which settles the doubt" if row.get("reason") else ""
            yield Happening(moved_at, f"{name}: the carrier reports {receipt}: {end}")
        if state is State.IN_DOUBT and "unsettled_since" in row:
            since = rows.instant(row["unsettled_since"])
            waits = f"a receipt may settle it until {_moment(since + DOUBT_LASTS)}; then a person is asked"
            yield Happening(since, f"{name}: {waits}")


def _answered(state: State, reason: str, *, has_receipt: bool) -> str:
    """Why a text is where it is; nothing while it is being sent."""
    if state is State.IN_DOUBT or (has_receipt and reason):
        return f"the SMS service did not say whether it took it ({reason}): in doubt, and never sent again"
    if state is State.RELEASED:
        return f"put back: {in_words(reason)}"
    if state is State.REJECTED:
        return f"refused by the SMS service: {reason}"
    return "" if state is State.SENDING else "taken by the SMS service"


def _doubts(records: Records, contacts: list[ContactRow]) -> Iterator[Happening]:
    """The tickets that ask a person whether a text arrived."""
    for contact in contacts:
        asked = records.partition("TicketTable", ticket_id(Reason.IN_DOUBT, contact.text.contact_id))
        for ticket in map(rows.ticket, asked):
            is_open = f"to be answered by {_moment(ticket.answer_by)}"
            yield Happening(
                ticket.opened_at,
                f"text {contact.text.contact_id}: ticket {ticket.ticket_id} asks a person whether it arrived, "
                f"{is_open if ticket.is_open else f'closed: {ticket.outcome}'}",
            )


def _undertaken(loan: Loan) -> Iterator[Happening]:
    """What the borrower promised, was offered and agreed to."""
    currency = loan.arrears.currency
    if promised := loan.promised:
        what = Money(promised.amount_minor, currency).decimal_text if promised.amount_minor else "a payment"
        paid = "kept" if promised.kept else f"{Money(promised.paid_minor, currency).decimal_text} paid"
        yield Happening(promised.noted_at, f"{what} promised by {promised.pay_on:%d %b %Y} ({promised.by}), {paid}")
    if offer := loan.offer:
        what = f"{len(offer.options)} arrangements offered ({offer.by}, ticket {offer.ticket_id})"
        yield Happening(offer.offered_at, what)
    if chosen := loan.arrangement:
        parts = ", ".join(
            f"{Money(part.amount_minor, currency).decimal_text} by {part.pay_on:%d %b %Y}" for part in chosen.parts
        )
        yield Happening(chosen.chosen_at, f"arrangement {chosen.status} ({chosen.by}): {parts}")


def _stopped(stops: StandingStops, phone: str) -> Iterator[Happening]:
    """Stops of all sending that this borrower's texts are under."""
    for name in (EVERYTHING, calling_code(phone)):
        if stop := stops.by_name.get(name):
            yield Happening(stop.since, f"sending is stopped ({name}): {stop.reason}; texts wait in the queue")


def _recorded(entries: list[rows.Row]) -> Iterator[Happening]:
    for entry in entries:
        kind, _, rest = entry["entry"].partition("#")
        if kind == "payment":
            paid = rows.payment(entry)
            yield Happening(paid.known_at, f"payment {paid.reference} of {paid.amount.decimal_text} booked")
        elif kind == "decision":
            at = rows.instant(rest.partition("#")[0])
            rules = tuple(map(in_full, entry.get("rules", ())))
            yield Happening(at, f"a planned text did not go: {in_words(entry['outcome'])}", rules)
        elif kind == "text":
            words = f"a text of template {entry['template']} went; its words were erased since"
            yield Happening(rows.instant(entry["claimed_at"]), words, tuple(map(in_full, entry.get("rules", ()))))
        elif kind == "audit":
            yield Happening(rows.instant(entry["at"]), f"{entry['what']} ({rest})")


def _standing(number: NumberStanding) -> Iterator[Happening]:
    if number.suppressed and number.suppressed_at:
        told = ", and the provider's own list has it" if number.carrier_told else ""
        yield Happening(number.suppressed_at, f"the number was suppressed: {in_words(number.suppressed)}{told}")


def _moment(at: datetime | None) -> str:
    return f"{at:%d %b %Y %H:%M} UTC" if at else ""
