"""What a run came to: every loan accounted for, the funnel, the conversations, the tickets, the bill."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duebridge.adapters.conversations import conversation_of
from duebridge.adapters.rows import LOAN_ENTRY, Row, number_party, person, person_party, ticket
from duebridge.adapters.rows import loan as loan_of
from duebridge.core.contact import State
from duebridge.core.decision import Case, decide
from duebridge.core.loan import BROKEN_PROMISE, Loan
from duebridge.core.reasoning import Hold
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from duebridge.core.ticket import Ticket
from duebridge.core.wording import masked
from duebridge.ports import ContactRow, Conversation
from infra.local.laptop import Laptop
from infra.local.sms_fake.texts import MICRODOLLARS
from infra.records import SavedRecords

TEXTED = frozenset({State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.IN_DOUBT, State.REJECTED, State.SENDING})


@dataclass(frozen=True, slots=True)
class LoanOutcome:
    """One loan at the end: texted, or held with its reason."""

    loan_id: str
    outcome: str
    reason: str
    is_overdue: bool
    is_cured: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run."""

    at: datetime
    loans: list[LoanOutcome]
    rejected_rows: list[dict[str, Any]]
    contacts: list[ContactRow]
    conversations: list[Conversation]
    tickets: list[Ticket]
    """Those that are open."""
    closed: list[Ticket]
    broken_promises: frozenset[str]
    """Loans on which a promise was broken."""
    scenes: Mapping[str, str]
    """What is shown by the conversation of a number, where somebody follows a script."""
    dead_letters: int
    bill: dict[str, dict[str, float]]
    """By language: texts, parts, dollars."""
    faults: Mapping[str, int]
    """How often each fault that was asked for really struck."""

    @property
    def asked(self) -> list[ContactRow]:
        """The demands and reminders."""
        return [row for row in self.contacts if row.text.kind in ASKS_FOR_PAYMENT]

    @property
    def answers(self) -> list[ContactRow]:
        """Everything that asks for no money."""
        return [row for row in self.contacts if row.text.kind not in ASKS_FOR_PAYMENT]

    def held(self) -> Counter[str]:
        """How many loans each reason held."""
        return Counter(loan.reason for loan in self.loans if loan.outcome == "held")

    def states(self, rows: Iterable[ContactRow]) -> Counter[str]:
        """How many contacts stand where; one that was put back and is in no queue any more was held at its next try."""
        return Counter("held" if row.state is State.RELEASED else str(row.state) for row in rows)


def outcome_of(
    laptop: Laptop,
    rows: SavedRecords,
    loan_ids: list[str],
    rejects: list[dict[str, Any]],
    scenes: Mapping[str, str] | None = None,
) -> Outcome:
    """From the rows of the tables at the end of the run."""
    loans = {row["loan_id"]: loan_of(row) for row in rows.rows["LoanTable"] if row["entry"] == LOAN_ENTRY}
    parties: dict[str, list[Row]] = {}
    for row in rows.rows["ConversationTable"]:
        parties.setdefault(row["party"], []).append(row)
    phones = {loan.terms.phone for loan in loans.values()} | {
        party.removeprefix("phone#") for party in parties if party.startswith("phone#")
    }
    conversations = {phone: conversation_of(phone, parties.get(number_party(phone), [])) for phone in sorted(phones)}
    contacts = [row for conversation in conversations.values() for row in conversation.contacts]
    by_loan: dict[str, list[ContactRow]] = {}
    for contact in contacts:
        by_loan.setdefault(contact.text.loan_id, []).append(contact)

    def case(loan: Loan) -> Case:
        borrower = loan.terms.borrower_id
        return Case(
            loan=loan,
            number=conversations[loan.terms.phone].standing,
            person=person(borrower, next(iter(parties.get(person_party(borrower), [])), None)),
            content=laptop.content,
            now=laptop.clock.now(),
        )

    outcomes = [_outcome(case(loans[i]), by_loan.get(i, [])) for i in loan_ids if i in loans]
    outcomes += [LoanOutcome(i, "held", "rejected_row", False, False) for i in loan_ids if i not in loans]
    tickets = [ticket(row) for row in rows.rows["TicketTable"]]
    return Outcome(
        at=laptop.clock.now(),
        loans=outcomes,
        rejected_rows=rejects,
        contacts=sorted(contacts, key=lambda row: row.claimed_at),
        conversations=list(conversations.values()),
        tickets=sorted((t for t in tickets if t.is_open), key=lambda each: (each.priority, each.answer_by)),
        closed=[each for each in tickets if not each.is_open],
        broken_promises=frozenset(loan.loan_id for loan in loans.values() if BROKEN_PROMISE in loan.marks),
        scenes=scenes or {},
        dead_letters=laptop.dead_letters(),
        bill=_bill(laptop),
        faults=laptop.faults_played(),
    )


def summary(outcome: Outcome) -> dict[str, Any]:
    """The run as JSON, without numbers in clear or a borrower's name."""
    texted = sum(loan.outcome == "texted" for loan in outcome.loans)
    return {
        "at": outcome.at.isoformat(),
        "loans": {loan.loan_id: {"outcome": loan.outcome, "reason": loan.reason or None} for loan in outcome.loans},
        "funnel": {
            "loans": len(outcome.loans),
            "overdue": sum(loan.is_overdue for loan in outcome.loans),
            "texted": texted,
            "held": dict(outcome.held()),
            "texts": outcome.states(outcome.asked),
            "answers": outcome.states(outcome.answers),
            "replies": replies_by_intent(outcome),
            "tickets": Counter(str(ticket.reason) for ticket in outcome.tickets),
            "cured": sum(loan.is_cured for loan in outcome.loans),
            "dead_letters": outcome.dead_letters,
            "rejected_rows": len(outcome.rejected_rows),
        },
        "bill": outcome.bill,
        "faults": dict(sorted(outcome.faults.items())),
        "conversations": [
            {"scene": outcome.scenes.get(conversation.standing.phone), **_spoken(conversation)}
            for conversation in outcome.conversations
            if conversation.replies
        ],
        "tickets": [_ticket(ticket) for ticket in outcome.tickets],
        "closed_tickets": [_ticket(ticket) for ticket in outcome.closed],
    }


def replies_by_intent(outcome: Outcome) -> Counter[str]:
    """By the primary intent."""
    return Counter(
        reply.labels[0] if reply.labels else "not_understood"
        for conversation in outcome.conversations
        for reply in conversation.replies
    )


def lines_of(conversation: Conversation) -> list[tuple[datetime, str, str, str]]:
    """Instant, who speaks (`us` or `them`), the words, and what became of it, in order."""
    ours = [(row.claimed_at, "us", row.text.body, str(row.state)) for row in conversation.contacts]
    theirs = [(reply.at, "them", reply.body, ", ".join(reply.labels)) for reply in conversation.replies]
    return sorted(ours + theirs, key=lambda line: line[0])


def _outcome(case: Case, rows: list[ContactRow]) -> LoanOutcome:
    loan = case.loan
    asked = [row for row in rows if row.text.kind in ASKS_FOR_PAYMENT and row.state in TEXTED]
    was_overdue = loan.terms.due_date < loan.as_of.date() and loan.terms.amount_due.minor > 0
    cured = was_overdue and not loan.is_owed()
    if asked:
        last = max(asked, key=lambda row: row.claimed_at)
        return LoanOutcome(loan.loan_id, "texted", str(last.state), was_overdue, cured)
    return LoanOutcome(loan.loan_id, "held", _why_held(case), was_overdue, cured)


def _why_held(case: Case) -> str:
    """What the planner or the gate wrote down, or what the rules say of a loan that was never due for contact."""
    if not case.loan.is_owed():
        return "nothing_owed"
    decided = case.loan.last_decision
    if decided and decided.outcome != "contact":
        return decided.outcome
    outcome = decide(case).outcome
    return outcome.reason if isinstance(outcome, Hold) else ""


def _bill(laptop: Laptop) -> dict[str, dict[str, float]]:
    bill: dict[str, dict[str, float]] = {}
    for text in laptop.phones.carrier_log:
        language = "Chinese" if text.to.startswith("+86") else "English"
        line = bill.setdefault(language, {"texts": 0, "parts": 0, "dollars": 0.0})
        line["texts"] += 1
        line["parts"] += text.measure.parts
        line["dollars"] += (text.price_microdollars + text.carrier_fee_microdollars) / MICRODOLLARS
    return bill


def _spoken(conversation: Conversation) -> dict[str, Any]:
    return {
        "number": masked(conversation.standing.phone),
        "suppressed": conversation.standing.suppressed,
        "lines": [
            {"at": at.isoformat(), "who": who, "words": words, "state": state}
            for at, who, words, state in lines_of(conversation)
        ],
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket_id": ticket.ticket_id,
        "reason": ticket.reason,
        "priority": ticket.priority,
        "status": ticket.status,
        "answer_by": ticket.answer_by.isoformat(),
        "number": ticket.masked_phone,
        "loans": list(ticket.loan_ids),
        "note": ticket.note,
        "outcome": ticket.outcome or None,
        "root_cause": ticket.root_cause or None,
        "history": list(ticket.history),
    }
