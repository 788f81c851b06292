"""A book of a million loans on one machine: what a run reads and takes, and that neither grows with the book."""

import json
import time
from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from datetime import timedelta

from duebridge.adapters import dynamo, rows
from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.queues import SqsOutbox, SqsShards
from duebridge.adapters.stops import DynamoStops
from duebridge.core.message import Renderer
from duebridge.core.shard import SHARDS, shard_of
from duebridge.flows.plan_contacts import PlanContacts
from infra.app import host_architecture
from infra.stacks.pipeline import station_plans
from infra.stages import local
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE
from tests.bench.figures import Figure
from tests.bench.stub import StubAws
from tests.builders import NOW, a_loan, the_content
from tests.fakes import FakeClock

PLANNER = station_plans(local(host_architecture()))["plan_contacts"]
SHARDS_AN_INVOCATION = 4
"""As many pieces of work as the queue hands over at a time (infra/stacks/pipeline.py)."""
SMALL, LARGE = 10_000, 1_000_000
FEW_DUE, MANY_DUE = 1_000, 50_000
BUDGET_READS, BUDGET_GROWTH = 1.05, 1.03
SPARE_SECONDS = 30
"""What the planner's handler keeps for the page in hand."""
SHARE_OF_A_CORE = PLANNER.memory_megabytes / 1769
"""That its memory buys: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/queue"


@dataclass(frozen=True, slots=True)
class Run:
    """What planning every shard of a book took."""

    decided: int
    texts: int
    index_items: int
    rows_read: int
    calls: int
    invocations: int
    longest_seconds: float
    cpu_seconds: float


def figures() -> list[Figure]:
    """The same loans due in a small and in a large book, and then many in the large one."""
    small, large = planned(SMALL, FEW_DUE), planned(LARGE, FEW_DUE)
    many = planned(LARGE, MANY_DUE)
    return [
        Figure(
            area="scale",
            what="index items read per loan decided",
            measured=many.index_items / many.decided,
            unit="items",
            budget=BUDGET_READS,
            note=f"{many.index_items:,} items, {many.decided:,} loans decided, {many.texts:,} texts queued",
        ),
        Figure(
            area="scale",
            what=f"index items for {FEW_DUE:,} due loans: a book of {LARGE:,} / of {SMALL:,}",
            measured=large.index_items / small.index_items,
            unit="x",
            budget=BUDGET_GROWTH,
            note=f"{large.index_items:,} / {small.index_items:,}; all calls {large.calls:,} / {small.calls:,}; "
            f"CPU {large.cpu_seconds:.2f} s / {small.cpu_seconds:.2f} s",
        ),
        Figure(
            area="scale",
            what=f"the longest invocation for {MANY_DUE:,} due of {LARGE:,} loans, by the share of a core it has",
            measured=many.longest_seconds,
            unit="s",
            budget=PLANNER.timeout_seconds - SPARE_SECONDS / 2,
            note=f"of {PLANNER.timeout_seconds} s; {many.invocations} invocations over {len(SHARDS)} shards, "
            f"{many.cpu_seconds:.0f} s of a whole core: {many.decided / many.cpu_seconds:,.0f} loans a second",
        ),
    ]


def planned(loans: int, due: int) -> Run:
    """Every shard, each invocation until it is done or its time is nearly over."""
    aws = book_of(loans, due)
    planner = planner_over(aws)
    planner.start(SHARDS)
    decided = invocations = 0
    longest = spent = 0.0
    while batch := _taken(aws):
        began = time.process_time()

        def seconds(began: float = began) -> float:
            return (time.process_time() - began) / SHARE_OF_A_CORE

        def has_time(seconds: Callable[[], float] = seconds) -> bool:
            return seconds() < PLANNER.timeout_seconds - SPARE_SECONDS

        for work in batch:
            decided += planner.plan(work["shard"], work["cursor"], has_time).read
        invocations += 1
        longest, spent = max(longest, seconds()), spent + time.process_time() - began
    return Run(
        decided=decided,
        texts=len(aws.queued),
        index_items=aws.counts["index items read"],
        rows_read=aws.counts["rows read"],
        calls=sum(count for name, count in aws.counts.items() if " " not in name),
        invocations=invocations,
        longest_seconds=longest,
        cpu_seconds=spent,
    )


def planner_over(aws: StubAws) -> PlanContacts:
    """The planner as it is wired, its work queue beside the texts'."""
    dynamodb, sqs, clock = aws.client("dynamodb"), aws.client("sqs"), FakeClock()
    return PlanContacts(
        loans=DynamoLoanBook(dynamodb, LOAN_TABLE),
        conversations=DynamoConversations(dynamodb, CONVERSATION_TABLE, LOAN_TABLE, clock),
        outbox=SqsOutbox(sqs, QUEUE_URL),
        shards=SqsShards(sqs, QUEUE_URL),
        stops=DynamoStops(dynamodb, LOAN_TABLE),
        content=the_content(),
        renderer=Renderer(the_content()),
        clock=clock,
    )


def book_of(loans: int, due: int) -> StubAws:
    """Loans of which the first `due` are due for contact now; the others sleep until tomorrow."""
    at = {True: rows.stamp(NOW - timedelta(minutes=1)), False: rows.stamp(NOW + timedelta(days=1))}
    wire = {is_due: _wire(next_contact_at) for is_due, next_contact_at in at.items()}
    aws = StubAws()
    aws.load(
        LOAN_TABLE,
        (
            (
                (loan_id, "loan"),
                wire[number < due].replace("00LOAN00", loan_id).replace("#7", f"{number:07d}").replace("SHARD", shard),
                (shard, at[number < due], loan_id),
            )
            for number in range(loans)
            for loan_id in (f"L{number:07d}",)
            for shard in (shard_of(loan_id),)
        ),
    )
    return aws


def _wire(next_contact_at: str) -> str:
    loan = replace(a_loan(loan_id="00LOAN00", borrower_id="B#7", phone="+1312#7"), version=1)
    row = {**rows.loan_row(loan), "shard": "SHARD", "next_contact_at": next_contact_at}
    return json.dumps(dynamo.wired(row))


def _taken(aws: StubAws) -> list[dict[str, str]]:
    """The next pieces of work, out of the queue that the texts are in as well."""
    work = [message for message in aws.queued if "shard" in message][:SHARDS_AN_INVOCATION]
    aws.queued = [message for message in aws.queued if message not in work] if work else aws.queued
    return work
