"""The console's HTTP server: loopback only, the guard first, then a file of the page or an answer in JSON."""

import json
import logging
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from infra.local.console.guard import HEADERS, JSON_TYPE, Guard
from infra.local.console.pages import pages

LONGEST_BODY_BYTES = 65_536
IDLE_SECONDS = 60

Route = Callable[[Mapping[str, Any]], object]
"""From the request's parameters to what is answered as JSON."""
Routes = Mapping[tuple[str, str], Route]
"""By method and path."""

logger = logging.getLogger(__name__)


class AskedWronglyError(ValueError):
    """A request cannot be answered as it stands; the text says what to ask instead."""


class ConsoleServer:
    """Takes its port at once and answers from `start` to `stop`."""

    def __init__(self, routes: Routes, *, lender: str, port: int = 0) -> None:
        """Port 0 is a free one. Raises OSError when the port is taken."""
        self._listener = _Listener(port)
        self.token = secrets.token_urlsafe(24)
        self._listener.guard = Guard(self._listener.server_port, self.token)
        self._listener.pages = pages(self.token, lender)
        self._listener.routes = routes
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, name="console", daemon=True
        )

    @property
    def url(self) -> str:
        """For a browser on this machine."""
        return f"http://127.0.0.1:{self._listener.server_port}/"

    def start(self) -> None:
        """On a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Gives the port back. Connections that browsers keep open end with the process."""
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    guard: Guard
    pages: Mapping[str, Any]
    routes: Routes

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that leaves a page closes its connections; that is no error of ours.
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    # Headers and body would leave in two packets, and Nagle's algorithm holds the second back for 40 ms.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Listener

    def version_string(self) -> str:
        return "DueBridge"

    def do_GET(self) -> None:
        if why := self.server.guard.refusal("GET", self.headers):
            self._refuse(HTTPStatus.FORBIDDEN, why)
            return
        url = urlsplit(self.path)
        page = self.server.pages.get(url.path)
        if page is not None:
            self._send(HTTPStatus.OK, page.content_type, page.content)
        else:
            self._answer(("GET", url.path), dict(parse_qsl(url.query)))

    def do_POST(self) -> None:
        if why := self.server.guard.refusal("POST", self.headers):
            self._refuse(HTTPStatus.FORBIDDEN, why)
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST_BODY_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "send a body of at most 64 KiB, with its length")
            return
        try:
            asked = json.loads(self.rfile.read(int(length)))
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            self._refuse(HTTPStatus.BAD_REQUEST, "send one JSON object")
            return
        self._answer(("POST", urlsplit(self.path).path), asked)

    def _answer(self, route: tuple[str, str], asked: Mapping[str, Any]) -> None:
        answer = self.server.routes.get(route)
        if answer is None:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")
            return
        try:
            told = answer(asked)
        except AskedWronglyError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except Exception as error:  # one failed answer must not end the console
            logger.exception("%s %s failed", *route)
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: see the terminal")
        else:
            self._send(HTTPStatus.OK, JSON_TYPE, json.dumps(told, ensure_ascii=False).encode())

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        # The body of a refused request was not read, so the connection cannot carry another one.
        self.close_connection = True
        self._send(status, JSON_TYPE, json.dumps({"error": why}).encode())

    def _send(self, status: HTTPStatus, content_type: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a page that asks each second would fill the terminal."""
