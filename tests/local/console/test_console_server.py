"""The console's server over a real loopback connection."""

import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.local.console.guard import HEADERS, TOKEN_HEADER
from infra.local.console.server import LONGEST_BODY_BYTES, AskedWronglyError, ConsoleServer

pytestmark = pytest.mark.enable_socket


def echo(asked: Mapping[str, Any]) -> object:
    return {"asked": dict(asked)}


def refuse(_: Mapping[str, Any]) -> object:
    raise AskedWronglyError("words: send some")


def fail(_: Mapping[str, Any]) -> object:
    raise RuntimeError("a borrower's words")


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    routes = {
        ("GET", "/api/echo"): echo,
        ("POST", "/api/echo"): echo,
        ("POST", "/api/refuse"): refuse,
        ("POST", "/api/fail"): fail,
    }
    running = ConsoleServer(routes, lender="Harbour <Bank>")
    running.start()
    yield running
    running.stop()


class Browser:
    """Sends exactly the headers that a test names."""

    def __init__(self, server: ConsoleServer) -> None:
        self.address = server.url.removeprefix("http://").rstrip("/")
        self.token = server.token

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=5)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, dict(response.getheaders()), content

    def post(self, path: str, body: bytes) -> tuple[int, Any]:
        headers = {"Content_Type": "application/json", TOKEN_HEADER: self.token}
        status, _, content = self.send("POST", path, body, **headers)
        return status, json.loads(content)


@pytest.fixture
def browser(server: ConsoleServer) -> Browser:
    return Browser(server)


def test_the_first_page_carries_the_token_and_the_lenders_name_as_text(browser: Browser) -> None:
    status, headers, content = browser.send("GET", "/?lang=en")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = content.decode()
    assert f'content="{browser.token}"' in page
    assert "Harbour &lt;Bank&gt;" in page
    assert "{{" not in page


def test_every_file_that_the_first_page_names_is_there(browser: Browser) -> None:
    page = browser.send("GET", "/")[2].decode()
    named = {part.split('"')[0] for name in ('href="/', 'src="/') for part in page.split(name)[1:]}
    assert len(named) > 8
    assert {browser.send("GET", f"/{name}")[0] for name in named} == {200}


@pytest.mark.parametrize("path", ["/", "/js/main.js", "/api/echo", "/nowhere"])
def test_every_answer_has_the_protecting_headers(browser: Browser, path: str) -> None:
    headers = browser.send("GET", path)[1]
    assert {name: headers.get(name) for name in HEADERS} == dict(HEADERS)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/../server.py", "/..%2fserver.py", "/js/../../server.py", "//etc/passwd", "/js/", "/js"]
)
def test_nothing_but_the_pages_own_files_is_served(browser: Browser, path: str) -> None:
    assert browser.send("GET", path)[0] == 404


def test_a_question_brings_its_parameters(browser: Browser) -> None:
    status, _, content = browser.send("GET", "/api/echo?words=%E7%8E%8B+a&start=60")
    assert (status, json.loads(content)) == (200, {"asked": {"words": "王 a", "start": "60"}})


def test_a_write_brings_its_json(browser: Browser) -> None:
    assert browser.post("/api/echo", '{"body": "周五还"}'.encode()) == (200, {"asked": {"body": "周五还"}})


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'"text"', b"\xff"])
def test_a_write_that_is_no_json_object_is_refused_with_words(browser: Browser, body: bytes) -> None:
    assert browser.post("/api/echo", body) == (400, {"error": "send one JSON object"})


def test_a_body_that_is_too_long_is_not_read(browser: Browser) -> None:
    status, told = browser.post("/api/echo", b"x" * (LONGEST_BODY_BYTES + 1))
    assert status == 413
    assert "64 KiB" in told["error"]


def test_another_host_is_refused_before_anything_is_done(browser: Browser) -> None:
    for path in ("/", "/api/echo"):
        assert browser.send("GET", path, Host="evil.example")[0] == 403
    status, _, content = browser.send(
        "POST",
        "/api/fail",
        b"{}",
        Host="evil.example",
        Content_Type="application/json",
        **{TOKEN_HEADER: browser.token},
    )
    assert status == 403
    assert browser.address.encode() in content


def test_a_write_without_the_token_is_refused(browser: Browser) -> None:
    assert browser.send("POST", "/api/echo", b"{}", Content_Type="application/json")[0] == 403


def test_a_wrong_question_is_answered_with_how_to_mend_it(browser: Browser) -> None:
    assert browser.post("/api/refuse", b"{}") == (400, {"error": "words: send some"})


def test_a_failure_is_told_by_its_kind_only_and_does_not_end_the_console(browser: Browser) -> None:
    assert browser.post("/api/fail", b"{}") == (500, {"error": "RuntimeError: see the terminal"})
    assert browser.send("GET", "/api/echo")[0] == 200


def test_other_methods_are_not_answered(browser: Browser) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert browser.send(method, "/api/echo")[0] == 501


def test_a_port_that_is_taken_is_told_at_once(browser: Browser) -> None:
    with pytest.raises(OSError, match="in use"):
        ConsoleServer({}, lender="x", port=int(browser.address.partition(":")[2]))


def test_no_file_of_the_page_has_a_script_of_its_own_or_reaches_for_another_site() -> None:
    static = Path("infra/local/console/static")
    for file in static.rglob("*"):
        if file.suffix not in (".html", ".css", ".js"):
            continue
        text = file.read_text(encoding="utf-8")
        without_comments = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("//", "/*")))
        addresses = without_comments.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in addresses, file
        assert "https://" not in addresses, file
        assert "innerHTML =" not in text, file
        assert "insertAdjacentHTML" not in text, file
        if file.suffix == ".html":
            assert "<script>" not in text
            assert " onclick" not in text
