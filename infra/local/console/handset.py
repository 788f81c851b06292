"""What one phone shows, and behind each of our texts what the lender's own records say became of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from duebridge.ports import Conversation
from infra.local.console.phone_book import Said
from infra.local.sms_fake.texts import AcceptedText, InboundText


def messages(
    phone: str, carrier_log: Iterable[AcceptedText], inbound_log: Iterable[InboundText], known: Conversation
) -> list[dict[str, Any]]:
    """In the order of the phone. A text that the carrier took is there, whatever the sender learned of it."""
    states = {row.text.contact_id: str(row.state) for row in known.contacts}
    understood = {reply.inbound_id: list(reply.labels) for reply in known.replies}
    ours = [
        {
            "id": text.message_id,
            "at": text.at.isoformat(),
            "is_theirs": False,
            "body": text.body,
            "kind": text.context.get("kind", ""),
            "state": states.get(text.context.get("contact_id", ""), "sending"),
            "parts": text.parts,
            "from": text.sender,
        }
        for text in carrier_log
        if text.to == phone
    ]
    theirs = [
        {
            "id": text.inbound_message_id,
            "at": text.at.isoformat(),
            "is_theirs": True,
            "body": text.body,
            "labels": understood.get(text.inbound_message_id, []),
        }
        for text in inbound_log
        if text.sender == phone
    ]
    return sorted([*ours, *theirs], key=lambda message: str(message["at"]))


def last_said(carrier_log: Iterable[AcceptedText], inbound_log: Iterable[InboundText]) -> Mapping[str, Said]:
    """By number."""
    found = {text.to: Said(text.at, text.body, False) for text in carrier_log}
    for text in inbound_log:
        before = found.get(text.sender)
        if before is None or before.at <= text.at:
            found[text.sender] = Said(text.at, text.body, True)
    return found
