"""Structured logs and metrics. Ids only: never a number, a name or a borrower's words."""

from collections.abc import Callable, Mapping
from operator import attrgetter

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE = "DueBridge"

logger = Logger()
metrics = Metrics(namespace=NAMESPACE)


def watched[Record](
    handle: Callable[[Record], None], id_of: Callable[[Record], str] = attrgetter("message_id")
) -> Callable[[Record], None]:
    """Says which message failed and with what kind of error; the queue or the stream brings it again."""

    def handled(record: Record) -> None:
        try:
            handle(record)
        except Exception as error:
            # Not the error's text: it may quote what a borrower wrote.
            logger.warning("message failed", extra={"message_id": id_of(record), "error": type(error).__name__})
            raise

    return handled


def tell_figures(figures: Mapping[tuple[str, str], Mapping[str, float]]) -> None:
    """A report's headline, as metrics by experiment and arm."""
    for (experiment, arm), named in sorted(figures.items()):
        own = EphemeralMetrics(namespace=NAMESPACE)
        own.add_dimension(name="experiment", value=experiment)
        own.add_dimension(name="arm", value=arm)
        for name, value in sorted(named.items()):
            own.add_metric(name=name, unit=MetricUnit.NoUnit, value=value)
        own.flush_metrics()


def count(station: str, counts: Mapping[str, int], by_template: Mapping[tuple[str, str], int] | None = None) -> None:
    """One log line and one set of metrics an invocation; a zero is not written, and nothing to do is `idle`.

    `by_template`, by template and name, is a set of metrics a template besides: rates that belong to a wording.
    """
    seen = {str(name): value for name, value in counts.items() if value} or {"idle": 1}
    logger.info(station, extra={"counts": seen})
    metrics.add_dimension(name="station", value=station)
    for name, value in seen.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    for template in sorted({template for template, _ in by_template or {}}):
        own = EphemeralMetrics(namespace=NAMESPACE)
        own.add_dimension(name="template", value=template)
        for (named, name), value in sorted((by_template or {}).items()):
            if named == template and value:
                own.add_metric(name=str(name), unit=MetricUnit.Count, value=value)
        own.flush_metrics()
