"""Borrowers' texts, as the two-way topic brings them."""

import json
from collections import Counter
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.adapters.sms_events import inbound_of
from duebridge.flows.receive_reply import ReceiveReply
from duebridge.telemetry import count, logger, metrics, watched


@cache
def flow() -> ReceiveReply:
    """Made once a process."""
    return wiring.receive_reply(settings.ReceiveReply.read())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """SQS messages, each an SNS envelope around one two-way payload."""
    counts: Counter[str] = Counter()

    def listen(record: SQSRecord) -> None:
        report = flow().receive(inbound_of(json.loads(record.body), flow().clock))
        counts.update(f"intent_{intent}" for intent in report.intents)
        counts.update({"tickets": bool(report.ticket_id), "answers": report.is_answered})

    answer = process_partial_response(event, watched(listen), BatchProcessor(event_type=EventType.SQS), context)
    count("receive_reply", counts)
    return answer
