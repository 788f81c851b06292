"""AWS clients whose requests stop short of the network and get ready answers: what is left is the client's own work."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from tests.aws import REGION

Answers = Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]
"""By operation: the body of the answer to a request's body."""


class Body(io.BytesIO):
    """An answer as botocore reads it."""

    def stream(self, amount: int = 1024) -> Iterator[bytes]:
        """As urllib3's response gives its body."""
        while chunk := self.read(amount):
            yield chunk


class CannedAws:
    """Keeps what was asked, so that the same calls can be made again by hand."""

    def __init__(self, answers: Answers) -> None:
        self.calls: list[tuple[Any, str, dict[str, Any]]] = []
        self._answers = answers
        self._session = boto3.Session("testing", "testing", region_name=REGION)

    def client(self, service: Any) -> Any:
        """A client that botocore made as ever, but for its way out."""
        client: Any = self._session.client(service)
        client.meta.events.register("before-send", self._answer)
        client.meta.events.register("provide-client-params", self._keeper_of(client))
        return client

    def repeat(self, calls: list[tuple[Any, str, dict[str, Any]]]) -> None:
        """The same calls with the same ready parameters, and no logic."""
        for client, method, request in calls:
            getattr(client, method)(**request)

    def _keeper_of(self, client: Any) -> Callable[..., None]:
        def keep(params: dict[str, Any], model: Any, **_: Any) -> None:
            self.calls.append((client, xform_name(model.name), params))

        return keep

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().rsplit(".", 1)[-1]
        answer = self._answers[operation](json.loads(request.body))
        return AWSResponse(request.url, 200, HTTPHeaders(), Body(json.dumps(answer).encode()))
