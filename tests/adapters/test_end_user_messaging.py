"""The default carrier: asked once, with every outcome told apart."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import replace
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionClosedError as ClosedError

from duebridge.adapters.end_user_messaging import EndUserMessaging
from duebridge.core.contact import Accepted, Misconfigured, Outcome, Rejected, Throttled, Unknown
from duebridge.core.errors import SetUpError
from infra.local.sms_fake.service import SmsFake
from infra.local.sms_fake.transport import attach
from tests.builders import PHONE, a_text
from tests.phones import OPT_OUT_LIST, OUR_NUMBER, a_fake
from tests.stores import session

ONCE = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})


@pytest.fixture
def make_carrier() -> Iterator[Callable[..., tuple[EndUserMessaging, SmsFake]]]:
    with ExitStack() as stack:

        def make(faults: str = "", config: Config = ONCE) -> tuple[EndUserMessaging, SmsFake]:
            fake = a_fake(faults)
            stack.callback(fake.stop)
            client: Any = session().client("pinpoint-sms-voice-v2", config=config)
            attach(client, fake)
            return EndUserMessaging(client, OUR_NUMBER, "receipts", OPT_OUT_LIST), fake

        yield make


def test_an_accepted_text_carries_everything_that_its_receipt_needs(make_carrier: Any) -> None:
    carrier, fake = make_carrier()
    outcome = carrier.send(a_text(), 600)
    (sent,) = fake.carrier_log
    assert outcome == Accepted(sent.message_id)
    assert (sent.to, sent.sender, sent.body) == (PHONE, OUR_NUMBER, a_text().body)
    assert sent.context == {"contact_id": a_text().contact_id, "kind": "demand"}
    assert (sent.time_to_live_seconds, sent.configuration_set, sent.message_type) == (600, "receipts", "TRANSACTIONAL")


@pytest.fixture
def asked(make_carrier: Any) -> Callable[..., dict[str, Any]]:
    """What the service is asked when a text is sent."""

    def send(**changes: Any) -> dict[str, Any]:
        carrier, _ = make_carrier()
        requests: list[dict[str, Any]] = []
        carrier.client.meta.events.register(
            "provide-client-params.pinpoint-sms-voice-v2.SendTextMessage",
            lambda params, **_: requests.append(params),
        )
        assert isinstance(carrier.send(a_text(**changes), 600), Accepted)
        return requests[0]

    return send


def test_a_registered_text_names_its_template_and_sender_to_indias_carriers(asked: Any) -> None:
    registered = {"registered_template": "1107160000000000001", "registered_entity": "1101160000000000001"}
    assert "DestinationCountryParameters" not in asked(**registered), "other carriers know no such ids"
    request = asked(phone="+919999900003", **registered)
    assert request["DestinationCountryParameters"] == {
        "IN_TEMPLATE_ID": "1107160000000000001",
        "IN_ENTITY_ID": "1101160000000000001",
    }


@pytest.mark.parametrize(
    "half",
    [
        pytest.param({}, id="neither"),
        pytest.param({"registered_template": "1107"}, id="a template of nobody"),
        pytest.param({"registered_entity": "1101"}, id="a sender without a template"),
    ],
)
def test_a_text_that_is_not_registered_names_nothing(asked: Any, half: dict[str, str]) -> None:
    assert "DestinationCountryParameters" not in asked(**half)


def test_the_context_holds_no_personal_data(make_carrier: Any) -> None:
    carrier, fake = make_carrier()
    carrier.send(a_text(), 600)
    assert set(fake.carrier_log[0].context) == {"contact_id", "kind"}


def test_a_throttled_text_was_surely_not_sent(make_carrier: Any) -> None:
    carrier, fake = make_carrier("throttle=1")
    assert carrier.send(a_text(), 600) == Throttled("ThrottlingException")
    assert fake.carrier_log == ()


def test_a_refused_text_is_rejected_with_the_reason(make_carrier: Any) -> None:
    carrier, _ = make_carrier("refuse=1")
    outcome = carrier.send(a_text(), 600)
    assert outcome == Rejected("DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE")


def test_a_number_on_the_providers_list_is_told_as_opted_out(make_carrier: Any) -> None:
    carrier, _ = make_carrier()
    carrier.list_opt_out(PHONE)
    carrier.list_opt_out(PHONE)
    assert carrier.send(a_text(), 600) == Rejected("DESTINATION_PHONE_NUMBER_OPTED_OUT", opted_out=True)


def test_a_number_that_opted_in_again_comes_off_the_providers_list(make_carrier: Any) -> None:
    carrier, _ = make_carrier()
    carrier.list_opt_out(PHONE)
    assert carrier.unlist_opt_out(PHONE) is True
    assert isinstance(carrier.send(a_text(), 600), Accepted)


def test_a_number_that_is_on_no_list_needs_not_come_off_one(make_carrier: Any) -> None:
    carrier, _ = make_carrier()
    assert carrier.unlist_opt_out(PHONE) is True
    assert carrier.unlist_opt_out(PHONE) is True


def test_a_number_that_came_off_within_the_month_stays_on_the_list(make_carrier: Any) -> None:
    carrier, fake = make_carrier()
    for _ in range(2):
        carrier.list_opt_out(PHONE)
        is_off = carrier.unlist_opt_out(PHONE)
    assert is_off is False
    assert PHONE in fake.opt_outs.numbers()


def test_a_number_that_may_never_be_opted_in_stays_on_the_list() -> None:
    client: Any = Refusing(refused("ValidationException", "PHONE_NUMBER_CANNOT_BE_OPTED_IN"))
    assert EndUserMessaging(client, OUR_NUMBER, "receipts", OPT_OUT_LIST).unlist_opt_out(PHONE) is False


def test_a_list_that_is_not_there_is_no_success(make_carrier: Any) -> None:
    carrier, _ = make_carrier()
    nowhere = replace(carrier, opt_out_list="no-such-list")
    with pytest.raises(SetUpError, match="ResourceNotFoundException"):
        nowhere.unlist_opt_out(PHONE)


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("AccessDeniedException", SetUpError),
        ("ThrottlingException", ClientError),
        ("InternalServerException", ClientError),
        ("ValidationException", ClientError),
    ],
)
def test_other_faults_of_taking_a_number_off_are_raised(code: str, raised: type[Exception]) -> None:
    client: Any = Refusing(refused(code))
    with pytest.raises(raised, match=code):
        EndUserMessaging(client, OUR_NUMBER, "receipts", OPT_OUT_LIST).unlist_opt_out(PHONE)


def test_a_fault_of_the_service_is_unknown(make_carrier: Any) -> None:
    carrier, _ = make_carrier("error=1")
    assert carrier.send(a_text(), 600) == Unknown("InternalServerException")


def test_a_service_that_does_not_answer_was_asked_once_and_is_unknown(make_carrier: Any) -> None:
    carrier, fake = make_carrier("timeout=1")
    assert carrier.send(a_text(), 600) == Unknown("ReadTimeoutError")
    assert len(fake.carrier_log) == 1


def test_with_the_sdks_own_retries_the_same_silence_would_be_several_texts(make_carrier: Any) -> None:
    carrier, fake = make_carrier("timeout=1", Config(retries={"mode": "standard", "total_max_attempts": 2}))
    carrier.send(a_text(), 600)
    assert len(fake.carrier_log) == 2


def test_a_text_that_does_not_even_fit_the_request_is_rejected_without_its_words(make_carrier: Any) -> None:
    carrier, fake = make_carrier()
    assert carrier.send(a_text(body=""), 600) == Rejected("FIELD_VALIDATION_FAILED")
    assert fake.carrier_log == ()


class Refusing:
    """Takes no number off its list."""

    def __init__(self, error: ClientError) -> None:
        self._error = error

    def delete_opted_out_number(self, **_: Any) -> Any:
        raise self._error


def refused(code: str, reason: str = "") -> ClientError:
    response: Any = {"Error": {"Code": code}, **({"Reason": reason} if reason else {})}
    return ClientError(response, "SendTextMessage")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectTimeoutError(endpoint_url="https://x"), Throttled("ConnectTimeoutError")),
        (EndpointConnectionError(endpoint_url="https://x"), Throttled("EndpointConnectionError")),
        (NoCredentialsError(), Misconfigured("NoCredentialsError")),
        (ReadTimeoutError(endpoint_url="https://x"), Unknown("ReadTimeoutError")),
        (ClosedError(endpoint_url="https://x"), Unknown("ConnectionClosedError")),
    ],
    ids=["never connected", "no such host", "never signed", "no answer", "cut off"],
)
def test_only_a_connection_that_was_never_made_is_surely_not_sent(error: Exception, expected: Outcome) -> None:
    class Client:
        def send_text_message(self, **_: Any) -> Any:
            raise error

    client: Any = Client()
    assert EndUserMessaging(client, OUR_NUMBER, "receipts", OPT_OUT_LIST).send(a_text(), 600) == expected
