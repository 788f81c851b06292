"""The two payloads that AWS End User Messaging SMS publishes: delivery events and inbound texts.

https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..core.receipt import Receipt
from ..core.reply import Inbound
from ..ports import Clock


def receipt_of(event: Mapping[str, Any], clock: Clock) -> Receipt:
    """A delivery event. `context` is ours and comes back as we sent it; texts of others lack it."""
    at = datetime.fromtimestamp(event["eventTimestamp"] / 1000, UTC)
    price = float(event.get("totalMessagePrice") or 0) + float(event.get("totalCarrierFee") or 0)
    return Receipt(
        event_type=event["eventType"],
        is_final=bool(event.get("isFinal")),
        contact_id=(event.get("context") or {}).get("contact_id", ""),
        message_id=event["messageId"],
        phone=event["destinationPhoneNumber"],
        at=clock.from_aws(at),
        segments=int(event.get("totalMessageParts") or 0),
        price_micros=round(price * 1_000_000),
    )


def inbound_of(envelope: Mapping[str, Any], clock: Clock) -> Inbound:
    """The payload has no time of its own; the SNS envelope around it does."""
    payload = json.loads(envelope["Message"])
    return Inbound(
        inbound_id=payload["inboundMessageId"],
        phone=payload["originationNumber"],
        body=payload.get("messageBody") or "",
        answering_message_id=payload.get("previousPublishedMessageId") or "",
        at=clock.from_aws(datetime.fromisoformat(envelope["Timestamp"])),
    )
