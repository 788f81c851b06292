"""Two ways to reach the fake with an ordinary boto3 client: over loopback, or within one process."""

import contextlib
import io
import json
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

from infra.local.sms_fake.contract import SERVICE
from infra.local.sms_fake.service import Answer, Silence, SmsFake

_BODY_LIMIT_BYTES = 1_048_576
_TARGET_PREFIX = "PinpointSMSVoiceV2."


def _operation(target: str) -> str:
    return target.removeprefix(_TARGET_PREFIX) if target.startswith(_TARGET_PREFIX) else ""


def _headers(body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "x-amzn-RequestId": str(uuid.uuid4()),
    }


class SmsServer:
    """The fake behind a loopback port, which others can be told of before the fake itself is built."""

    def __init__(self, port: int = 0) -> None:
        """Takes the port at once (0: a free one); callers wait until `serve`."""
        self._listener = _Listener(port)
        self._thread: threading.Thread | None = None

    @property
    def endpoint_url(self) -> str:
        """For AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    def serve(self, fake: SmsFake, *, timeout_hold_seconds: float = 4.0) -> None:
        """Begins to answer, also those who already wait.

        A call whose answer gets lost keeps its connection for the hold, which must outlast the
        caller's patience; then the connection closes.
        """
        self._listener.fake = fake
        self._listener.timeout_hold_seconds = timeout_hold_seconds
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, name="sms-fake", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends every connection, also those on hold, and gives the port back."""
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    # All senders may connect in the same moment.
    request_queue_size = 128

    fake: SmsFake
    timeout_hold_seconds: float

    def __init__(self, port: int) -> None:
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        self.stopping.set()
        with self._connections_lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # the caller may have hung up first
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A caller that gave up closes its end; that is its right, not an error of ours.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body would leave in two packets, and Nagle's algorithm holds the second back for 40 ms.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Listener

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if length > _BODY_LIMIT_BYTES:
            self.send_error(413)
            self.close_connection = True
            return
        body = self.rfile.read(length)
        answer = self.server.fake.answer(_operation(self.headers.get("X-Amz-Target", "")), body)
        if isinstance(answer, Silence):
            self.server.stopping.wait(self.server.timeout_hold_seconds)
            self.close_connection = True
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        body = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in _headers(body).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the demo's own output tells what happens."""


def attach(client: BaseClient, fake: SmsFake) -> None:
    """Serves this client in process, without a socket, also where moto serves all others."""

    def answer_request(request: AWSPreparedRequest, **_: Any) -> Any:
        target = request.headers.get("X-Amz-Target", "")
        operation = _operation(target.decode() if isinstance(target, bytes) else target)
        answer = fake.answer(operation, cast(bytes, request.body))
        if isinstance(answer, Silence):
            raise ReadTimeoutError(endpoint_url=request.url)
        content = json.dumps(answer.body).encode()
        headers = HTTPHeaders.from_dict(_headers(content))
        return AWSResponse(str(request.url), answer.status, headers, _Content(content))

    client.meta.events.register_first(f"before-send.{SERVICE}", answer_request)


class _Content(io.BytesIO):
    """The body in the form in which botocore reads it from urllib3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(65_536):
            yield chunk
