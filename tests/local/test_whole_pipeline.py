"""The whole pipeline end to end: the deployed templates on the emulator, with roles and TLS enforced.

A small loan book lives through a good day, and a smaller one through a bad morning, both once; then every test reads
what came of it. Everything waits for a state with a deadline, never for a time.
"""

import csv
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from duebridge.adapters.queues import text_message
from duebridge.core.contact import State
from duebridge.core.ticket import Reason, Ticket
from duebridge.flows.note_outcomes import WENT
from duebridge.ports import ContactRow, Conversation
from infra.cli.demo import SAMPLE
from infra.local.demo import Demo, judge, loan_ids
from infra.local.laptop import Laptop
from infra.local.last_run import RunFiles
from infra.local.observation import invoke, logs, quiet
from infra.local.outcome import Outcome, outcome_of, summary
from infra.local.play import Facts
from infra.local.sms_fake.faults import Faults
from infra.local.sms_fake.texts import AcceptedText
from infra.records import SavedRecords, read_all

pytestmark = [pytest.mark.emulator, pytest.mark.enable_socket]

PATIENCE_SECONDS = 30
RULE_SECONDS = 75
"""A rule of one minute fires within it, and its loan is then texted."""
BOOK_DATE = date(2026, 3, 11)
COUNTRIES = ("CN", "IN", "GB", "DE", "US")
STAGES = ((-999, -4), (-3, 0), (1, 3), (4, 15), (16, 30), (31, 60), (61, 90), (91, 9999))
"""Not due yet, before the due date, five stages past it, and too late for texts."""

# Reminded on the first day, and a demand is due on the second unless something stands in its way.
STOPPED, CLAIMED_PAID, ASKED, COMPLAINED, SAID_NOTHING = "L000095", "L000116", "L000142", "L000195", "L000220"
WOKEN_BY_RULE = "L000068"
PAID_WHILE_QUEUED, PART_PAID_WHILE_QUEUED, QUEUED_BESIDE = "L000017", "L000048", "L000060"
PAID_BY_EVENT, PART_PAID_BY_FILE = "L000006", "L000108"
NEIGHBOURS_OF_POISON = ("L000110", "L000160")
ON_ONE_NUMBER = ("L000011", "L000401")
ALSO_ON_ONE_NUMBER = ("L000023", "L000701")

REPLIES = {STOPPED: "退订", CLAIMED_PAID: "已还款", ASKED: "客服电话多少", COMPLAINED: "你们的利息算错了吧"}

BAD_MORNING = Faults(throttle=0.3, timeout=0.2, lost_receipts=0.5, seed=7)
BAD_MORNING_LOANS = 25

LOAN_FILE = "loans/loan-book-20260311T000000Z.csv"
PAYMENTS_FILE = "payments/payments-20260311T075000Z.csv"
POISON = "this is no envelope"

Row = dict[str, str]


def at(clock: str, day: int = 0) -> datetime:
    """An instant of the book's date, or so many days after it, in UTC."""
    return datetime.fromisoformat(f"{BOOK_DATE + timedelta(days=day)}T{clock}:00+00:00")


def sample_rows() -> list[Row]:
    with (SAMPLE / "loan-book.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def stage_of(row: Row) -> tuple[int, int]:
    days = (BOOK_DATE - date.fromisoformat(row["due_date"])).days
    return next(stage for stage in STAGES if stage[0] <= days <= stage[1])


def small_book() -> list[Row]:
    """One loan of each country and stage, and those that the story is about."""
    rows = sample_rows()
    first: dict[tuple[str, tuple[int, int]], str] = {}
    for row in rows:
        first.setdefault((row["country"], stage_of(row)), row["loan_id"])
    named = {*REPLIES, SAID_NOTHING, WOKEN_BY_RULE, PAID_WHILE_QUEUED, PART_PAID_WHILE_QUEUED, QUEUED_BESIDE}
    named |= {PAID_BY_EVENT, PART_PAID_BY_FILE, *NEIGHBOURS_OF_POISON, *ON_ONE_NUMBER, *ALSO_ON_ONE_NUMBER}
    return [row for row in rows if row["loan_id"] in named | set(first.values())]


def bad_rows(good: Row) -> list[tuple[Row, str]]:
    """Rows that must not get in, each with the column that is wrong."""
    mended = {**good, "borrower_id": "B-BAD"}
    return [
        ({**mended, "loan_id": "BAD-PHONE", "phone": "12345"}, "phone"),
        ({**mended, "loan_id": "BAD-AMOUNT", "amount_due": "-5.00"}, "amount_due"),
        ({**mended, "loan_id": "BAD-CURRENCY", "currency": "XXX"}, "currency"),
        ({**mended, "loan_id": "BAD-DATES", "due_date": "2039-01-01"}, "due_date"),
        (good, "loan_id"),
    ]


def as_csv(rows: list[Row]) -> bytes:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def wait_until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """What a run left behind."""

    outcome: Outcome
    rows: SavedRecords
    texts: tuple[AcceptedText, ...]
    said: tuple[str, ...]
    """The borrowers' own words."""
    carrier_opt_outs: frozenset[str]
    lost_receipts: frozenset[str]
    logs: Mapping[str, list[str]]
    """By the station's function."""
    verdict: str
    is_kept: bool

    @cached_property
    def loans(self) -> dict[str, dict[str, Any]]:
        """The loan rows by id."""
        return {row["loan_id"]: row for row in self.rows.rows["LoanTable"] if row["entry"] == "loan"}

    def texts_to(self, loan_id: str) -> list[AcceptedText]:
        return [text for text in self.texts if text.to == self.loans[loan_id]["phone"]]

    def kinds_to(self, loan_id: str) -> list[str]:
        """The kinds of the texts that the loan's number got, in order."""
        return [text.context["kind"] for text in self.texts_to(loan_id)]

    def conversation(self, loan_id: str) -> Conversation:
        phone = self.loans[loan_id]["phone"]
        return next(each for each in self.outcome.conversations if each.standing.phone == phone)

    def answers_to(self, loan_id: str) -> list[ContactRow]:
        return [row for row in self.conversation(loan_id).contacts if row.text.kind == "answer"]

    def tickets_of(self, loan_id: str) -> list[Ticket]:
        return [ticket for ticket in self.outcome.tickets if loan_id in ticket.loan_ids]

    def decisions_on(self, loan_id: str) -> list[dict[str, Any]]:
        """Why a queued text did not go, in the order of the decisions."""
        rows = self.rows.rows["LoanTable"]
        found = [row for row in rows if row["loan_id"] == loan_id and row["entry"].startswith("decision#")]
        return sorted(found, key=lambda row: str(row["entry"]))


@dataclass
class Run:
    """A laptop with a book on it, and what became known to it."""

    laptop: Laptop
    folder: Path
    book: list[Row]
    facts: Facts = field(default_factory=Facts)
    payments: list[Row] = field(default_factory=list)

    def take_in(self) -> None:
        """Drops the loan file."""
        (self.folder / "loans.csv").write_bytes(as_csv(self.book))
        self.facts.add(self.laptop.clock.now(), "import", rows=len(self.book))
        self.laptop.drop(as_csv(self.book), LOAN_FILE)
        self.laptop.settle()

    def row(self, loan_id: str) -> Row:
        return next(row for row in self.book if row["loan_id"] == loan_id)

    def plan_at(self, instant: datetime) -> None:
        self.laptop.clock.advance_to(instant)
        self.laptop.plan()

    def payment(self, loan_id: str, share: Decimal = Decimal(1)) -> Row:
        """A payment of that share of what the file says is owed, noted as known from now on."""
        row = self.row(loan_id)
        amount = str((Decimal(row["amount_due"]) * share).quantize(Decimal("0.01")))
        reference = f"P-{loan_id}"
        payment = {
            "loan_id": loan_id,
            "paid_on": str(BOOK_DATE),
            "amount": amount,
            "currency": row["currency"],
            "reference": reference,
        }
        self.payments.append(payment)
        self.facts.add(self.laptop.clock.now(), "payment", loan_id=loan_id, amount=amount, reference=reference)
        return payment

    def pay(self, loan_id: str, share: Decimal = Decimal(1)) -> None:
        """As an event on the bus."""
        self.laptop.pay(**self.payment(loan_id, share))

    def reply(self, loan_id: str, body: str) -> None:
        self.laptop.phones.reply(self.row(loan_id)["phone"], body)

    def waiting(self, queue: str) -> dict[str, str]:
        """How many messages of a queue wait, and how many are in work or failed and not due again."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        sqs = self.laptop.emulator.client("sqs")
        counts: dict[str, str] = sqs.get_queue_attributes(QueueUrl=self.laptop.names[queue], AttributeNames=names)[
            "Attributes"
        ]
        return {name: counts[name] for name in names}

    @contextmanager
    def nobody_taking_from(self, queue: str) -> Iterator[None]:
        """The queue fills meanwhile."""
        client = self.laptop.emulator.client("lambda")
        arn = self.laptop.emulator.client("sqs").get_queue_attributes(
            QueueUrl=self.laptop.names[queue], AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        mapping = client.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"][0]["UUID"]
        client.update_event_source_mapping(UUID=mapping, Enabled=False)
        yield
        client.update_event_source_mapping(UUID=mapping, Enabled=True)

    def aftermath(self) -> Aftermath:
        """Reads everything, and asks the independent checker."""
        laptop, loans = self.laptop, self.folder / "loans.csv"
        rows = read_all(laptop.emulator.client("dynamodb"), laptop.names.outputs)
        outcome = outcome_of(laptop, rows, loan_ids(loans), laptop.rejects(LOAN_FILE))
        payments = as_csv(self.payments) if self.payments else b"loan_id,paid_on,amount,currency,reference\n"
        files = RunFiles(self.folder / "run")
        files.write(laptop, self.facts, payments, rows, summary(outcome))
        demo = Demo(loans=loans, payments=files.payments, start=laptop.clock.now(), days=0, faults=Faults())
        is_kept, verdict = judge(demo, files)
        functions = [name for output, name in laptop.names.outputs.items() if output.endswith("Function")]
        return Aftermath(
            outcome=outcome,
            rows=rows,
            texts=laptop.phones.carrier_log,
            said=tuple(text.body for text in laptop.phones.inbound_log),
            carrier_opt_outs=laptop.phones.opt_outs.numbers(),
            lost_receipts=frozenset(laptop.phones.lost_receipts),
            logs={function: logs(laptop.emulator, function) for function in functions},
            verdict=verdict,
            is_kept=is_kept,
        )


# What happens


@dataclass(frozen=True, kw_only=True)
class Story:
    """The end of both runs, and what the good day showed on its way, which is gone at its end."""

    good_day: Aftermath
    bad_morning: Aftermath
    left_by_poison: dict[str, str]
    """Counts of the inbound queue once the poisonous message's neighbours were answered."""
    texts_planned_by_rule: list[AcceptedText]
    report: str
    """The page that the station wrote in the end."""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A day and a half of the small book. The minute in which its rule waits is the other book's bad morning."""
    folder = tmp_path_factory.mktemp("good-day")
    good = small_book()
    book = good + [row for row, _ in bad_rows(good[0])]
    with Laptop(at("00:00"), strict=True, folder=folder) as laptop:
        run = Run(laptop, folder, book)
        rule = a_rule_of_one_minute(laptop)
        run.take_in()
        laptop.plan()
        borrowers_reply(run)
        payments_overtake_texts(run)
        a_payments_file_comes(run)
        run.plan_at(at("15:00"))
        run.plan_at(at("19:00"))
        run.plan_at(at("00:00", day=1))
        with turned_on(rule, run) as texts_planned_by_rule:
            left_by_poison = poison_comes(run)
            bad_morning = a_bad_morning(tmp_path_factory.mktemp("bad-morning"))
        laptop.sweep()
        laptop.report()
        return Story(
            good_day=run.aftermath(),
            bad_morning=bad_morning,
            left_by_poison=left_by_poison,
            texts_planned_by_rule=texts_planned_by_rule,
            report=laptop.report_page("en").decode(),
        )


@pytest.fixture(scope="module")
def end(story: Story) -> Aftermath:
    """Of the good day."""
    return story.good_day


def borrowers_reply(run: Run) -> None:
    """One of them twice, because the first answer does not always arrive at once."""
    run.laptop.clock.advance_to(at("00:40"))
    for loan_id, body in REPLIES.items():
        run.reply(loan_id, body)
    run.laptop.settle()
    run.reply(STOPPED, REPLIES[STOPPED])
    run.laptop.settle()


def payments_overtake_texts(run: Run) -> None:
    """India's window opens; two of its borrowers pay after their texts were queued and before they are sent."""
    laptop = run.laptop
    laptop.clock.advance_to(at("02:30"))
    with run.nobody_taking_from("BulkQueueUrl"):
        invoke(laptop.emulator, laptop.names["PlanContactsFunction"], {"detail-type": "Scheduled Event"})
        quiet(laptop.emulator, [laptop.names["WorkQueueUrl"]])
        run.pay(PAID_WHILE_QUEUED)
        run.pay(PART_PAID_WHILE_QUEUED, Decimal("0.5"))
        quiet(laptop.emulator, [laptop.names["PaymentsQueueUrl"]])
    laptop.settle()
    # What was held because another amount is owed now is planned again with that amount.
    laptop.plan()


def a_payments_file_comes(run: Run) -> None:
    """Before Britain's window opens: one loan is cured by an event, one owes less by a file with a bad row in it."""
    run.laptop.clock.advance_to(at("07:50"))
    run.pay(PAID_BY_EVENT)
    paid = run.payment(PART_PAID_BY_FILE, Decimal("0.5"))
    run.laptop.drop(as_csv([paid, {**paid, "reference": "P-BAD", "amount": "much"}]), PAYMENTS_FILE)
    run.laptop.settle()
    run.plan_at(at("08:00"))


def a_rule_of_one_minute(laptop: Laptop) -> str:
    """The planner's own rule, still off, by name: its fifteen minutes are too long to wait for."""
    function = laptop.emulator.client("lambda").get_function_configuration(
        FunctionName=laptop.names["PlanContactsFunction"]
    )
    events = laptop.emulator.client("events")
    rule: str = events.list_rule_names_by_target(TargetArn=function["FunctionArn"])["RuleNames"][0]
    events.put_rule(Name=rule, ScheduleExpression="rate(1 minute)", State="DISABLED")
    return rule


@contextmanager
def turned_on(rule: str, run: Run) -> Iterator[list[AcceptedText]]:
    """India's second window opens, and nobody but the rule wakes the planner. Yields what it will have brought."""
    laptop = run.laptop
    events = laptop.emulator.client("events")
    laptop.clock.advance_to(at("02:30", day=1))
    before = len(laptop.phones.carrier_log)
    brought: list[AcceptedText] = []
    events.enable_rule(Name=rule)
    yield brought

    def demands() -> list[AcceptedText]:
        return [text for text in laptop.phones.carrier_log[before:] if text.context["kind"] == "demand"]

    wait_until(lambda: bool(demands()), "a text that only the rule can have brought", RULE_SECONDS)
    events.disable_rule(Name=rule)
    laptop.settle()
    brought.extend(demands())


def poison_comes(run: Run) -> dict[str, str]:
    """A message that nobody can read comes in one batch with two replies."""
    laptop, sqs = run.laptop, run.laptop.emulator.client("sqs")
    inbound = laptop.names["InboundQueueUrl"]
    before = len(laptop.phones.carrier_log)
    with run.nobody_taking_from("InboundQueueUrl"):
        sqs.send_message(QueueUrl=inbound, MessageBody=POISON)
        for loan_id in NEIGHBOURS_OF_POISON:
            run.reply(loan_id, "HELP")
        assert laptop.phones.wait_until_quiet(PATIENCE_SECONDS)

    def answers() -> int:
        return sum(text.context["kind"] == "answer" for text in laptop.phones.carrier_log[before:])

    wait_until(lambda: answers() == len(NEIGHBOURS_OF_POISON), "the answers to the readable replies")
    others = [url for url in laptop.names.queues if url != inbound]
    quiet(laptop.emulator, others, idle=lambda: laptop.phones.pending() == 0)
    left = run.waiting("InboundQueueUrl")
    # Five tries of it would take as many visibility time-outs.
    sqs.purge_queue(QueueUrl=inbound)
    return left


def a_bad_morning(folder: Path) -> Aftermath:
    """China's window opens while the carrier throttles, leaves calls unanswered and loses receipts."""
    due = [row for row in sample_rows() if row["country"] == "CN" and stage_of(row) in STAGES[1:-1]]
    with Laptop(at("00:00"), faults=BAD_MORNING, folder=folder) as laptop:
        run = Run(laptop, folder, due[:BAD_MORNING_LOANS])
        run.take_in()
        laptop.plan()
        every_text_comes_again(run)
        # A claim whose sender died becomes a doubt, and a doubt becomes a person's.
        for wait in (timedelta(minutes=11), timedelta(hours=73)):
            laptop.clock.advance_to(laptop.clock.now() + wait)
            laptop.sweep()
        return run.aftermath()


def every_text_comes_again(run: Run) -> None:
    """As SQS may do with any message."""
    laptop = run.laptop
    for row in run.book:
        for contact in laptop.conversations.conversation(row["phone"]).contacts:
            laptop.emulator.client("sqs").send_message(
                QueueUrl=laptop.names["BulkQueueUrl"], MessageBody=text_message(contact.text)
            )
    laptop.settle()


# What came of the good day


def test_the_independent_checker_finds_nothing_broken(end: Aftermath) -> None:
    assert end.is_kept, end.verdict


def test_every_loan_of_the_file_is_texted_or_held_with_a_reason(end: Aftermath) -> None:
    outcomes = {loan.loan_id: loan for loan in end.outcome.loans}
    good = small_book()
    assert set(outcomes) == {row["loan_id"] for row in good} | {
        row["loan_id"] for row, column in bad_rows(good[0]) if column != "loan_id"
    }
    assert all(loan.reason for loan in outcomes.values())
    assert {row["country"] for row in good if outcomes[row["loan_id"]].outcome == "texted"} == set(COUNTRIES)


def test_no_loan_over_ninety_days_is_texted(end: Aftermath) -> None:
    old = [row["loan_id"] for row in small_book() if stage_of(row) == STAGES[-1]]
    assert {loan.reason for loan in end.outcome.loans if loan.loan_id in old} == {"ladder_finished"}


def test_two_loans_on_one_number_bring_one_demand(end: Aftermath) -> None:
    assert end.kinds_to(ON_ONE_NUMBER[0]) == ["demand"]


def test_bad_rows_stand_in_the_rejects_with_line_column_and_reason(end: Aftermath) -> None:
    good = small_book()
    first_line = len(good) + 2
    expected = [(first_line + place, column) for place, (_, column) in enumerate(bad_rows(good[0]))]
    assert [(reject["line"], reject["column"]) for reject in end.outcome.rejected_rows] == expected
    assert all(reject["reason"] for reject in end.outcome.rejected_rows)


def test_good_rows_go_on_beside_bad_ones(end: Aftermath) -> None:
    assert set(end.loans) == {row["loan_id"] for row in small_book()}


def test_stop_is_known_to_us_and_to_the_carrier_and_is_confirmed_once(end: Aftermath) -> None:
    standing = end.conversation(STOPPED).standing
    assert standing.suppressed == "opted_out"
    assert end.carrier_opt_outs == {standing.phone}
    assert [row.text.template for row in end.answers_to(STOPPED)] == ["answers/opted_out"]


def test_after_stop_nothing_but_the_confirmation_goes_out(end: Aftermath) -> None:
    assert end.kinds_to(STOPPED) == ["pre_due", "answer"]
    assert end.kinds_to(SAID_NOTHING) == ["pre_due", "demand"]


def test_a_paid_claim_pauses_the_ladder_and_opens_a_ticket(end: Aftermath) -> None:
    assert end.kinds_to(CLAIMED_PAID) == ["pre_due", "answer"]
    assert list(end.loans[CLAIMED_PAID]["pauses"]) == ["paid_claim"]
    assert [row.text.template for row in end.answers_to(CLAIMED_PAID)] == ["answers/paid_check"]
    assert [ticket.reason for ticket in end.tickets_of(CLAIMED_PAID)] == [Reason.PAID_CLAIM]


def test_a_question_gets_help_and_the_ladder_goes_on(end: Aftermath) -> None:
    assert [row.text.template for row in end.answers_to(ASKED)] == ["answers/help"]
    assert end.tickets_of(ASKED) == []
    assert end.kinds_to(ASKED) == ["pre_due", "answer", "demand"]


def test_any_other_reply_opens_a_ticket_is_answered_and_pauses_the_ladder(end: Aftermath) -> None:
    assert [ticket.reason for ticket in end.tickets_of(COMPLAINED)] == [Reason.DISPUTE]
    assert [row.text.template for row in end.answers_to(COMPLAINED)] == ["answers/dispute_received"]
    assert end.kinds_to(COMPLAINED) == ["pre_due", "answer"]


def test_a_payment_event_cures_a_loan_before_it_is_texted(end: Aftermath) -> None:
    assert end.loans[PAID_BY_EVENT]["arrears"] == 0
    assert end.texts_to(PAID_BY_EVENT) == []


def test_a_payments_file_lowers_what_the_demand_asks_for(end: Aftermath) -> None:
    loan = end.loans[PART_PAID_BY_FILE]
    assert 0 < loan["arrears"] < loan["file_arrears"]
    asked = [row.text for row in end.conversation(PART_PAID_BY_FILE).contacts]
    assert [(text.kind, text.amount_minor) for text in asked] == [("demand", loan["arrears"])]


def test_a_payment_after_planning_stops_the_queued_text_and_the_book_says_why(end: Aftermath) -> None:
    assert end.texts_to(PAID_WHILE_QUEUED) == []
    assert [decision["outcome"] for decision in end.decisions_on(PAID_WHILE_QUEUED)] == ["nothing_owed"]
    assert end.kinds_to(QUEUED_BESIDE) == ["demand"]


def test_a_part_payment_after_planning_replaces_the_queued_text_by_one_with_the_new_amount(end: Aftermath) -> None:
    assert [decision["outcome"] for decision in end.decisions_on(PART_PAID_WHILE_QUEUED)] == ["amount_changed"]
    asked = [row.text.amount_minor for row in end.conversation(PART_PAID_WHILE_QUEUED).contacts]
    assert asked == [end.loans[PART_PAID_WHILE_QUEUED]["arrears"]]
    assert end.kinds_to(PART_PAID_WHILE_QUEUED) == ["demand"]


def test_a_message_that_nobody_can_read_does_not_stop_its_neighbours(end: Aftermath, story: Story) -> None:
    for loan_id in NEIGHBOURS_OF_POISON:
        assert [row.text.template for row in end.answers_to(loan_id)] == ["answers/help"]
    assert sorted(story.left_by_poison.values()) == ["0", "1"]


def test_the_scheduled_rule_wakes_the_planner(end: Aftermath, story: Story) -> None:
    assert end.loans[WOKEN_BY_RULE]["phone"] in {text.to for text in story.texts_planned_by_rule}
    assert end.kinds_to(WOKEN_BY_RULE) == ["pre_due", "demand"]


def test_every_text_of_a_good_day_is_delivered(end: Aftermath) -> None:
    assert {row.state for row in end.outcome.contacts} == {State.DELIVERED}
    assert {row.text.contact_id for row in end.outcome.contacts} == {text.context["contact_id"] for text in end.texts}


def test_every_station_writes_a_log_without_numbers_names_or_words(end: Aftermath) -> None:
    phones = {row["phone"].lstrip("+") for row in small_book()}
    names = {row["full_name"] for row in small_book()}
    secrets = phones | names | {text.body for text in end.texts} | set(end.said) - {"HELP"}
    # A log may hold a text as it is or as JSON writes it.
    secrets |= {json.dumps(secret)[1:-1] for secret in secrets}
    for function, lines in end.logs.items():
        if function.endswith("ticket_desk"):
            continue  # Nobody opens the desk in this story.
        assert any(f'"{function.rsplit("-", 1)[-1]}"' in line for line in lines), f"{function} logged nothing"
        told = [place for place, line in enumerate(lines) if any(secret in line for secret in secrets)]
        assert told == [], f"{function} tells a borrower's data in lines {told} of its log"


def test_the_report_tells_of_the_texts_without_numbers_names_or_words_and_says_that_they_were_played(
    story: Story,
) -> None:
    yesterday = [row for row in story.good_day.outcome.asked if row.claimed_at.date() == BOOK_DATE]
    texts = sum(row.state in WENT for row in yesterday)
    assert "SIMULATED" in story.report
    assert re.search(rf"\b{texts} demands and reminders", story.report)
    told = {row["phone"].lstrip("+") for row in small_book()} | {row["full_name"] for row in small_book()}
    assert not [each for each in told | set(story.good_day.said) - {"HELP"} if each in story.report]


def test_nothing_is_given_up(end: Aftermath) -> None:
    assert end.outcome.dead_letters == 0


# What came of the bad morning


@pytest.fixture(scope="module")
def bad_morning(story: Story) -> Aftermath:
    return story.bad_morning


def tries_of(contact_id: str) -> int:
    """At which try, counted from 0, the carrier stops throttling this text."""
    return next(number for number in range(100) if not BAD_MORNING.strikes("throttle", contact_id, number))


def unanswered(end: Aftermath) -> list[ContactRow]:
    """The contacts whose text went out while the sender never learned of it."""
    return [
        row
        for row in end.outcome.contacts
        if BAD_MORNING.strikes("timeout", row.text.contact_id, tries_of(row.text.contact_id))
    ]


def test_the_checker_finds_nothing_broken_on_a_bad_morning(bad_morning: Aftermath) -> None:
    assert bad_morning.is_kept, bad_morning.verdict


def test_no_contact_is_texted_twice_however_often_its_message_comes(bad_morning: Aftermath) -> None:
    sent = [text.context["contact_id"] for text in bad_morning.texts]
    assert len(sent) == len(set(sent))
    assert set(sent) == {row.text.contact_id for row in bad_morning.outcome.contacts}


def test_a_throttled_text_goes_out_later(bad_morning: Aftermath) -> None:
    throttled = {row.text.contact_id for row in bad_morning.outcome.contacts if tries_of(row.text.contact_id)}
    assert throttled
    assert throttled <= {text.context["contact_id"] for text in bad_morning.texts}


def test_a_text_without_an_answer_is_settled_by_its_receipt_or_stays_in_doubt(bad_morning: Aftermath) -> None:
    message_ids = {text.context["contact_id"]: text.message_id for text in bad_morning.texts}
    lost = {key for key, message_id in message_ids.items() if message_id in bad_morning.lost_receipts}
    states = {row.text.contact_id: row.state for row in unanswered(bad_morning)}
    assert set(states.values()) == {State.IN_DOUBT, State.DELIVERED}
    assert states == {key: State.IN_DOUBT if key in lost else State.DELIVERED for key in states}


def test_a_doubt_of_three_days_is_put_to_a_person(bad_morning: Aftermath) -> None:
    doubts = {row.text.contact_id for row in bad_morning.outcome.contacts if row.state is State.IN_DOUBT}
    asked = {ticket.about for ticket in bad_morning.outcome.tickets if ticket.reason is Reason.IN_DOUBT}
    assert asked == doubts


def test_nothing_is_given_up_on_a_bad_morning(bad_morning: Aftermath) -> None:
    assert bad_morning.outcome.dead_letters == 0
