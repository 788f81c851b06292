"""How long a day's texts take and what they cost, from counts that the bench measures (tests/bench) and list prices."""

from dataclasses import asdict, dataclass
from typing import Any

from infra.stages import PROD

SHARDS_AT_ONCE = 2
"""Planners that the work queue starts at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one demand takes on its whole way; tests/bench/test_capacity.py holds it against measured counts."""

    write_units: int = 13
    """Of DynamoDB: the planner's advance, the claim, the acceptance, the receipt, all indexes."""
    consistent_reads: int = 5
    """Rows under a kilobyte, a read unit each: two standings for the planner; loan and two standings for the gate."""
    index_items: float = 1.0
    """Rows of the due index a loan, read a hundred at a time and eventually consistent."""
    row_bytes: int = 500
    """Of a loan."""
    batch_texts: int = 10
    """Texts in one call to SQS, and in one invocation of the sender or the receipts' reader."""
    queue_calls: float = 5.0
    """SQS requests a batch: one to send it; to receive and to delete it, and so again for its receipts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds. Processor times are of a whole core, as docs/performance.md measured them; waits are assumed."""

    planner_cpu: float = 2.0
    sender_cpu: float = 5.0
    receipt_cpu: float = 1.5
    table_wait: float = 6.0
    """One call to DynamoDB from a function beside it."""
    provider_wait: float = 60.0
    """One call to the SMS service."""
    sender_calls: int = 4
    """Calls to DynamoDB a text, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """List prices of us-east-1 in dollars, without free tiers: https://aws.amazon.com/dynamodb/pricing/on-demand/,
    https://aws.amazon.com/sqs/pricing/, https://aws.amazon.com/lambda/pricing/ (arm64)."""

    million_write_units: float = 0.625
    million_read_units: float = 0.125
    million_queue_requests: float = 0.40
    million_invocations: float = 0.20
    gigabyte_second: float = 0.0000133334


MEMORY_GIGABYTES = 0.5
SHARE_OF_A_CORE = 512 / 1769
"""That this memory buys: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """One day's demands. Costs are dollars for a thousand texts."""

    texts: int
    parts: float
    planning_seconds: float
    sending_seconds: float
    """As fast as the senders are, whatever the carriers allow."""
    pace_seconds: float
    """As fast as the pace allows, whatever the senders could do."""
    bottleneck: str
    finish_seconds: float
    lambda_cost: float
    dynamodb_cost: float
    sqs_cost: float
    sms_cost: float

    @property
    def pipeline_cost(self) -> float:
        """All but the texts themselves."""
        return self.lambda_cost + self.dynamodb_cost + self.sqs_cost

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        rounded = {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return {**rounded, "pipeline_cost": round(self.pipeline_cost, 6)}


def capacity(
    *,
    loans: int,
    due_share: float,
    parts_per_second: float,
    parts_per_text: float,
    part_price_micros: int,
    senders: int = PROD.bulk_concurrency,
    answers_share_percent: int = PROD.answers_share_percent,
    counts: Counts = Counts(),
    times: Times = Times(),
    prices: Prices = Prices(),
) -> Capacity:
    """Planning and sending overlap, so the slowest of the three is when the last text leaves."""
    texts = round(loans * due_share)
    parts = texts * parts_per_text
    planner, sender, receipt = (
        cpu / SHARE_OF_A_CORE for cpu in (times.planner_cpu, times.sender_cpu, times.receipt_cpu)
    )
    sending = sender + times.sender_calls * times.table_wait + times.provider_wait
    receiving = receipt + times.table_wait
    planning = planner + times.table_wait
    took = {
        "planning": texts * planning / 1000 / SHARDS_AT_ONCE,
        "senders": texts * sending / 1000 / senders,
        "pace": parts / (parts_per_second * (100 - answers_share_percent) / 100),
    }
    bottleneck = max(took, key=lambda name: took[name])
    milliseconds = planning + sending + receiving
    invocations = 2 / counts.batch_texts
    index_units = counts.index_items * counts.row_bytes / 4096 / 2
    reads = counts.consistent_reads + index_units
    return Capacity(
        texts=texts,
        parts=parts,
        planning_seconds=took["planning"],
        sending_seconds=took["senders"],
        pace_seconds=took["pace"],
        bottleneck=bottleneck,
        finish_seconds=took[bottleneck],
        lambda_cost=milliseconds * MEMORY_GIGABYTES * prices.gigabyte_second
        + invocations * prices.million_invocations / 1000,
        dynamodb_cost=(counts.write_units * prices.million_write_units + reads * prices.million_read_units) / 1000,
        sqs_cost=counts.queue_calls / counts.batch_texts * prices.million_queue_requests / 1000,
        sms_cost=parts_per_text * part_price_micros / 1000,
    )
