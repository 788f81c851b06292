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
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """SQS messages, each an SNS envelope around one two-way payload."""
    counts: Counter[str] = Counter()
    by_template: Counter[tuple[str, str]] = Counter()

    def listen(record: SQSRecord) -> None:
        inbound = inbound_of(json.loads(record.body), flow().clock)
        report = flow().receive(inbound)
        counts.update(f"intent_{intent}" for intent in report.intents)
        counts.update({"tickets": bool(report.ticket_id), "answers": report.is_answered})
        if report.about_template:
            by_template.update((report.about_template, f"heard_{intent}") for intent in report.intents)
        told = {"contact_id": inbound.inbound_id, "intents": report.intents, "ticket_id": report.ticket_id}
        logger.info("reply", extra=told)

    answer = process_partial_response(event, watched(listen), BatchProcessor(event_type=EventType.SQS), context)
    count("receive_reply", counts, by_template)
    return answer
