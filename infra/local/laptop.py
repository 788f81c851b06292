"""The whole pipeline on this machine: the templates that AWS gets, an emulated AWS, and a carrier with phones."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from duebridge.adapters import dynamo, rows
from duebridge.adapters.content import parse
from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.tickets import DynamoTickets
from duebridge.core.content import Content
from duebridge.core.ticket import Ticket
from duebridge.flows.publish_report import NEWEST
from infra.content import compile_content
from infra.local import mishaps
from infra.local.assembly import PROJECT, assembly
from infra.local.clock import RunClock
from infra.local.deployment import deploy
from infra.local.emulator import Emulator
from infra.local.observation import NotQuietError, StreamProgress, WorkerDiedError, invoke, logs, quiet
from infra.local.sms_fake.account import Account, EventDestination
from infra.local.sms_fake.faults import Faults
from infra.local.sms_fake.service import SmsFake
from infra.local.sms_fake.transport import SmsServer

RUN_FOLDER = PROJECT / ".duebridge"
LENDER = "harbour-bank"
STACKS = tuple(f"duebridge-local-{part}" for part in ("data", "sms", "pipeline", "operations"))
NOT_HERE = {"CarrierResources": "no", "QualityAlarms": "no", "SavedQueries": "no", "Trail": "no"}
"""What the emulator has no resources for: the carrier's, which the fake plays, and saved log queries."""

OUR_NUMBER = "+12025550100"
QUIET_SECONDS = 90
SCHEDULED_TRIES = 3
"""As for every asynchronous call: one and two retries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the deployed stacks called their resources."""

    outputs: Mapping[str, str]

    def __getitem__(self, output: str) -> str:
        return self.outputs[output]

    @property
    def queues(self) -> list[str]:
        """Every queue that must be empty before the clock may jump."""
        return [url for name, url in self.outputs.items() if name.endswith("QueueUrl")]

    @property
    def dead_letters(self) -> list[str]:
        """Every queue that must stay empty."""
        return [url for name, url in self.outputs.items() if name.endswith("DeadLettersUrl")]


class Laptop:
    """A running pipeline. Use it in a `with`; `log` is told what is being done."""

    def __init__(
        self,
        start: datetime,
        *,
        faults: Faults | None = None,
        strict: bool = False,
        folder: Path = RUN_FOLDER,
        lender: str = LENDER,
        drafts_start: date | None = None,
    ) -> None:
        """`lender` is a file in templates/lenders. Experiments that are drafts run from `drafts_start` on."""
        self.folder = folder
        self.clock = RunClock(folder / "clock", start)
        self.content: Content = parse(compile_content(lender, drafts_start=drafts_start))
        self._lender = lender
        self._drafts_start = drafts_start.isoformat() if drafts_start else ""
        self._faults = faults or Faults()
        self._strict = strict
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def _start(self) -> None:
        server = SmsServer()
        self._closing.callback(server.stop)
        environment = {
            "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": server.endpoint_url,
            "CLOCK_FILE": str(self.folder / "clock"),
            **mishaps.environment(self._faults, self._mishaps),
        }
        self.emulator = Emulator(strict=self._strict, environment=environment, log_path=self.folder / "emulator.log")
        self._closing.enter_context(self.emulator)
        self._assembly = assembly(
            lender="" if self._lender == LENDER else self._lender, drafts_start=self._drafts_start
        )
        stacks = deploy(self.emulator, self._assembly, STACKS, NOT_HERE)
        self.names = Names(outputs={k: v for stack in stacks.values() for k, v in stack.outputs.items()})
        self.phones = SmsFake(self._account(), publish=self._publish, now=self.clock.now, faults=self._faults)
        self._closing.callback(self.phones.stop)
        server.serve(self.phones)
        dynamodb = self.emulator.client("dynamodb")
        self.loans = DynamoLoanBook(dynamodb, self.names["LoanTable"])
        self.conversations = DynamoConversations(
            dynamodb, self.names["ConversationTable"], self.names["LoanTable"], _AsTheStations(self.clock)
        )
        self.tickets = DynamoTickets(dynamodb, self.names["TicketTable"])
        self._ticket_changes = StreamProgress(self.emulator, "follow_ticket", self.names["FollowTicketFunction"])
        self._outcome_changes = StreamProgress(self.emulator, "report_outcomes", self.names["ReportOutcomesFunction"])

    def drop(self, content: bytes, key: str, metadata: Mapping[str, str] | None = None) -> None:
        """Puts a file into the inbox."""
        self.emulator.client("s3").put_object(
            Bucket=self.names["InboxBucket"], Key=key, Body=content, Metadata=dict(metadata or {})
        )

    def rejects(self, key: str) -> list[dict[str, Any]]:
        """What was written beside a dropped file."""
        s3, bucket = self.emulator.client("s3"), self.names["InboxBucket"]
        found = s3.list_objects_v2(Bucket=bucket, Prefix=f"rejects/{key}/").get("Contents", [])
        bodies = (s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found)
        return [json.loads(line) for body in bodies for line in body.decode().splitlines()]

    def pay(self, loan_id: str, amount: str, currency: str, paid_on: str, reference: str) -> None:
        """Puts a `Payment Received` event on the bus, as a lender's core system would."""
        detail = {
            "loan_id": loan_id,
            "amount": amount,
            "currency": currency,
            "paid_on": paid_on,
            "reference": reference,
        }
        entry = {
            "EventBusName": self.names["EventBusName"],
            "Source": "core-banking",
            "DetailType": "Payment Received",
            "Detail": json.dumps(detail),
        }
        answer = self.emulator.client("events").put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise RuntimeError("the bus refused a payment event")

    def operator_request(self, ticket_id: str, **request: object) -> Ticket:
        """Writes on a ticket what an operator would in the console; the ticket once the request was followed.

        Raises NotQuietError when it was not, with what the station complained of.
        """
        dynamodb, table = self.emulator.client("dynamodb"), self.names["TicketTable"]
        key = {"ticket_id": ticket_id}
        dynamodb.update_item(
            TableName=table,
            Key=dynamo.wired(key),
            UpdateExpression="SET operator_request = :asked",
            ConditionExpression="attribute_exists(ticket_id)",
            ExpressionAttributeValues=dynamo.wired({":asked": request}),
        )
        self.settle()
        ticket = rows.ticket(dynamo.get(dynamodb, table, key) or {})
        if ticket.request or ticket.doing:
            raise NotQuietError(f"the request on ticket {ticket_id} was not followed\n{self.complaints()}")
        return ticket

    def plan(self) -> None:
        """The scheduled run of the planner, and all that follows from it."""
        self._run_scheduled("plan_contacts", self.names["PlanContactsFunction"])

    def sweep(self, *, with_outcomes: bool = False) -> None:
        """The scheduled sweep, and all that follows from it; `with_outcomes` as `settle_outcomes` does."""
        self._invoke_scheduled("sweep", self.names["SweepFunction"])
        if with_outcomes:
            self.settle_outcomes()
        else:
            self.settle()

    def _run_scheduled(self, station: str, function: str) -> None:
        self._invoke_scheduled(station, function)
        self.settle()

    def _invoke_scheduled(self, station: str, function: str) -> None:
        """A run whose worker dies is tried again, as the rule's own call would be."""
        for tries_left in reversed(range(SCHEDULED_TRIES)):
            try:
                invoke(self.emulator, function, _scheduled(station))
                break
            except WorkerDiedError:
                if not tries_left:
                    raise

    def report(self) -> None:
        """The scheduled count of outcomes, and the report of it, once all that came of the texts is noted."""
        self.settle_outcomes()
        self._run_scheduled("report_outcomes", self.names["ReportOutcomesFunction"])

    def report_page(self, language: str) -> bytes:
        """The page that the station wrote last."""
        s3, key = self.emulator.client("s3"), f"{NEWEST}/report.{language}.html"
        page: bytes = s3.get_object(Bucket=self.names["ReportBucket"], Key=key)["Body"].read()
        return page

    def settle_outcomes(self) -> None:
        """Waits until what came of the texts is noted too. It costs more than `settle`, and no other station waits for
        it: once before the clock jumps is enough."""
        self._wait(lambda: self._outcome_changes.is_drained() and self._is_idle())

    def settle(self) -> None:
        """Waits until every queue is empty, every change of a ticket followed, and the carrier has nothing to report.

        Raises NotQuietError with what the stations last complained of.
        """
        self._wait(self._is_idle)

    def _is_idle(self) -> bool:
        return self.phones.pending() == 0 and self._ticket_changes.is_drained()

    def _wait(self, idle: Callable[[], bool]) -> None:
        try:
            quiet(self.emulator, self.names.queues, deadline_seconds=QUIET_SECONDS, idle=idle)
        except NotQuietError as error:
            raise NotQuietError(f"{error}\n{self.complaints()}") from error

    def complaints(self, most: int = 5) -> str:
        """The last errors of each station."""
        told = []
        for output, function in self.names.outputs.items():
            if output.endswith("Function"):
                errors = [line for line in logs(self.emulator, function) if "Error" in line or "Exception" in line]
                told += [f"{output.removesuffix('Function')}: {line[:500]}" for line in errors[-most:]]
        return "\n".join(told)

    def faults_played(self) -> Counter[str]:
        """How often each fault really struck, by its name, whoever played it."""
        return Counter(self.phones.faults_played) + mishaps.played(self._mishaps)

    def dead_letters(self) -> int:
        """Messages that a station gave up."""
        sqs = self.emulator.client("sqs")
        name = "ApproximateNumberOfMessages"
        return sum(
            int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
            for url in self.names.dead_letters
        )

    @property
    def _mishaps(self) -> Path:
        return self.folder / "mishaps.jsonl"

    def _publish(self, topic_arn: str, message: str) -> None:
        self.emulator.client("sns").publish(TopicArn=topic_arn, Message=message)

    def _account(self) -> Account:
        events = EventDestination(self.names["DeliveryEventsTopicArn"], self._subscribed_events())
        return Account(
            origination_identities={self.names["OriginationIdentity"]: OUR_NUMBER},
            configuration_sets={self.names["ConfigurationSetName"]: events},
            opt_out_list=self.names["OptOutListName"],
            inbound_topic_arn=self.names["InboundTextsTopicArn"],
        )

    def _subscribed_events(self) -> frozenset[str]:
        """What the configuration set of the template asks to be told."""
        template = json.loads((self._assembly / "duebridge-local-sms.template.json").read_text(encoding="utf-8"))
        return frozenset(
            event_type
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::SMSVOICE::ConfigurationSet"
            for destination in resource["Properties"]["EventDestinations"]
            for event_type in destination["MatchingEventTypes"]
        )


class _AsTheStations:
    """The run's clock as a port, for reading the tables from outside."""

    def __init__(self, clock: RunClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def from_aws(self, stamp: datetime) -> datetime:
        return self._clock.now() - (datetime.now(UTC) - stamp)

    def to_aws(self, instant: datetime) -> datetime:
        return self._clock.to_real(instant)


def _scheduled(station: str) -> dict[str, Any]:
    """The event of a scheduled EventBridge rule."""
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:000000000000:rule/{station}"],
        "detail": {},
    }
