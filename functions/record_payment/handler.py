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
from duebridge.adapters.inbox import file_work
from duebridge.adapters.payment_events import payment_of
from duebridge.core.file_encoding import FileRefusedError
from duebridge.flows.record_payment import RecordPayment
from duebridge.telemetry import count, logger, metrics, watched

SPARE_MILLISECONDS = 20_000
"""For the hundred rows of one more batch."""


@cache
def flow() -> RecordPayment:
    """Made once a process."""
    return wiring.record_payment(settings.RecordPayment.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """SQS messages: EventBridge events `Payment Received` and `Object Created`, and the rests of large files."""
    counts: Counter[str] = Counter()

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > SPARE_MILLISECONDS

    def book(record: SQSRecord) -> None:
        envelope = json.loads(record.body)
        if envelope.get("detail-type") != "Payment Received":
            try:
                counts.update(flow().record_file(file_work(envelope), has_time))
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
