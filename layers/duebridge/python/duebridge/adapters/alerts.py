"""The topic for tickets that cannot wait: whoever is on duty subscribes to it."""

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from ..core.ticket import Ticket

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsAlerts(Struct, frozen=True):
    """Implements ports.Alerts."""

    client: "SNSClient"
    topic_arn: str

    def urgent(self, ticket: Ticket, why: str) -> None:
        """Mail passes through many hands: it names the ticket and its loans, and nobody."""
        told = {
            "ticket_id": ticket.ticket_id,
            "reason": ticket.reason,
            "priority": ticket.priority,
            "answer_by": ticket.answer_by.isoformat(),
            "why": why,
            "loan_ids": list(ticket.loan_ids),
        }
        self.client.publish(
            TopicArn=self.topic_arn,
            Subject=f"DueBridge: urgent ticket ({ticket.reason})",
            Message=json.dumps(told, ensure_ascii=False, indent=1),
        )
