"""Payments: events of the bus `duebridge-<stage>`, and payments files dropped in the inbox."""

import json
from collections import Counter
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.adapters.payment_events import payment_of
from duebridge.core.file_encoding import FileRefusedError
from duebridge.flows.record_payment import RecordPayment
from duebridge.telemetry import count, logger, metrics, watched


@cache
def flow() -> RecordPayment:
    """Made once a process."""
    return wiring.record_payment(settings.RecordPayment.read())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """SQS messages, each one EventBridge event: `Payment Received` or `Object Created`."""
    counts: Counter[str] = Counter()

    def book(record: SQSRecord) -> None:
        envelope = json.loads(record.body)
        if envelope["detail-type"] == "Object Created":
            try:
                counts.update(flow().record_file(envelope["detail"]["object"]["key"]))
            except FileRefusedError as refusal:
                # The reason stands in `rejects/`; a second try would say the same.
                logger.warning("file refused", extra={"code": refusal.code})
                counts["files_refused"] += 1
        else:
            row, known_at = payment_of(envelope, flow().clock)
            counts[flow().record(row, known_at)] += 1

    answer = process_partial_response(event, watched(book), BatchProcessor(event_type=EventType.SQS), context)
    count("record_payment", counts)
    return answer
