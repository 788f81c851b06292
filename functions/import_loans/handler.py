"""A loan file was dropped in the inbox, or the rest of a large one is to be taken in."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.adapters.inbox import file_work
from duebridge.adapters.seen_ids import SeenIds
from duebridge.core.file_encoding import FileRefusedError
from duebridge.flows.import_loans import ImportLoans
from duebridge.telemetry import count, logger, metrics

SPARE_MILLISECONDS = 60_000


@cache
def flow() -> ImportLoans:
    """Made once a process."""
    return wiring.import_loans(settings.ImportLoans.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """One SQS message an invocation: an EventBridge `Object Created` event, or our own continuation."""

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > SPARE_MILLISECONDS

    for record in event["Records"]:
        work = file_work(json.loads(record["body"]))
        with SeenIds() as seen:
            try:
                report = flow().take_in(work, seen.first_line_of, has_time)
            except FileRefusedError as refusal:
                # The reason stands in `rejects/`; a second try would say the same.
                logger.warning("file refused", extra={"key": work.key, "code": refusal.code})
                count("import_loans", {"files_refused": 1})
                continue
        count(
            "import_loans",
            {
                "saved": report.saved,
                "unchanged": report.unchanged,
                "rejected": report.rejected,
                "early_payments": report.early_payments,
            },
        )
