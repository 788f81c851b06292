"""The SMS fake over loopback, as a stock client meets it."""

import http.client
import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ReadTimeoutError

from infra.local.sms_fake.service import SmsFake
from infra.local.sms_fake.transport import SmsServer
from tests.local.sms_fake.account import (
    AWS_NOW,
    PATIENCE_SECONDS,
    Topics,
    a_client,
    a_text,
    receipts,
)


@pytest.mark.enable_socket
def test_over_loopback_the_whole_service_works_with_a_stock_client(
    fake: SmsFake, serve: Callable[..., str], topics: Topics
) -> None:
    client = a_client(serve(fake), checked=True)
    message_id = client.send_text_message(**a_text(MessageBody="您好"))["MessageId"]
    client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber="+13125550199")
    page = client.describe_opted_out_numbers(OptOutListName="borrowers")
    assert page["OptedOutNumbers"][0]["OptedOutTimestamp"] == AWS_NOW
    assert [event["messageId"] for event in receipts(fake, topics)] == [message_id]
    assert fake.carrier_log[0].body == "您好"


@pytest.mark.enable_socket
def test_over_loopback_many_senders_at_once_lose_nothing(fake: SmsFake, serve: Callable[..., str]) -> None:
    client = a_client(serve(fake))

    def send(number: int) -> str:
        return str(client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))["MessageId"])

    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(send, range(200)))
    assert sorted(answered) == sorted(text.message_id for text in fake.carrier_log)
    assert len(set(answered)) == 200
    assert fake.wait_until_quiet(PATIENCE_SECONDS)


@pytest.mark.enable_socket
def test_one_connection_serves_many_calls(fake: SmsFake, serve: Callable[..., str]) -> None:
    connection = http.client.HTTPConnection(serve(fake).removeprefix("http://"), timeout=PATIENCE_SECONDS)
    connection.connect()
    first_socket = connection.sock
    for operation, status in (("SendTextMessage", 200), ("CarrierLookup", 400), ("SendFax", 400)):
        headers = {"X-Amz-Target": f"PinpointSMSVoiceV2.{operation}"}
        connection.request("POST", "/", json.dumps(a_text()), headers)
        response = connection.getresponse()
        response.read()
        assert response.status == status
        assert response.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert connection.sock is first_socket
    connection.close()


@pytest.mark.enable_socket
def test_a_body_beyond_all_limits_is_not_read(fake: SmsFake, serve: Callable[..., str]) -> None:
    connection = http.client.HTTPConnection(serve(fake).removeprefix("http://"), timeout=PATIENCE_SECONDS)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", "1048577")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.enable_socket
def test_callers_that_come_before_the_fake_is_ready_are_served_once_it_is(fake: SmsFake) -> None:
    server = SmsServer()
    try:
        with ThreadPoolExecutor(1) as pool:
            early = pool.submit(a_client(server.endpoint_url, read_timeout=20).send_text_message, **a_text())
            server.serve(fake)
            assert early.result(PATIENCE_SECONDS)["MessageId"] == fake.carrier_log[0].message_id
    finally:
        server.stop()


@pytest.mark.enable_socket
def test_stopping_ends_idle_and_held_connections_and_frees_the_port(
    make_fake: Callable[..., SmsFake],
) -> None:
    server = SmsServer()
    server.serve(make_fake("timeout=1"), timeout_hold_seconds=3_600)
    client = a_client(server.endpoint_url, read_timeout=0.2)
    with pytest.raises(ReadTimeoutError):
        client.send_text_message(**a_text())
    port = int(server.endpoint_url.rpartition(":")[2])
    idle = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
    request = b"POST / HTTP/1.1\r\nContent-Length: 2\r\nX-Amz-Target: PinpointSMSVoiceV2.SendFax\r\n\r\n{}"
    idle.sendall(request)
    assert idle.recv(12) == b"HTTP/1.1 400"
    server.stop()
    while idle.recv(4_096):
        pass
    idle.close()
    SmsServer(port).stop()


@pytest.mark.enable_socket
def test_the_fake_listens_on_loopback_only(fake: SmsFake, serve: Callable[..., str]) -> None:
    assert serve(fake).startswith("http://127.0.0.1:")
