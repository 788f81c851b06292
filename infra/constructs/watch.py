"""The alarms that call somebody: each means that a borrower, the law or the money is touched, and names its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aws_cdk import (
    ArnFormat,
    CfnCondition,
    CfnResource,
    Duration,
    Stack,
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_sns,
    aws_sqs,
)
from constructs import Construct

from infra.constructs.counts import counted, of_template, spent_this_month, standing
from infra.stages import Stage

OLDEST_BULK_TEXT_MINUTES = 60
"""A text that waits longer than this is held up by something; its facts are asked again before it goes."""
OLDEST_ANSWER_MINUTES = 10
"""An answer that comes later no longer feels like one, and must wait for contact hours."""
MANY_REFUSED_TEXTS = 20
"""In five minutes: single numbers are refused every day, many at once have one cause."""
PLANNER_QUARTERS_MISSED = 3
OUTCOME_DAYS_MISSED = 2
OPT_OUT_PERCENT, COMPLAINT_PERCENT = 5, 1
"""Of one wording's texts in a day. Carriers look askance at less."""
LEAST_TEXTS_FOR_A_RATE = 50
SPEND_PERCENT = 80

AT_LEAST = aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
BELOW = aws_cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Something to be called for."""

    name: str
    metric: aws_cloudwatch.IMetric
    threshold: float
    means: str
    page: str
    """Of the runbook."""
    periods: int = 1
    is_silence: bool = False
    """Rings below the threshold, and when nothing is written at all."""


class Watch(Construct):
    """All alarms of a stage, each with one action."""

    def __init__(self, scope: Construct, name: str, stage: Stage, topic: aws_sns.ITopic) -> None:
        super().__init__(scope, name)
        self._stage = stage
        self._action = aws_cloudwatch_actions.SnsAction(topic)
        self.alarms: list[aws_cloudwatch.IAlarm] = []

    def over(self, concern: Concern, condition: CfnCondition | None = None) -> None:
        """One more alarm, perhaps only under a condition."""
        missing = aws_cloudwatch.TreatMissingData
        alarm = aws_cloudwatch.Alarm(
            self,
            concern.name,
            metric=concern.metric,
            threshold=concern.threshold,
            alarm_name=f"duebridge-{self._stage.name}-{concern.name}",
            evaluation_periods=concern.periods,
            comparison_operator=BELOW if concern.is_silence else AT_LEAST,
            treat_missing_data=missing.BREACHING if concern.is_silence else missing.NOT_BREACHING,
            alarm_description=f"{concern.means}. {self._stage.runbook}/{concern.page}.md",
        )
        alarm.add_alarm_action(self._action)
        if condition is None:
            self.alarms.append(alarm)
            return
        cast(CfnResource, alarm.node.default_child).cfn_options.condition = condition
        # By its name: a reference to what a condition leaves out would not deploy.
        arn = Stack.of(self).format_arn(
            service="cloudwatch",
            resource="alarm",
            resource_name=f"duebridge-{self._stage.name}-{concern.name}",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self.alarms.append(aws_cloudwatch.Alarm.from_alarm_arn(self, f"{concern.name}-named", arn))


def dead_letters(queues: Mapping[str, aws_sqs.IQueue]) -> list[Concern]:
    """One a queue, so that the alarm says which."""
    return [
        Concern(
            name=f"{name}-dead-letters",
            metric=waiting(queue),
            threshold=1,
            means=f"{name}: work was set aside after repeated failure; read the log, then redrive the queue",
            page="redrive",
        )
        for name, queue in queues.items()
    ]


def texts_that_wait(bulk: aws_sqs.IQueue, answers: aws_sqs.IQueue) -> list[Concern]:
    """The oldest text in each of the sender's queues."""
    return [
        Concern(
            name="bulk-late",
            metric=oldest(bulk),
            threshold=OLDEST_BULK_TEXT_MINUTES * 60,
            means="texts wait too long to be sent; look for throttling or failures of send_contact",
            page="late-texts",
        ),
        Concern(
            name="answers-late",
            metric=oldest(answers),
            threshold=OLDEST_ANSWER_MINUTES * 60,
            means="answers to borrowers wait too long; look for throttling or failures of send_contact",
            page="late-texts",
        ),
    ]


def refusals() -> list[Concern]:
    """What the provider or a carrier refuses for a cause that is not one number's."""
    return [
        Concern(
            name="set-up-fault",
            metric=counted("send_contact", "misconfigured"),
            threshold=1,
            means="the SMS service refuses texts by a fault of our own set-up; sending is stopped until it is mended",
            page="stops",
        ),
        Concern(
            name="wording-stopped",
            metric=counted("record_receipt", "wording_stopped"),
            threshold=1,
            means="a carrier took a wording for abuse; it is stopped until a person releases it",
            page="stops",
        ),
        Concern(
            name="texts-refused",
            metric=counted("send_contact", "rejected"),
            threshold=MANY_REFUSED_TEXTS,
            means="the SMS service refuses many texts one by one; their tickets say why",
            page="refused-texts",
        ),
    ]


def people() -> list[Concern]:
    """Work for people that is not done."""
    return [
        Concern(
            name="late-tickets",
            metric=standing("sweep", "tickets_late"),
            threshold=1,
            means="a ticket's time is over and nobody has answered; late ones are urgent",
            page="late-tickets",
        ),
        Concern(
            name="texts-in-doubt",
            metric=counted("sweep", "doubts_for_people"),
            threshold=1,
            means="nobody knows whether a text arrived, 72 hours after it was sent; a ticket asks a person",
            page="texts-in-doubt",
        ),
    ]


def planner_missed() -> Concern:
    """Silence is the only sign of a clock that has stopped."""
    return Concern(
        name="planner-missed",
        metric=counted("plan_contacts", "runs", Duration.minutes(15)),
        threshold=1,
        periods=PLANNER_QUARTERS_MISSED,
        is_silence=True,
        means="the planner has not run for three quarters of an hour: nobody is texted",
        page="planner-missed",
    )


def experiments() -> list[Concern]:
    """What compares texts, and what keeps a comparison from doing harm."""
    return [
        Concern(
            name="arm-stopped",
            metric=counted("report_outcomes", "arms_stopped"),
            threshold=1,
            means="borrowers mind an arm of an experiment more than its guard rail allows; its texts are stopped",
            page="guard-rails",
        ),
        Concern(
            name="outcomes-missed",
            metric=counted("report_outcomes", "runs", Duration.days(1)),
            threshold=1,
            periods=OUTCOME_DAYS_MISSED,
            is_silence=True,
            means="outcomes have not been counted for two days, and no guard rail was looked at",
            page="guard-rails",
        ),
    ]


def spend(limit_dollars: int) -> Concern:
    """At the limit the provider refuses every text, answers too."""
    return Concern(
        name="spend",
        metric=spent_this_month(),
        threshold=limit_dollars * SPEND_PERCENT / 100,
        means=f"{SPEND_PERCENT} % of the monthly spend limit of ${limit_dollars} is used; at the limit no text goes",
        page="spend",
    )


def wording_quality(template: str) -> Concern:
    """How far the worse of two rates is along to its bound: 1 is the bound."""
    day = Duration.days(1)
    worse = (
        f"MAX([FILL(opt_outs, 0) / {OPT_OUT_PERCENT}, FILL(complaints, 0) / {COMPLAINT_PERCENT}]) * 100 / FILL(sent, 1)"
    )
    return Concern(
        name=f"quality-{template.replace('/', '-')}",
        metric=aws_cloudwatch.MathExpression(
            expression=f"IF(FILL(sent, 0) >= {LEAST_TEXTS_FOR_A_RATE}, {worse}, 0)",
            using_metrics={
                "sent": of_template("send_contact", "accepted", template, day),
                "opt_outs": of_template("receive_reply", "heard_opt_out", template, day),
                "complaints": of_template("receive_reply", "heard_complaint", template, day),
            },
            period=day,
            label=template,
        ),
        threshold=1,
        means=(
            f"{template}: {OPT_OUT_PERCENT} % of its texts of a day or more were answered by an opt-out, or"
            f" {COMPLAINT_PERCENT} % by a complaint"
        ),
        page="wording-quality",
    )


def waiting(queue: aws_sqs.IQueue) -> aws_cloudwatch.Metric:
    """Messages that nobody works on."""
    return queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5), statistic="max")


def oldest(queue: aws_sqs.IQueue) -> aws_cloudwatch.Metric:
    """In seconds."""
    return queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5), statistic="max")
