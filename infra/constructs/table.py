"""A DynamoDB table as `adapters/tables.py` describes it, with the safety that every table here has."""

from aws_cdk import RemovalPolicy, aws_dynamodb, aws_kms
from constructs import Construct

from duebridge.adapters.tables import Table
from infra.stages import Stage

Attribute = aws_dynamodb.Attribute
STRING = aws_dynamodb.AttributeType.STRING


class KeyedTable(Construct):
    """On demand, encrypted with our key, restorable to any second of the last 35 days."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        table: Table,
        *,
        key: aws_kms.IKey,
        stage: Stage,
        streamed: bool = False,
    ) -> None:
        super().__init__(scope, name)
        self.table = aws_dynamodb.Table(
            self,
            "Table",
            partition_key=_attribute(table.partition),
            sort_key=_attribute(table.sort) if table.sort else None,
            billing_mode=aws_dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=aws_dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=aws_dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=aws_dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if streamed else None,
            time_to_live_attribute=table.expiry,
            deletion_protection=stage.keep_data,
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        for index in table.indexes:
            self.table.add_global_secondary_index(
                index_name=index.name,
                partition_key=_attribute(index.partition),
                sort_key=_attribute(index.sort) if index.sort else None,
                projection_type=(
                    aws_dynamodb.ProjectionType.ALL if index.whole_rows else aws_dynamodb.ProjectionType.KEYS_ONLY
                ),
            )


def _attribute(name: str) -> Attribute:
    return Attribute(name=name, type=STRING)
