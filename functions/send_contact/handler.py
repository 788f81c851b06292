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
from duebridge.adapters.queues import readable, text_of
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from duebridge.flows.pacing import Batch
from duebridge.flows.send_contact import SendContact
from duebridge.telemetry import count, logger, metrics, watched

SPARE_SECONDS = 1.5  # for the gate, the claim and the record around one call to the carrier


@cache
def environment() -> settings.SendContact:
    """Read once a process."""
    return settings.SendContact.read()


@cache
def sender() -> Callable[[str, Batch], SendContact]:
    """Made once a process."""
    return wiring.send_contact(environment())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """SQS messages that each hold one rendered text."""
    env, counts, by_template = environment(), Counter[str](), Counter[tuple[str, str]]()
    texts = list(readable(record["body"] for record in event["Records"]))

    def seconds_to_wait() -> float:
        return context.get_remaining_time_in_millis() / 1000 - float(env.send_timeout_seconds) - SPARE_SECONDS

    @cache
    def flow_for(is_bulk: bool) -> SendContact:
        url = env.bulk_queue_url if is_bulk else env.answer_queue_url
        return sender()(url, Batch.of(texts, not is_bulk, seconds_to_wait))

    def send(record: SQSRecord) -> None:
        text = text_of(record.body)
        flow = flow_for(text.kind in ASKS_FOR_PAYMENT)
        sent = flow.send(text) if seconds_to_wait() >= 0 else flow.put_back_unasked(text)
        counts[sent] += 1
        by_template[text.template, sent] += 1
        logger.info("text", extra={"contact_id": text.contact_id, "loan_id": text.loan_id, "outcome": sent})

    answer = process_partial_response(event, watched(send), BatchProcessor(event_type=EventType.SQS), context)
    count("send_contact", counts, by_template)
    return answer
