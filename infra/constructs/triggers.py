"""What wakes a station: events and topics feed its queue; its queue, a stream or a clock calls its function.

Rules are written out (L1): the CDK's own targets hand the sender wide rights on queue and key.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, aws_dynamodb, aws_events, aws_lambda, aws_lambda_event_sources, aws_sns, aws_sqs
from constructs import Construct

from infra.constructs.queue import WorkQueue, admit

EVENTBRIDGE = "events.amazonaws.com"

STREAM_BATCH = 10
STREAM_RETRIES = 5
"""As for a queue: a fault that outlives five tries needs a person."""
OLDEST_CHANGE = Duration.hours(24)
"""The time that a stream keeps its records; they are never given up for their age alone before that."""


class EventsToQueue(Construct):
    """Events of one pattern become messages."""

    def __init__(
        self, scope: Construct, name: str, *, pattern: Mapping[str, Any], work: WorkQueue, bus_name: str = ""
    ) -> None:
        super().__init__(scope, name)
        rule = aws_events.CfnRule(
            self,
            "Rule",
            event_bus_name=bus_name or None,
            event_pattern=dict(pattern),
            targets=[_target("queue", work.queue.queue_arn, work.dead_letters)],
        )
        work.admit(EVENTBRIDGE, rule.attr_arn)


class TopicToQueue(Construct):
    """What is published to a topic becomes messages."""

    def __init__(self, scope: Construct, name: str, *, topic: aws_sns.ITopic, work: WorkQueue, raw: bool) -> None:
        super().__init__(scope, name)
        subscription = aws_sns.CfnSubscription(
            self,
            "Subscription",
            topic_arn=topic.topic_arn,
            protocol="sqs",
            endpoint=work.queue.queue_arn,
            raw_message_delivery=raw,
            redrive_policy={"deadLetterTargetArn": work.dead_letters.queue_arn},
        )
        work.admit("sns.amazonaws.com", topic.topic_arn)
        # SNS checks the queue's policy when the subscription is made.
        subscription.node.add_dependency(work.queue)


class QueueToFunction(Construct):
    """Messages call a function in batches; it answers which of them failed."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        queue: aws_sqs.IQueue,
        function: aws_lambda.IFunction,
        batch_size: int,
        max_concurrency: int,
    ) -> None:
        super().__init__(scope, name)
        aws_lambda.EventSourceMapping(
            self,
            "Mapping",
            target=function,
            event_source_arn=queue.queue_arn,
            batch_size=batch_size,
            max_concurrency=max_concurrency,
            report_batch_item_failures=True,
        )


class StreamToFunction(Construct):
    """Changes of a table's rows call a function, one row's in their order; it answers which of them failed.

    A batch that fails is halved until the record at fault is alone, which then waits with the dead letters: they
    name its place in the stream, and the row itself is still in the table.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        table: aws_dynamodb.ITable,
        function: aws_lambda.IFunction,
        dead_letters: aws_sqs.IQueue,
        batch_size: int = STREAM_BATCH,
        gathered_for: Duration | None = None,
        entries: Sequence[str] = (),
    ) -> None:
        """`entries` are beginnings of the sort key: records of other rows call nobody."""
        super().__init__(scope, name)
        key = {"dynamodb": {"Keys": {"entry": {"S": [{"prefix": entry} for entry in entries]}}}}
        aws_lambda.EventSourceMapping(
            self,
            "Mapping",
            target=function,
            event_source_arn=table.table_stream_arn,
            batch_size=batch_size,
            max_batching_window=gathered_for,
            filters=[aws_lambda.FilterCriteria.filter(key)] if entries else None,
            starting_position=aws_lambda.StartingPosition.TRIM_HORIZON,
            bisect_batch_on_error=True,
            retry_attempts=STREAM_RETRIES,
            max_record_age=OLDEST_CHANGE,
            on_failure=aws_lambda_event_sources.SqsDlq(dead_letters),
            report_batch_item_failures=True,
        )


class ClockToFunction(Construct):
    """A function is called again and again; a call that cannot be made waits with its dead letters."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        every: Duration,
        function: aws_lambda.IFunction,
        dead_letters: aws_sqs.Queue,
        enabled: bool,
    ) -> None:
        super().__init__(scope, name)
        rule = aws_events.CfnRule(
            self,
            "Rule",
            schedule_expression=aws_events.Schedule.rate(every).expression_string,
            state="ENABLED" if enabled else "DISABLED",
            targets=[_target("function", function.function_arn, dead_letters)],
        )
        aws_lambda.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.function_name,
            principal=EVENTBRIDGE,
            source_arn=rule.attr_arn,
        )
        admit(dead_letters, EVENTBRIDGE, rule.attr_arn)


def _target(name: str, arn: str, dead_letters: aws_sqs.IQueue) -> aws_events.CfnRule.TargetProperty:
    set_aside = aws_events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.queue_arn)
    return aws_events.CfnRule.TargetProperty(id=name, arn=arn, dead_letter_config=set_aside)
