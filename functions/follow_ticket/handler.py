"""What changed on tickets, above all what operators ask for there."""

from collections import Counter
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.adapters.ticket_events import change_of, ticket_id_of
from duebridge.flows.follow_ticket import FollowTicket
from duebridge.telemetry import count, logger, metrics, watched


@cache
def flow() -> FollowTicket:
    """Made once a process."""
    return wiring.follow_ticket(settings.FollowTicket.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Records of the tickets table's stream; from the first that failed on, all come again."""
    counts = Counter({"changes": len(event["Records"])})

    def follow(record: DynamoDBRecord) -> None:
        change = change_of(record.raw_event)
        if change:
            counts.update(flow().follow(change).counts)

    processor = BatchProcessor(event_type=EventType.DynamoDBStreams)
    named = watched(follow, lambda record: ticket_id_of(record.raw_event))
    answer = process_partial_response(event, named, processor, context)
    count("follow_ticket", counts)
    return answer
