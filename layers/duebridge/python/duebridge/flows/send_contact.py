"""Asks the gate, claims, sends once, records. A second demand is harassment; a lost one helps nobody."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..core.contact import Accepted, Outcome, Rejected, State, Text, Throttled, Unknown
from ..core.content import Content
from ..core.decision import Answer, Case, Decision, Hold, gate
from ..core.loan import LastDecision, Loan
from ..core.policy import next_opening
from ..core.standing import Counted, NumberStanding, Suppression
from ..core.strategy import ASKS_FOR_PAYMENT, Kind
from ..core.ticket import Reason
from ..ports import Carrier, Claim, Clock, Conversations, LoanBook, Outbox
from .changes import BusyError, change_loan, suppress, tell_carrier, uncount, uncount_answer
from .follow_up import FollowUp
from .plan_contacts import held

GATE_TRIES = 3
"""How often a raced claim asks the gate again before the queue is asked to bring the text later."""
LEAST_TIME_TO_LIVE = timedelta(seconds=60)
FRESH_ANSWER = timedelta(minutes=10)
"""An answer this soon after the inbound text may go at any hour."""
LONGEST_BACKOFF_SECONDS = 300
WITHOUT_EXPIRY_MARGIN = timedelta(minutes=25)
"""Taken off a window's end, beside the margin that every text has, where a provider cannot be told an expiry."""


class Sent(StrEnum):
    """What became of one queued text."""

    ACCEPTED = "accepted"
    PUT_BACK = "put_back"
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    HELD = "held"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendContact:
    """The only flow that talks to a carrier."""

    loans: LoanBook
    conversations: Conversations
    carrier: Carrier
    outbox: Outbox
    """Back to the queue that the text came from."""
    follow_up: FollowUp
    content: Content
    clock: Clock
    gives_receipts: bool
    """False for a provider without receipts: nothing would settle a doubt, so a person is asked at once."""

    def send(self, text: Text) -> Sent:
        """Raises BusyError when the text must come again."""
        for _ in range(GATE_TRIES):
            claim = self._claim(text)
            if isinstance(claim, Hold):
                return Sent.HELD
            if claim is Claim.CLAIMED:
                return self._send_claimed(text)
            if claim is Claim.TAKEN:
                return Sent.REPEATED
        raise BusyError(f"{text.contact_id}: its rows changed {GATE_TRIES} times while it was being claimed")

    def put_back_unasked(self, text: Text) -> Sent:
        """There is no time left to ask the carrier: a fresh copy waits, so that the text does not age into the
        dead letters for what its neighbours took."""
        self.outbox.put([text])
        return Sent.PUT_BACK

    def _claim(self, text: Text) -> Claim | Hold:
        if text.kind in ASKS_FOR_PAYMENT:
            return self._claim_demand(text)
        return self._claim_other(text)

    def _claim_demand(self, text: Text) -> Claim | Hold:
        now = self.clock.now()
        loan = self.loans.get(text.loan_id)
        numbers, persons = self.conversations.standings([(text.phone, text.borrower_id)])
        number, person = numbers[text.phone], persons[text.borrower_id]
        if loan is None:
            return self._held(text, Hold("unknown_loan", None), now, ())
        if loan.terms.phone != text.phone:
            return self._held(text, Hold("number_changed", now), now, (), loan)
        others = person.without(text.contact_id)
        case = Case(
            loan=loan,
            number=number,
            person=others,
            content=self.content,
            now=now,
            full_file_as_of=self.loans.latest_files().full_as_of,
        )
        decision = gate(case, self._with_margin(text))
        if isinstance(decision.outcome, Hold):
            return self._held(text, decision.outcome, now, decision.trace, loan)
        counted = person.with_contact(text.contact_id, Counted(now, text.quiet_until))
        return self.conversations.claim(text, now, number, counted, loan, said(decision))

    def _with_margin(self, text: Text) -> Text:
        """A provider without receipts takes no expiry either: it may hold a text until the window has closed."""
        return text if self.gives_receipts else replace(text, expires_at=text.expires_at - WITHOUT_EXPIRY_MARGIN)

    def _claim_other(self, text: Text) -> Claim | Hold:
        now = self.clock.now()
        number = self.conversations.number(text.phone)
        hold = self._why_not_other(text, number, now)
        if hold:
            return self._held(text, hold, now, ())
        recent = tuple(at for at in number.answers if at > now - timedelta(days=1))
        return self.conversations.claim(text, now, replace(number, answers=(*recent, now)), None, None, ())

    def _why_not_other(self, text: Text, number: NumberStanding, now: datetime) -> Hold | None:
        """An answer's own rules: suppression with one pass, few a day, contact hours once it is late."""
        if number.suppressed and number.confirmation != text.contact_id:
            return Hold(str(number.suppressed), None)
        if now >= text.expires_at:
            return Hold("window_passed", None)
        today = [at for at in number.answers if at > now - timedelta(days=1)]
        if len(today) >= self.content.lender.answers_a_day:
            return Hold("answers_a_day", None)
        is_fresh = text.inbound_at is not None and now - text.inbound_at <= FRESH_ANSWER
        if text.kind is Kind.ANSWER and is_fresh:
            return None
        loan = self.loans.get(text.loan_id) if text.loan_id else None
        if loan is None:
            return Hold("late_answer_to_unknown_place", None)
        policies = self.content.policies_for(loan.terms.country, loan.terms.sub, now)
        opening = next_opening(now, policies, loan.zones)
        if opening is None or opening.at > now:
            return Hold("outside_hours", opening.at if opening else None)
        return None

    def _held(
        self, text: Text, hold: Hold, now: datetime, trace: tuple[Answer, ...], loan: Loan | None = None
    ) -> Claim | Hold:
        """Records why it did not go, and lets the loan be planned again where that makes sense."""
        row = self.conversations.contact(text.phone, text.contact_id)
        if row is not None and row.state is not State.RELEASED:
            return Claim.TAKEN
        if row is not None:
            self.conversations.move(text.phone, text.contact_id, State.RELEASED, now, reason=hold.reason)
        answers = tuple(f"{answer.rule}: {answer.says}" for answer in trace)
        if text.loan_id:
            self.loans.record_decision(
                text.loan_id, text.contact_id, LastDecision(now, hold.reason, hold.until), answers
            )
        if text.kind in ASKS_FOR_PAYMENT:
            if loan is not None:
                change_loan(self.loans, loan.loan_id, lambda fresh: _unplanned(fresh, text, hold, now))
        elif hold.reason not in set(Suppression):
            self.follow_up.open(
                Reason.REPLY,
                about=text.inbound_id or text.contact_id,
                phone=text.phone,
                loan_id=text.loan_id,
                note=f"an automatic text did not go: {hold.reason}",
            )
        return hold

    def _send_claimed(self, text: Text) -> Sent:
        """The claim is ours: ask the carrier once, and write down whatever it says."""
        left = text.expires_at - self.clock.now()
        outcome = self.carrier.send(text, int(max(left, LEAST_TIME_TO_LIVE).total_seconds()))
        return self._record(text, outcome)

    def _record(self, text: Text, outcome: Outcome) -> Sent:
        now = self.clock.now()
        match outcome:
            case Accepted(message_id):
                self.conversations.move(text.phone, text.contact_id, State.ACCEPTED, now, message_id=message_id)
                if text.kind is Kind.ANSWER:
                    self._after_confirmation(text)
                return Sent.ACCEPTED
            case Throttled(reason):
                self._put_back(text, now, reason)
                return Sent.PUT_BACK
            case Rejected(reason, opted_out):
                self._rejected(text, reason, opted_out, now)
                return Sent.REJECTED
            case Unknown(reason):
                self.conversations.move(text.phone, text.contact_id, State.IN_DOUBT, now, reason=reason)
                if not self.gives_receipts:
                    self.follow_up.open(
                        Reason.IN_DOUBT,
                        about=text.contact_id,
                        phone=text.phone,
                        loan_id=text.loan_id,
                        note="the provider did not answer and gives no receipts: did the text arrive?",
                    )
                return Sent.IN_DOUBT

    def _put_back(self, text: Text, now: datetime, reason: str) -> None:
        """Released first: after a crash the original comes again and may be claimed again."""
        delay = min(LONGEST_BACKOFF_SECONDS, 2 ** min(text.releases, 8))
        self.conversations.move(text.phone, text.contact_id, State.RELEASED, now, reason=reason)
        self._forget(text)
        self.outbox.put([replace(text, releases=text.releases + 1)], delay)

    def _rejected(self, text: Text, reason: str, opted_out: bool, now: datetime) -> None:
        self.conversations.move(text.phone, text.contact_id, State.REJECTED, now, reason=reason)
        self._forget(text)
        if opted_out:
            suppress(self.conversations, text.phone, Suppression.OPTED_OUT, now)
        if text.loan_id and text.kind in ASKS_FOR_PAYMENT:
            self.follow_up.open(
                Reason.NOT_REACHABLE,
                about=text.contact_id,
                phone=text.phone,
                loan_id=text.loan_id,
                note=f"the provider refused the text: {reason}",
            )

    def _forget(self, text: Text) -> None:
        """What was surely not sent does not count for caps and think time, nor as one of the day's answers."""
        if text.kind in ASKS_FOR_PAYMENT:
            uncount(self.conversations, text.borrower_id, text.contact_id)
        elif row := self.conversations.contact(text.phone, text.contact_id):
            uncount_answer(self.conversations, text.phone, row.claimed_at)

    def _after_confirmation(self, text: Text) -> None:
        """Opt-out order: our table, the one confirmation, and only then the provider's own list."""
        number = self.conversations.number(text.phone)
        if number.confirmation == text.contact_id and number.suppressed and not number.carrier_told:
            tell_carrier(self.conversations, self.carrier.list_opt_out, text.phone)


def said(decision: Decision) -> tuple[str, ...]:
    """The rules asked and their answers, as they are kept with a contact."""
    return tuple(f"{answer.rule}: {answer.says}" for answer in decision.trace)


def _unplanned(loan: Loan, text: Text, hold: Hold, now: datetime) -> Loan | None:
    """The loan as if this text had not been planned; a second attempt stays a second attempt."""
    if not loan.is_owed() or text.step not in loan.steps or loan.episode != text.episode:
        return None
    if text.attempt > 1:
        return held(replace(loan, retry=text.step), hold, now)
    return held(replace(loan, steps=tuple(step for step in loan.steps if step != text.step)), hold, now)
