"""The SMS fake with its topics and clock, in process or over loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from infra.local.sms_fake.account import Account
from infra.local.sms_fake.faults import Faults
from infra.local.sms_fake.service import SmsFake
from infra.local.sms_fake.transport import SmsServer
from tests.local.sms_fake.account import (
    AWS_NOW,
    Clock,
    Topics,
    an_account,
    in_process,
)


@pytest.fixture
def topics() -> Topics:
    return Topics()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def make_fake(topics: Topics, clock: Clock, cleanup: ExitStack) -> Callable[..., SmsFake]:
    def make(faults: str = "", account: Account | None = None, **options: Any) -> SmsFake:
        fake = SmsFake(
            account or an_account(),
            publish=topics,
            now=clock,
            aws_now=lambda: AWS_NOW,
            faults=Faults.parse(faults),
            **options,
        )
        cleanup.callback(fake.stop)
        return fake

    return make


@pytest.fixture
def fake(make_fake: Callable[..., SmsFake]) -> SmsFake:
    return make_fake()


@pytest.fixture
def client(fake: SmsFake) -> Any:
    return in_process(fake)


@pytest.fixture
def serve(cleanup: ExitStack) -> Callable[..., str]:
    def start(fake: SmsFake, **options: Any) -> str:
        server = SmsServer()
        cleanup.callback(server.stop)
        server.serve(fake, **options)
        return server.endpoint_url

    return start
