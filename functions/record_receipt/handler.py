"""Delivery events, as the configuration set's SNS destination writes them."""

import json
from collections import Counter
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.adapters.sms_events import receipt_of
from duebridge.core.receipt import meaning
from duebridge.flows.record_receipt import Recorded, RecordReceipt
from duebridge.telemetry import count, logger, metrics, watched


@cache
def flow() -> RecordReceipt:
    """Made once a process."""
    return wiring.record_receipt(settings.RecordReceipt.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """SQS messages, each one delivery event (raw message delivery)."""
    counts: Counter[str] = Counter()

    def settle(record: SQSRecord) -> None:
        receipt = receipt_of(json.loads(record.body), flow().clock)
        recorded = flow().record(receipt)
        counts[f"{receipt.event_type}_{recorded}"] += 1
        state = meaning(receipt).state
        if state and recorded is not Recorded.IGNORED:
            counts.update({state: 1, "parts": receipt.segments, "cost_micros": receipt.price_micros})
        told = {"contact_id": receipt.contact_id, "event_type": receipt.event_type, "outcome": recorded}
        logger.info("receipt", extra=told)
        if recorded is Recorded.WORDING_STOPPED:
            # By a name of its own, which an alarm can watch.
            counts[recorded] += 1

    answer = process_partial_response(event, watched(settle), BatchProcessor(event_type=EventType.SQS), context)
    count("record_receipt", counts)
    return answer
