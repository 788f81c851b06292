"""The scheduled run spreads the shards over the work queue; each message then plans one shard."""

import json
from collections import Counter
from functools import cache
from itertools import batched
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.core.shard import SHARDS
from duebridge.flows.plan_contacts import PlanContacts
from duebridge.telemetry import count, logger, metrics, watched

SPARE_MILLISECONDS = 30_000
LOANS_A_LINE = 500
"""Of the log, which takes lines of 256 kB."""


@cache
def flow() -> PlanContacts:
    """Made once a process."""
    return wiring.plan_contacts(settings.PlanContacts.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse | None:
    """An EventBridge scheduled event, or SQS messages `{"shard", "cursor"}`."""
    if "Records" not in event:
        count("plan_contacts", {"runs": 1, "paused_runs": not flow().start(SHARDS)})
        return None
    counts: Counter[str] = Counter()

    def plan(record: SQSRecord) -> None:
        work = json.loads(record.body)
        report = flow().plan(
            work["shard"],
            work["cursor"],
            lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS,
        )
        counts.update({"planned": report.planned, "raced": report.raced})
        counts.update({f"held_{reason}": number for reason, number in report.held.items()})
        for reason, loan_ids in report.held_loans.items():
            for some in batched(loan_ids, LOANS_A_LINE, strict=False):
                logger.info("held", extra={"outcome": reason, "loan_ids": some})

    answer = process_partial_response(event, watched(plan), BatchProcessor(event_type=EventType.SQS), context)
    count("plan_contacts", counts)
    return answer
