"""Only this machine's own browser, on a page of this run, is answered."""

import pytest

from infra.local.console.guard import HEADERS, TOKEN_HEADER, Guard

GUARD = Guard(8800, "secret")
GOOD = {"Host": "127.0.0.1:8800", "Origin": "http://127.0.0.1:8800", "Content-Type": "application/json"}
GOOD |= {TOKEN_HEADER: "secret"}


@pytest.mark.parametrize("host", ["127.0.0.1:8800", "localhost:8800"])
def test_the_pages_own_names_are_answered(host: str) -> None:
    assert GUARD.refusal("GET", {"Host": host}) == ""
    assert GUARD.refusal("POST", {**GOOD, "Host": host, "Origin": f"http://{host}"}) == ""


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:8800", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8800.evil.example"]
)
def test_a_name_that_another_site_points_here_is_refused(host: str) -> None:
    assert "127.0.0.1:8800" in GUARD.refusal("GET", {"Host": host})
    assert "127.0.0.1:8800" in GUARD.refusal("POST", {**GOOD, "Host": host})


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1:8801", "https://127.0.0.1:8800"])
def test_a_request_that_a_page_of_another_site_sends_is_refused(origin: str) -> None:
    assert "another site" in GUARD.refusal("GET", {"Host": "127.0.0.1:8800", "Origin": origin})
    assert "another site" in GUARD.refusal("POST", {**GOOD, "Origin": origin})


@pytest.mark.parametrize("token", ["", "Secret", "secret2", "sécret"])
def test_a_write_without_the_runs_token_is_refused(token: str) -> None:
    assert "earlier run" in GUARD.refusal("POST", {**GOOD, TOKEN_HEADER: token})


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_a_write_that_a_form_of_any_site_could_make_is_refused(content_type: str) -> None:
    assert GUARD.refusal("POST", {**GOOD, "Content-Type": content_type}) == "send JSON"


def test_no_answer_lets_a_script_in_or_another_site_frame_or_read_it() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert not any(name.lower().startswith("access-control-") for name in HEADERS)
