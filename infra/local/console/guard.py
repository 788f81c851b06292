"""Who may talk to the console: only a page that the console itself served to a browser on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import compare_digest
from typing import Protocol

TOKEN_HEADER = "X-DueBridge-Token"  # noqa: S105  the header's name
JSON_TYPE = "application/json"

HEADERS: Mapping[str, str] = {
    # Widgets bring styles of their own, as in CloudWatch; nothing brings a script.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""On every answer."""


class Headers(Protocol):
    """The headers of a request, whatever the case of their names."""

    def get(self, name: str, default: str, /) -> str:
        """The header's value."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Asked before anything else of a request is looked at."""

    port: int
    token: str
    """Known to pages of this run alone."""

    def refusal(self, method: str, headers: Headers) -> str:
        """Why the request is not answered; empty when it is.

        A page of another site can make a browser send requests here, even under a name of its own that it lets
        point to 127.0.0.1 (DNS rebinding). It can choose neither the Host and Origin that the browser states, nor
        read the token.
        """
        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")}
        host = headers.get("Host", "")
        if host not in hosts:
            return f"open the console at http://127.0.0.1:{self.port}"
        if headers.get("Origin", f"http://{host}") != f"http://{host}":
            return "this request comes from another site"
        if method == "GET":
            return ""
        if headers.get("Content-Type", "").partition(";")[0] != JSON_TYPE:
            return "send JSON"
        if not compare_digest(headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return "this page is of an earlier run: load it again"
        return ""
