"""What goes wrong on a bad day of the SMS fake, by its seed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from infra.local.sms_fake.faults import MEANINGS, Faults, FaultsError
from infra.local.sms_fake.service import SmsFake
from tests.local.sms_fake.account import (
    BORROWER,
    INBOUND_TOPIC,
    PATIENCE_SECONDS,
    RECEIPTS_TOPIC,
    Topics,
    a_client,
    a_text,
    in_process,
    receipts,
    refused,
)


def outcomes(fake: SmsFake, count: int = 200) -> list[str]:
    """Sends so many texts, one try each; tells what each caller learned."""
    client = in_process(fake)

    def outcome(number: int) -> str:
        try:
            client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))
        except ClientError as exc:
            return str(exc.response["Error"]["Code"])
        except ReadTimeoutError:
            return "timeout"
        return "accepted"

    return [outcome(number) for number in range(count)]


def test_a_specification_is_read() -> None:
    faults = Faults.parse(" throttle=0.2, timeout=0.05,kill=5,duplicate_delivery=0.3,seed=7 ")
    assert faults == Faults(throttle=0.2, timeout=0.05, kill=5, duplicate_delivery=0.3, seed=7)
    assert Faults.parse("") == Faults()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("throtle=0.2", "throttle, timeout, error, refuse, lost_receipts"),
        ("throttle", "throttle needs a number"),
        ("throttle=often", "throttle needs a number"),
        ("seed=0.5", "seed=7"),
        ("throttle=1.5", "share from 0 to 1"),
        ("throttle=nan", "share from 0 to 1"),
        ("error=-0.1", "share from 0 to 1"),
        ("kill=0.5", "kill needs a number, such as kill=5"),
        ("kill=-1", "number of workers from 0"),
        ("throttle=0.1,throttle=0.2", "twice"),
        ("undelivered=0.6,blocked=0.6", "exceed 1"),
    ],
)
def test_a_wrong_specification_says_how_to_mend_it(text: str, told: str) -> None:
    with pytest.raises(FaultsError, match=told):
        Faults.parse(text)


def test_every_fault_is_explained_to_those_who_ask_for_one() -> None:
    assert list(MEANINGS) == [field.name for field in fields(Faults)]


@pytest.mark.parametrize(
    ("faults", "struck"),
    [
        ("throttle=1", {"throttle": 3}),
        ("timeout=1", {"timeout": 3}),
        ("error=1", {"error": 3}),
        ("refuse=1", {"refuse": 3}),
        ("lost_receipts=1,duplicate_receipts=1", {"lost_receipts": 3}),
        ("delayed_receipts=1,duplicate_receipts=1", {"delayed_receipts": 3, "duplicate_receipts": 3}),
        ("undelivered=1", {"undelivered": 3}),
        ("carrier_unreachable=1", {"carrier_unreachable": 3}),
        ("invalid=1", {"invalid": 3}),
        ("blocked=1", {"blocked": 3}),
        ("", {}),
    ],
)
def test_each_fault_that_really_struck_is_counted(
    make_fake: Callable[..., SmsFake], faults: str, struck: dict[str, int]
) -> None:
    fake = make_fake(faults)
    outcomes(fake, 3)
    assert fake.faults_played == struck


def test_a_throttled_text_is_not_sent(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("throttle=1")
    assert set(outcomes(fake, 3)) == {"ThrottlingException"}
    assert fake.carrier_log == ()
    assert receipts(fake, topics) == []


def test_a_throttled_text_gets_through_when_it_is_tried_again(make_fake: Callable[..., SmsFake]) -> None:
    fake = make_fake("throttle=0.5,seed=3")
    left = set(range(50))
    client = in_process(fake)
    for _ in range(30):
        for number in sorted(left):
            try:
                client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))
            except client.exceptions.ThrottlingException:
                continue
            left.discard(number)
    assert left == set()
    assert len(fake.carrier_log) == 50


def test_a_text_whose_answer_is_lost_was_sent_and_reported(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("timeout=1")
    assert outcomes(fake, 1) == ["timeout"]
    (text,) = fake.carrier_log
    assert [event["context"] for event in receipts(fake, topics)] == [dict(text.context)]


@pytest.mark.enable_socket
def test_over_loopback_a_lost_answer_outlasts_the_caller_s_patience(
    make_fake: Callable[..., SmsFake], serve: Callable[..., str]
) -> None:
    fake = make_fake("timeout=1")
    client = a_client(serve(fake, timeout_hold_seconds=60), read_timeout=0.3)
    with pytest.raises(ReadTimeoutError):
        client.send_text_message(**a_text())
    assert len(fake.carrier_log) == 1


@pytest.mark.enable_socket
def test_after_the_hold_the_connection_is_closed_without_an_answer(
    make_fake: Callable[..., SmsFake], serve: Callable[..., str]
) -> None:
    fake = make_fake("timeout=1")
    client = a_client(serve(fake, timeout_hold_seconds=0.01), read_timeout=30)
    with pytest.raises(ConnectionClosedError):
        client.send_text_message(**a_text())
    assert len(fake.carrier_log) == 1


def test_after_an_internal_error_the_text_may_or_may_not_have_gone_out(
    make_fake: Callable[..., SmsFake],
) -> None:
    fake = make_fake("error=1,seed=1")
    assert set(outcomes(fake, 100)) == {"InternalServerException"}
    assert 30 < len(fake.carrier_log) < 70


def test_a_refused_text_is_a_conflict_and_not_sent(make_fake: Callable[..., SmsFake]) -> None:
    fake = make_fake("refuse=1")
    error = refused(in_process(fake))
    assert error.response["Error"]["Code"] == "ConflictException"
    assert error.response["Reason"] == "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"
    assert fake.carrier_log == ()


def test_a_lost_receipt_never_comes_and_is_known_to_be_lost(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("lost_receipts=1")
    message_id = in_process(fake).send_text_message(**a_text())["MessageId"]
    assert receipts(fake, topics) == []
    assert fake.lost_receipts == (message_id,)


def test_a_duplicate_receipt_comes_twice(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("duplicate_receipts=1")
    in_process(fake).send_text_message(**a_text())
    first, second = receipts(fake, topics)
    assert first == second


def test_a_delayed_receipt_stays_pending(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("delayed_receipts=1", delayed_receipt_seconds=3_600)
    in_process(fake).send_text_message(**a_text())
    fake.reply(BORROWER, "hello")
    assert not fake.wait_until_quiet(0.2)
    assert fake.pending() == 1
    assert [topic for topic, _ in topics.messages] == [INBOUND_TOPIC]


def test_a_delayed_receipt_comes_after_the_delay(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("delayed_receipts=1", delayed_receipt_seconds=0.05)
    in_process(fake).send_text_message(**a_text())
    fake.reply(BORROWER, "hello")
    assert fake.wait_until_quiet(PATIENCE_SECONDS)
    assert [topic for topic, _ in topics.messages] == [INBOUND_TOPIC, RECEIPTS_TOPIC]


@pytest.mark.parametrize(
    ("faults", "event_type", "description"),
    [
        ("undelivered=1", "TEXT_UNREACHABLE", "Phone is currently unreachable/unavailable"),
        (
            "carrier_unreachable=1",
            "TEXT_CARRIER_UNREACHABLE",
            "Phone carrier is currently unreachable/unavailable",
        ),
        ("invalid=1", "TEXT_INVALID", "Invalid phone number"),
        ("blocked=1", "TEXT_BLOCKED", "Phone has blocked SMS"),
    ],
)
def test_an_undelivered_text_ends_in_a_final_receipt_that_says_why(
    make_fake: Callable[..., SmsFake], topics: Topics, faults: str, event_type: str, description: str
) -> None:
    fake = make_fake(faults)
    in_process(fake).send_text_message(**a_text())
    (event,) = receipts(fake, topics)
    assert (event["eventType"], event["messageStatusDescription"]) == (event_type, description)
    assert event["messageStatus"] == event_type.removeprefix("TEXT_")
    assert event["isFinal"] is True


def test_shares_are_kept_and_kinds_fall_independently(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("throttle=0.2,timeout=0.1,undelivered=0.3,invalid=0.1,seed=7")
    seen = outcomes(fake, 1_000)
    assert 150 < seen.count("ThrottlingException") < 250
    assert 50 < seen.count("timeout") < 110
    assert len(fake.carrier_log) == 1_000 - seen.count("ThrottlingException")
    ends = [event["eventType"] for event in receipts(fake, topics)]
    assert 180 < ends.count("TEXT_UNREACHABLE") < 300
    assert 45 < ends.count("TEXT_INVALID") < 120


def test_one_seed_gives_one_story_whatever_the_order_of_the_threads(
    make_fake: Callable[..., SmsFake],
) -> None:
    faults = "throttle=0.2,timeout=0.1,error=0.1,refuse=0.1,lost_receipts=0.2,seed=7"

    def story(workers: int, order: int) -> tuple[Any, Any, Any]:
        fake = make_fake(faults)
        client = in_process(fake)

        def try_twice(number: int) -> list[str]:
            seen = []
            for _ in range(2):
                try:
                    client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))
                    seen.append("accepted")
                except ClientError as exc:
                    seen.append(exc.response["Error"]["Code"])
                except ReadTimeoutError:
                    seen.append("timeout")
            return seen

        numbers = list(range(100))[::order]
        with ThreadPoolExecutor(workers) as pool:
            seen = dict(zip(numbers, pool.map(try_twice, numbers), strict=True))
        sent = {(text.context["contact_id"], text.message_id) for text in fake.carrier_log}
        return seen, sent, set(fake.lost_receipts)

    assert story(1, 1) == story(8, -1)


def test_another_seed_gives_another_story(make_fake: Callable[..., SmsFake]) -> None:
    assert outcomes(make_fake("throttle=0.5,seed=1")) != outcomes(make_fake("throttle=0.5,seed=2"))
