"""Any order of everything that can happen, beside a small model of what was promised to whom."""

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from duebridge.core.contact import Misconfigured, Outcome, Throttled, Unknown
from duebridge.core.money import Money
from tests.builders import a_loan
from tests.simulation.checks import broken_always, broken_at_the_end
from tests.simulation.faults import Faults, Side
from tests.simulation.scenarios import a_file
from tests.simulation.simulated import Simulation

BODIES = (
    *("STOP", "stop", "START", "HELP", "what is my balance?", "I already paid", "I will pay 100 tomorrow"),
    *("I will pay on 20 March", "I lost my job and cannot pay", "can I pay in parts?", "I dispute this debt"),
    *("wrong number", "call me tomorrow at 3pm", "your service is terrible", "talk to my lawyer", "ok", "1", "2", "3"),
    *("yes", "no", "Stop contacting me at all", "the borrower died last month", "I want to end my life", "不还了"),
    *("", "\x00\x07", "{{ 7*7 }}", "<b>1</b>", "=1+1", "\ud83d", "\u202e2", "????", "1 2", "😀" * 400),
)
REQUESTS: tuple[dict[str, str], ...] = (
    {"action": "take"},
    {"action": "answer", "text": "We have looked at it."},
    {"action": "answer", "template": "operator/none"},
    {"action": "hold", "hold": "by_operator", "until": "2026-03-20"},
    {"action": "release", "hold": "all"},
    {"action": "release", "hold": "disputed"},
    {"action": "arrangement", "decision": "agree"},
    {"action": "arrangement", "decision": "decline"},
    {"action": "arrangement", "option": "1"},
    {"action": "call", "outcome": "reached"},
    {"action": "opt_out"},
    {"action": "close", "outcome": "answered", "root_cause": "other"},
    {"action": "close", "outcome": "answered", "root_cause": "other", "release": "all"},
    {"action": "reopen"},
    {"action": "nonsense"},
)
RECEIPTS = ("TEXT_DELIVERED", "TEXT_DELIVERED", "TEXT_UNREACHABLE", "TEXT_INVALID", "TEXT_SPAM", "TEXT_BLOCKED", "")
OUTCOMES: tuple[Outcome, ...] = (Throttled("no room"), Unknown("no answer"), Misconfigured("SPEND_LIMIT"))
LANES = ("work", "bulk", "answers", "receipts", "inbound", "payments", "imports", "stream")
PHONES = {"L1": "+13125550101", "L2": "+13125550101", "L3": "+13125550103"}
HOURS = (0.02, 0.2, 1, 4, 12, 24, 72)


@dataclass
class Model:
    """What we were told, in our own few words."""

    owed_minor: dict[str, int] = field(default_factory=dict)
    references: dict[str, tuple[str, int]] = field(default_factory=dict)
    inbound: int = 0
    payments: int = 0


@dataclass
class Tally:
    """What was tried, over all runs."""

    runs: int = 0
    steps: int = 0
    faults: int = 0
    calls: int = 0
    acceptances: int = 0


TALLY = Tally()


class DueBridgeMachine(RuleBasedStateMachine):
    """Two loans of one person on one number, and one of somebody else."""

    def __init__(self) -> None:
        super().__init__()
        self.sim = Simulation(Faults())
        self.model = Model()

    @initialize(small=st.booleans(), days_late=st.integers(-3, 40), is_texted=st.booleans())
    def begins(self, small: bool, days_late: int, is_texted: bool) -> None:
        due = a_loan().terms.due_date - timedelta(days=days_late - 2)
        owed = 9_001 if small else 22_218
        for loan_id, phone in PHONES.items():
            self.sim.knows(
                a_loan(
                    loan_id=loan_id,
                    borrower_id="B3" if loan_id == "L3" else "B1",
                    phone=phone,
                    due_date=due,
                    amount_due=Money(owed, "USD"),
                    instalment_amount=Money(owed, "USD"),
                )
            )
            self.model.owed_minor[loan_id] = owed
        TALLY.runs += 1
        self.sim.plan(is_settling=is_texted)

    # The schedule and the queues.

    @rule()
    def planned(self) -> None:
        self.sim.plan(is_settling=False)

    @rule()
    def swept(self) -> None:
        self.sim.sweep(is_settling=False)

    @rule(lane=st.sampled_from(LANES), most=st.integers(1, 5), newest_first=st.booleans())
    def delivered(self, lane: str, most: int, newest_first: bool) -> None:
        self.sim.deliver(lane, most, newest_first=newest_first)

    @rule()
    def settled(self) -> None:
        self.sim.settle(timedelta(minutes=30))

    @rule(lane=st.sampled_from(LANES), choice=st.integers(0, 9))
    def delivered_again(self, lane: str, choice: int) -> None:
        queue = self.sim.lanes.all()[lane]
        for message in list(queue.messages.values())[choice % (len(queue.messages) or 1) :][:1]:
            queue.deliver_again(message, self.sim.clock.now())

    @rule(lane=st.sampled_from(LANES), hours=st.sampled_from(HOURS))
    def delayed(self, lane: str, hours: float) -> None:
        self.sim.lanes.all()[lane].delay_all(self.sim.clock.now() + timedelta(hours=hours))

    @rule(hours=st.sampled_from(HOURS))
    def time_passes(self, hours: float) -> None:
        self.sim.clock.advance(hours=hours)

    @rule(hours=st.sampled_from((30, 80)))
    def days_pass(self, hours: float) -> None:
        """With all that the schedule does in them."""
        self.sim.pass_time(self.sim.clock.now() + timedelta(hours=hours))

    # What goes wrong.

    @rule(ahead=st.integers(0, 12), side=st.sampled_from(list(Side)))
    def will_go_wrong(self, ahead: int, side: Side) -> None:
        """At a call that is still to come; where this one cannot go wrong so, at the next that can."""
        self.sim.faults.coming = (ahead, side)

    @rule(outcome=st.sampled_from(OUTCOMES))
    def carrier_is_moody(self, outcome: Outcome) -> None:
        self.sim.carrier.outcomes.append(outcome)

    @rule(kind=st.sampled_from(RECEIPTS))
    def receipt_will_be(self, kind: str) -> None:
        self.sim.carrier.receipt_types.append(kind)

    # What people do.

    @rule(loan_id=st.sampled_from(sorted(PHONES)), minor=st.sampled_from((100, 4_500, 9_001, 11_109, 22_218, 30_000)))
    def paid(self, loan_id: str, minor: int) -> None:
        self.model.payments += 1
        reference = f"P{self.model.payments}"
        self.model.references[reference] = (loan_id, minor)
        self.sim.pay(minor, reference, loan_id)

    @precondition(lambda self: self.model.references)
    @rule(data=st.data(), is_reversal=st.booleans())
    def paid_again_or_reversed(self, data: st.DataObject, is_reversal: bool) -> None:
        reference = data.draw(st.sampled_from(sorted(self.model.references)))
        loan_id, minor = self.model.references[reference]
        if is_reversal:
            minor, reference = -minor, f"R-{reference}"
            self.model.references.setdefault(reference, (loan_id, minor))
            loan_id, minor = self.model.references[reference]
        self.sim.pay(minor, reference, loan_id)

    @rule(phone=st.sampled_from((*sorted(set(PHONES.values())), "+13125550199")), body=st.sampled_from(BODIES))
    def texted_us(self, phone: str, body: str) -> None:
        self.model.inbound += 1
        self.sim.clock.advance(seconds=5)
        self.sim.reply(body, f"in-{self.model.inbound}", phone)

    @precondition(lambda self: self.sim.tickets)
    @rule(data=st.data(), request=st.sampled_from(REQUESTS))
    def operator_wrote(self, data: st.DataObject, request: dict[str, str]) -> None:
        ticket = data.draw(st.sampled_from(sorted(self.sim.rows.tickets.tickets)))
        self.sim.writes(ticket, {"by": "JD", **request})

    @rule(which=st.sampled_from((("L1",), ("L1", "L3"))), days=st.integers(0, 1))
    def new_file(self, which: tuple[str, ...], days: int) -> None:
        """The lender's next file, as far as it was told of the payments."""
        at = self.sim.clock.now() + timedelta(days=days)
        self.sim.drop(f"loans/loans-{at:%Y%m%dT%H%M%SZ}.csv", self._file(which))

    def _file(self, loan_ids: tuple[str, ...]) -> bytes:
        loans = [self.sim.loan(loan_id) for loan_id in loan_ids]
        lines: list[bytes] = []
        for loan in loans:
            head, row, *_ = a_file(
                loan.loan_id,
                amount_due=loan.arrears.decimal_text,
                due_date=str(loan.terms.due_date),
                phone=loan.terms.phone,
                borrower_id=loan.terms.borrower_id,
                instalment_amount=loan.terms.instalment_amount.decimal_text,
            ).split(b"\n")
            lines = [*(lines or [head]), row]
        return b"\n".join([*lines, b""])

    # What holds.

    @rule(phone=st.sampled_from(sorted(set(PHONES.values()))), body=st.sampled_from(BODIES))
    def texted_us_and_heard(self, phone: str, body: str) -> None:
        self.texted_us(phone, body)
        self.sim.settle(timedelta(minutes=30))

    @invariant()
    def nothing_forbidden_was_done(self) -> None:
        broken = broken_always(self.sim)
        assert not broken, "; ".join(broken)

    def teardown(self) -> None:
        TALLY.calls += len(self.sim.faults.calls)
        TALLY.faults += len(self.sim.faults.happened)
        self.sim.end(6)
        TALLY.acceptances += len(self.sim.carrier.log)
        broken = broken_at_the_end(self.sim)
        assert not broken, "; ".join(broken)
