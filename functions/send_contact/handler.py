"""Sends queued texts: bulk demands and answers come from two queues into the same code."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.adapters.queues import text_of
from duebridge.core.strategy import Kind
from duebridge.flows.send_contact import SendContact
from duebridge.telemetry import count, logger, metrics, watched

SPARE_MILLISECONDS = 1_500
"""For the gate, the claim and the record around one call to the carrier."""


@cache
def environment() -> settings.SendContact:
    """Read once a process."""
    return settings.SendContact.read()


@cache
def sender() -> Callable[[str], SendContact]:
    """Made once a process."""
    return wiring.send_contact(environment())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """SQS messages that each hold one rendered text."""
    counts: Counter[str] = Counter()

    def send(record: SQSRecord) -> None:
        text = text_of(record.body)
        is_answer = text.kind is Kind.ANSWER
        queue_url = environment().answer_queue_url if is_answer else environment().bulk_queue_url
        flow = sender()(queue_url)
        needed_milliseconds = float(environment().send_timeout_seconds) * 1000 + SPARE_MILLISECONDS
        if context.get_remaining_time_in_millis() < needed_milliseconds:
            counts[flow.put_back_unasked(text)] += 1
        else:
            counts[flow.send(text)] += 1

    answer = process_partial_response(event, watched(send), BatchProcessor(event_type=EventType.SQS), context)
    count("send_contact", counts)
    return answer
