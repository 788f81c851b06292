"""Decides what each borrower who is due for contact should hear, renders it, and queues it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..core.contact import Text
from ..core.content import Content
from ..core.decision import SILENT, Case, Contact, Hold, after_contact, decide
from ..core.errors import ContentError
from ..core.loan import LastDecision, Loan
from ..core.message import Renderer
from ..core.policy import keep_days
from ..ports import Clock, Conversations, LoanBook, Outbox, Saved, Shards

PAGE_LOANS = 100
NO_OPENING_LOOK_AGAIN = timedelta(days=2)


@dataclass(slots=True)
class Report:
    """What one run did, for the log and the metrics."""

    read: int = 0
    planned: int = 0
    raced: int = 0
    held: Counter[str] = field(default_factory=Counter)
    continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContacts:
    """One shard, page by page, until it is done or the time is nearly over."""

    loans: LoanBook
    conversations: Conversations
    outbox: Outbox
    shards: Shards
    content: Content
    renderer: Renderer
    clock: Clock

    def start(self, shards: tuple[str, ...]) -> None:
        """The scheduled run: one piece of work a shard."""
        self.shards.put([(shard, "") for shard in shards])

    def plan(self, shard: str, cursor: str, has_time: Callable[[], bool]) -> Report:
        """A repeated run plans the same contacts with the same ids, which the claim drops."""
        report = Report()
        now = self.clock.now()
        while True:
            page = self.loans.due(shard, now, cursor, PAGE_LOANS)
            self._plan_page(page.loans, now, report)
            cursor = page.cursor
            if not cursor:
                return report
            if not has_time():
                self.shards.put([(shard, cursor)])
                report.continued = True
                return report

    def _plan_page(self, loans: tuple[Loan, ...], now: datetime, report: Report) -> None:
        """Queues first and advances after: a crash in between repeats a contact, and never loses one."""
        full_file_as_of = self.loans.latest_files().full_as_of
        numbers, persons = self.conversations.standings({(loan.terms.phone, loan.terms.borrower_id) for loan in loans})
        texts, advanced = [], []
        for loan in loans:
            case = Case(
                loan=loan,
                number=numbers[loan.terms.phone],
                person=persons[loan.terms.borrower_id],
                content=self.content,
                now=now,
                full_file_as_of=full_file_as_of,
            )
            outcome = self._decide(case)
            if isinstance(outcome, Hold):
                advanced.append(held(loan, outcome, now))
                report.held[outcome.reason] += 1
            else:
                text, loan_planned = outcome
                texts.append(text)
                advanced.append(loan_planned)
        self.outbox.put(texts)
        for loan in advanced:
            report.raced += self.loans.save(loan) is not Saved.DONE
        report.read += len(loans)
        report.planned += len(texts)

    def _decide(self, case: Case) -> tuple[Text, Loan] | Hold:
        """A loan that nobody has words for is held for people, and does not stop its neighbours."""
        outcome = decide(case).outcome
        if isinstance(outcome, Hold):
            return outcome
        try:
            return self._text(case, outcome), planned(case, outcome)
        except ContentError:
            return Hold("no_wording", None)

    def _text(self, case: Case, contact: Contact) -> Text:
        rendered = self.renderer.demand(case, contact)
        loan = case.loan
        return Text(
            contact_id=contact.contact_id,
            kind=contact.step.kind,
            phone=loan.terms.phone,
            body=rendered.body,
            locale=loan.terms.locale,
            template=rendered.template.name,
            template_version=rendered.template.version,
            segments=rendered.segments,
            expires_at=contact.closes_at,
            planned_at=case.now,
            borrower_id=loan.terms.borrower_id,
            loan_id=loan.loan_id,
            step=contact.step.name,
            attempt=contact.attempt,
            episode=loan.episode,
            amount_minor=loan.arrears.minor,
            currency=loan.arrears.currency,
            quiet_until=contact.quiet_until,
            registered_template=rendered.template.registered.get(loan.terms.country, ""),
            registered_entity=self.content.office(loan.terms.country).registered_entity,
            keep_days=keep_days(case.policies),
        )


def planned(case: Case, contact: Contact) -> Loan:
    """The loan once its step is in the queue: it sleeps until its next step begins."""
    loan = case.loan
    return replace(
        loan,
        steps=tuple(dict.fromkeys((*loan.steps, contact.step.name))),
        retry="" if contact.attempt > 1 else loan.retry,
        next_contact_at=after_contact(case),
        last_decision=LastDecision(case.now, "contact", None),
    )


def held(loan: Loan, hold: Hold, now: datetime) -> Loan:
    """The loan once it is held: it sleeps until the hold ends, or waits for people."""
    is_closed_for_long = loan.last_decision is not None and loan.last_decision.outcome == hold.reason == "no_opening"
    silent = hold.reason in SILENT or is_closed_for_long
    until = hold.until
    if hold.reason == "no_opening":
        until = now + NO_OPENING_LOOK_AGAIN
    return replace(
        loan,
        next_contact_at=now if silent else until,
        silent=silent,
        last_decision=LastDecision(now, hold.reason, hold.until),
    )
