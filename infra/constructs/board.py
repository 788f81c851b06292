"""The one dashboard of a stage: the desk first, then today's funnel, how people take it, health and cost."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, aws_cloudwatch, aws_lambda, aws_sqs
from constructs import Construct

from duebridge.core.desk.query import View
from infra.constructs.counts import counted, found, spent_this_month, standing
from infra.constructs.watch import oldest, waiting

FULL, HALF, THIRD = 24, 12, 8
DESK_HEIGHT, REPORT_HEIGHT = 22, 12
DAY = Duration.days(1)
DOLLAR_MICROS = 1_000_000
NAME_AFTER = "${PROP('MetricName')}"

PAUSE_TEXT = """**Pause switch.** Bulk sending stops within a minute, answers go on: in DynamoDB, table `{table}`, \
item `loan_id` = `#pause`, `entry` = `pause`, attribute `paused` = `everything`, or a country such as `IN`, a family \
such as `care/`, or a template such as `unified/days-1-3`. Empty lets it go on. What is paused now stands in yellow at \
the head of the desk, and as paused runs and `held_paused` below. Steps: `{runbook}/pause.md`."""


class Board(Construct):
    """Read from top to bottom as a day goes."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        dashboard_name: str,
        desk: aws_lambda.IFunction,
        stations: Mapping[str, aws_lambda.IFunction],
        queues: Mapping[str, aws_sqs.IQueue],
        dead_letters: Mapping[str, aws_sqs.IQueue],
        alarms: Sequence[aws_cloudwatch.IAlarm],
        loan_table: str,
        runbook: str,
        spend_limit_dollars: int,
    ) -> None:
        super().__init__(scope, name)
        pause = PAUSE_TEXT.format(table=loan_table, runbook=runbook)
        aws_cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=dashboard_name,
            default_interval=DAY,
            widgets=[
                [aws_cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=FULL, height=3)],
                [_desk(desk)],
                [aws_cloudwatch.TextWidget(markdown=pause, width=FULL, height=3)],
                [_report(desk)],
                [_funnel()],
                [_held(), _replies()],
                [_tickets(), _quality(), _care()],
                [_ages(queues), _set_aside(dead_letters)],
                [_errors(stations), _throttles(stations), _cold_starts()],
                [_doubts(), _spend(spend_limit_dollars), _cost()],
            ],
        )


def _desk(function: aws_lambda.IFunction) -> aws_cloudwatch.IWidget:
    """Never called again by itself: a refresh begins at the list, and what was being written would be lost."""
    return aws_cloudwatch.CustomWidget(
        title="Follow-up desk",
        function_arn=function.function_arn,
        width=FULL,
        height=DESK_HEIGHT,
        update_on_refresh=False,
        update_on_resize=False,
        update_on_time_range_change=False,
    )


def _report(function: aws_lambda.IFunction) -> aws_cloudwatch.IWidget:
    """The newest report's first screen, by the desk's function: whoever sees this board may call that one already."""
    return aws_cloudwatch.CustomWidget(
        title="Did our texts help? The report of the day",
        function_arn=function.function_arn,
        width=FULL,
        height=REPORT_HEIGHT,
        params={"view": str(View.REPORT)},
    )


def _funnel() -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.SingleValueWidget(
        title="Texts of the last day",
        width=FULL,
        height=4,
        period=DAY,
        metrics=[
            counted("plan_contacts", "planned", DAY, "planned"),
            counted("send_contact", "accepted", DAY, "sent (answers too)"),
            counted("record_receipt", "delivered", DAY, "delivered"),
            counted("record_receipt", "undelivered", DAY, "failed"),
            counted("send_contact", "in_doubt", DAY, "in doubt"),
            counted("plan_contacts", "paused_runs", DAY, "paused runs"),
        ],
    )


def _held() -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="Not texted, by reason", left=[found("held", "plan_contacts", NAME_AFTER)], width=HALF, stacked=True
    )


def _replies() -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="Replies, by what they mean",
        left=[found("intent", "receive_reply", NAME_AFTER)],
        width=HALF,
        stacked=True,
    )


def _tickets() -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="Tickets that wait",
        left=[standing("sweep", "tickets_open", "open"), standing("sweep", "tickets_late", "late")],
        width=THIRD,
    )


def _quality() -> aws_cloudwatch.IWidget:
    """In percent of the texts of a day."""
    sent = counted("send_contact", "accepted", DAY)
    return aws_cloudwatch.GraphWidget(
        title="Opt-outs and complaints (% of texts)",
        left=[
            aws_cloudwatch.MathExpression(
                expression=f"100 * FILL({intent}, 0) / sent",
                using_metrics={intent: counted("receive_reply", intent, DAY), "sent": sent},
                label=label,
                period=DAY,
            )
            for intent, label in (("intent_opt_out", "opt-outs"), ("intent_complaint", "complaints"))
        ],
        width=THIRD,
    )


def _care() -> aws_cloudwatch.IWidget:
    """By the words that answer a verdict: thanks for a yes, regret for a no."""
    search = '{DueBridge,service,template} service="send_contact" MetricName="accepted" satisfaction'
    return aws_cloudwatch.GraphWidget(
        title="Content with the outcome (thanks) or not (sorry)",
        left=[
            aws_cloudwatch.MathExpression(
                expression=f"SEARCH('{search}', 'Sum', 86400)", using_metrics={}, label="${PROP('Dim.template')}"
            )
        ],
        width=THIRD,
    )


def _ages(queues: Mapping[str, aws_sqs.IQueue]) -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="Oldest message waiting, by queue (seconds)",
        left=[oldest(queue).with_(label=name) for name, queue in queues.items()],
        width=HALF,
    )


def _set_aside(dead_letters: Mapping[str, aws_sqs.IQueue]) -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="Work set aside (should be none)",
        left=[waiting(queue).with_(label=name) for name, queue in dead_letters.items()],
        width=HALF,
    )


def _errors(stations: Mapping[str, aws_lambda.IFunction]) -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="Errors, by station (tried again)",
        left=[function.metric_errors(period=Duration.minutes(5), label=name) for name, function in stations.items()],
        width=THIRD,
    )


def _throttles(stations: Mapping[str, aws_lambda.IFunction]) -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="Throttled: functions, and texts without room",
        left=[
            *(function.metric_throttles(period=Duration.minutes(5), label=name) for name, function in stations.items()),
            counted("send_contact", "put_back", label="texts put back"),
            counted("send_contact", "out_of_pace", label="texts out of pace"),
        ],
        width=THIRD,
    )


def _cold_starts() -> aws_cloudwatch.IWidget:
    search = '{DueBridge,function_name,service} MetricName="ColdStart"'
    return aws_cloudwatch.GraphWidget(
        title="Cold starts",
        left=[
            aws_cloudwatch.MathExpression(
                expression=f"SEARCH('{search}', 'Sum', 300)", using_metrics={}, label="${PROP('Dim.service')}"
            )
        ],
        width=THIRD,
    )


def _doubts() -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.GraphWidget(
        title="In doubt, refused, stopped",
        left=[counted("send_contact", name) for name in ("in_doubt", "rejected", "stopped", "misconfigured", "held")],
        width=THIRD,
    )


def _spend(limit_dollars: int) -> aws_cloudwatch.IWidget:
    limit = aws_cloudwatch.HorizontalAnnotation(value=limit_dollars, label="limit")
    return aws_cloudwatch.GraphWidget(
        title="Spent this month against the limit ($)",
        left=[spent_this_month().with_(label="spent")],
        left_annotations=[limit] if limit_dollars else None,
        width=THIRD,
    )


def _cost() -> aws_cloudwatch.IWidget:
    return aws_cloudwatch.SingleValueWidget(
        title="Cost of the last day",
        width=THIRD,
        period=DAY,
        metrics=[
            counted("record_receipt", "parts", DAY, "parts billed"),
            aws_cloudwatch.MathExpression(
                expression=f"cost / {DOLLAR_MICROS}",
                using_metrics={"cost": counted("record_receipt", "cost_micros", DAY)},
                label="by the receipts ($)",
                period=DAY,
            ),
        ],
    )
