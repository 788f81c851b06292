"""A text as the carrier sees it: its parts and price, and what is reported about it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import phonenumbers

# 3GPP TS 23.038, section 6.2.1. Written out here again: the fake is an independent witness of the product.
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")

_NETWORK_CODES: Mapping[str, tuple[str, str]] = {
    "CN": ("460", "00"),
    "DE": ("262", "01"),
    "GB": ("234", "10"),
    "IN": ("404", "45"),
    "US": ("310", "800"),
}

_DESCRIPTIONS: Mapping[str, str] = {
    "TEXT_QUEUED": "Message is queued for delivery",
    "TEXT_PENDING": "Message is pending delivery",
    "TEXT_SUCCESSFUL": "Message has been accepted by phone carrier",
    "TEXT_DELIVERED": "Message has been accepted by phone",
    "TEXT_UNREACHABLE": "Phone is currently unreachable/unavailable",
    "TEXT_CARRIER_UNREACHABLE": "Phone carrier is currently unreachable/unavailable",
    "TEXT_INVALID": "Invalid phone number",
    "TEXT_INVALID_MESSAGE": "Invalid message body",
    "TEXT_BLOCKED": "Phone has blocked SMS",
}


MICRODOLLARS = 1_000_000
"""In one US dollar."""


@dataclass(frozen=True, slots=True)
class PartPrice:
    """What one part costs, in millionths of a US dollar."""

    message_microdollars: int
    carrier_fee_microdollars: int = 0


# Orders of magnitude only; https://aws.amazon.com/end-user-messaging/pricing/ has the prices.
PART_PRICES: Mapping[str, PartPrice] = {
    "CN": PartPrice(30_000),
    "DE": PartPrice(90_000),
    "GB": PartPrice(45_000),
    "IN": PartPrice(2_500),
    "US": PartPrice(5_810, 3_000),
}
OTHER_PART_PRICE = PartPrice(60_000)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a body travels: `GSM` or `Unicode`, and in how many parts it is billed."""

    encoding: str
    units: int
    parts: int

    @property
    def over_service_maximum(self) -> bool:
        """https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-character.html"""
        return self.units > (1530 if self.encoding == "GSM" else 630)


def measure(body: str) -> Measure:
    """Counts parts by walking them; a character that takes two units never straddles two parts."""
    if all(character in _GSM_BASIC or character in _GSM_EXTENDED for character in body):
        widths = [2 if character in _GSM_EXTENDED else 1 for character in body]
        return Measure("GSM", sum(widths), _parts(widths, alone=160, joined=153))
    widths = [2 if ord(character) > 0xFFFF else 1 for character in body]
    return Measure("Unicode", sum(widths), _parts(widths, alone=70, joined=67))


def _parts(widths: list[int], *, alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    parts, room = 1, joined
    for width in widths:
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return parts


def country_of(number: str) -> str | None:
    """The ISO country that bills a text to this number; None where no country has it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    # Numbers reserved for examples belong to no operator, so fall back to the calling code's main country.
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return None if region in ("ZZ", "001") else region


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedText:
    """A text that the carrier took and bills; it reached the phone unless a receipt says otherwise."""

    at: datetime
    """By the local clock."""
    requested_at: datetime
    """By the AWS clock, which the receipts use."""
    to: str
    sender: str
    """The number or sender id that the phone shows."""
    body: str
    measure: Measure
    context: Mapping[str, str]
    message_id: str
    message_type: str
    configuration_set: str | None
    time_to_live_seconds: int | None
    country: str
    part_price: PartPrice

    @property
    def parts(self) -> int:
        """Parts billed."""
        return self.measure.parts

    @property
    def price_microdollars(self) -> int:
        """What the text costs without the carrier's fee."""
        return self.parts * self.part_price.message_microdollars

    @property
    def carrier_fee_microdollars(self) -> int:
        """What the carrier takes on top."""
        return self.parts * self.part_price.carrier_fee_microdollars

    def json_line(self) -> str:
        """The text's line in the carrier log."""
        line = {
            "at": _utc(self.at),
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "parts": self.parts,
            "context": dict(self.context),
            "message_id": self.message_id,
        }
        return json.dumps(line, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundText:
    """A text that a borrower's phone sent to us."""

    at: datetime
    sender: str
    to: str
    body: str
    keyword: str
    inbound_message_id: str
    answering_message_id: str | None

    def json_line(self) -> str:
        """The text's line in the inbound log."""
        line = {
            "at": _utc(self.at),
            "from": self.sender,
            "body": self.body,
            "inbound_message_id": self.inbound_message_id,
        }
        return json.dumps(line, ensure_ascii=False)

    def payload(self) -> str:
        """https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html"""
        payload = {
            "originationNumber": self.sender,
            "destinationNumber": self.to,
            "messageKeyword": self.keyword,
            "messageBody": self.body,
            "inboundMessageId": self.inbound_message_id,
        }
        if self.answering_message_id is not None:
            payload["previousPublishedMessageId"] = self.answering_message_id
        return json.dumps(payload, ensure_ascii=False)


def events_of(text: AcceptedText, final_event: str) -> Iterator[dict[str, Any]]:
    """All delivery events of a text in the order in which they happen, the final one last.

    https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
    """
    way = ["TEXT_QUEUED", "TEXT_PENDING", final_event]
    if final_event == "TEXT_DELIVERED":
        way.insert(2, "TEXT_SUCCESSFUL")
    for step, event_type in enumerate(way, start=1):
        yield _event(text, event_type, step, is_final=event_type == final_event)


def _event(text: AcceptedText, event_type: str, step: int, *, is_final: bool) -> dict[str, Any]:
    requested_milliseconds = int(text.requested_at.timestamp() * 1000)
    international = text.sender.startswith("+") and country_of(text.sender) != text.country
    event: dict[str, Any] = {
        "eventType": event_type,
        "eventVersion": "1.0",
        "eventTimestamp": requested_milliseconds + step,
        "isFinal": is_final,
        "originationPhoneNumber": text.sender,
        "destinationPhoneNumber": text.to,
        "isInternationalSend": international,
        "isoCountryCode": text.country,
        "messageId": text.message_id,
        "messageRequestTimestamp": requested_milliseconds,
        "messageEncoding": text.measure.encoding,
        "messageType": text.message_type,
        "messageStatus": event_type.removeprefix("TEXT_"),
        "messageStatusDescription": _DESCRIPTIONS[event_type],
        "context": dict(text.context),
        "totalMessageParts": text.parts,
        "totalMessagePrice": text.price_microdollars / MICRODOLLARS,
        "totalCarrierFee": text.carrier_fee_microdollars / MICRODOLLARS,
    }
    if text.country in _NETWORK_CODES:
        event["mcc"], event["mnc"] = _NETWORK_CODES[text.country]
    return event


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
