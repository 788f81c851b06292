"""Notes what came of the texts, from what the tables' streams tell: no station has to count anything itself."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import replace
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct, field

from ..core.contact import State, Text
from ..core.content import Content
from ..core.experiment import Enrolment
from ..core.loan import BROKEN_PROMISE, Loan
from ..core.operator_request import ROOT_CAUSES
from ..core.outcome import (
    ASSIGNED,
    CURE_DAYS,
    FOLLOWED_DAYS,
    MINDED,
    NTH_TEXT,
    REPLY,
    ROOT_CAUSE,
    About,
    CohortNote,
    Group,
    Noted,
    OutcomeKind,
    loan_mark,
)
from ..core.strategy import ASKS_FOR_PAYMENT
from ..core.ticket import CONTENT, NOT_CONTENT
from ..core.undertaking import Arrangement, ArrangementStatus
from ..ports import (
    Clock,
    ContactChange,
    Conversations,
    LoanBook,
    LoanChange,
    Outcomes,
    ReplyUnderstood,
    RowChange,
    TicketMoved,
)
from .said_before import newest_demand

DAYS_OPEN = 90
"""A day takes in late facts for so long; then its counts are final, and its facts are forgotten."""
WENT = frozenset({State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.IN_DOUBT})
BUCKETS = (1, 31, 61, 91)
"""The first day past due of each; to roll is to enter a later one."""
KIND = OutcomeKind


class Gathered(Struct):
    """The facts of some changes."""

    noted: list[Noted] = field(default_factory=list)
    cohorts: list[CohortNote] = field(default_factory=list)


class NoteOutcomes(Struct, frozen=True, kw_only=True):
    """A change that is told again leads to the same facts with the same ids, which count once."""

    loans: LoanBook
    conversations: Conversations
    outcomes: Outcomes
    content: Content
    clock: Clock

    def note(self, changes: Sequence[RowChange]) -> Counter[str]:
        """How many facts were noted, and how many came too late for their day."""
        gathered = Gathered()
        for change in changes:
            match change:
                case ContactChange():
                    self._of_contact(change, gathered)
                case ReplyUnderstood():
                    self._of_reply(change, gathered)
                case LoanChange(before, after):
                    self._of_loan(before, after, gathered)
                case TicketMoved():
                    self._of_ticket(change, gathered)
        now = self.clock.now()
        oldest = now.date() - timedelta(days=DAYS_OPEN)
        noted = [fact for fact in gathered.noted if fact.day >= oldest]
        cohorts = [fact for fact in gathered.cohorts if fact.day >= oldest]
        if noted or cohorts:
            self.outcomes.note(noted, cohorts, now)
        facts = len(noted) + len(cohorts)
        return Counter(facts=facts, too_late=len(gathered.noted) + len(gathered.cohorts) - facts)

    def _of_contact(self, change: ContactChange, gathered: Gathered) -> None:
        row, before = change.after, change.before
        text, day = row.text, row.claimed_at.astimezone(UTC).date()

        def fact(what: str, counts: Mapping[str, int]) -> None:
            plain = {str(kind): number for kind, number in counts.items()}
            gathered.noted.append(Noted(f"{text.contact_id}/{what}", day, about(text), plain))

        if row.state in WENT and before not in WENT:
            went: dict[str, int] = {KIND.SEGMENTS: text.segments}
            if text.kind in ASKS_FOR_PAYMENT:
                went[KIND.CONTACT] = 1
                if row.nth:
                    went[f"{NTH_TEXT}{row.nth}"] = 1
            fact("went", went)
        if row.state in (State.DELIVERED, State.UNDELIVERED) and row.state is not before:
            kind = KIND.DELIVERED if row.state is State.DELIVERED else KIND.UNDELIVERED
            counts: dict[str, int] = {kind: 1} if text.kind in ASKS_FOR_PAYMENT else {}
            fact("receipt", counts | {KIND.PRICE_MICROS: row.price_micros})

    def _of_reply(self, change: ReplyUnderstood, gathered: Gathered) -> None:
        """Counted to the demand that the reply most likely speaks of and to its day, and to that demand's loan."""
        reply = change.reply
        spoken_of = self.conversations.contact(change.phone, reply.about_contact) if reply.about_contact else None
        said_at = spoken_of.claimed_at if spoken_of else reply.at
        day, whose = said_at.astimezone(UTC).date(), about(spoken_of.text) if spoken_of else About()
        words = {str(KIND.REPLY): 1, **{f"{REPLY}_{label}": 1 for label in reply.labels}}
        gathered.noted.append(Noted(f"{reply.inbound_id}/reply", day, whose, words))
        minded = [KIND(label) for label in reply.labels if label in MINDED]
        minded += [KIND.DISPLEASED] if reply.is_dissatisfied else []
        # By the text's own id: a second complaint about one text is no second text that was complained about.
        of_text = spoken_of.text.contact_id if spoken_of else reply.inbound_id
        gathered.noted += [Noted(f"{of_text}/{kind}", day, whose, {str(kind): 1}) for kind in minded]
        loan = self.loans.get(spoken_of.text.loan_id) if spoken_of else None
        if loan:
            for kind in (KIND.REPLY, *minded):
                gathered.cohorts += _cohorts(loan, kind, reply.inbound_id, loan.today(reply.at))

    def _of_loan(self, before: Loan, after: Loan, gathered: Gathered) -> None:
        mark = loan_mark(after.loan_id)
        for name, enrolment in after.enrolments.items():
            if name not in before.enrolments:
                gathered.cohorts.append(_note(after, name, enrolment, ASSIGNED, "once", 0))
        for kind, day, amount_minor in self._events(before, after):
            whose, said_on = self._about(after, day)
            counts = {str(kind): 1}
            if kind is KIND.CURED:
                counts |= {str(KIND.AMOUNT_CURED): amount_minor, **_cures(day, said_on)}
            elif kind is KIND.UNCURED:
                counts |= {str(KIND.AMOUNT_CURED): -amount_minor}
            once = f"{after.version}/{kind}"
            gathered.noted.append(Noted(f"{mark}/{once}", day, whose, counts))
            gathered.cohorts += _cohorts(after, kind, once, day, amount_minor)

    def _events(self, before: Loan, after: Loan) -> Iterable[tuple[OutcomeKind, date, int]]:
        """What this change means, each with the day that it belongs to and the money that it moved."""
        today = after.today(self.clock.now())
        paid_on = _paid_on(before, after) or today
        if before.is_owed() and not after.is_owed():
            yield KIND.CURED, paid_on, before.arrears.minor
        if after.is_owed() and not before.is_owed() and before.terms.due_date == after.terms.due_date:
            yield KIND.UNCURED, paid_on, after.arrears.minor
        if rolled_on := _rolled_on(before, after):
            yield KIND.ROLLED, rolled_on, 0
        made, old = after.promised, before.promised
        if made and (old is None or old.by != made.by):
            yield KIND.PROMISE_NOTED, after.today(made.noted_at), 0
        if made and made.kept and not (old and old.kept):
            yield KIND.PROMISE_KEPT, paid_on, 0
        is_broken = bool(old and not old.kept and made is None and BROKEN_PROMISE in after.marks)
        broken_on = old.pay_on + timedelta(days=1) if old and is_broken else today
        if is_broken:
            yield KIND.PROMISE_BROKEN, broken_on, 0
        if _is_agreed(after.arrangement) and not _is_agreed(before.arrangement) and after.arrangement:
            yield KIND.ARRANGEMENT_AGREED, after.today(after.arrangement.chosen_at), 0
        if _is_agreed(before.arrangement) and after.arrangement is None:
            yield ((KIND.ARRANGEMENT_BROKEN, broken_on, 0) if is_broken else (KIND.ARRANGEMENT_KEPT, paid_on, 0))

    def _about(self, loan: Loan, day: date) -> tuple[About, date | None]:
        """The newest demand on this loan until the end of that day, and when it was; and what the loan itself says."""
        arms = self.content.running_arms(loan.arms, day) if loan.enrolments else {}
        end = datetime.combine(day + timedelta(days=1), time.min, UTC)
        said = newest_demand(self.conversations.conversation(loan.terms.phone), end, loan.loan_id)
        if said:
            return replace(about(said.text), arms=arms), loan.today(said.claimed_at)
        own = About(
            segment=self.content.strategy.scheme_for(loan.traits).segment,
            country=loan.terms.country,
            language=loan.terms.locale.split("-")[0],
            arms=arms,
        )
        return own, None

    def _of_ticket(self, moved: TicketMoved, gathered: Gathered) -> None:
        before, after = moved.change.before, moved.change.after
        counts: Counter[str] = Counter()
        if before and before.is_open and not after.is_open:
            minutes = (moved.at - after.opened_at).total_seconds() // 60
            counts.update({KIND.TICKETS_CLOSED: 1, KIND.TICKET_MINUTES: max(0, int(minutes))})
            if after.root_cause in ROOT_CAUSES:
                counts[f"{ROOT_CAUSE}{after.root_cause}"] = 1
        told = after.history[len(before.history) :] if before else ()
        counts[KIND.SATISFIED] += sum(line.endswith(CONTENT) for line in told)
        counts[KIND.UNSATISFIED] += sum(line.endswith(NOT_CONTENT) for line in told)
        counts = +counts
        if not counts:
            return
        loan = self.loans.get(after.loan_ids[0]) if after.loan_ids else None
        day = moved.at.astimezone(UTC).date()
        whose = self._about(loan, day)[0] if loan else About()
        place = f"{after.ticket_id}/{after.closings}/{len(after.history)}"
        gathered.noted.append(Noted(place, day, whose, {str(kind): number for kind, number in counts.items()}))


def about(text: Text) -> About:
    """What is counted of a text."""
    return About(
        segment=text.segment,
        template=text.template,
        template_version=text.template_version,
        country=text.country,
        language=text.locale.split("-")[0],
        stage=text.step if text.kind in ASKS_FOR_PAYMENT else "",
        arms=text.arms,
    )


def _cohorts(loan: Loan, kind: OutcomeKind, once: str, day: date, amount_minor: int = 0) -> list[CohortNote]:
    """The same fact for each experiment that the loan has a part in, if it came in time after the assignment."""
    found = []
    for name, enrolment in loan.enrolments.items():
        after_days = (day - enrolment.on).days
        if after_days >= 0 and (after_days <= FOLLOWED_DAYS or kind is KIND.UNCURED):
            found.append(_note(loan, name, enrolment, kind, once, after_days, amount_minor))
    return found


def _note(
    loan: Loan, experiment: str, enrolment: Enrolment, kind: str, once: str, after_days: int, amount_minor: int = 0
) -> CohortNote:
    mark = loan_mark(loan.loan_id)
    return CohortNote(
        event_id=f"{experiment}/{mark}/{once}/{kind}",
        day=enrolment.on,
        group=Group(experiment, enrolment.arm, enrolment.stratum, loan.arrears.currency),
        loan=mark,
        kind=str(kind),
        after_days=after_days,
        amount_minor=amount_minor,
    )


def _cures(day: date, said_on: date | None) -> dict[str, int]:
    """How soon after the newest demand; nobody was reminded of a loan that cured by itself."""
    if said_on is None:
        return {}
    return {f"cure_{days}": 1 for days in CURE_DAYS if (day - said_on).days <= days}


def _paid_on(before: Loan, after: Loan) -> date | None:
    """A payment belongs to the day on which it was made; what only a file tells, to the day of the file."""
    if after.as_of != before.as_of:
        return after.today(after.as_of)
    return after.paid_on


def _rolled_on(before: Loan, after: Loan) -> date | None:
    """Days pass without a word; the planner's looks at a loan tell in which bucket it was at each."""
    if not (before.last_decision and after.last_decision) or not after.is_owed():
        return None
    if before.terms.due_date != after.terms.due_date:
        return None
    was = _bucket(before.days_past_due(before.last_decision.at))
    now = _bucket(after.days_past_due(after.last_decision.at))
    if now <= was or now < 2:
        return None
    return after.terms.due_date + timedelta(days=BUCKETS[now - 1])


def _bucket(days_past_due: int) -> int:
    return sum(days_past_due >= first for first in BUCKETS)


def _is_agreed(arrangement: Arrangement | None) -> bool:
    return arrangement is not None and arrangement.status is ArrangementStatus.AGREED
