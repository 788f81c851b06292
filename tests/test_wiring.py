"""The parts are put together with the settings that keep a text from being sent twice."""

from collections.abc import Callable
from typing import Any

import pytest
from moto import mock_aws

from duebridge import settings, wiring
from duebridge.adapters.clock import SystemClock
from duebridge.adapters.end_user_messaging import EndUserMessaging
from duebridge.adapters.sns_texts import SnsTexts
from duebridge.flows.pacing import Batch
from tests.builders import the_content

ENVIRONMENT = {
    "loan_table": "loans",
    "conversation_table": "conversations",
    "ticket_table": "tickets",
    "bulk_queue_url": "https://sqs.us-east-1.amazonaws.com/000000000000/bulk",
    "answer_queue_url": "https://sqs.us-east-1.amazonaws.com/000000000000/answers",
    "sms_provider": "end_user_messaging",
    "origination_identity": "+18445550123",
    "configuration_set": "receipts",
    "opt_out_list": "borrowers",
    "send_timeout_seconds": "7",
    "parts_per_second": "3",
    "answers_share_percent": "20",
}

BATCH = Batch(is_answer=False, parts=(1,), seconds_to_wait=lambda: 1.0)


@pytest.fixture(autouse=True)
def own_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duebridge.adapters.content.load", the_content)


def sender_of(**changes: str) -> Any:
    env = settings.SendContact(**(ENVIRONMENT | changes))
    return wiring.send_contact(env)("queue", BATCH)


@pytest.mark.parametrize(
    ("provider", "kind", "gives_receipts"),
    [("end_user_messaging", EndUserMessaging, True), ("sns", SnsTexts, False)],
)
def test_the_carrier_is_asked_once_within_the_time_that_the_stage_gives(
    provider: str, kind: type, gives_receipts: bool
) -> None:
    with mock_aws():
        sender = sender_of(sms_provider=provider)
    config = sender.carrier.client.meta.config
    assert isinstance(sender.carrier, kind)
    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (7.0, 7.0)
    assert sender.gives_receipts is gives_receipts


def test_other_calls_may_be_repeated_with_bounds() -> None:
    with mock_aws():
        client = wiring.Parts(settings.RecordReceipt.read({n.upper(): v for n, v in ENVIRONMENT.items()})).dynamodb
    assert client.meta.config.retries == {"mode": "standard", "total_max_attempts": 4}
    assert client.meta.config.read_timeout == 10


def test_an_unknown_provider_is_refused_and_says_where_to_mend_it() -> None:
    with mock_aws(), pytest.raises(settings.SettingsError, match=r"infra/stages\.py"):
        sender_of(sms_provider="pigeon")


def test_without_a_clock_file_time_is_real() -> None:
    with mock_aws():
        assert isinstance(sender_of().clock, SystemClock)


def test_a_text_goes_back_to_the_queue_that_it_came_from() -> None:
    with mock_aws():
        sender: Callable[[str, Batch], Any] = wiring.send_contact(settings.SendContact(**ENVIRONMENT))
        assert sender("bulk", BATCH).outbox is not sender("answers", BATCH).outbox
        assert sender("bulk", BATCH).carrier is sender("answers", BATCH).carrier


def test_a_stage_with_a_limit_paces_its_sender_and_one_without_does_not() -> None:
    with mock_aws():
        assert sender_of().turns is not None
        assert sender_of(parts_per_second="0").turns is None


@pytest.mark.parametrize(
    ("name", "value"), [("parts_per_second", "-1"), ("parts_per_second", "x"), ("answers_share_percent", "91")]
)
def test_a_limit_that_makes_no_sense_is_refused_and_says_where_to_mend_it(name: str, value: str) -> None:
    with mock_aws(), pytest.raises(settings.SettingsError, match=r"infra/stages\.py"):
        sender_of(**{name: value})
