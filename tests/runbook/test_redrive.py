"""docs/runbook/redrive.md: set-aside work is brought back, and what the station then does with it.

That a second delivery changes nothing is held for each queue by tests/functions/test_redrive.py. Neither moto nor the
emulator plays StartMessageMoveTask; so the call is held against AWS's own model of it, and then done by hand as AWS
describes it: same body, new id, new age.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from functions.follow_ticket import handler as follow_ticket
from functions.import_loans import handler as import_loans
from infra.local.sms_fake.contract import Contract
from tests.aws import TICKET_TABLE
from tests.builders import a_ticket
from tests.flows.test_import_loans import a_file
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.runbook.conftest import ItemEditor, page
from tests.ticket_stream import a_stream_event, a_stream_record

KEY = "loans/loans-20260311T060000Z.csv"


def dead_letters_of(deployment: Deployment, queue: str) -> tuple[str, str]:
    """The URL and the ARN of a dead-letter queue beside one of the product's queues."""
    sqs = deployment.sqs
    url = sqs.create_queue(QueueName=f"{queue}-dead-letters")["QueueUrl"]
    arn: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    sqs.set_queue_attributes(QueueUrl=deployment.queue_urls[queue], Attributes={"RedrivePolicy": policy})
    return url, arn


def redrives(sqs: Any, source: tuple[str, str], target_url: str, **options: Any) -> None:
    """**Start DLQ redrive**, from a queue's URL and ARN to where its messages came from, or where the options say."""
    url, arn = source
    Contract("sqs").read("StartMessageMoveTask", json.dumps({"SourceArn": arn, **options}).encode())
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            sqs.send_message(QueueUrl=target_url, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_a_redriven_file_is_taken_in_once(deployment: Deployment) -> None:
    url, arn = dead_letters_of(deployment, "import")
    event = json.dumps(deployment.drop(KEY, a_file("L1")))
    deployment.sqs.send_message(QueueUrl=url, MessageBody=event)
    redrives(deployment.sqs, (url, arn), deployment.queue_urls["import"], MaxNumberOfMessagesPerSecond=50)
    bodies = deployment.queued("import")
    assert bodies == [event]
    import_loans.handler(sqs_event(*bodies), Context())
    assert deployment.loans.get("L1") is not None
    assert deployment.sqs.receive_message(QueueUrl=url).get("Messages", []) == []


def test_work_that_eventbridge_could_not_deliver_is_redriven_to_the_queue_that_is_named(
    deployment: Deployment,
) -> None:
    url, arn = dead_letters_of(deployment, "payment")
    deployment.sqs.send_message(QueueUrl=url, MessageBody="{}")
    target = deployment.sqs.get_queue_attributes(
        QueueUrl=deployment.queue_urls["payment"], AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    redrives(deployment.sqs, (url, arn), deployment.queue_urls["payment"], DestinationArn=target)
    assert deployment.queued("payment") == ["{}"]


def test_the_page_tells_of_every_queue_that_is_not_redriven(prod: Mapping[str, Any]) -> None:
    outputs = prod["pipeline"]["Outputs"]
    set_aside = {name.removesuffix("DeadLettersUrl") for name in outputs if name.endswith("DeadLettersUrl")}
    redriven = {name.removesuffix("QueueUrl") for name in outputs if name.endswith("QueueUrl")}
    _, _, cannot = page("redrive").partition("## What cannot be redriven")
    assert set(re.findall(r"`(\w+)DeadLettersUrl`", cannot)) == set_aside - redriven


def test_calls_by_the_clock_are_purged(deployment: Deployment) -> None:
    url, _ = dead_letters_of(deployment, "work")
    deployment.sqs.send_message(QueueUrl=url, MessageBody="{}")
    deployment.sqs.purge_queue(QueueUrl=url)
    assert deployment.sqs.receive_message(QueueUrl=url).get("Messages", []) == []


def test_a_ticket_whose_place_in_the_stream_was_set_aside_is_followed_after_any_edit(
    deployment: Deployment, items: ItemEditor
) -> None:
    asked = a_ticket(request={"by": "AB", "action": "take"})
    deployment.tickets.open(asked)
    (item,) = items.query(TICKET_TABLE, asked.ticket_id)
    item = item | {"operator_request": asked.request}
    items.save(TICKET_TABLE, item | {"note": item["note"] + " "})
    follow_ticket.handler(a_stream_event(a_stream_record(asked, asked)), Context())
    followed = deployment.tickets.get(asked.ticket_id)
    assert followed is not None
    assert (followed.owner, followed.request) == ("AB", {})
