"""Asks the gate, claims, sends once, records. A second demand is harassment; a lost one helps nobody."""

from copy import replace
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ..core.contact import Accepted, Misconfigured, Outcome, Rejected, State, Text, Throttled, Unknown
from ..core.content import Content
from ..core.decision import Case, gate
from ..core.errors import SetUpError
from ..core.loan import DISSATISFIED, LastDecision, Loan
from ..core.pace import Turn, delay_seconds
from ..core.planning import CARE_FAMILY, held
from ..core.policy import next_opening
from ..core.promise_keeping import PROMISE_REMINDER, is_reminder_of
from ..core.reasoning import Answer, Hold, notes
from ..core.standing import Counted, NumberStanding, Suppression
from ..core.strategy import ASKS_FOR_PAYMENT, Kind
from ..core.ticket import Reason
from ..ports import Carrier, Claim, Clock, ContactRow, Conversations, LoanBook, Outbox
from .changes import BusyError, change_loan, suppress, tell_carrier, uncount, uncount_answer, untell_carrier
from .follow_up import FollowUp
from .pacing import Turns
from .retention import forget_after
from .stopping import Admission, Stopping

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
    OUT_OF_PACE = "out_of_pace"
    """Its turn is too far ahead: it waits in its queue."""
    PACE_UNKNOWN = "pace_unknown"
    """The shared count could not be asked: it waits in its queue, for nothing goes out unpaced."""
    STOPPED = "stopped"
    """Put back, because sending is stopped."""
    MISCONFIGURED = "misconfigured"
    """Put back, because the provider refused it by a fault of our own set-up: sending stops."""
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    HELD = "held"
    REPEATED = "repeated"
    OVERTAKEN = "overtaken"
    """The provider had no room for it, yet its row says that it went out or may have: it is not sent again."""


class SendContact(Struct, frozen=True, kw_only=True):
    """The only flow that talks to a carrier."""

    loans: LoanBook
    conversations: Conversations
    carrier: Carrier
    outbox: Outbox
    """Back to the queue that the text came from."""
    follow_up: FollowUp
    stopping: Stopping
    content: Content
    clock: Clock
    gives_receipts: bool
    """False for a provider without receipts: nothing would settle a doubt, so a person is asked at once."""
    turns: Turns | None
    """None where the stage asks for no pace of our own."""

    def send(self, text: Text) -> Sent:
        """Waits for the text's turn first, so that the gate is asked at the last moment. Raises BusyError when the
        text must come again."""
        # What is past its window goes no more, and the gate says what becomes of its loan.
        admission = self.stopping.admit(text) if self.clock.now() < text.expires_at else Admission()
        if admission.wait_seconds:
            self.outbox.put([text], admission.wait_seconds)
            return Sent.STOPPED
        turn = None
        if self.turns is not None:
            turn = self.turns.next(text.segments)
            if turn is None:
                return self._put_back_without_turn(text, self.turns)
        for _ in range(GATE_TRIES):
            try:
                claim = self._claim(text)
            except SetUpError as fault:
                return self._opt_in_waits(text, str(fault))
            if isinstance(claim, Hold):
                return Sent.HELD
            if claim is Claim.CLAIMED:
                sent = self._send_claimed(text, turn)
                if sent is Sent.ACCEPTED:
                    self.stopping.went(admission)
                return sent
            if claim is Claim.TAKEN:
                # Its sender may have died between claim and record: from now on the sweep knows of it.
                self.conversations.watch(text.phone, text.contact_id)
                return Sent.REPEATED
        raise BusyError(f"{text.contact_id}: its rows changed {GATE_TRIES} times while it was being claimed")

    def put_back_unasked(self, text: Text) -> Sent:
        """There is no time left to ask the carrier: a fresh copy waits, so that the text does not age into the
        dead letters for what its neighbours took."""
        self.outbox.put([text])
        return Sent.PUT_BACK

    def _put_back_without_turn(self, text: Text, turns: Turns) -> Sent:
        """Before any claim, so there is nothing to release; the original is acknowledged and never grows old."""
        self.outbox.put([text], delay_seconds(text.contact_id, turns.pace.now()))
        return Sent.PACE_UNKNOWN if turns.fault else Sent.OUT_OF_PACE

    def _opt_in_waits(self, text: Text, reason: str) -> Sent:
        """The provider's own list still has this number, and cannot be asked to take it off: only this text waits."""
        self.follow_up.open(
            Reason.CONFIGURATION,
            about=f"opt-out list/{reason}/{self.clock.now():%Y-%m-%d}",
            note=f"numbers that opted in again cannot be taken off the provider's list: {reason}",
        )
        self.outbox.put([text], LONGEST_BACKOFF_SECONDS)
        return Sent.MISCONFIGURED

    def _claim(self, text: Text) -> Claim | Hold:
        if text.kind in ASKS_FOR_PAYMENT:
            return self._claim_demand(text)
        return self._claim_other(text)

    def _listed_no_more(self, number: NumberStanding) -> NumberStanding:
        """It opted in again; the provider would refuse the text as long as its own list has the number."""
        if not number.carrier_told or number.suppressed:
            return number
        untell_carrier(self.conversations, self.carrier.unlist_opt_out, number.phone)
        return self.conversations.number(number.phone)

    def _claim_demand(self, text: Text) -> Claim | Hold:
        now = self.clock.now()
        loan = self.loans.get(text.loan_id)
        numbers, persons = self.conversations.standings([(text.phone, text.borrower_id)])
        number, person = self._listed_no_more(numbers[text.phone]), persons[text.borrower_id]
        if loan is None:
            return self._held(text, Hold("unknown_loan", None), now, ())
        if loan.terms.phone != text.phone:
            return self._held(text, Hold("number_changed", now), now, (), loan)
        others = person.without(text.contact_id)
        stops = self.stopping.stops.standing()
        case = Case(
            loan=loan,
            number=number,
            person=others,
            content=self.content,
            now=now,
            full_file_as_of=self.loans.latest_files().full_as_of,
            stopped_wordings=stops.wordings,
            paused=stops.paused,
            stopped_arms=stops.arms,
        )
        decision = gate(case, self._with_margin(text))
        if isinstance(decision.outcome, Hold):
            return self._held(text, decision.outcome, now, decision.trace, loan)
        counted = person.with_contact(text.contact_id, Counted(now, text.quiet_until))
        return self.conversations.claim(text, now, number, counted, loan, notes(decision.trace))

    def _with_margin(self, text: Text) -> Text:
        """A provider without receipts takes no expiry either: it may hold a text until the window has closed."""
        return text if self.gives_receipts else replace(text, expires_at=text.expires_at - WITHOUT_EXPIRY_MARGIN)

    def _claim_other(self, text: Text) -> Claim | Hold:
        now = self.clock.now()
        number = self._listed_no_more(self.conversations.number(text.phone))
        loan = self.loans.get(text.loan_id) if text.loan_id else None
        hold = self._why_not_other(text, number, loan, now)
        if hold and hold.reason == "outside_hours" and hold.until and hold.until < text.expires_at:
            if self._stands(self.conversations.contact(text.phone, text.contact_id)):
                return Claim.TAKEN
            self.conversations.wait(text, hold.until, hold.reason)
            return hold
        if hold:
            return self._held(text, hold, now, ())
        recent = tuple(at for at in number.answers if at > now - timedelta(days=1))
        guarded = loan if text.step == PROMISE_REMINDER else None
        return self.conversations.claim(text, now, replace(number, answers=(*recent, now)), None, guarded, ())

    def _why_not_other(self, text: Text, number: NumberStanding, loan: Loan | None, now: datetime) -> Hold | None:
        """An answer's own rules: suppression with one pass, few a day, contact hours once it is late."""
        if number.suppressed and number.confirmation != text.contact_id:
            return Hold(str(number.suppressed), None)
        if now >= text.expires_at:
            return Hold("window_passed", None)
        if self.content.wording(text.template, text.locale) in self.stopping.stops.standing().wordings:
            return Hold("template_stopped", None)
        if text.step == PROMISE_REMINDER and not (loan and is_reminder_of(loan, text.contact_id, now)):
            return Hold("promise_settled", None)
        today = [at for at in number.answers if at > now - timedelta(days=1)]
        if len(today) >= self.content.lender.answers_a_day:
            return Hold("answers_a_day", None)
        is_fresh = text.inbound_at is not None and now - text.inbound_at <= FRESH_ANSWER
        if text.kind is Kind.ANSWER and is_fresh:
            return None
        if loan is None:
            return Hold("late_answer_to_unknown_place", None)
        policies = self.content.policies_for(loan.terms.country, loan.terms.sub, now)
        opening = next_opening(now, policies, loan.zones)
        if opening is None or opening.at > now:
            return Hold("outside_hours", opening.at if opening else None)
        return None

    @staticmethod
    def _stands(row: ContactRow | None) -> bool:
        """Whether the text was claimed before and not put back."""
        return row is not None and row.state is not State.RELEASED

    def _held(
        self, text: Text, hold: Hold, now: datetime, trace: tuple[Answer, ...], loan: Loan | None = None
    ) -> Claim | Hold:
        """Records why it did not go, and lets the loan be planned again where that makes sense."""
        row = self.conversations.contact(text.phone, text.contact_id)
        if self._stands(row):
            return Claim.TAKEN
        if row is not None:
            self.conversations.move(text.phone, text.contact_id, State.RELEASED, now, reason=hold.reason)
        if text.loan_id:
            decision = LastDecision(now, hold.reason, hold.until)
            ends = forget_after(self.clock, now, text.keep_days)
            self.loans.record_decision(text.loan_id, text.contact_id, decision, notes(trace), ends)
        if text.kind in ASKS_FOR_PAYMENT:
            if loan is not None:
                change_loan(self.loans, loan.loan_id, lambda fresh: _unplanned(fresh, text, hold, now))
        elif text.kind is not Kind.REMINDER and hold.reason not in set(Suppression):
            # One ticket a day for a number that gets no more automatic answers: it may be a machine's.
            is_capped = hold.reason == "answers_a_day"
            self.follow_up.open(
                Reason.REPLY,
                about=f"{text.borrower_id}/{now:%Y-%m-%d}/{hold.reason}" if is_capped else text.contact_id,
                phone=text.phone,
                loan_id=text.loan_id,
                note=f"a text that asks for no money did not go: {hold.reason}",
            )
        return hold

    def _send_claimed(self, text: Text, turn: Turn | None) -> Sent:
        """The claim is ours: ask the carrier once, and write down whatever it says."""
        if self.turns is not None and turn is not None and not self.turns.use(turn):
            return self._record(text, Throttled("turn_missed"))
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
                return self._put_back(text, now, reason)
            case Misconfigured(reason):
                put_back = self._put_back(text, now, reason)
                self.stopping.stop_sending(text, outcome)
                return Sent.MISCONFIGURED if put_back is Sent.PUT_BACK else put_back
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

    def _put_back(self, text: Text, now: datetime, reason: str) -> Sent:
        """Released first: after a crash the original comes again and may be claimed again. Where its row has moved
        on meanwhile, by a receipt or by the sweep's doubt, it must not go again."""
        delay = min(LONGEST_BACKOFF_SECONDS, 2 ** min(text.releases, 8))
        claimed = self.conversations.contact(text.phone, text.contact_id)
        if not self.conversations.move(text.phone, text.contact_id, State.RELEASED, now, reason=reason):
            return Sent.OVERTAKEN
        self._forget(text, claimed)
        self.outbox.put([replace(text, releases=text.releases + 1)], delay)
        return Sent.PUT_BACK

    def _rejected(self, text: Text, reason: str, opted_out: bool, now: datetime) -> None:
        claimed = self.conversations.contact(text.phone, text.contact_id)
        self.conversations.move(text.phone, text.contact_id, State.REJECTED, now, reason=reason)
        self._forget(text, claimed)
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

    def _forget(self, text: Text, claimed: ContactRow | None) -> None:
        """What was surely not sent does not count for caps and think time, nor as one of the day's answers. A copy
        that was claimed meanwhile does."""
        if claimed is None:
            return
        if text.kind in ASKS_FOR_PAYMENT:
            uncount(self.conversations, text.borrower_id, text.contact_id, claimed.claimed_at)
        else:
            uncount_answer(self.conversations, text.phone, claimed.claimed_at)

    def _after_confirmation(self, text: Text) -> None:
        """Opt-out order: our table, the one confirmation, and only then the provider's own list."""
        number = self.conversations.number(text.phone)
        if number.confirmation == text.contact_id and number.suppressed and not number.carrier_told:
            tell_carrier(self.conversations, self.carrier.list_opt_out, text.phone)


def _unplanned(loan: Loan, text: Text, hold: Hold, now: datetime) -> Loan | None:
    """The loan as if this text had not been planned; a second attempt stays a second attempt."""
    if not loan.is_owed() or text.step not in loan.steps or loan.episode != text.episode:
        return None
    if text.template.startswith(CARE_FAMILY):
        loan = replace(loan, marks=loan.marks | {DISSATISFIED})
    if text.attempt > 1:
        return held(replace(loan, retry=text.step), hold, now)
    return held(replace(loan, steps=tuple(step for step in loan.steps if step != text.step)), hold, now)
