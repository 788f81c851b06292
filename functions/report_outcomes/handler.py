"""What came of the texts: noted from the tables' streams as it happens, counted and judged once a day."""

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec.structs import asdict

from duebridge import settings, wiring
from duebridge.adapters.row_changes import readable_changes
from duebridge.flows.note_outcomes import NoteOutcomes
from duebridge.flows.report_outcomes import ReportOutcomes
from duebridge.telemetry import count, logger, metrics, tell_figures

if TYPE_CHECKING:
    from duebridge.flows.publish_report import PublishReport

SPARE_MILLISECONDS = 60_000
"""For the counts of one more day, for the guard rails, and for the report."""


@cache
def flows() -> tuple[NoteOutcomes, ReportOutcomes]:
    """Made once a process."""
    return wiring.report_outcomes(settings.ReportOutcomes.read())


@cache
def publisher() -> "PublishReport":
    """Made by the first scheduled call: the streams' calls, which are many, do without it."""
    return wiring.publish_report(settings.ReportOutcomes.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[Any]] | None:
    """Records of the tables' streams, or an EventBridge scheduled event."""
    note, report = flows()
    if "Records" not in event:
        done = report.run(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
        count("report_outcomes", asdict(done))
        # After the guard rails: a page that cannot be written must not keep an arm from being stopped.
        tell_figures(publisher().make())
        return None
    changes, unreadable = readable_changes(event["Records"], note.clock)
    counts = Counter(note.note(changes), changes=len(event["Records"]), unreadable=len(unreadable))
    if unreadable:
        # A row that was edited by hand: its next change is read again. All others must not wait for it.
        logger.warning("rows cannot be read", extra={"records": unreadable})
    count("report_outcomes", counts)
    return {"batchItemFailures": []}
