"""`duebridge erase`: says first, erases only when told to, and never wants a number in a command line."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.tickets import DynamoTickets
from infra.local.running import Running
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, REGION, TICKET_TABLE, create_tables, rows_of
from tests.builders import PHONE, a_loan, a_ticket
from tests.cli.asking import run
from tests.fakes import FakeClock

OUTPUTS = {"LoanTable": LOAN_TABLE, "ConversationTable": CONVERSATION_TABLE, "TicketTable": TICKET_TABLE}
ERASE = ("--stage", "test", "--case", "ER-1", "--by", "AB", "--yes")
STRANGER = "+447700900123"


@pytest.fixture(autouse=True)
def _stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployed stage with one borrower; nothing runs on this machine."""
    for name, value in (("ID", "AWS_ACCESS_KEY_ID"), ("KEY", "AWS_SECRET_ACCESS_KEY"), (REGION, "AWS_DEFAULT_REGION")):
        monkeypatch.setenv(value, name)
    monkeypatch.setattr(Running, "find", lambda: None)
    monkeypatch.setattr(boto3, "client", lambda service, real=boto3.client: STACKS.get(service) or real(service))
    with mock_aws():
        create_tables(boto3.client("dynamodb"))
        loans().save(a_loan())
        yield


class Stacks:
    """CloudFormation, as far as it is asked."""

    def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803 - as boto3 calls it
        if StackName != "duebridge-test-data":
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "no such stack"}}, "DescribeStacks")
        return {"Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": name} for key, name in OUTPUTS.items()]}]}


STACKS: dict[str, Any] = {"cloudformation": Stacks()}


def loans() -> DynamoLoanBook:
    return DynamoLoanBook(boto3.client("dynamodb"), LOAN_TABLE)


def everything() -> list[object]:
    return [rows_of(boto3.client("dynamodb"), table) for table in OUTPUTS.values()]


def test_without_yes_it_says_what_would_go_and_writes_nothing() -> None:
    before = everything()
    result = run("erase", "L1", "--stage", "test")
    assert result.exit_code == 0
    assert "Would be erased:" in result.stdout
    assert "1  loans without name and number: L1" in result.stdout
    assert "Nothing was written." in result.stdout
    assert everything() == before


def test_with_yes_the_borrower_is_gone_and_the_second_time_there_is_nothing_left() -> None:
    assert "Erased:" in run("erase", "L1", *ERASE).stdout
    assert "Garcia" not in str(everything())
    assert run("erase", "L1", "--stage", "test").stdout == "Nothing is left to erase.\n"
    assert run("erase", "L1", *ERASE).stdout == "Nothing is left to erase.\n"


def test_an_open_ticket_stands_in_the_way_until_told_otherwise() -> None:
    DynamoTickets(boto3.client("dynamodb"), TICKET_TABLE).open(a_ticket())
    before = everything()
    result = run("erase", "L1", *ERASE)
    assert result.exit_code == 1
    assert "ticket ticket-1 (reply) is open. End that first, or add --despite-open" in result.stderr
    assert everything() == before
    assert run("erase", "L1", *ERASE, "--despite-open").exit_code == 0
    assert PHONE not in str(everything())


def test_a_program_reads_the_same_as_json() -> None:
    told = json.loads(run("erase", "L1", "--stage", "test", "--json").stdout)
    assert told == {
        "erased": False,
        "loans": ["L1"],
        "numbers": 1,
        "texts": 0,
        "replies": 0,
        "tickets": 0,
        "suppressed_numbers_kept": 0,
        "replies_left_at_shared_numbers": 0,
        "kept_by_law_until": None,
        "open": [],
    }


def test_a_number_is_read_from_stdin_and_never_repeated() -> None:
    conversations = DynamoConversations(boto3.client("dynamodb"), CONVERSATION_TABLE, LOAN_TABLE, FakeClock())
    conversations.store_reply(STRANGER, "inbound-1", "who is this?", FakeClock().now(), 400)
    result = run("erase", "--number", *ERASE, stdin="+44 7700 900-123\n")
    assert (result.exit_code, STRANGER in str(everything())) == (0, False)
    assert "1  replies" in result.stdout
    assert "900" not in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("L404", "--stage", "test"), "the book has no loan L404", id="unknown loan"),
        pytest.param(("--stage", "test"), "name a loan, or --number", id="nothing named"),
        pytest.param(("L1", "--number", "--stage", "test"), "name a loan, or --number", id="both named"),
        pytest.param(("L1", "--stage", "test", "--yes"), "--yes needs --case and --by", id="no case"),
        pytest.param(("L1", *ERASE, "--dry-run"), "take one", id="both ways"),
        pytest.param(("L1", *ERASE, "--case", PHONE), "never a number or a name", id="number as case"),
        pytest.param(("--number", "--stage", "test"), "that is no number", id="no number"),
        pytest.param(("L1", "--stage", "none"), "stage none cannot be read", id="no stage"),
        pytest.param(("L1",), "start `duebridge local`, or name a deployed --stage", id="nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_remedy(arguments: tuple[str, ...], said: str) -> None:
    before = everything()
    result = run("erase", *arguments, stdin="\n")
    assert result.exit_code != 0
    assert said in result.stderr
    assert everything() == before


def test_a_number_that_a_loan_names_is_refused_by_the_loans_id_alone() -> None:
    result = run("erase", "--number", *ERASE, stdin=f"{PHONE}\n")
    assert "loan L1 still names this number" in result.stderr
    assert PHONE not in result.output
