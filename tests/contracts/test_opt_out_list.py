"""What every provider's opt-out list does: the fake of the flows' tests, and the adapter over the SMS fake."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from duebridge.adapters import end_user_messaging
from duebridge.adapters.comparison import DynamoComparison
from duebridge.adapters.end_user_messaging import EndUserMessaging
from duebridge.core.drift import DriftProgress, Phase
from duebridge.ports import Comparison, ListedPage, OptOutList, Saved
from infra.local.sms_fake.transport import attach
from tests.aws import CONVERSATION_TABLE
from tests.builders import NOW, PHONE
from tests.fakes import FakeCarrier, FakeClock, FakeComparison
from tests.phones import OPT_OUT_LIST, OUR_NUMBER, a_fake
from tests.stores import aws_client, aws_stores, session

PHONES = [f"+131255501{number:02}" for number in range(25)]
PAGE_NUMBERS = 10


@pytest.fixture(params=["fake", "end_user_messaging"])
def provider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[OptOutList]:
    if request.param == "fake":
        yield FakeCarrier(page_numbers=PAGE_NUMBERS, stale_tokens=frozenset({"not-a-token"}))
        return
    monkeypatch.setattr(end_user_messaging, "NUMBERS_A_PAGE", PAGE_NUMBERS)
    fake = a_fake()
    client: Any = session().client("pinpoint-sms-voice-v2")
    attach(client, fake)
    yield EndUserMessaging(client, OUR_NUMBER, "receipts", OPT_OUT_LIST)
    fake.stop()


def test_an_empty_list_is_one_empty_page(provider: OptOutList) -> None:
    assert provider.listed_page("") == ListedPage((), "")


def test_all_pages_together_are_the_list(provider: OptOutList) -> None:
    for phone in PHONES:
        provider.list_opt_out(phone)
    found, token, pages = list[str](), "", 0
    while True:
        page = provider.listed_page(token)
        assert page is not None
        found += page.phones
        pages += 1
        token = page.token
        if not token:
            break
    assert (sorted(found), pages) == (PHONES, 3)


def test_a_token_that_the_provider_does_not_know_gives_no_page(provider: OptOutList) -> None:
    assert provider.listed_page("not-a-token") is None


def test_a_number_is_listed_once_it_was_put_there(provider: OptOutList) -> None:
    assert provider.is_listed(PHONE) is False
    provider.list_opt_out(PHONE)
    provider.list_opt_out(PHONE)
    assert provider.is_listed(PHONE) is True
    assert provider.listed_page("") == ListedPage((PHONE,), "")


@pytest.fixture(params=["fake", "dynamodb"])
def make_comparison(request: pytest.FixtureRequest) -> Iterator[Callable[[], Comparison]]:
    if request.param == "fake":
        kept = FakeComparison()
        yield lambda: kept
        return
    with aws_stores(FakeClock()):
        yield lambda: DynamoComparison(aws_client("dynamodb"), CONVERSATION_TABLE)


def test_a_comparison_goes_on_where_another_run_stopped(make_comparison: Callable[[], Comparison]) -> None:
    assert make_comparison().load() == DriftProgress()
    begun = DriftProgress().begun(NOW).after_page("token-2")
    assert make_comparison().save(begun) is Saved.DONE
    assert make_comparison().save(begun) is Saved.RACED
    read = make_comparison().load()
    assert (read.phase, read.started_at, read.token, read.version) == (Phase.THEIRS, NOW, "token-2", 1)
    assert make_comparison().save(read.done()) is Saved.DONE
    assert make_comparison().load().phase is Phase.DONE
