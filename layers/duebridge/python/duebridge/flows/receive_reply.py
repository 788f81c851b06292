"""Stores a borrower's reply before anything else, understands it, acts, answers, and asks a person where needed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..core import wording
from ..core.account_state import AccountState
from ..core.contact import Text, answer_id
from ..core.content import Content
from ..core.loan import REPLIED, Loan, Pause
from ..core.message import Renderer
from ..core.policy import Policy, keep_days, working_days_after
from ..core.reply import Inbound, Understood, understand, well_formed
from ..core.standing import Suppression
from ..core.strategy import Kind
from ..core.ticket import Reason
from ..ports import Clock, ContactRow, Conversation, Conversations, LoanBook, Outbox
from .changes import change_loan, suppress, wake
from .follow_up import FollowUp

ANSWER_LIVES = timedelta(hours=24)
LONGEST_BODY = 1600
"""Characters kept of a reply; the service itself delivers no more."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Whom a reply is from, and about which loan, as far as that is known."""

    loan: Loan | None
    loan_ids: tuple[str, ...]
    """All loans of the borrower; empty for a number that we never texted."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one inbound text led to."""

    intents: tuple[str, ...]
    is_repeated: bool
    ticket_id: str
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReply:
    """Every effect has a derived id, so a redelivered reply repeats none of them."""

    loans: LoanBook
    conversations: Conversations
    outbox: Outbox
    follow_up: FollowUp
    content: Content
    renderer: Renderer
    clock: Clock

    def receive(self, inbound: Inbound) -> Report:
        """A repeat is acted on again, because the first try may have died half-way."""
        body = well_formed(inbound.body[:LONGEST_BODY])
        is_new = self.conversations.store_reply(inbound.phone, inbound.inbound_id, body, inbound.at)
        conversation = self.conversations.conversation(inbound.phone)
        understood = understand(body, self.content.lexicons)
        thread = self._thread(conversation, inbound)
        ticket, answer = self._act(inbound, understood, thread)
        keep = self._keep_days(self._any_loan(thread))
        self.conversations.note_understood(inbound.phone, inbound.inbound_id, understood, keep)
        is_answered = bool(answer) and self._answer(inbound, thread, answer)
        return Report(understood.labels, not is_new, ticket, is_answered)

    def _thread(self, conversation: Conversation, inbound: Inbound) -> Thread:
        """By the text that is answered, else by the newest text of the only loan ever spoken of."""
        about = [row for row in conversation.contacts if row.text.loan_id]
        if not about:
            return Thread(None, ())
        answered = [row for row in about if row.message_id and row.message_id == inbound.answering_message_id]
        newest = max(answered or about, key=lambda row: row.claimed_at)
        loan_ids = tuple(self.loans.loans_of(newest.text.borrower_id))
        is_certain = bool(answered) or _is_one_loan(about)
        return Thread(self.loans.get(newest.text.loan_id) if is_certain else None, loan_ids)

    def _act(self, inbound: Inbound, understood: Understood, thread: Thread) -> tuple[str, str]:
        """The ticket opened, if any, and the template of the answer, if any; the strictest intent acts first."""
        now = self.clock.now()
        if "opt_out" in understood.labels:
            return "", self._stop(inbound, thread, now)
        if not thread.loan_ids:
            return self._ticket(Reason.UNKNOWN_SENDER, inbound, thread, "a text from a number that we never texted"), ""
        self._note_reply(thread)
        if "help" in understood.labels:
            return "", "answers/help"
        if "paid" in understood.labels:
            return self._check_payment(inbound, thread, now), "answers/paid_check"
        self._pause(thread, "reply_waits", None, now, inbound.inbound_id)
        return self._ticket(Reason.REPLY, inbound, thread, "a reply that a person should read"), "answers/received"

    def _stop(self, inbound: Inbound, thread: Thread, now: datetime) -> str:
        """Opt-out: our own table first; then the one confirmation, whose id holds a pass."""
        confirmation = answer_id(inbound.inbound_id) if self._may_confirm(thread) else ""
        number = suppress(self.conversations, inbound.phone, Suppression.OPTED_OUT, now, confirmation)
        for phone in self._other_numbers(inbound, thread):
            suppress(self.conversations, phone, Suppression.OPTED_OUT, now)
        for loan_id in thread.loan_ids:
            wake(self.loans, loan_id, now)
        return "answers/opted_out" if confirmation and number.confirmation == confirmation else ""

    def _other_numbers(self, inbound: Inbound, thread: Thread) -> list[str]:
        """The person's other numbers, where the law makes one opt-out cover them all."""
        loans = self.loans.get_many(thread.loan_ids).values()
        covers = any(policy.opt_out_covers_person for loan in loans for policy in self._policies(loan))
        return sorted({loan.terms.phone for loan in loans} - {inbound.phone}) if covers else []

    def _may_confirm(self, thread: Thread) -> bool:
        """Not to strangers, and not where the carrier answers by itself."""
        loan = self._any_loan(thread)
        return loan is not None and all(policy.confirms_opt_out for policy in self._policies(loan))

    def _check_payment(self, inbound: Inbound, thread: Thread, now: datetime) -> str:
        days = self.content.pause_working_days.get(AccountState.PAID_CLAIM)
        until = self._end_of_working_days(thread, now, days) if days else None
        self._pause(thread, "paid_claim", until, now, inbound.inbound_id)
        return self._ticket(Reason.PAID_CLAIM, inbound, thread, "says it is paid, the books do not show it yet")

    def _pause(self, thread: Thread, name: str, until: datetime | None, now: datetime, by: str) -> None:
        """On every loan of the borrower: think time belongs to the person."""

        def paused(loan: Loan) -> Loan | None:
            known = loan.pauses.get(name)
            if known and (known.by == by or known.until is None):
                return None
            sleeps_until = until if loan.is_owed() and not loan.silent else loan.next_contact_at
            return replace(loan, pauses={**loan.pauses, name: Pause(now, until, by)}, next_contact_at=sleeps_until)

        for loan_id in thread.loan_ids:
            change_loan(self.loans, loan_id, paused)

    def _note_reply(self, thread: Thread) -> None:
        """A borrower who talks is not a silent one: the strategy's segments ask for it."""

        def replied(loan: Loan) -> Loan | None:
            return None if REPLIED in loan.marks else replace(loan, marks=loan.marks | {REPLIED})

        for loan_id in thread.loan_ids:
            change_loan(self.loans, loan_id, replied)

    def _end_of_working_days(self, thread: Thread, now: datetime, count: int) -> datetime:
        """The midnight after so many working days, by the borrower's own calendar."""
        loan = self._any_loan(thread)
        zone = ZoneInfo(loan.terms.time_zone) if loan else UTC
        policies = self._policies(loan) if loan else ()
        last_day = working_days_after(now.astimezone(zone).date(), count, policies)
        return datetime.combine(last_day + timedelta(days=1), time.min, zone).astimezone(UTC)

    def _keep_days(self, loan: Loan | None) -> int:
        """A stranger's text is kept as long as the strictest country asks."""
        policies = self._policies(loan) if loan else ()
        return keep_days(policies or [policy for each in self.content.policies.values() for policy in each])

    def _policies(self, loan: Loan) -> tuple[Policy, ...]:
        return self.content.policies_for(loan.terms.country, loan.terms.sub, self.clock.now())

    def _any_loan(self, thread: Thread) -> Loan | None:
        """For language, law and office, which all loans of a borrower share."""
        return thread.loan or next(filter(None, map(self.loans.get, thread.loan_ids)), None)

    def _ticket(self, reason: Reason, inbound: Inbound, thread: Thread, note: str) -> str:
        loan = self._any_loan(thread)
        return self.follow_up.open(
            reason,
            about=inbound.inbound_id,
            phone=inbound.phone,
            loan_id=loan.loan_id if loan else "",
            loan_ids=thread.loan_ids,
            note=note,
        )

    def _answer(self, inbound: Inbound, thread: Thread, template: str) -> bool:
        """Nothing about a debt to a number that is not tied to a borrower; one answer for one inbound text."""
        loan = self._any_loan(thread)
        if loan is None:
            return False
        contact_id = answer_id(inbound.inbound_id)
        rendered = self.renderer.render(
            template,
            loan.terms.locale,
            loan.terms.country,
            {"name": wording.addressed(loan.terms), "case": contact_id[-6:].upper()},
        )
        self.outbox.put(
            [
                Text(
                    contact_id=contact_id,
                    kind=Kind.ANSWER,
                    phone=inbound.phone,
                    body=rendered.body,
                    locale=loan.terms.locale,
                    template=rendered.template.name,
                    template_version=rendered.template.version,
                    segments=rendered.segments,
                    expires_at=inbound.at + ANSWER_LIVES,
                    planned_at=self.clock.now(),
                    borrower_id=loan.terms.borrower_id,
                    loan_id=loan.loan_id,
                    registered_template=rendered.template.registered.get(loan.terms.country, ""),
                    registered_entity=self.content.office(loan.terms.country).registered_entity,
                    keep_days=self._keep_days(loan),
                    inbound_id=inbound.inbound_id,
                    inbound_at=inbound.at,
                )
            ]
        )
        return True


def _is_one_loan(rows: list[ContactRow]) -> bool:
    return len({row.text.loan_id for row in rows}) == 1
