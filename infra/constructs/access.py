"""The permissions a station may hold, each as narrow as AWS lets it be: exact actions on exact resources."""

from aws_cdk import ArnFormat, Stack, aws_dynamodb, aws_iam, aws_kms, aws_logs, aws_s3, aws_sns, aws_sqs
from constructs import Construct

from duebridge.adapters.tables import Index

Statement = aws_iam.PolicyStatement

KEY_ACTIONS = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""What DynamoDB, SQS, SNS and S3 ask of the caller's rights on the key; never CreateGrant or administration."""


def use_rows(table: aws_dynamodb.ITable, *actions: str) -> Statement:
    """Rows of a table by key, e.g. `use_rows(loan_book, "GetItem", "UpdateItem")`."""
    return Statement(actions=[f"dynamodb:{action}" for action in actions], resources=[table.table_arn])


def ask_on_tickets(table: aws_dynamodb.ITable) -> Statement:
    """Writes an operator's request on a ticket, on the condition that nothing else is under way; no other attribute.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    attributes = ["ticket_id", "operator_request", "doing", "actions"]
    return Statement(
        actions=["dynamodb:UpdateItem"],
        resources=[table.table_arn],
        conditions={
            "ForAllValues:StringEquals": {"dynamodb:Attributes": attributes},
            "StringEqualsIfExists": {"dynamodb:ReturnValues": ["NONE"]},
        },
    )


def query_index(table: aws_dynamodb.ITable, index: Index) -> Statement:
    """One index of a table."""
    return Statement(actions=["dynamodb:Query"], resources=[f"{table.table_arn}/index/{index.name}"])


def send_to(queue: aws_sqs.IQueue) -> Statement:
    """Puts messages on a queue."""
    return Statement(actions=["sqs:SendMessage"], resources=[queue.queue_arn])


def consume(queue: aws_sqs.IQueue) -> Statement:
    """What Lambda needs of the role whose function a queue calls."""
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return Statement(actions=actions, resources=[queue.queue_arn])


def follow_changes(table: aws_dynamodb.ITable) -> Statement:
    """What Lambda needs of the role whose function a table's stream calls."""
    actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    stream_arn = table.table_stream_arn
    if stream_arn is None:
        raise ValueError(f"{table.node.path} has no stream: create it with streamed=True (infra/stacks/data.py)")
    return Statement(actions=[f"dynamodb:{action}" for action in actions], resources=[stream_arn])


def publish_to(topic: aws_sns.ITopic) -> Statement:
    """One topic; never a phone, which is no resource."""
    return Statement(actions=["sns:Publish"], resources=[topic.topic_arn])


def read_files(bucket: aws_s3.IBucket, prefix: str) -> Statement:
    """Files under a prefix of the inbox."""
    return Statement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{prefix}*")])


def write_files(bucket: aws_s3.IBucket, prefix: str) -> Statement:
    """Files under a prefix of the inbox."""
    return Statement(actions=["s3:PutObject"], resources=[bucket.arn_for_objects(f"{prefix}*")])


def show_files(bucket: aws_s3.IBucket, prefix: str) -> tuple[Statement, Statement]:
    """Files under a prefix, and to be told which of them are not there: without the right to list, S3 forbids instead.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    listing = Statement(
        actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions={"StringLike": {"s3:prefix": f"{prefix}*"}}
    )
    return read_files(bucket, prefix), listing


def write_log(group: aws_logs.ILogGroup) -> Statement:
    """A function's own log; the group is made by the stack, not by the function."""
    return Statement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn])


def use_key(scope: Construct, key: aws_kms.IKey, *services: str) -> Statement:
    """The customer-managed key, but only through the services that encrypt with it for the station."""
    stack = Stack.of(scope)
    hosts = [f"{service}.{stack.region}.{stack.url_suffix}" for service in services]
    return Statement(
        actions=list(KEY_ACTIONS),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": hosts}},
    )


def send_texts(scope: Construct, pool_id: str, identities: tuple[str, ...]) -> Statement:
    """Texts from this deployment's pool and the numbers and sender ids in it."""
    return Statement(actions=["sms-voice:SendTextMessage"], resources=[sms_arn(scope, "pool", pool_id), *identities])


def suppress_numbers(scope: Construct, opt_out_list: str) -> Statement:
    """Numbers that said stop go on the provider's opt-out list."""
    return Statement(actions=["sms-voice:PutOptedOutNumber"], resources=[sms_arn(scope, "opt-out-list", opt_out_list)])


def compare_numbers(scope: Construct, opt_out_list: str) -> Statement:
    """The provider's opt-out list, read page by page."""
    return Statement(
        actions=["sms-voice:DescribeOptedOutNumbers"], resources=[sms_arn(scope, "opt-out-list", opt_out_list)]
    )


def restore_numbers(scope: Construct, opt_out_list: str) -> Statement:
    """Numbers that opted in again come off the provider's opt-out list."""
    return Statement(
        actions=["sms-voice:DeleteOptedOutNumber"], resources=[sms_arn(scope, "opt-out-list", opt_out_list)]
    )


def publish_to_phones() -> tuple[Statement, Statement]:
    """The SNS fallback. A phone number is no resource in IAM, so AWS offers only `*`; topics are denied."""
    return (
        Statement(actions=["sns:OptInPhoneNumber", "sns:Publish"], resources=["*"]),
        Statement(effect=aws_iam.Effect.DENY, actions=["sns:Publish"], resources=["arn:*:sns:*:*:*"]),
    )


def sms_arn(scope: Construct, kind: str, name: str) -> str:
    """The ARN of a resource of AWS End User Messaging SMS."""
    return Stack.of(scope).format_arn(
        service="sms-voice", resource=kind, resource_name=name, arn_format=ArnFormat.SLASH_RESOURCE_NAME
    )
