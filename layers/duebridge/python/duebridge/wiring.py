"""Settings -> clients -> adapters -> flow: the one place where the parts are put together."""

from collections.abc import Callable
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from . import settings
from .adapters import content
from .adapters.clock import SystemClock
from .adapters.conversations import DynamoConversations
from .adapters.loan_book import DynamoLoanBook
from .adapters.stops import DynamoStops
from .adapters.tickets import DynamoTickets
from .core.content import Content
from .flows.follow_up import FollowUp
from .flows.stopping import Stopping
from .ports import Carrier, Clock

if TYPE_CHECKING:
    from .flows.follow_ticket import FollowTicket
    from .flows.import_loans import ImportLoans
    from .flows.note_outcomes import NoteOutcomes
    from .flows.pacing import Batch, Turns
    from .flows.plan_contacts import PlanContacts
    from .flows.publish_report import PublishReport, ShowHeadline
    from .flows.receive_reply import ReceiveReply
    from .flows.record_payment import RecordPayment
    from .flows.record_receipt import RecordReceipt
    from .flows.report_outcomes import ReportOutcomes
    from .flows.send_contact import SendContact
    from .flows.sweep import Sweep
    from .flows.ticket_desk import TicketDesk

RETRIED = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
"""For calls that may be repeated without harm."""

END_USER_MESSAGING, SNS = "end_user_messaging", "sns"


class Parts:
    """What every station shares, made when first asked for and kept for the life of the process."""

    def __init__(self, env: settings.Settings, session: boto3.Session | None = None) -> None:
        self.env = env
        self._session = session or boto3.Session()

    def client(self, service: Any, config: Config = RETRIED) -> Any:
        """A client with explicit timeouts."""
        return self._session.client(service, config=config)

    @cached_property
    def dynamodb(self) -> Any:
        """One client for all tables."""
        return self.client("dynamodb")

    @cached_property
    def clock(self) -> Clock:
        """The real one, unless the laptop run names the file that sets a played one."""
        if not self.env.clock_file:
            return SystemClock()
        played: Clock = import_module("duebridge_local_clock").PlayedClock(self.env.clock_file)
        return played

    @cached_property
    def content(self) -> Content:
        """The lender's rules and texts."""
        return content.load()

    @cached_property
    def loans(self) -> DynamoLoanBook:
        """The loan book."""
        return DynamoLoanBook(self.dynamodb, self.env.loan_table)

    @cached_property
    def conversations(self) -> DynamoConversations:
        """Standings and texts."""
        return DynamoConversations(self.dynamodb, self.env.conversation_table, self.env.loan_table, self.clock)

    @cached_property
    def tickets(self) -> DynamoTickets:
        """Follow-up work."""
        return DynamoTickets(self.dynamodb, self.env.ticket_table)

    @cached_property
    def follow_up(self) -> FollowUp:
        """Opens tickets."""
        return FollowUp(tickets=self.tickets, loans=self.loans, content=self.content, clock=self.clock)

    @cached_property
    def stops(self) -> DynamoStops:
        """What is not sent for now."""
        return DynamoStops(self.dynamodb, self.env.loan_table)

    @cached_property
    def stopping(self) -> Stopping:
        """Stops sending, and lets it go on."""
        return Stopping(stops=self.stops, follow_up=self.follow_up, clock=self.clock)


def import_loans(env: settings.ImportLoans) -> "ImportLoans":
    """The only station that pays for numbering plans."""
    from .adapters.inbox import S3Inbox, SqsContinuations
    from .adapters.phone_numbers import PhoneNumbers
    from .flows.import_loans import ImportLoans

    parts = Parts(env)
    return ImportLoans(
        loans=parts.loans,
        inbox=S3Inbox(parts.client("s3"), env.inbox_bucket, parts.clock),
        continuations=SqsContinuations(parts.client("sqs"), env.import_queue_url),
        content=parts.content,
        clock=parts.clock,
        read_phone=PhoneNumbers(),
    )


def plan_contacts(env: settings.PlanContacts) -> "PlanContacts":
    """The planner."""
    from .adapters.queues import SqsOutbox, SqsShards
    from .core.message import Renderer
    from .flows.plan_contacts import PlanContacts

    parts = Parts(env)
    sqs = parts.client("sqs")
    return PlanContacts(
        loans=parts.loans,
        conversations=parts.conversations,
        outbox=SqsOutbox(sqs, env.bulk_queue_url),
        shards=SqsShards(sqs, env.work_queue_url),
        stops=parts.stops,
        content=parts.content,
        renderer=Renderer(parts.content),
        clock=parts.clock,
    )


def send_contact(env: settings.SendContact) -> Callable[[str, "Batch"], "SendContact"]:
    """A sender for a batch and the queue that it came from: what has no room goes back to that queue."""
    from .adapters.queues import SqsOutbox
    from .flows.send_contact import SendContact

    parts = Parts(env)
    sqs, carrier, turns = parts.client("sqs"), _carrier(env, parts), _turns(env, parts)

    def sender(queue_url: str, batch: "Batch") -> SendContact:
        return SendContact(
            loans=parts.loans,
            conversations=parts.conversations,
            carrier=carrier,
            outbox=SqsOutbox(sqs, queue_url),
            follow_up=parts.follow_up,
            stopping=parts.stopping,
            content=parts.content,
            clock=parts.clock,
            gives_receipts=env.sms_provider == END_USER_MESSAGING,
            turns=turns(batch),
        )

    return sender


def record_receipt(env: settings.RecordReceipt) -> "RecordReceipt":
    """Delivery events."""
    from .flows.record_receipt import RecordReceipt

    parts = Parts(env)
    return RecordReceipt(
        loans=parts.loans,
        conversations=parts.conversations,
        follow_up=parts.follow_up,
        stopping=parts.stopping,
        content=parts.content,
        clock=parts.clock,
    )


def receive_reply(env: settings.ReceiveReply) -> "ReceiveReply":
    """Inbound texts."""
    from .adapters.queues import SqsOutbox
    from .core.message import Renderer
    from .flows.receive_reply import ReceiveReply

    parts = Parts(env)
    return ReceiveReply(
        loans=parts.loans,
        conversations=parts.conversations,
        outbox=SqsOutbox(parts.client("sqs"), env.answer_queue_url),
        follow_up=parts.follow_up,
        content=parts.content,
        renderer=Renderer(parts.content),
        clock=parts.clock,
    )


def record_payment(env: settings.RecordPayment) -> "RecordPayment":
    """Payments from events and files."""
    from .adapters.inbox import S3Inbox, SqsContinuations
    from .flows.record_payment import RecordPayment

    parts = Parts(env)
    return RecordPayment(
        loans=parts.loans,
        inbox=S3Inbox(parts.client("s3"), env.inbox_bucket, parts.clock),
        continuations=SqsContinuations(parts.client("sqs"), env.payment_queue_url),
        follow_up=parts.follow_up,
        clock=parts.clock,
    )


def follow_ticket(env: settings.FollowTicket) -> "FollowTicket":
    """What operators ask for on tickets."""
    from .adapters.alerts import SnsAlerts
    from .adapters.queues import SqsOutbox
    from .core.message import Renderer
    from .flows.follow_ticket import FollowTicket

    parts = Parts(env)
    return FollowTicket(
        loans=parts.loans,
        conversations=parts.conversations,
        tickets=parts.tickets,
        outbox=SqsOutbox(parts.client("sqs"), env.answer_queue_url),
        alerts=SnsAlerts(parts.client("sns"), env.urgent_topic_arn),
        content=parts.content,
        renderer=Renderer(parts.content),
        clock=parts.clock,
    )


def ticket_desk(env: settings.TicketDesk) -> "TicketDesk":
    """The operator's desk: the one station that only reads, but for what an operator asks on a ticket."""
    from .adapters.desk_content import load_desk, load_lint_rules
    from .core.message import Renderer
    from .flows.ticket_desk import TicketDesk

    parts = Parts(env)
    return TicketDesk(
        loans=parts.loans,
        conversations=parts.conversations,
        tickets=parts.tickets,
        stops=parts.stops,
        content=parts.content,
        renderer=Renderer(parts.content),
        clock=parts.clock,
        desk=load_desk(),
        lint_rules=cache(load_lint_rules),
    )


def sweep(env: settings.Sweep) -> "Sweep":
    """What was left half-way."""
    from .adapters.comparison import DynamoComparison
    from .adapters.end_user_messaging import EndUserMessaging
    from .adapters.queues import SqsOutbox
    from .flows.compare_opt_outs import CompareOptOuts
    from .flows.sweep import Sweep

    parts = Parts(env)
    carrier = EndUserMessaging(parts.client("pinpoint-sms-voice-v2"), "", "", env.opt_out_list)
    return Sweep(
        loans=parts.loans,
        conversations=parts.conversations,
        tickets=parts.tickets,
        follow_up=parts.follow_up,
        outbox=SqsOutbox(parts.client("sqs"), env.answer_queue_url),
        list_opt_out=carrier.list_opt_out,
        opt_outs=CompareOptOuts(
            conversations=parts.conversations,
            provider=carrier,
            comparison=DynamoComparison(parts.dynamodb, env.conversation_table),
            clock=parts.clock,
        ),
        clock=parts.clock,
    )


def report_outcomes(env: settings.ReportOutcomes) -> "tuple[NoteOutcomes, ReportOutcomes]":
    """What came of the texts: the noting of facts, and their daily count."""
    from .adapters.outcomes import DynamoOutcomes
    from .flows.note_outcomes import NoteOutcomes
    from .flows.report_outcomes import ReportOutcomes

    parts = Parts(env)
    outcomes = DynamoOutcomes(parts.dynamodb, env.loan_table, parts.clock)
    note = NoteOutcomes(
        loans=parts.loans,
        conversations=parts.conversations,
        outcomes=outcomes,
        content=parts.content,
        clock=parts.clock,
    )
    report = ReportOutcomes(outcomes=outcomes, stopping=parts.stopping, content=parts.content, clock=parts.clock)
    return note, report


def publish_report(env: settings.ReportOutcomes) -> "PublishReport":
    """The daily report. On the laptop every borrower is made up, and its pages say so."""
    from .adapters.outcomes import DynamoOutcomes
    from .adapters.report_content import load_reports
    from .adapters.reports import S3Reports
    from .core.report.model import Origin
    from .flows.learn import Learn
    from .flows.publish_report import PublishReport

    parts = Parts(env)
    outcomes = DynamoOutcomes(parts.dynamodb, env.loan_table, parts.clock)
    return PublishReport(
        outcomes=outcomes,
        stops=parts.stops,
        reports=S3Reports(parts.client("s3"), env.report_bucket),
        learn=Learn(outcomes=outcomes, conversations=parts.conversations, content=parts.content),
        content=parts.content,
        says=load_reports(),
        clock=parts.clock,
        origin=Origin.SIMULATED if env.clock_file else Origin.REAL,
    )


def show_headline(env: settings.TicketDesk) -> "ShowHeadline":
    """The newest report's first screen, beside the desk."""
    from .adapters.report_content import load_reports
    from .adapters.reports import S3Reports
    from .flows.publish_report import ShowHeadline

    return ShowHeadline(reports=S3Reports(Parts(env).client("s3"), env.report_bucket), says=load_reports())


def _turns(env: settings.SendContact, parts: Parts) -> "Callable[[Batch], Turns | None]":
    """A batch's turns, or none where the stage states no limit."""
    from .adapters.pace import DynamoPace
    from .core.pace import Limit
    from .flows.pacing import Stride, Turns

    try:
        limit = Limit(int(env.parts_per_second), int(env.answers_share_percent))
    except ValueError as error:
        raise settings.SettingsError(f"the pace is wrong, set it in infra/stages.py: {error}") from error
    pace = DynamoPace(parts.dynamodb, env.conversation_table, env.origination_identity, limit)
    stride = Stride()
    return lambda batch: Turns(pace, limit, batch, stride) if limit.parts_per_second else None


def _carrier(env: settings.SendContact, parts: Parts) -> Carrier:
    """The SDK never repeats a send: one unanswered call could become five texts."""
    seconds = float(env.send_timeout_seconds)
    once = Config(connect_timeout=seconds, read_timeout=seconds, retries={"total_max_attempts": 1})
    if env.sms_provider == SNS:
        from .adapters.sns_texts import SnsTexts

        return SnsTexts(parts.client("sns", once))
    if env.sms_provider == END_USER_MESSAGING:
        from .adapters.end_user_messaging import EndUserMessaging

        return EndUserMessaging(
            parts.client("pinpoint-sms-voice-v2", once),
            env.origination_identity,
            env.configuration_set,
            env.opt_out_list,
        )
    raise settings.SettingsError(f"SMS_PROVIDER is neither {END_USER_MESSAGING} nor {SNS}: set it in infra/stages.py")
