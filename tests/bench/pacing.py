"""The pace on the deployed pipeline: several senders at once against a low limit, with a backlog and answers coming in.

The fake of the SMS service keeps when each text was asked for, by the real clock; that is what is counted.
"""

import time
from collections import Counter
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any

from duebridge.adapters import dynamo
from duebridge.adapters.queues import SqsOutbox
from duebridge.core.contact import Text
from duebridge.core.pace import Limit
from infra.local.laptop import Laptop
from infra.local.observation import invoke
from infra.local.sms_fake.texts import AcceptedText
from tests.bench.figures import Figure
from tests.builders import NOW, a_loan, an_answer

LIMIT = Limit(5, 20)
"""Low enough for a small machine that also plays AWS: what it cannot send anyway shows no pace."""
LOANS = 120
WARM_UP_LOANS = 60
"""Sent before: a process that starts on this machine takes seconds, and is no matter of pace."""
SENDERS = 6
ANSWERS_A_SECOND = 1
FUNCTION_SECONDS = 25
LONGEST_RUN_SECONDS = 180
AREA_CODES = (205, 212, 213, 303, 312, 404, 415, 503, 512, 617)


@dataclass(frozen=True, slots=True)
class Run:
    """What the carrier saw, and when each answer was queued."""

    texts: tuple[AcceptedText, ...]
    queued_at: dict[str, datetime]
    began_at: datetime
    dead_letters: int
    reserved: dict[int, int]
    """Parts that bulk took of each second, used or not."""

    @property
    def parts(self) -> Counter[int]:
        """By aligned second."""
        return _by_second(self.texts)

    @property
    def bulk(self) -> list[AcceptedText]:
        """Demands."""
        return [text for text in self.texts if text.context["kind"] == "demand"]

    @property
    def answers(self) -> list[AcceptedText]:
        """Texts that overtook them."""
        return [text for text in self.texts if text.context["kind"] == "answer"]

    def seconds_under_load(self) -> range:
        """The middle four fifths of the backlog: before, senders are still starting; after, some have nothing left."""
        starts = sorted(int(text.requested_at.timestamp()) for text in self.bulk)
        return range(starts[len(starts) // 10] + 1, starts[len(starts) * 9 // 10])


def figures() -> list[Figure]:
    """One run of about a minute."""
    run = played()
    show_seconds(run)
    seconds, parts, of_bulk = run.seconds_under_load(), run.parts, _by_second(run.bulk)
    used = sum(of_bulk[each] for each in seconds)
    reserved = sum(run.reserved.get(each, 0) for each in seconds)
    allowed = sum(LIMIT.most(each, is_answer=False) for each in seconds)
    answers = [(text.requested_at - run.queued_at[text.context["contact_id"]]).total_seconds() for text in run.answers]
    waits = [(text.requested_at - run.began_at).total_seconds() for text in run.bulk]
    return [
        Figure(
            area="pace",
            what="aligned seconds above the limit",
            measured=sum(1 for count in parts.values() if count > LIMIT.parts_per_second),
            unit="seconds",
            budget=0,
            note=f"{SENDERS} senders of bulk and 2 of answers, {LIMIT.parts_per_second} parts a second; "
            f"the fullest had {max(parts.values())}",
        ),
        Figure(
            area="pace",
            what="share of what bulk may take, under load",
            measured=used / allowed,
            unit="",
            budget=0.95,
            is_floor=True,
            note=f"{used} of {allowed} parts in {len(seconds)} seconds; {reserved} were reserved",
        ),
        Figure(
            area="pace",
            what="answers: seconds from queue to carrier, median",
            measured=median(answers),
            unit="s",
            note=f"nineteen of twenty within {quantiles(answers, n=20)[-1]:.2f} s; "
            f"bulk waited {median(waits):.1f} s (median) in its backlog",
        ),
        Figure(area="pace", what="texts given up", measured=run.dead_letters, unit="", budget=0),
        Figure(
            area="pace",
            what="texts that never went",
            measured=LOANS + len(run.queued_at) - len(run.texts),
            unit="",
            budget=0,
        ),
    ]


def played() -> Run:
    """A backlog is planned; then the senders begin, and answers come in steadily until it is gone."""
    with Laptop(NOW) as laptop:
        _pace(laptop)
        answers = SqsOutbox(laptop.emulator.client("sqs"), laptop.names["AnswersQueueUrl"])
        _fill_book(laptop, WARM_UP_LOANS)
        answers.put([_answer(f"warm-{number}", laptop.clock.now()) for number in range(WARM_UP_LOANS // 2)])
        laptop.plan()
        before = len(laptop.phones.carrier_log)
        _let_bulk_go(laptop, False)
        _fill_book(laptop, LOANS, first=WARM_UP_LOANS)
        invoke(laptop.emulator, laptop.names["PlanContactsFunction"], {"source": "aws.events"})
        _wait_for_backlog(laptop)
        _let_bulk_go(laptop, True)
        began_at, queued_at = datetime.now(UTC), dict[str, datetime]()
        deadline = time.monotonic() + LONGEST_RUN_SECONDS
        while len(laptop.phones.carrier_log) - before < LOANS + len(queued_at) and time.monotonic() < deadline:
            answer = _answer(str(len(queued_at)), laptop.clock.now())
            queued_at[answer.contact_id] = datetime.now(UTC)
            answers.put([answer])
            time.sleep(1 / ANSWERS_A_SECOND)
        laptop.settle()
        return Run(laptop.phones.carrier_log[before:], queued_at, began_at, laptop.dead_letters(), _reserved(laptop))


def _reserved(laptop: Laptop) -> dict[int, int]:
    rows = dynamo.query(
        laptop.emulator.client("dynamodb"),
        TableName=laptop.names["ConversationTable"],
        KeyConditionExpression="party = :party",
        ExpressionAttributeValues=dynamo.wired({":party": f"pace#{laptop.names['OriginationIdentity']}"}),
    )
    return {int(row["entry"].removeprefix("second#")): int(row.get("by_bulk", 0)) for row in rows}


def _let_bulk_go(laptop: Laptop, enabled: bool) -> None:
    laptop.emulator.client("lambda").update_event_source_mapping(UUID=_bulk_mapping(laptop), Enabled=enabled)


def _bulk_mapping(laptop: Laptop) -> str:
    client = laptop.emulator.client("lambda")
    found = client.list_event_source_mappings(FunctionName=laptop.names["SendContactFunction"])["EventSourceMappings"]
    (mapping,) = [each["UUID"] for each in found if "Bulk" in each["EventSourceArn"]]
    return str(mapping)


def _wait_for_backlog(laptop: Laptop) -> None:
    sqs, name = laptop.emulator.client("sqs"), "ApproximateNumberOfMessages"
    deadline = time.monotonic() + LONGEST_RUN_SECONDS
    while time.monotonic() < deadline:
        queue_url = laptop.names["BulkQueueUrl"]
        if int(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])["Attributes"][name]) >= LOANS:
            return
        time.sleep(0.2)


def show_seconds(run: Run) -> None:
    """Each second's parts, as they fell."""
    parts, answers = run.parts, _by_second(run.answers)
    for second in range(min(parts), max(parts) + 1):
        bar = "#" * (parts[second] - answers[second]) + "a" * answers[second]
        print(f"{second - min(parts):4} s {parts[second]:3} {bar}")  # noqa: T201 - the bench talks to people


def _by_second(texts: Any) -> Counter[int]:
    counted: Counter[int] = Counter()
    for text in texts:
        counted[int(text.requested_at.timestamp())] += text.measure.parts
    return counted


def _pace(laptop: Laptop) -> None:
    """The laptop's template has no pace and few senders: here they are what a busy deployment has."""
    client, function = laptop.emulator.client("lambda"), laptop.names["SendContactFunction"]
    variables = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    variables |= {
        "PARTS_PER_SECOND": str(LIMIT.parts_per_second),
        "ANSWERS_SHARE_PERCENT": str(LIMIT.answers_share_percent),
    }
    client.update_function_configuration(
        FunctionName=function, Environment={"Variables": variables}, Timeout=FUNCTION_SECONDS
    )
    client.update_event_source_mapping(UUID=_bulk_mapping(laptop), ScalingConfig={"MaximumConcurrency": SENDERS})


def _fill_book(laptop: Laptop, loans: int, first: int = 0) -> None:
    for number in range(first, first + loans):
        area, rest = AREA_CODES[number % len(AREA_CODES)], 5_550_100 + number // len(AREA_CODES)
        laptop.loans.save(
            a_loan(
                loan_id=f"P{number:04}",
                borrower_id=f"BP{number:04}",
                phone=f"+1{area}{rest}",
                next_contact_at=laptop.clock.now(),
            )
        )


def _answer(name: str, now: datetime) -> Text:
    """To somebody each time, so that nobody has had enough answers for today."""
    return replace(
        an_answer(),
        contact_id=f"answer-{name}",
        phone=f"+1312555{2_000 + int(name.removeprefix('warm-'))}",
        loan_id="",
        inbound_id=f"inbound-{name}",
        inbound_at=now,
        planned_at=now,
        expires_at=now.replace(hour=23),
    )
