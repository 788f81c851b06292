"""One borrower's life with one late loan: what the planner decides, what they are told, answer and pay.

The rules are the product's own; only the borrower, the carrier and the person at the desk are made up.
"""

from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from duebridge.core.content import Content
from duebridge.core.decision import Case, Contact, decide
from duebridge.core.enrolling import enrolled
from duebridge.core.loan import Loan, Pause, Payment, after_payment, reason_of
from duebridge.core.money import Money
from duebridge.core.outcome import About
from duebridge.core.planning import held, planned
from duebridge.core.policy import next_opening, working_days_after
from duebridge.core.promise_keeping import after_word, due_word, end_of, settled
from duebridge.core.reply import Inbound
from duebridge.core.response import Heard, Response, changed, respond
from duebridge.core.standing import Counted, NumberStanding, PersonStanding, Suppression
from duebridge.core.treatment import HARD_HOLDS
from infra.local.world.replies import understood

PAYS_AT = time(12)
"""By the borrower's clock; the lender's books know it at once."""
SUPPRESSING = {"opt_out": Suppression.OPTED_OUT, "wrong_number": Suppression.WRONG_NUMBER}
ANSWERED = "answered"
"""The rest that a borrower has after a person's answer."""


@dataclass(slots=True)
class Life:
    """A loan and all that stands around it, at one instant."""

    loan: Loan
    number: NumberStanding
    person: PersonStanding
    random: Random
    """This borrower's own chance: what others do does not change it."""
    days_past_due: int
    """When the loan became known."""
    pays_at: datetime | None = None
    """When the one payment of this month comes, if it comes."""
    pays_part: float = 1.0
    """Of what is owed then."""
    is_moved: bool = False
    """A text of their arm has done to them what it does."""
    last_text: tuple[date, About] | None = None
    """The newest demand or reminder, and its day."""

    def pay_day(self, now: datetime, days: int) -> datetime:
        """Noon of a later day by the borrower's clock."""
        day = self.loan.today(now) + timedelta(days=days)
        return max(now, datetime.combine(day, PAYS_AT, ZoneInfo(self.loan.terms.time_zone)).astimezone(UTC))

    def plan(self, content: Content, now: datetime, stopped_arms: frozenset[str]) -> tuple[Case, Contact] | None:
        """As the planner does it: a word about a promise, or a decision; what is to be said, if anything."""
        case = self._case(self.loan, content, now, stopped_arms)
        if self._keeps_word(case):
            return None
        loan = settled(self.loan, now, content)
        if loan is not self.loan:
            case = self._case(loan, content, now, stopped_arms)
        if not case.loan.enrolments:
            case = replace(case, loan=enrolled(case))
        outcome = decide(case).outcome
        if isinstance(outcome, Contact):
            self.loan = planned(case, outcome)
            counted = Counted(now, outcome.quiet_until)
            self.person = self.person.with_contact(outcome.contact_id, counted)
            return case, outcome
        self.loan = held(case.loan, outcome, now)
        return None

    def reply(self, text_id: str, intent: str, content: Content, now: datetime) -> Response:
        """The reply's consequences for the loan, as the product draws them."""
        loan = self.loan
        if intent in SUPPRESSING:
            self.number = self.number.suppress(SUPPRESSING[intent], now)
        if intent == "wrong_number":
            return Response()
        heard = Heard(
            inbound=Inbound(f"{text_id}/reply", loan.terms.phone, "", "", now),
            understood=understood(
                intent, loan.today(now), loan.today(self.pays_at) if self.pays_at else None, self.random
            ),
            loans={loan.loan_id: loan},
            target=loan,
            content=content,
            now=now,
        )
        response = respond(heard)
        self.loan = changed(loan, response, heard) or loan
        return response

    def answer(self, ticket_id: str, content: Content, now: datetime) -> None:
        """A person has answered: what waited for that is lifted, and the ladder rests for some days."""
        loan, terms = self.loan, self.loan.terms
        waiting = {
            name for name, pause in loan.pauses.items() if pause.by == ticket_id and reason_of(name) not in HARD_HOLDS
        }
        if not waiting:
            return
        policies = content.policies_for(terms.country, terms.sub, now)
        last_day = working_days_after(loan.today(now), content.lender.resume_after_working_days, policies)
        kept = {name: pause for name, pause in loan.pauses.items() if name not in waiting}
        rest = Pause(now, end_of(loan, last_day), ticket_id)
        self.loan = replace(loan, pauses=kept).paused(ANSWERED, rest)

    def pay(self, now: datetime) -> Loan:
        """The payment arrives; the loan before it is returned."""
        before = self.loan
        amount = Money(max(1, round(before.arrears.minor * self.pays_part)), before.arrears.currency)
        self.pays_at = None
        paid_on = before.today(now)
        self.loan = after_payment(before, Payment(before.loan_id, amount, paid_on, f"P{before.loan_id}", now))
        return before

    def _case(self, loan: Loan, content: Content, now: datetime, stopped_arms: frozenset[str]) -> Case:
        return Case(
            loan=loan, number=self.number, person=self.person, content=content, now=now, stopped_arms=stopped_arms
        )

    def _keeps_word(self, case: Case) -> bool:
        """Whether it was time for a reminder or thanks, which changes nobody's mind here."""
        if due_word(case.loan, case.now) is None or case.number.suppressed or not case.policies:
            return False
        opening = next_opening(case.now, case.policies, case.loan.zones)
        if opening is None:
            return False
        if opening.at > case.now:
            self.loan = replace(case.loan, next_contact_at=opening.at)
        else:
            self.loan = after_word(case.loan, case.now, case.content)
        return True
