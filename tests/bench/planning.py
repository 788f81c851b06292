"""The planner's CPU beside the same AWS calls without any logic."""

from copy import replace
from functools import partial
from typing import Any

from duebridge.adapters import dynamo, rows
from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.queues import SqsOutbox, SqsShards
from duebridge.adapters.stops import DynamoStops
from duebridge.core.loan import Loan
from duebridge.core.message import Renderer
from duebridge.flows.plan_contacts import PAGE_LOANS, PlanContacts
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE
from tests.bench.canned_aws import CannedAws
from tests.bench.figures import Figure, cpu_seconds_per_call
from tests.builders import a_loan, the_content
from tests.fakes import FakeClock

BUDGET_RATIO = 1.05
QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/bulk"


def figures() -> list[Figure]:
    """A page of loans of which each is texted: the dearest that a page can be."""
    loans = [_numbered(number) for number in range(PAGE_LOANS)]
    aws = CannedAws(_answers(loans))
    dynamodb, sqs, clock = aws.client("dynamodb"), aws.client("sqs"), FakeClock()
    planner = PlanContacts(
        loans=DynamoLoanBook(dynamodb, LOAN_TABLE),
        conversations=DynamoConversations(dynamodb, CONVERSATION_TABLE, LOAN_TABLE, clock),
        outbox=SqsOutbox(sqs, QUEUE_URL),
        shards=SqsShards(sqs, QUEUE_URL),
        stops=DynamoStops(dynamodb, LOAN_TABLE),
        content=the_content(),
        renderer=Renderer(the_content()),
        clock=clock,
    )

    def plan() -> int:
        return planner.plan("00", "", lambda: True).planned

    # The first run also asks which file was the last; the second is what every further page costs.
    plan()
    aws.calls.clear()
    assert plan() == PAGE_LOANS, "not every loan of the page was planned"
    calls = list(aws.calls)
    reads = [call for call in calls if call[1] in ("query", "batch_get_item")]
    seconds = cpu_seconds_per_call(
        {"planner": plan, "floor": partial(aws.repeat, calls), "reads": partial(aws.repeat, reads)}, calls=1
    )
    each = {name: taken / PAGE_LOANS * 1e6 for name, taken in seconds.items()}
    return [
        Figure(
            area="plan",
            what="CPU per due loan / the same AWS calls without logic",
            measured=seconds["planner"] / seconds["floor"],
            unit="x",
            budget=BUDGET_RATIO,
            note=f"{each['planner']:.0f} us / {each['floor']:.0f} us",
        ),
        Figure(
            area="plan",
            what="AWS calls per 100 due loans",
            measured=len(calls) * 100 / PAGE_LOANS,
            unit="calls",
            note=f"reading the page and its standings is {each['reads']:.0f} us of the floor",
        ),
    ]


def _numbered(number: int) -> Loan:
    loan = a_loan(loan_id=f"L{number:06d}", borrower_id=f"B{number:06d}", phone=f"+131255{number:05d}")
    return replace(loan, version=1)


def _answers(loans: list[Loan]) -> Any:
    page = {"Items": [dynamo.wired(rows.loan_row(loan)) for loan in loans], "Count": len(loans)}

    def queued(request: dict[str, Any]) -> dict[str, Any]:
        entries = request["Entries"]
        return {"Successful": [{"Id": e["Id"], "MessageId": e["Id"], "MD5OfMessageBody": "0" * 32} for e in entries]}

    return {
        "Query": lambda _: page,
        "BatchGetItem": lambda _: {"Responses": {}, "UnprocessedKeys": {}},
        "GetItem": lambda _: {},
        "PutItem": lambda _: {},
        "SendMessageBatch": queued,
    }
