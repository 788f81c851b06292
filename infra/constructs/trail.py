"""The cloud's own record of who wrote on a ticket: initials are self-declared, this is not."""

from typing import cast

from aws_cdk import (
    CfnCondition,
    CfnResource,
    Duration,
    RemovalPolicy,
    Stack,
    aws_cloudtrail,
    aws_dynamodb,
    aws_iam,
    aws_s3,
)
from constructs import Construct

from infra import nag
from infra.stages import Stage

CLOUDTRAIL = "cloudtrail.amazonaws.com"


class TicketTrail(Construct):
    """Every write on the tickets table, by whomever, in a bucket of its own.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
    """

    def __init__(
        self, scope: Construct, name: str, *, tickets: aws_dynamodb.ITable, stage: Stage, condition: CfnCondition
    ) -> None:
        super().__init__(scope, name)
        trail_name = f"duebridge-{stage.name}-tickets"
        bucket = aws_s3.Bucket(
            self,
            "Bucket",
            # CloudTrail writes with the rights of its service; our key would have to be opened to it.
            encryption=aws_s3.BucketEncryption.S3_MANAGED,
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                aws_s3.LifecycleRule(
                    expiration=Duration.days(stage.log_days),
                    noncurrent_version_expiration=Duration.days(stage.log_days),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        stack = Stack.of(self)
        trail_arn = stack.format_arn(service="cloudtrail", resource="trail", resource_name=trail_name)
        own = {"aws:SourceArn": trail_arn}
        service = aws_iam.ServicePrincipal(CLOUDTRAIL)
        bucket.add_to_resource_policy(
            aws_iam.PolicyStatement(
                actions=["s3:GetBucketAcl"],
                principals=[service],
                resources=[bucket.bucket_arn],
                conditions={"StringEquals": own},
            )
        )
        bucket.add_to_resource_policy(
            aws_iam.PolicyStatement(
                actions=["s3:PutObject"],
                principals=[service],
                resources=[bucket.arn_for_objects(f"AWSLogs/{stack.account}/*")],
                conditions={"StringEquals": {**own, "s3:x-amz-acl": "bucket-owner-full-control"}},
            )
        )
        nag.acknowledge_trail_bucket(bucket)
        selector = aws_cloudtrail.CfnTrail.AdvancedFieldSelectorProperty
        trail = aws_cloudtrail.CfnTrail(
            self,
            "Trail",
            trail_name=trail_name,
            s3_bucket_name=bucket.bucket_name,
            is_logging=True,
            enable_log_file_validation=True,
            include_global_service_events=False,
            is_multi_region_trail=False,
            advanced_event_selectors=[
                aws_cloudtrail.CfnTrail.AdvancedEventSelectorProperty(
                    name="writes on tickets",
                    field_selectors=[
                        selector(field="eventCategory", equal_to=["Data"]),
                        selector(field="resources.type", equal_to=["AWS::DynamoDB::Table"]),
                        selector(field="resources.ARN", equal_to=[tickets.table_arn]),
                        selector(field="readOnly", equal_to=["false"]),
                    ],
                )
            ],
        )
        policy = cast(CfnResource, bucket.policy.node.default_child) if bucket.policy else None
        if policy:
            trail.add_resource_dependency(policy)
        for resource in (trail, policy, cast(CfnResource, bucket.node.default_child)):
            if resource:
                resource.cfn_options.condition = condition
