"""A queue of work, and beside it the queue where work waits that failed too often."""

from aws_cdk import Duration, aws_iam, aws_kms, aws_sqs
from constructs import Construct

MAX_RECEIVES = 5
"""Tries before a message is set aside; a fault that outlives five of them needs a person."""

DEAD_LETTER_RETENTION_DAYS = 14
"""The longest that SQS offers: time for a person to look and redrive."""


class DeadLetterQueue(aws_sqs.Queue):
    """Where failed work waits for a person. Alarmed by the operations stack."""

    def __init__(self, scope: Construct, name: str, key: aws_kms.IKey) -> None:
        super().__init__(
            scope,
            name,
            encryption=aws_sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(DEAD_LETTER_RETENTION_DAYS),
        )


class WorkQueue(Construct):
    """One station's input. A message is seen again only when its function has surely ended (6 times over)."""

    def __init__(self, scope: Construct, name: str, *, key: aws_kms.IKey, function_timeout: Duration) -> None:
        super().__init__(scope, name)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", key)
        self.queue = aws_sqs.Queue(
            self,
            "Queue",
            encryption=aws_sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(6 * int(function_timeout.to_seconds())),
            dead_letter_queue=aws_sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVES),
        )

    def admit(self, service: str, source_arn: str) -> None:
        """Lets an AWS service put messages here, and set aside what it cannot put, for one source only."""
        admit(self.queue, service, source_arn)
        admit(self.dead_letters, service, source_arn)


def admit(queue: aws_sqs.Queue, service: str, source_arn: str) -> None:
    """Lets an AWS service put messages on one queue, for one source only."""
    queue.add_to_resource_policy(
        aws_iam.PolicyStatement(
            actions=["sqs:SendMessage"],
            principals=[aws_iam.ServicePrincipal(service)],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": source_arn}},
        )
    )
