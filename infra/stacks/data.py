"""What must outlive every deployment: the tables, the inbox, the topics, the bus and the key to them all."""

from aws_cdk import (
    CfnOutput,
    RemovalPolicy,
    Stack,
    aws_events,
    aws_iam,
    aws_kms,
    aws_sns,
    aws_sns_subscriptions,
)
from constructs import Construct

from duebridge.adapters import tables
from infra.constructs.evidence_bucket import EvidenceBucket
from infra.constructs.inbox import Inbox
from infra.constructs.report_bucket import ReportBucket
from infra.constructs.table import KeyedTable
from infra.stages import Stage


class DataStack(Stack):
    """Data at rest, under one customer-managed key."""

    def __init__(self, scope: Construct, name: str, stage: Stage) -> None:
        super().__init__(scope, name)
        self.key = aws_kms.Key(
            self,
            "Key",
            alias=f"alias/duebridge-{stage.name}",
            description="Borrowers' data: tables, inbox, queues and topics",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        self.loan_book = KeyedTable(self, "LoanBook", tables.LOAN_BOOK, key=self.key, stage=stage, streamed=True).table
        self.conversations = KeyedTable(
            self, "Conversations", tables.CONVERSATIONS, key=self.key, stage=stage, streamed=True
        ).table
        self.tickets = KeyedTable(self, "Tickets", tables.TICKETS, key=self.key, stage=stage, streamed=True).table
        inbox = Inbox(self, "Inbox", key=self.key, stage=stage)
        self.inbox = inbox.bucket
        self.evidence = EvidenceBucket(
            self, "Evidence", key=self.key, access_logs=inbox.access_logs, stage=stage
        ).bucket
        self.reports = ReportBucket(self, "Reports", key=self.key, access_logs=inbox.access_logs, stage=stage).bucket
        self.delivery_events = self._carrier_topic("DeliveryEvents")
        self.inbound_texts = self._carrier_topic("InboundTexts")
        self.urgent_tickets = self._urgent_tickets_topic(stage)
        self.bus = aws_events.EventBus(self, "Bus", event_bus_name=f"duebridge-{stage.name}")
        self._open_key_to_services()
        self._name_for_the_outside()

    def _carrier_topic(self, name: str) -> aws_sns.Topic:
        """Only the SMS service may publish: whoever can, speaks in a borrower's name."""
        topic = aws_sns.Topic(self, name, master_key=self.key, enforce_ssl=True)
        topic.add_to_resource_policy(
            aws_iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[aws_iam.ServicePrincipal("sms-voice.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions=self._own_account(),
            )
        )
        return topic

    def _urgent_tickets_topic(self, stage: Stage) -> aws_sns.Topic:
        """Whoever is on duty subscribes here; a subscription outlives every deployment."""
        topic = aws_sns.Topic(self, "UrgentTickets", master_key=self.key, enforce_ssl=True)
        if stage.urgent_email:
            topic.add_subscription(aws_sns_subscriptions.EmailSubscription(stage.urgent_email))
        return topic

    def _open_key_to_services(self) -> None:
        """Services that pass messages on encrypt them with this key, as AWS documents it for each."""
        own_topics = self.format_arn(service="sns", resource="*")
        self._open_key("events", self._own_account())
        self._open_key("sms-voice", self._own_account())
        self._open_key("sns", {"ArnLike": {"aws:SourceArn": own_topics}})
        # Alarms name no source to KMS; the alarm topic's own policy asks for this account.
        self._open_key("cloudwatch", {})

    def _open_key(self, service: str, conditions: dict[str, dict[str, str]]) -> None:
        self.key.add_to_resource_policy(
            aws_iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                principals=[aws_iam.ServicePrincipal(f"{service}.amazonaws.com")],
                resources=["*"],
                conditions=conditions,
            )
        )

    def _own_account(self) -> dict[str, dict[str, str]]:
        return {"StringEquals": {"aws:SourceAccount": self.account}}

    def _name_for_the_outside(self) -> None:
        names = {
            "LoanTable": self.loan_book.table_name,
            "ConversationTable": self.conversations.table_name,
            "TicketTable": self.tickets.table_name,
            "InboxBucket": self.inbox.bucket_name,
            "EvidenceBucket": self.evidence.bucket_name,
            "ReportBucket": self.reports.bucket_name,
            "DeliveryEventsTopicArn": self.delivery_events.topic_arn,
            "InboundTextsTopicArn": self.inbound_texts.topic_arn,
            "UrgentTicketsTopicArn": self.urgent_tickets.topic_arn,
            "EventBusName": self.bus.event_bus_name,
        }
        for output, value in names.items():
            CfnOutput(self, output, value=value)
