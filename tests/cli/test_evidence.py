"""`duebridge evidence`: one page and one JSON file, checked, and stored where nobody changes them."""

import json
from collections.abc import Iterator
from copy import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from infra.local.running import Running
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, REGION, TICKET_TABLE, create_tables
from tests.builders import PHONE, a_loan
from tests.cli.asking import run
from tests.fakes import FakeClock

BUCKET = "evidence"
OUTPUTS = {
    "LoanTable": LOAN_TABLE,
    "ConversationTable": CONVERSATION_TABLE,
    "TicketTable": TICKET_TABLE,
    "EvidenceBucket": BUCKET,
}
OF_STAGE = ("--stage", "test")
SAID = "你好，我已经还了"


class Stacks:
    """CloudFormation, as far as it is asked."""

    def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803 - as boto3 calls it
        if StackName != "duebridge-test-data":
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "no such stack"}}, "DescribeStacks")
        return {"Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": name} for key, name in OUTPUTS.items()]}]}


@pytest.fixture(autouse=True)
def _stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A deployed stage with one borrower who wrote once; nothing runs on this machine."""
    for value, name in (("AWS_ACCESS_KEY_ID", "ID"), ("AWS_SECRET_ACCESS_KEY", "KEY"), ("AWS_DEFAULT_REGION", REGION)):
        monkeypatch.setenv(value, name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Running, "find", lambda: None)
    stacks: dict[str, Any] = {"cloudformation": Stacks()}
    monkeypatch.setattr(boto3, "client", lambda service, real=boto3.client: stacks.get(service) or real(service))
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        create_tables(dynamodb)
        DynamoLoanBook(dynamodb, LOAN_TABLE).save(a_loan())
        clock = FakeClock()
        conversations = DynamoConversations(dynamodb, CONVERSATION_TABLE, LOAN_TABLE, clock)
        conversations.store_reply(PHONE, "inbound-1", SAID, clock.now(), 400)
        yield


def bucket(*, locked: bool) -> Any:
    """As the stack makes it, in a stage that locks or in one that does not."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=locked)
    if locked:
        retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1096}}
        s3.put_object_lock_configuration(
            Bucket=BUCKET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": retention}
        )
    return s3


def test_it_writes_one_page_and_one_file_of_which_the_chain_is_whole() -> None:
    result = run("evidence", "L1", *OF_STAGE, "--out", "pack")
    assert result.exit_code == 0
    assert sorted(path.name for path in Path("pack").iterdir()) == ["evidence-L1.html", "evidence-L1.json"]
    assert SAID in Path("pack/evidence-L1.html").read_text(encoding="utf-8")
    checked = run("evidence", "--verify", "pack/evidence-L1.json")
    assert checked.exit_code == 0
    assert "The chain is whole: 2 entries" in checked.stdout
    last_hash = json.loads(Path("pack/evidence-L1.json").read_text(encoding="utf-8"))["end"]["hash"]
    assert last_hash in result.stdout
    assert last_hash in checked.stdout


def test_without_out_both_go_into_this_folder_and_a_named_file_is_written_alone() -> None:
    run("evidence", "L1", *OF_STAGE)
    run("evidence", "L1", *OF_STAGE, "--out", "court/page.html", "--locale", "zh")
    assert sorted(str(path) for path in Path().rglob("*.*")) == [
        "court/page.html",
        "evidence-L1.html",
        "evidence-L1.json",
    ]
    assert '<html lang="zh-CN">' in Path("court/page.html").read_text(encoding="utf-8")


def test_the_same_records_give_the_same_bytes() -> None:
    for folder in ("one", "two"):
        run("evidence", "L1", *OF_STAGE, "--out", folder)
    for name in ("evidence-L1.json", "evidence-L1.html"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_json_goes_to_a_program_and_writes_nothing() -> None:
    result = run("evidence", "L1", *OF_STAGE, "--json")
    assert json.loads(result.stdout)["loan_id"] == "L1"
    assert list(Path().iterdir()) == []


def test_a_changed_file_is_told_with_the_first_entry_that_does_not_fit() -> None:
    run("evidence", "L1", *OF_STAGE, "--out", "pack.json")
    Path("pack.json").write_text(Path("pack.json").read_text(encoding="utf-8").replace("我已经还了", "我不还"))
    result = run("evidence", "--verify", "pack.json")
    assert result.exit_code == 1
    assert "pack.json: entry 2: its words are not those that its hash was made of" in result.stderr
    assert "我不还" not in result.stderr


def test_the_page_is_no_file_to_verify() -> None:
    run("evidence", "L1", *OF_STAGE, "--out", "page.html")
    result = run("evidence", "--verify", "page.html")
    assert result.exit_code == 1
    assert "no JSON file of an evidence pack" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name a loan, or --verify"),
        (("L1", "--store"), "--store needs --stage"),
        (("L1", "--stage", "other"), "stage other cannot be read"),
        (("L2", *OF_STAGE), "stage test has no loan L2"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_mend(arguments: tuple[str, ...], told: str) -> None:
    result = run("evidence", *arguments)
    assert result.exit_code != 0
    assert told in result.stderr


def test_a_loan_of_any_name_stays_within_the_folder() -> None:
    odd = "../..\\L1?"
    loan = a_loan()
    DynamoLoanBook(boto3.client("dynamodb"), LOAN_TABLE).save(replace(loan, terms=replace(loan.terms, loan_id=odd)))
    run("evidence", odd, *OF_STAGE, "--out", "pack")
    assert sorted(path.name for path in Path("pack").iterdir()) == [
        "evidence-______L1_.html",
        "evidence-______L1_.json",
    ]


def test_stored_files_are_locked_and_the_same_pack_is_stored_once() -> None:
    s3 = bucket(locked=True)
    first = run("evidence", "L1", *OF_STAGE, "--store")
    again = run("evidence", "L1", *OF_STAGE, "--store")
    assert first.exit_code == again.exit_code == 0
    assert first.stdout.count("Stored: s3://evidence/packs/L1/") == 2
    assert first.stdout.count("locked until") == 2
    assert again.stdout.count("Already there: ") == 2
    versions = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    assert sorted(version["Key"].rpartition(".")[2] for version in versions) == ["html", "json"]
    head = s3.head_object(Bucket=BUCKET, Key=versions[0]["Key"])
    assert head["ObjectLockMode"] == "GOVERNANCE"
    assert (head["ObjectLockRetainUntilDate"] - datetime.now(UTC)).days in (1095, 1096)
    assert list(Path().iterdir()) == []


def test_another_language_of_the_page_is_stored_beside_the_first() -> None:
    s3 = bucket(locked=True)
    for locale in ("en", "zh"):
        run("evidence", "L1", *OF_STAGE, "--store", "--locale", locale)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert sorted(key.rpartition(".")[2] for key in keys) == ["html", "html", "json"]


def test_a_bucket_that_locks_nothing_does_not_look_like_one_that_does() -> None:
    bucket(locked=False)
    result = run("evidence", "L1", *OF_STAGE, "--store", "--out", "pack")
    assert result.stdout.count("no lock: this stage locks nothing") == 2
    assert len(list(Path("pack").iterdir())) == 2


def test_a_bucket_that_takes_nothing_is_told() -> None:
    result = run("evidence", "L1", *OF_STAGE, "--store")
    assert result.exit_code == 1
    assert "evidence did not take the pack" in result.stderr
