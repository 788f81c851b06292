"""What each station reads from its environment, checked when it starts; infra writes exactly these names."""

import os
from collections.abc import Mapping
from typing import Self

from msgspec import Struct
from msgspec.structs import fields

SET_BY_THE_LAPTOP = frozenset({"CLOCK_FILE"})
"""No template names these; the laptop run hands them to its emulator, whose functions inherit them."""


class SettingsError(Exception):
    """A variable is missing or malformed; the text names it."""


class Settings(Struct, frozen=True, kw_only=True):
    """Variables that every station has. A field `loan_table` is the variable `LOAN_TABLE`."""

    loan_table: str
    conversation_table: str
    ticket_table: str
    clock_file: str = ""
    """Only the laptop run names one; the adapter that reads it is in no other stage's layers."""

    @classmethod
    def variables(cls) -> frozenset[str]:
        """The names of all variables, for infra and its test."""
        return frozenset(field.name.upper() for field in fields(cls))

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Raises SettingsError naming every missing variable at once."""
        missing = [
            field.name.upper() for field in fields(cls) if field.required and not environment.get(field.name.upper())
        ]
        if missing:
            raise SettingsError(
                f"{cls.__name__}: set {', '.join(missing)} in the function's environment (infra/stacks)"
            )
        present = {field.name: environment.get(field.name.upper()) for field in fields(cls)}
        return cls(**{name: value for name, value in present.items() if value is not None})


class ImportLoans(Settings, frozen=True, kw_only=True):
    """`import_loans`."""

    inbox_bucket: str
    import_queue_url: str


class PlanContacts(Settings, frozen=True, kw_only=True):
    """`plan_contacts`."""

    work_queue_url: str
    bulk_queue_url: str


class SendContact(Settings, frozen=True, kw_only=True):
    """`send_contact`."""

    bulk_queue_url: str
    answer_queue_url: str
    sms_provider: str
    """`end_user_messaging`, or `sns` as an explicit fallback."""
    origination_identity: str
    configuration_set: str
    opt_out_list: str
    send_timeout_seconds: str
    parts_per_second: str
    """Of the origination identity; 0 for no pace of our own."""
    answers_share_percent: str


class RecordReceipt(Settings, frozen=True, kw_only=True):
    """`record_receipt`."""


class ReceiveReply(Settings, frozen=True, kw_only=True):
    """`receive_reply`."""

    answer_queue_url: str


class RecordPayment(Settings, frozen=True, kw_only=True):
    """`record_payment`."""

    inbox_bucket: str
    payment_queue_url: str


class FollowTicket(Settings, frozen=True, kw_only=True):
    """`follow_ticket`."""

    answer_queue_url: str
    urgent_topic_arn: str


class TicketDesk(Settings, frozen=True, kw_only=True):
    """`ticket_desk`."""

    report_bucket: str


class Sweep(Settings, frozen=True, kw_only=True):
    """`sweep`."""

    answer_queue_url: str
    opt_out_list: str


class ReportOutcomes(Settings, frozen=True, kw_only=True):
    """`report_outcomes`."""

    report_bucket: str
