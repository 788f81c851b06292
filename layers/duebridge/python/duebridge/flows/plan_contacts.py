"""Decides what each borrower who is due for contact should hear, renders it, and queues it."""

from collections import Counter
from collections.abc import Callable
from copy import replace
from datetime import datetime

from msgspec import Struct, field

from ..core.contact import Text, reminder_id
from ..core.content import Content
from ..core.decision import Case, Contact, decide, own_id
from ..core.enrolling import enrolled
from ..core.errors import ContentError
from ..core.loan import Loan
from ..core.message import Renderer
from ..core.planning import held, planned
from ..core.policy import keep_days, next_opening, window_end
from ..core.promise_keeping import after_word, due_word, end_of, promise_wording, settled
from ..core.reasoning import Hold
from ..core.stop import EVERYTHING
from ..core.strategy import Kind
from ..ports import Clock, Conversations, LoanBook, Outbox, Saved, Shards, Stops
from .composing import Composer

PAGE_LOANS = 100


class Report(Struct):
    """What one run did, for the log and the metrics."""

    read: int = 0
    planned: int = 0
    raced: int = 0
    held: Counter[str] = field(default_factory=Counter)
    held_loans: dict[str, list[str]] = field(default_factory=dict)
    """Which, by reason, for whoever asks why a loan was not texted."""
    continued: bool = False


class PlanContacts(Struct, frozen=True, kw_only=True):
    """One shard, page by page, until it is done or the time is nearly over."""

    loans: LoanBook
    conversations: Conversations
    outbox: Outbox
    shards: Shards
    stops: Stops
    content: Content
    renderer: Renderer
    clock: Clock

    def start(self, shards: tuple[str, ...]) -> bool:
        """The scheduled run: one piece of work a shard; none, and False, while everything is paused."""
        if EVERYTHING in self.stops.standing().paused:
            return False
        self.shards.put([(shard, "") for shard in shards])
        return True

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
        stops = self.stops.standing()
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
                stopped_wordings=stops.wordings,
                paused=stops.paused,
                stopped_arms=stops.arms,
            )
            outcome = self._about_promise(case)
            if outcome is None:
                case = replace(case, loan=settled(loan, now, self.content))
                if self.content.experiments:
                    case = replace(case, loan=enrolled(case))
                outcome = self._decide(case)
            if isinstance(outcome, Hold):
                advanced.append(held(case.loan, outcome, now))
                report.held[outcome.reason] += 1
                report.held_loans.setdefault(outcome.reason, []).append(loan.loan_id)
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
        if case.person.counted:
            # An earlier run may have died once it had queued exactly this text, which must not wait for itself.
            case = replace(case, person=case.person.without(own_id(case)))
        outcome = decide(case).outcome
        if isinstance(outcome, Hold):
            return outcome
        try:
            return self._text(case, outcome), planned(case, outcome)
        except ContentError:
            return Hold("no_wording", None)

    def _about_promise(self, case: Case) -> tuple[Text, Loan] | Hold | None:
        """Thanks for a promise that was kept, or the one reminder of one that is due tomorrow; both within hours."""
        word = due_word(case.loan, case.now)
        if word is None or case.number.suppressed or not case.policies:
            return None
        opening = next_opening(case.now, case.policies, case.loan.zones)
        if opening is None:
            return None
        if opening.at > case.now:
            return Hold("outside_hours", opening.at)
        try:
            return self._promise_text(case, word), after_word(case.loan, case.now, self.content)
        except ContentError:
            return Hold("no_wording", None)

    @property
    def composer(self) -> Composer:
        """For texts that ask for no money."""
        return Composer(content=self.content, renderer=self.renderer)

    def _promise_text(self, case: Case, word: str) -> Text:
        loan, promise = case.loan, case.loan.promised
        assert promise is not None  # noqa: S101 - there is a word about it
        template, values = promise_wording(loan, case.now, self.content)
        return self.composer.compose(
            template,
            Kind.REMINDER,
            loan,
            contact_id=reminder_id(word, loan.loan_id, promise.pay_on),
            case=promise.by,
            now=case.now,
            expires_at=min(end_of(loan, loan.today(case.now)), window_end(case.now, case.policies, loan.zones)),
            values=values,
            step=word,
        )

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
            planned_at=case.now.replace(microsecond=0),
            borrower_id=loan.terms.borrower_id,
            loan_id=loan.loan_id,
            country=loan.terms.country,
            segment=self.content.strategy.scheme_for(loan.traits).segment if case.arms else case.scheme.segment,
            arms=case.arms,
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
