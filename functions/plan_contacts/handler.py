"""The scheduled run spreads the shards over the work queue; each message then plans one shard."""

import json
from collections import Counter
from functools import cache
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


@cache
def flow() -> PlanContacts:
    """Made once a process."""
    return wiring.plan_contacts(settings.PlanContacts.read())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse | None:
    """An EventBridge scheduled event, or SQS messages `{"shard", "cursor"}`."""
    if "Records" not in event:
        flow().start(SHARDS)
        count("plan_contacts", {"runs": 1})
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

    answer = process_partial_response(event, watched(plan), BatchProcessor(event_type=EventType.SQS), context)
    count("plan_contacts", counts)
    return answer
