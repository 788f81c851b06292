"""The operator's desk, as a custom widget of a CloudWatch dashboard."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from duebridge import settings, wiring
from duebridge.core.desk.query import View, read_query
from duebridge.flows.ticket_desk import TicketDesk
from duebridge.telemetry import count, logger, metrics

if TYPE_CHECKING:
    from duebridge.flows.publish_report import ShowHeadline


@cache
def flow() -> TicketDesk:
    """Made once a process."""
    return wiring.ticket_desk(settings.TicketDesk.read())


@cache
def headline() -> "ShowHeadline":
    """Made when its widget is first looked at."""
    return wiring.show_headline(settings.TicketDesk.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    """HTML for the console; Markdown about the widget itself for `{"describe": true}`."""
    if event.get("describe"):
        count("ticket_desk", {"described": 1})
        return flow().desk.describe
    query = read_query(event)
    if query.view is View.REPORT:
        count("ticket_desk", {"reports_shown": 1})
        return headline().show(query)
    shown = flow().show(event, context.invoked_function_arn)
    count("ticket_desk", shown.counts)
    return shown.html
