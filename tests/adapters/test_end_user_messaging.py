"""The default carrier: asked once, with every outcome told apart."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.exceptions import ConnectionClosedError as ClosedError

from duebridge.adapters.end_user_messaging import EndUserMessaging, outcome_of
from duebridge.core.contact import Accepted, Outcome, Rejected, Throttled, Unknown
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


def refused(code: str, reason: str = "") -> ClientError:
    response: Any = {"Error": {"Code": code}, **({"Reason": reason} if reason else {})}
    return ClientError(response, "SendTextMessage")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refused("ThrottlingException"), Throttled("ThrottlingException")),
        (
            refused("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
            Throttled("MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
        ),
        (refused("AccessDeniedException"), Throttled("AccessDeniedException")),
        (refused("ResourceNotFoundException"), Throttled("ResourceNotFoundException")),
        (refused("ExpiredTokenException"), Throttled("ExpiredTokenException")),
        (refused("UnrecognizedClientException"), Throttled("UnrecognizedClientException")),
        (
            refused("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"),
            Rejected("DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"),
        ),
        # Our own set-up is wrong, not the number: the text waits instead of being burnt.
        (refused("ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND"), Throttled("NO_ORIGINATION_IDENTITIES_FOUND")),
        (refused("ValidationException"), Rejected("ValidationException")),
        (refused("InternalServerException"), Unknown("InternalServerException")),
        (refused("ServiceUnavailable"), Unknown("ServiceUnavailable")),
        (refused("ErrorOfNextYear"), Unknown("ErrorOfNextYear")),
    ],
    ids=lambda value: value.response["Error"]["Code"] if isinstance(value, ClientError) else type(value).__name__,
)
def test_each_refusal_has_one_outcome(error: ClientError, expected: Outcome) -> None:
    assert outcome_of(error) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectTimeoutError(endpoint_url="https://x"), Throttled("ConnectTimeoutError")),
        (EndpointConnectionError(endpoint_url="https://x"), Throttled("EndpointConnectionError")),
        (ReadTimeoutError(endpoint_url="https://x"), Unknown("ReadTimeoutError")),
        (ClosedError(endpoint_url="https://x"), Unknown("ConnectionClosedError")),
    ],
    ids=["never connected", "no such host", "no answer", "cut off"],
)
def test_only_a_connection_that_was_never_made_is_surely_not_sent(error: Exception, expected: Outcome) -> None:
    class Client:
        def send_text_message(self, **_: Any) -> Any:
            raise error

    client: Any = Client()
    assert EndUserMessaging(client, OUR_NUMBER, "receipts", OPT_OUT_LIST).send(a_text(), 600) == expected
