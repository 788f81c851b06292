"""What the SMS service does with each call, and what the phones send back."""

import hashlib
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.sms_fake.account import Account
from infra.local.sms_fake.contract import (
    Contract,
    TypedError,
    Violation,
    conflict,
    e164,
    invalid,
    not_found,
    paged,
)
from infra.local.sms_fake.faults import Faults
from infra.local.sms_fake.optouts import OptOutList
from infra.local.sms_fake.publisher import Publisher
from infra.local.sms_fake.texts import MICRODOLLARS, AcceptedText, InboundText, events_of, measure


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answers: an HTTP status and a JSON body."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Silence:
    """The service took the text but its answer never arrives."""


class CannotReplyError(ValueError):
    """A borrower has no number to write to: sender ids carry texts one way only."""


def _real_now() -> datetime:
    return datetime.now(UTC)


class SmsFake:
    """The SMS service, the carrier and all phones. Safe to call from many threads."""

    def __init__(
        self,
        account: Account,
        *,
        publish: Callable[[str, str], None],
        now: Callable[[], datetime],
        aws_now: Callable[[], datetime] = _real_now,
        faults: Faults | None = None,
        delayed_receipt_seconds: float = 2.0,
    ) -> None:
        """`publish` takes a topic's ARN and a message; `now` is the local clock, which may be played.

        AWS's own clock (`aws_now`) stamps receipts and opt-outs: the product has to translate those.
        """
        self.opt_outs = OptOutList(account.opt_out_list, account.arn_prefix, now, aws_now)
        self._account = account
        self._now = now
        self._aws_now = aws_now
        self._faults = faults or Faults()
        self._delayed_receipt_seconds = delayed_receipt_seconds
        self._contract = Contract()
        self._publisher = Publisher(publish)
        self._lock = threading.Lock()
        self._carrier_log: list[AcceptedText] = []
        self._inbound_log: list[InboundText] = []
        self._lost_receipts: list[str] = []
        self._faults_played: Counter[str] = Counter()
        self._feedback: dict[str, str] = {}
        self._tries: Counter[str] = Counter()
        self._spent_microdollars = 0
        self._operations: Mapping[str, Callable[[dict[str, Any]], dict[str, Any] | Silence]] = {
            "SendTextMessage": self._send_text_message,
            "PutOptedOutNumber": self.opt_outs.put,
            "DeleteOptedOutNumber": self.opt_outs.delete,
            "DescribeOptedOutNumbers": self.opt_outs.describe,
            "DescribeSpendLimits": self._describe_spend_limits,
            "PutMessageFeedback": self._put_message_feedback,
        }

    @property
    def carrier_log(self) -> tuple[AcceptedText, ...]:
        """Every text that the carrier took, in order, also those whose sender never learned of it."""
        with self._lock:
            return tuple(self._carrier_log)

    @property
    def inbound_log(self) -> tuple[InboundText, ...]:
        """Every text that the phones sent, in order."""
        with self._lock:
            return tuple(self._inbound_log)

    @property
    def lost_receipts(self) -> tuple[str, ...]:
        """Ids of the texts whose final receipt will never come, by a fault."""
        with self._lock:
            return tuple(self._lost_receipts)

    @property
    def faults_played(self) -> Mapping[str, int]:
        """How often each fault really struck, by its name."""
        with self._lock:
            return dict(self._faults_played)

    @property
    def feedback(self) -> Mapping[str, str]:
        """What PutMessageFeedback said, by message id."""
        with self._lock:
            return dict(self._feedback)

    def pending(self) -> int:
        """Events and inbound texts that have not reached their topic yet."""
        return self._publisher.pending()

    def wait_until_quiet(self, timeout_seconds: float) -> bool:
        """Whether nothing was pending any more before the time ran out."""
        return self._publisher.wait_until_quiet(timeout_seconds)

    def unpublished(self) -> tuple[str, ...]:
        """One line for each message that its topic refused for good."""
        return self._publisher.given_up()

    def stop(self) -> None:
        """Ends the publishing thread."""
        self._publisher.stop()

    def answer(self, operation: str, body: bytes) -> Answer | Silence:
        """Answers one call of the service's API as AWS JSON 1.0 would."""
        try:
            request = self._contract.read(operation, body)
            if operation not in self._operations:
                raise invalid("UNKNOWN_OPERATION", f"The local SMS service does not play {operation}")
            result = self._operations[operation](request)
        except TypedError as exc:
            return Answer(exc.status, {"__type": f"com.amazonaws.pinpointsmsvoicev2#{exc.code}", **exc.members})
        return result if isinstance(result, Silence) else Answer(200, result)

    def reply(
        self,
        from_number: str,
        body: str,
        *,
        answering_message_id: str | None = None,
        to_number: str | None = None,
    ) -> str:
        """A borrower's phone sends a text; returns its inbound id.

        It goes to `to_number`, else to the number of the text it answers or of the last text on that
        phone, else to the account's first number. Raises CannotReplyError where that is a sender id.
        """
        with self._lock:
            to_number = to_number or self._number_to_answer(from_number, answering_message_id)
            if not to_number.startswith("+"):
                raise CannotReplyError("the phone shows a sender id, which cannot receive; give to_number")
            count = sum(text.sender == from_number for text in self._inbound_log)
            text = InboundText(
                at=self._now(),
                sender=from_number,
                to=to_number,
                body=body,
                keyword=self._account.keyword,
                inbound_message_id=self._derived_id("inbound", from_number, count),
                answering_message_id=answering_message_id,
            )
            self._inbound_log.append(text)
            self._publisher.add(self._account.inbound_topic_arn, text.payload())
        return text.inbound_message_id

    def _number_to_answer(self, from_number: str, answering_message_id: str | None) -> str:
        for text in reversed(self._carrier_log):
            if text.to == from_number and answering_message_id in (None, text.message_id):
                return text.sender
        shown = self._account.origination_identities.values()
        return next((each for each in shown if each.startswith("+")), "")

    def _send_text_message(self, request: dict[str, Any]) -> dict[str, Any] | Silence:
        subject = _subject(request)
        if request.get("DryRun"):
            return {"MessageId": self._checked(request, subject, 0).message_id}
        with self._lock:
            attempt = self._tries[subject]
            self._tries[subject] += 1
        if self._strikes("throttle", subject, attempt):
            raise TypedError("ThrottlingException", "Rate exceeded")
        text = self._checked(request, subject, attempt)
        if self._strikes("refuse", subject, attempt):
            raise conflict(
                "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
                "The destination phone number is blocked by a protect configuration override",
                "protect-configuration",
                "carrier",
            )
        fails = self._strikes("error", subject, attempt)
        if not fails or self._faults.draw("error_after_sending", subject, attempt) < 0.5:
            self._accept(text, subject, attempt)
        if fails:
            raise TypedError("InternalServerException", "The service failed", RequestId=text.message_id)
        if self._strikes("timeout", subject, attempt):
            return Silence()
        return {"MessageId": text.message_id}

    def _checked(self, request: dict[str, Any], subject: str, attempt: int) -> AcceptedText:
        """The text, if the account may send it to this recipient; raises the TypedError otherwise."""
        if "MessageBody" not in request:
            violation = Violation("MessageBody", "is required for a text message")
            raise invalid("MISSING_PARAMETER", "MessageBody is missing", violation)
        measured = measure(request["MessageBody"])
        sender = self._account.sender(request)
        configuration_set = self._account.configuration_set(request)
        country = self._account.country(request, self.opt_outs.numbers())
        return AcceptedText(
            at=self._now(),
            requested_at=self._aws_now(),
            to=e164(request["DestinationPhoneNumber"]),
            sender=sender,
            body=request["MessageBody"],
            measure=measured,
            context=request.get("Context", {}),
            message_id=self._derived_id("outbound", subject, attempt),
            message_type=request.get("MessageType", "TRANSACTIONAL"),
            configuration_set=configuration_set,
            time_to_live_seconds=request.get("TimeToLive"),
            country=country,
            part_price=self._account.part_price(request, country, measured.parts),
        )

    def _accept(self, text: AcceptedText, subject: str, attempt: int) -> None:
        cost_microdollars = text.price_microdollars + text.carrier_fee_microdollars
        limit_microdollars = self._account.monthly_spend_limit_dollars * MICRODOLLARS
        with self._lock:
            if self._spent_microdollars + cost_microdollars > limit_microdollars:
                raise TypedError(
                    "ServiceQuotaExceededException",
                    "The monthly spend limit for text messages is reached",
                    Reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
                )
            self._spent_microdollars += cost_microdollars
            # Read again under the lock, so that the log's times never run backwards.
            accepted = replace(text, at=self._now())
            self._carrier_log.append(accepted)
            self._report(accepted, subject, attempt)

    def _report(self, text: AcceptedText, subject: str, attempt: int) -> None:
        if text.configuration_set is None:
            return
        destination = self._account.configuration_sets[text.configuration_set]
        final_event = self._faults.final_event(subject, attempt)
        if text.measure.over_service_maximum:
            final_event = "TEXT_INVALID_MESSAGE"
        elif fault := self._faults.final_fault(subject, attempt):
            self._faults_played[fault] += 1
        for event in events_of(text, final_event):
            if not destination.wants(event["eventType"]):
                continue
            if event["isFinal"]:
                self._report_final(destination.topic_arn, event, subject, attempt)
            else:
                self._publisher.add(destination.topic_arn, json.dumps(event))

    def _report_final(self, topic_arn: str, event: dict[str, Any], subject: str, attempt: int) -> None:
        struck = [
            fault
            for fault in ("lost_receipts", "delayed_receipts", "duplicate_receipts")
            if self._faults.strikes(fault, subject, attempt)
        ]
        if "lost_receipts" in struck:
            self._faults_played["lost_receipts"] += 1
            self._lost_receipts.append(event["messageId"])
            return
        self._faults_played.update(struck)
        delay_seconds = self._delayed_receipt_seconds if "delayed_receipts" in struck else 0.0
        for _ in range(2 if "duplicate_receipts" in struck else 1):
            self._publisher.add(topic_arn, json.dumps(event), delay_seconds=delay_seconds)

    def _strikes(self, fault: str, subject: str, attempt: int) -> bool:
        """Whether it does, which is then counted."""
        strikes = self._faults.strikes(fault, subject, attempt)
        if strikes:
            with self._lock:
                self._faults_played[fault] += 1
        return strikes

    def _describe_spend_limits(self, request: dict[str, Any]) -> dict[str, Any]:
        enforced_dollars = {"TEXT": self._account.monthly_spend_limit_dollars}
        limits = [
            {
                "Name": f"{channel}_MESSAGE_MONTHLY_SPEND_LIMIT",
                "EnforcedLimit": enforced_dollars.get(channel, 0),
                "MaxLimit": enforced_dollars.get(channel, 0),
                "Overridden": False,
            }
            for channel in ("TEXT", "VOICE", "MEDIA", "NOTIFY", "RCS")
        ]
        page, token = paged(limits, request)
        return {"SpendLimits": page, **token}

    def _put_message_feedback(self, request: dict[str, Any]) -> dict[str, Any]:
        message_id, status = request["MessageId"], request["MessageFeedbackStatus"]
        with self._lock:
            if all(text.message_id != message_id for text in self._carrier_log):
                raise not_found("message", message_id)
            self._feedback[message_id] = status
        return {"MessageId": message_id, "MessageFeedbackStatus": status}

    def _derived_id(self, direction: str, subject: str, attempt: int) -> str:
        # Derived, so that two runs with one seed can be compared line by line.
        source = f"{self._faults.seed}|{direction}|{attempt}|{subject}".encode()
        return str(uuid.UUID(bytes=hashlib.sha256(source).digest()[:16], version=4))


def _subject(request: dict[str, Any]) -> str:
    """Which text this is, over all its tries: our contact, or else its recipient and body."""
    contact_id = request.get("Context", {}).get("contact_id")
    return contact_id or f"{e164(request['DestinationPhoneNumber'])}|{request.get('MessageBody', '')}"
