"""What the operator sees: alarms, one dashboard, and questions to the logs that are ready to run."""

from typing import cast

from aws_cdk import (
    CfnCondition,
    CfnOutput,
    CfnParameter,
    CfnResource,
    Duration,
    Fn,
    Stack,
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_iam,
    aws_logs,
    aws_sns,
    aws_sns_subscriptions,
    aws_sqs,
)
from constructs import Construct

from infra.stacks.data import DataStack
from infra.stacks.pipeline import PipelineStack
from infra.stages import Stage

OLDEST_BULK_TEXT_MINUTES = 60
"""A text that waits longer than this is held up by something; its facts are asked again before it goes."""

NOT_BREACHING = aws_cloudwatch.TreatMissingData.NOT_BREACHING


class OperationsStack(Stack):
    """Nothing here is needed for a text to go out; everything here is needed to notice that none did."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: DataStack, pipeline: PipelineStack) -> None:
        super().__init__(scope, name)
        self._stage, self._pipeline = stage, pipeline
        self._topic = self._alarm_topic(data)
        self._dead_letters = {
            **{queue: work.dead_letters for queue, work in pipeline.queues.items()},
            **pipeline.clock_dead_letters,
        }
        self._alarm_on_dead_letters()
        self._alarm_on_errors()
        self._alarm_on_late_texts()
        self._dashboard()
        self._saved_queries()
        CfnOutput(self, "AlarmTopicArn", value=self._topic.topic_arn)

    def _alarm_topic(self, data: DataStack) -> aws_sns.Topic:
        topic = aws_sns.Topic(self, "Alarms", master_key=data.key, enforce_ssl=True)
        topic.add_to_resource_policy(
            aws_iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[aws_iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        if self._stage.alarm_email:
            topic.add_subscription(aws_sns_subscriptions.EmailSubscription(self._stage.alarm_email))
        return topic

    def _alarm(self, name: str, metric: aws_cloudwatch.IMetric, threshold: int, means: str) -> None:
        alarm = aws_cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=NOT_BREACHING,
            alarm_description=means,
        )
        alarm.add_alarm_action(aws_cloudwatch_actions.SnsAction(self._topic))

    def _alarm_on_dead_letters(self) -> None:
        for name, queue in self._dead_letters.items():
            self._alarm(
                f"{name}-dead-letters",
                _waiting(queue),
                1,
                f"{name}: work was set aside after repeated failure; read the log, then redrive the queue",
            )

    def _alarm_on_errors(self) -> None:
        for name, station in self._pipeline.stations.items():
            errors = station.function.metric_errors(period=Duration.minutes(5))
            self._alarm(f"{name}-errors", errors, 1, f"{name} raised; what it was doing will be tried again")

    def _alarm_on_late_texts(self) -> None:
        self._alarm(
            "bulk-late",
            _oldest(self._pipeline.queues["bulk"].queue),
            OLDEST_BULK_TEXT_MINUTES * 60,
            "texts wait too long to be sent; look for throttling or failures of send_contact",
        )

    def _dashboard(self) -> None:
        queues = self._pipeline.queues
        search = "SEARCH('{DueBridge,service} ', 'Sum', 300)"
        aws_cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"duebridge-{self._stage.name}",
            widgets=[
                [
                    aws_cloudwatch.GraphWidget(
                        title="Oldest message waiting, by queue (seconds)",
                        left=[_oldest(work.queue) for work in queues.values()],
                        width=12,
                    ),
                    aws_cloudwatch.GraphWidget(
                        title="Work set aside (should be none)",
                        left=[_waiting(queue) for queue in self._dead_letters.values()],
                        width=12,
                    ),
                ],
                [
                    aws_cloudwatch.GraphWidget(
                        title="What the stations did",
                        left=[aws_cloudwatch.MathExpression(expression=search, label="", using_metrics={})],
                        width=24,
                    )
                ],
            ],
        )

    def _saved_queries(self) -> None:
        """Under a condition, so that an emulator without saved queries can take the same template."""
        wanted = CfnParameter(
            self,
            "SavedQueries",
            allowed_values=["yes", "no"],
            default="yes",
            description="no: leave out the saved log queries, for an emulator that lacks them",
        )
        condition = CfnCondition(
            self, "WithSavedQueries", expression=Fn.condition_equals(wanted.value_as_string, "yes")
        )
        log_groups = [station.log_group for station in self._pipeline.stations.values()]
        for name, question in (
            (
                "errors",
                aws_logs.QueryString(
                    fields=["@timestamp", "service", "message", "exception_name"],
                    filter_statements=["level = 'ERROR'"],
                    sort="@timestamp desc",
                    limit=200,
                ),
            ),
            (
                "one-contact",
                aws_logs.QueryString(
                    fields=["@timestamp", "service", "message", "contact_id", "loan_id"],
                    filter_statements=["contact_id = 'PASTE-THE-ID-HERE'"],
                    sort="@timestamp asc",
                    limit=200,
                ),
            ),
        ):
            query = aws_logs.QueryDefinition(
                self,
                f"{name}-query",
                query_definition_name=f"duebridge-{self._stage.name}/{name}",
                query_string=question,
                log_groups=log_groups,
            )
            cast(CfnResource, query.node.default_child).cfn_options.condition = condition


def _waiting(queue: aws_sqs.IQueue) -> aws_cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5), statistic="max")


def _oldest(queue: aws_sqs.IQueue) -> aws_cloudwatch.Metric:
    return queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5), statistic="max")
