"""Structured logs and metrics. Ids only: never a number, a name or a borrower's words."""

from collections.abc import Callable, Mapping

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

NAMESPACE = "DueBridge"

logger = Logger()
metrics = Metrics(namespace=NAMESPACE)


def watched(handle: Callable[[SQSRecord], None]) -> Callable[[SQSRecord], None]:
    """Says which message failed and with what kind of error; the queue brings it again."""

    def handled(record: SQSRecord) -> None:
        try:
            handle(record)
        except Exception as error:
            # Not the error's text: it may quote what a borrower wrote.
            logger.warning("message failed", extra={"message_id": record.message_id, "error": type(error).__name__})
            raise

    return handled


def count(station: str, counts: Mapping[str, int]) -> None:
    """One log line and one set of metrics an invocation; a zero is not written, and nothing to do is `idle`."""
    seen = {str(name): value for name, value in counts.items() if value} or {"idle": 1}
    logger.info(station, extra={"counts": seen})
    metrics.add_dimension(name="station", value=station)
    for name, value in seen.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
