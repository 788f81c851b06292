"""One loan's way as queues, functions and what wakes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import CfnOutput, Duration, Stack, aws_iam, aws_lambda
from constructs import Construct

from duebridge import settings
from duebridge.adapters.tables import BY_BORROWER, DESK, DUE_FOR_CONTACT, UNSETTLED
from duebridge.core.pace import Limit
from infra import nag
from infra.constructs import access
from infra.constructs.queue import DeadLetterQueue, WorkQueue
from infra.constructs.station import ARCHITECTURES, Station
from infra.constructs.triggers import ClockToFunction, EventsToQueue, QueueToFunction, StreamToFunction, TopicToQueue
from infra.layers import ONLY_FOR, layers_of
from infra.stacks.data import DataStack
from infra.stacks.sms import SmsStack
from infra.stages import Stage

LOAN_FILES = "loans/"
PAYMENT_FILES = "payments/"
REJECTED_ROWS = "rejects/"
DAILY_REPORTS, NEWEST_REPORT = "daily/", "latest/"

PLAN_EVERY = Duration.minutes(15)
SWEEP_EVERY = Duration.minutes(5)
REPORT_EVERY = Duration.days(1)
OUTCOMES_A_BATCH = 500
OUTCOMES_GATHERED_FOR = Duration.seconds(30)
"""Nobody waits for a count: a few large writes cost less than many small ones."""


@dataclass(frozen=True, slots=True)
class StationPlan:
    """What sets one station's function apart from the others, its permissions aside."""

    settings: type[settings.Settings]
    timeout_seconds: int
    memory_megabytes: int = 512


def station_plans(stage: Stage) -> dict[str, StationPlan]:
    """All stations that the pipeline deploys, by their folder's name."""
    return {
        "import_loans": StationPlan(settings.ImportLoans, 300, memory_megabytes=1024),
        "plan_contacts": StationPlan(settings.PlanContacts, 120),
        "send_contact": StationPlan(settings.SendContact, stage.send_function_timeout_seconds),
        "record_receipt": StationPlan(settings.RecordReceipt, 30),
        "receive_reply": StationPlan(settings.ReceiveReply, 30),
        "record_payment": StationPlan(settings.RecordPayment, 60),
        "follow_ticket": StationPlan(settings.FollowTicket, 60),
        "ticket_desk": StationPlan(settings.TicketDesk, 30, memory_megabytes=1024),
        "sweep": StationPlan(settings.Sweep, 120),
        "report_outcomes": StationPlan(settings.ReportOutcomes, 300),
    }


class PipelineStack(Stack):
    """Stations, each with its input, its failures' queue and exactly the rights of its job."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: DataStack, sms: SmsStack) -> None:
        super().__init__(scope, name)
        self.add_stack_dependency(sms)
        self._stage, self._data, self._sms = stage, data, sms
        self._plans = station_plans(stage)
        self.queues = {
            "imports": self._queue("Imports", "import_loans"),
            "work": self._queue("Work", "plan_contacts"),
            "bulk": self._queue("Bulk", "send_contact"),
            "answers": self._queue("Answers", "send_contact"),
            "receipts": self._queue("Receipts", "record_receipt"),
            "inbound": self._queue("Inbound", "receive_reply"),
            "payments": self._queue("Payments", "record_payment"),
        }
        self.clock_dead_letters = {
            "plan_contacts": DeadLetterQueue(self, "PlanContactsDeadLetters", data.key),
            "sweep": DeadLetterQueue(self, "SweepDeadLetters", data.key),
            "report_outcomes": DeadLetterQueue(self, "ReportOutcomesDeadLetters", data.key),
        }
        self.stream_dead_letters = {
            "follow_ticket": DeadLetterQueue(self, "FollowTicketDeadLetters", data.key),
            "report_outcomes": self.clock_dead_letters["report_outcomes"],
        }
        layers = self._layers()
        statements = self._statements()
        environment = self._environment()
        self.stations = {
            station: Station(
                self,
                station,
                stage=stage,
                layers=[layers[name] for name in layers if station in ONLY_FOR.get(name, (station,))],
                environment=_chosen(plan.settings, environment),
                statements=statements[station],
                timeout=Duration.seconds(plan.timeout_seconds),
                memory_megabytes=plan.memory_megabytes,
                dead_letters=self.clock_dead_letters.get(station),
            )
            for station, plan in self._plans.items()
        }
        self._fill_queues()
        self._work_queues_off()
        self._follow_tickets()
        self._follow_outcomes()
        self._start_clocks()
        self._acknowledge_findings()
        self._name_for_the_outside()

    def _statements(self) -> Mapping[str, Sequence[aws_iam.PolicyStatement]]:
        """The rights of each station: the one place to widen or narrow them."""
        data, sms = self._data, self._sms
        loan_book, conversations, tickets = data.loan_book, data.conversations, data.tickets
        inbox = data.inbox
        imports, work, bulk, answers, receipts, inbound, payments = (
            self.queues[name].queue
            for name in ("imports", "work", "bulk", "answers", "receipts", "inbound", "payments")
        )
        rows_key = access.use_key(self, data.key, "dynamodb", "sqs")
        rows_and_topic_key = access.use_key(self, data.key, "dynamodb", "sqs", "sns")
        rows_and_files_key = access.use_key(self, data.key, "dynamodb", "sqs", "s3")
        return {
            "import_loans": [
                access.use_rows(loan_book, "GetItem", "BatchGetItem", "Query", "PutItem"),
                access.read_files(inbox, LOAN_FILES),
                access.write_files(inbox, REJECTED_ROWS),
                access.consume(imports),
                access.send_to(imports),
                rows_and_files_key,
            ],
            "plan_contacts": [
                access.query_index(loan_book, DUE_FOR_CONTACT),
                access.use_rows(loan_book, "GetItem", "PutItem"),
                access.use_rows(conversations, "BatchGetItem"),
                access.consume(work),
                access.send_to(work),
                access.send_to(bulk),
                rows_key,
            ],
            "send_contact": [
                access.use_rows(loan_book, "GetItem", "PutItem", "ConditionCheckItem"),
                access.use_rows(
                    conversations, "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"
                ),
                access.use_rows(tickets, "PutItem"),
                access.consume(bulk),
                access.consume(answers),
                access.send_to(bulk),
                access.send_to(answers),
                rows_key,
                *self._texting(),
                access.suppress_numbers(self, sms.opt_out_list),
                access.restore_numbers(self, sms.opt_out_list),
            ],
            "record_receipt": [
                access.use_rows(conversations, "GetItem", "PutItem", "UpdateItem"),
                access.use_rows(loan_book, "GetItem", "PutItem"),
                access.use_rows(tickets, "PutItem"),
                access.consume(receipts),
                rows_key,
            ],
            "receive_reply": [
                access.use_rows(conversations, "GetItem", "Query", "PutItem", "UpdateItem"),
                access.use_rows(loan_book, "GetItem", "BatchGetItem", "PutItem"),
                access.query_index(loan_book, BY_BORROWER),
                access.use_rows(tickets, "GetItem", "PutItem", "UpdateItem"),
                access.consume(inbound),
                access.send_to(answers),
                rows_key,
            ],
            "record_payment": [
                access.use_rows(loan_book, "GetItem", "BatchGetItem", "PutItem"),
                access.use_rows(tickets, "PutItem"),
                access.read_files(inbox, PAYMENT_FILES),
                access.write_files(inbox, REJECTED_ROWS),
                access.consume(payments),
                access.send_to(payments),
                rows_and_files_key,
            ],
            "follow_ticket": [
                access.follow_changes(tickets),
                access.use_rows(tickets, "GetItem", "PutItem", "UpdateItem"),
                access.use_rows(loan_book, "GetItem", "BatchGetItem", "PutItem"),
                access.query_index(loan_book, BY_BORROWER),
                access.use_rows(conversations, "GetItem", "Query", "PutItem", "UpdateItem"),
                access.send_to(answers),
                access.publish_to(data.urgent_tickets),
                access.send_to(self.stream_dead_letters["follow_ticket"]),
                rows_and_topic_key,
            ],
            "ticket_desk": [
                access.query_index(tickets, DESK),
                access.use_rows(tickets, "GetItem", "BatchGetItem"),
                access.ask_on_tickets(tickets),
                access.use_rows(loan_book, "GetItem", "BatchGetItem"),
                access.use_rows(conversations, "GetItem", "Query"),
                *access.show_files(data.reports, NEWEST_REPORT),
                access.use_key(self, data.key, "dynamodb", "s3"),
            ],
            "sweep": [
                access.query_index(conversations, UNSETTLED),
                access.use_rows(conversations, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                access.query_index(loan_book, DUE_FOR_CONTACT),
                access.use_rows(loan_book, "GetItem", "PutItem"),
                access.query_index(tickets, DESK),
                access.use_rows(tickets, "PutItem", "UpdateItem"),
                access.send_to(answers),
                access.compare_numbers(self, sms.opt_out_list),
                access.suppress_numbers(self, sms.opt_out_list),
                rows_key,
            ],
            "report_outcomes": [
                *(access.follow_changes(table) for table in (loan_book, conversations, tickets)),
                access.use_rows(loan_book, "GetItem", "Query", "PutItem", "UpdateItem"),
                access.use_rows(conversations, "GetItem", "Query", "BatchGetItem"),
                access.query_index(conversations, UNSETTLED),
                access.use_rows(tickets, "PutItem"),
                access.send_to(self.stream_dead_letters["report_outcomes"]),
                access.write_files(data.reports, DAILY_REPORTS),
                access.write_files(data.reports, NEWEST_REPORT),
                access.use_key(self, data.key, "dynamodb", "sqs", "s3"),
            ],
        }

    def _texting(self) -> Sequence[aws_iam.PolicyStatement]:
        if self._stage.sms_provider == "sns":
            return access.publish_to_phones()
        identities = self._stage.origination_identities
        return [access.send_texts(self, self._sms.origination_identity, identities)]

    def _environment(self) -> Mapping[str, str]:
        """Every variable that some settings class names; a station gets its own class's."""
        limit = Limit(self._stage.parts_per_second, self._stage.answers_share_percent)
        return {
            "LOAN_TABLE": self._data.loan_book.table_name,
            "CONVERSATION_TABLE": self._data.conversations.table_name,
            "TICKET_TABLE": self._data.tickets.table_name,
            "INBOX_BUCKET": self._data.inbox.bucket_name,
            "REPORT_BUCKET": self._data.reports.bucket_name,
            "IMPORT_QUEUE_URL": self.queues["imports"].queue.queue_url,
            "WORK_QUEUE_URL": self.queues["work"].queue.queue_url,
            "BULK_QUEUE_URL": self.queues["bulk"].queue.queue_url,
            "PAYMENT_QUEUE_URL": self.queues["payments"].queue.queue_url,
            "ANSWER_QUEUE_URL": self.queues["answers"].queue.queue_url,
            "URGENT_TOPIC_ARN": self._data.urgent_tickets.topic_arn,
            "SMS_PROVIDER": self._stage.sms_provider,
            "ORIGINATION_IDENTITY": self._sms.origination_identity,
            "CONFIGURATION_SET": self._sms.configuration_set,
            "OPT_OUT_LIST": self._sms.opt_out_list,
            "SEND_TIMEOUT_SECONDS": str(self._stage.send_timeout_seconds),
            "PARTS_PER_SECOND": str(limit.parts_per_second),
            "ANSWERS_SHARE_PERCENT": str(limit.answers_share_percent),
        }

    def _queue(self, name: str, station: str) -> WorkQueue:
        timeout = Duration.seconds(self._plans[station].timeout_seconds)
        return WorkQueue(self, name, key=self._data.key, function_timeout=timeout)

    def _layers(self) -> Mapping[str, aws_lambda.ILayerVersion]:
        return {
            layer.name: aws_lambda.LayerVersion(
                self,
                f"{layer.name}-layer",
                code=aws_lambda.Code.from_asset(str(layer.folder), asset_hash=layer.input_hash),
                compatible_architectures=[ARCHITECTURES[self._stage.architecture]],
                compatible_runtimes=[aws_lambda.Runtime.PYTHON_3_13],
            )
            for layer in layers_of(self._stage)
        }

    def _fill_queues(self) -> None:
        EventsToQueue(self, "LoanFiles", pattern=self._dropped_under(LOAN_FILES), work=self.queues["imports"])
        EventsToQueue(self, "PaymentFiles", pattern=self._dropped_under(PAYMENT_FILES), work=self.queues["payments"])
        EventsToQueue(
            self,
            "PaymentEvents",
            pattern={"detail-type": ["Payment Received"]},
            work=self.queues["payments"],
            bus_name=self._data.bus.event_bus_name,
        )
        TopicToQueue(
            self,
            "DeliveryEvents",
            topic=self._data.delivery_events,
            work=self.queues["receipts"],
            raw=True,
        )
        # Not raw: an inbound text carries no time of its own, only SNS's envelope does.
        TopicToQueue(self, "InboundTexts", topic=self._data.inbound_texts, work=self.queues["inbound"], raw=False)

    def _dropped_under(self, prefix: str) -> dict[str, object]:
        return {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [self._data.inbox.bucket_name]},
                "object": {"key": [{"prefix": prefix}]},
            },
        }

    def _work_queues_off(self) -> None:
        self._map("imports", "import_loans", batch_size=1, max_concurrency=2)
        self._map("work", "plan_contacts", batch_size=4, max_concurrency=2)
        self._map("bulk", "send_contact", batch_size=10, max_concurrency=self._stage.bulk_concurrency)
        self._map("answers", "send_contact", batch_size=10, max_concurrency=2)
        self._map("receipts", "record_receipt", batch_size=10, max_concurrency=2)
        self._map("inbound", "receive_reply", batch_size=10, max_concurrency=2)
        self._map("payments", "record_payment", batch_size=10, max_concurrency=2)

    def _map(self, queue: str, station: str, *, batch_size: int, max_concurrency: int) -> None:
        QueueToFunction(
            self,
            f"{queue}-to-{station}",
            queue=self.queues[queue].queue,
            function=self.stations[station].function,
            batch_size=batch_size,
            max_concurrency=max_concurrency,
        )

    def _follow_tickets(self) -> None:
        StreamToFunction(
            self,
            "tickets-to-follow_ticket",
            table=self._data.tickets,
            function=self.stations["follow_ticket"].function,
            dead_letters=self.stream_dead_letters["follow_ticket"],
        )

    def _follow_outcomes(self) -> None:
        """Every row of which an outcome may tell; the station's own rows are none of them."""
        for name, table, entries in (
            ("loans", self._data.loan_book, ("loan",)),
            ("conversations", self._data.conversations, ("contact#", "reply#")),
            ("tickets", self._data.tickets, ()),
        ):
            StreamToFunction(
                self,
                f"{name}-to-report_outcomes",
                table=table,
                function=self.stations["report_outcomes"].function,
                dead_letters=self.stream_dead_letters["report_outcomes"],
                batch_size=OUTCOMES_A_BATCH,
                gathered_for=OUTCOMES_GATHERED_FOR,
                entries=entries,
            )

    def _start_clocks(self) -> None:
        for station, every in (
            ("plan_contacts", PLAN_EVERY),
            ("sweep", SWEEP_EVERY),
            ("report_outcomes", REPORT_EVERY),
        ):
            ClockToFunction(
                self,
                f"{station}-clock",
                every=every,
                function=self.stations[station].function,
                dead_letters=self.clock_dead_letters[station],
                enabled=self._stage.rules_on,
            )

    def _acknowledge_findings(self) -> None:
        nag.acknowledge_pinned_runtime(self)
        for station, prefixes in (
            ("import_loans", (LOAN_FILES, REJECTED_ROWS)),
            ("record_payment", (PAYMENT_FILES, REJECTED_ROWS)),
        ):
            for prefix in prefixes:
                nag.acknowledge_files_under(self.stations[station], self._data.inbox, prefix)
        for station, prefix in (
            ("report_outcomes", DAILY_REPORTS),
            ("report_outcomes", NEWEST_REPORT),
            ("ticket_desk", NEWEST_REPORT),
        ):
            nag.acknowledge_reports_under(self.stations[station], self._data.reports, prefix)
        for dead_letters in self.stream_dead_letters.values():
            nag.acknowledge_dead_letters_of_a_stream(dead_letters)
        if self._stage.sms_provider == "sns":
            nag.acknowledge_publish_to_phones(self.stations["send_contact"])

    def _name_for_the_outside(self) -> None:
        for name, work in self.queues.items():
            CfnOutput(self, f"{name.capitalize()}QueueUrl", value=work.queue.queue_url)
            CfnOutput(self, f"{name.capitalize()}DeadLettersUrl", value=work.dead_letters.queue_url)
        for name, dead_letters in {**self.clock_dead_letters, **self.stream_dead_letters}.items():
            CfnOutput(self, f"{_camel(name)}DeadLettersUrl", value=dead_letters.queue_url)
        for name, station in self.stations.items():
            CfnOutput(self, f"{_camel(name)}Function", value=station.function.function_name)


def _chosen(cls: type[settings.Settings], environment: Mapping[str, str]) -> dict[str, str]:
    return {name: environment[name] for name in sorted(cls.variables() - settings.SET_BY_THE_LAPTOP)}


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
