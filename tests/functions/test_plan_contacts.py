"""The schedule spreads the shards; each shard's message queues its texts."""

import json

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from duebridge.core.shard import SHARDS, shard_of
from functions.plan_contacts.handler import handler
from tests.builders import a_loan, a_text
from tests.functions.conftest import Context, Deployment, failures_of, scheduled_event, sqs_event

WORK = {"shard": shard_of("L1"), "cursor": ""}


def test_the_schedule_makes_one_piece_of_work_a_shard(deployment: Deployment) -> None:
    assert handler(scheduled_event(), Context()) is None
    work = [json.loads(body) for body in deployment.queued("work")]
    assert sorted(work, key=lambda each: str(each["shard"])) == [{"shard": shard, "cursor": ""} for shard in SHARDS]


def test_a_shards_due_loans_are_queued_for_the_sender(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    assert failures_of(handler(sqs_event(WORK), Context())) == []
    (text,) = deployment.texts("bulk")
    assert text.contact_id == a_text().contact_id
    assert handler(sqs_event(WORK), Context()) is not None
    assert deployment.texts("bulk") == []


def test_a_broken_message_does_not_stop_its_neighbours(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    answer = handler(sqs_event("{", WORK), Context())
    assert failures_of(answer) == ["message-0"]
    assert len(deployment.texts("bulk")) == 1


def test_a_batch_in_which_all_is_broken_fails_as_a_whole(deployment: Deployment) -> None:
    with pytest.raises(BatchProcessingError):
        handler(sqs_event("{"), Context())
    assert deployment.queued("bulk") == []
