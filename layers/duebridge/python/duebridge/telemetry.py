"""Structured logs and metrics. Ids only: never a number, a name or a borrower's words."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "DueBridge"

logger = Logger()
metrics = Metrics(namespace=NAMESPACE)


def count(station: str, counts: Mapping[str, int]) -> None:
    """One log line and one set of metrics an invocation; a zero is not written."""
    seen = {str(name): value for name, value in counts.items() if value}
    logger.info(station, extra={"counts": seen})
    if seen:
        metrics.add_dimension(name="station", value=station)
    for name, value in seen.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
