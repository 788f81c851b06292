"""What came of the texts: noted from the tables' streams as it happens, counted and judged once a day."""

from collections import Counter
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec.structs import asdict

from duebridge import settings, wiring
from duebridge.adapters.row_changes import readable_changes
from duebridge.flows.note_outcomes import NoteOutcomes
from duebridge.flows.report_outcomes import ReportOutcomes
from duebridge.telemetry import count, logger, metrics

SPARE_MILLISECONDS = 30_000
"""For the counts of one more day, and for the guard rails."""


@cache
def flows() -> tuple[NoteOutcomes, ReportOutcomes]:
    """Made once a process."""
    return wiring.report_outcomes(settings.ReportOutcomes.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[Any]] | None:
    """Records of the tables' streams, or an EventBridge scheduled event."""
    note, report = flows()
    if "Records" not in event:
        done = report.run(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
        count("report_outcomes", asdict(done))
        return None
    changes, unreadable = readable_changes(event["Records"], note.clock)
    counts = Counter(note.note(changes), changes=len(event["Records"]), unreadable=len(unreadable))
    if unreadable:
        # A row that was edited by hand: its next change is read again. All others must not wait for it.
        logger.warning("rows cannot be read", extra={"records": unreadable})
    count("report_outcomes", counts)
    return {"batchItemFailures": []}
