"""`duebridge import`: what a lender is told of a file, and what arrives in the inbox."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import Result
from moto import mock_aws

from duebridge.core.file_results import summarise
from duebridge.core.payment_file import read_payments
from infra.cli import inbox
from tests.cli.asking import run
from tests.core.loan_files import GOOD, csv_text, good

PAYMENTS = "loan_id,paid_on,amount,currency,reference\nL1,2026-03-12,877.26,CNY,P1\n"
BUCKET = "inbox-bucket"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the lender's files are; no pipeline runs."""
    monkeypatch.setattr(inbox, "LOCAL_RUN", tmp_path / "local.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str | bytes, name: str = "loans.csv") -> str:
    """A file of the lender's."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder / name)


def outcome(result: Result) -> Any:
    """The JSON that stands alone on stdout."""
    return json.loads(result.stdout)


def test_a_good_file_is_accepted_and_nothing_is_dropped(folder: Path) -> None:
    result = run("import", written(folder, csv_text([GOOD, good(loan_id="L2")])), "--check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "loans.csv: 2 rows of loans, 2 accepted, 0 rejected.\n"


def test_a_rejected_row_is_told_with_line_column_and_how_to_mend_it(folder: Path) -> None:
    rows = [GOOD, good(loan_id="L2", country="UK"), good(loan_id="L3", amount_due="-1.00")]
    result = run("import", written(folder, csv_text(rows)), "--check")
    assert result.exit_code == 0
    assert "3 rows of loans, 1 accepted, 2 rejected." in result.stdout
    assert "1  unknown_country" in result.stdout
    assert "1  wrong_amount" in result.stdout
    assert "line 3, country: not an ISO 3166-1 code; write two capitals such as CN or GB" in result.stdout
    assert "line 4, amount_due: " in result.stdout


def test_a_person_sees_twenty_rejections_and_a_program_all(folder: Path) -> None:
    rows = [good(loan_id=f"L{number}", country="UK") for number in range(30)]
    file = written(folder, csv_text(rows))
    result = run("import", file, "--check", "--json", str(folder / "out.json"))
    assert "The first 20" in result.stdout
    assert result.stdout.count("  line ") == 20
    told = json.loads((folder / "out.json").read_text())
    assert (told["rows"], told["accepted"], len(told["rejected"])) == (30, 0, 30)
    assert told["rejected"][29]["line"] == 31


def test_the_json_on_stdout_stands_alone(folder: Path) -> None:
    rows = [GOOD, good(loan_id="L2", due_date="03/03/2026")]
    result = run("import", written(folder, csv_text(rows)), "--check", "--json", "-")
    assert outcome(result) == {
        "rows": 2,
        "accepted": 1,
        "rejected": [
            {
                "line": 3,
                "column": "due_date",
                "reason": "a date with slashes or dots; write 2026-03-31 (year-month-day)",
            }
        ],
    }


def test_a_payments_file_is_told_apart_by_its_header(folder: Path) -> None:
    text = PAYMENTS + "L2,2026-03-12,0.00,CNY,P2\n"
    result = run("import", written(folder, text, "p.csv"), "--check", "--json", "-")
    assert outcome(result) == summarise(read_payments([text.encode()]).results)
    assert outcome(result)["rejected"][0]["column"] == "amount"


def test_numbering_plans_are_asked(folder: Path) -> None:
    file = written(folder, csv_text([good(phone="123")]))
    (rejected,) = outcome(run("import", file, "--check", "--json", "-"))["rejected"]
    assert rejected["column"] == "phone"
    assert rejected["reason"].startswith("3 digits without +")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US", "en-GB", "en-IN"])
def test_every_locale_that_the_import_takes_is_accepted(folder: Path, locale: str) -> None:
    result = run("import", written(folder, csv_text([good(locale=locale)])), "--check", "--json", "-")
    assert outcome(result)["accepted"] == 1


def test_one_loan_stands_in_a_file_once(folder: Path) -> None:
    (rejected,) = outcome(run("import", written(folder, csv_text([GOOD, GOOD])), "--check", "--json", "-"))["rejected"]
    assert (rejected["line"], rejected["column"]) == (3, "loan_id")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"a,b\n1,2\n", "lacks 21 of 21 columns", id="another table"),
        pytest.param(csv_text([]).encode(), "no rows", id="no rows"),
        pytest.param(csv_text([GOOD]).encode("gb18030"), "GB18030", id="GB18030"),
        pytest.param(b"PK\x03\x04" + bytes(100), "an Excel workbook", id="Excel"),
        pytest.param(b"[{}]", "a JSON array", id="JSON array"),
    ],
)
def test_a_file_that_is_no_loan_file_is_refused_whole(folder: Path, content: bytes, reason: str) -> None:
    result = run("import", written(folder, content), "--check", "--json", "-")
    assert result.exit_code == 2
    assert reason in result.stderr
    told = outcome(result)
    assert (told["rows"], told["accepted"]) == (0, 0)
    assert [(each["line"], each["column"]) for each in told["rejected"]] == [(0, "file")]
    assert reason in told["rejected"][0]["reason"]


def test_a_refused_file_is_not_dropped(folder: Path) -> None:
    assert run("import", written(folder, "")).exit_code == 2


def test_columns_that_mean_nothing_to_us_are_named(folder: Path) -> None:
    row = good(branch="north")
    assert "Not used: 'branch'." in run("import", written(folder, csv_text([row], row)), "--check").stdout


THEIRS = {"loan_id": "贷款编号", "phone": "Mobile"}


def their_file(rows: list[dict[str, str]]) -> str:
    """A core-banking export with headers of its own."""
    return csv_text([{THEIRS.get(name, name): value for name, value in row.items()} for row in rows], their_header())


def their_header() -> list[str]:
    return [THEIRS.get(name, name) for name in GOOD]


def mapping(folder: Path, text: str = "columns: {loan_id: 贷款编号, phone: Mobile}\n") -> str:
    """The YAML that maps it."""
    return written(folder, text, "columns.yaml")


def test_a_file_with_other_headers_is_checked_through_its_mapping(folder: Path) -> None:
    file = written(folder, their_file([GOOD, good(loan_id="L2", phone="123")]))
    told = outcome(run("import", file, "--check", "--mapping", mapping(folder), "--json", "-"))
    assert (told["rows"], told["accepted"]) == (2, 1)
    assert told["rejected"][0]["column"] == "phone"
    assert "(in the file: 'Mobile')" in told["rejected"][0]["reason"]


@pytest.mark.parametrize(
    "text", ["columns: 5\n", "loan_id: id\n", "columns: {state: on}\n", "columns: {\n", "", b"columns: {a: \xd6\xd0}"]
)
def test_a_mapping_that_is_none_is_refused_with_its_form(folder: Path, text: str | bytes) -> None:
    result = run("import", written(folder, csv_text([GOOD])), "--check", "--mapping", written(folder, text, "m.yaml"))
    assert result.exit_code == 2
    assert "m.yaml" in result.stderr


@pytest.mark.parametrize("instant", ["2026-03-11T06:00:00", "yesterday", "2026-03-11"])
def test_as_of_must_be_an_instant(folder: Path, instant: str) -> None:
    result = run("import", written(folder, csv_text([GOOD])), "--check", "--as-of", instant)
    assert result.exit_code == 2
    assert "not a date and time with its zone" in result.stderr


def test_an_unwritable_outcome_is_an_error(folder: Path) -> None:
    result = run("import", written(folder, csv_text([GOOD])), "--check", "--json", str(folder / "no" / "out.json"))
    assert result.exit_code == 1
    assert "--json" in result.stderr


def test_without_a_pipeline_both_ways_to_one_are_told(folder: Path) -> None:
    result = run("import", written(folder, csv_text([GOOD])))
    assert result.exit_code == 1
    assert "duebridge local" in result.stderr
    assert "--stage" in result.stderr


@pytest.fixture
def laptop(folder: Path) -> Iterator[Path]:
    """A pipeline that runs on this machine."""
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        running = {
            "endpoint": "http://s3.us-east-1.amazonaws.com",
            "region": "us-east-1",
            "outputs": {"InboxBucket": BUCKET},
        }
        written(folder, json.dumps(running), "local.json")
        yield folder


def dropped(key: str, bucket: str = BUCKET) -> tuple[str, dict[str, str]]:
    """What stands in the inbox: text and metadata."""
    found = boto3.client("s3").get_object(Bucket=bucket, Key=key)
    return found["Body"].read().decode(), found["Metadata"]


def test_a_loan_file_is_dropped_as_it_is(laptop: Path) -> None:
    text = csv_text([GOOD, good(loan_id="L2", country="UK")])
    result = run("import", written(laptop, text))
    assert result.exit_code == 0
    assert dropped("loans/loans.csv") == (text, {})
    assert "rejects/loans/loans.csv/" in result.stdout


def test_a_payments_file_goes_to_its_own_folder(laptop: Path) -> None:
    run("import", written(laptop, PAYMENTS, "paid.csv"))
    assert dropped("payments/paid.csv") == (PAYMENTS, {})


def test_what_is_stated_of_a_file_goes_with_it(laptop: Path) -> None:
    run("import", written(laptop, csv_text([GOOD])), "--full", "--as-of", "2026-03-11T14:00:00+08:00")
    assert dropped("loans/loans.csv")[1] == {"as-of": "2026-03-11T14:00:00+08:00", "full": "yes"}


def test_what_a_name_says_outlives_the_characters_that_a_key_may_not_have(laptop: Path) -> None:
    run("import", written(laptop, csv_text([GOOD]), "全部 full 2026-03-11T06:00+08:00.csv"))
    metadata = dropped("loans/___full_2026-03-11T06_00_08_00.csv")[1]
    assert metadata == {"as-of": "2026-03-11T06:00:00+08:00", "full": "yes"}


def test_a_mapped_file_arrives_under_our_names(laptop: Path) -> None:
    rows = [GOOD, good(loan_id="L2")]
    run("import", written(laptop, their_file(rows)), "--mapping", mapping(laptop))
    assert dropped("loans/loans.csv")[0] == csv_text(rows)


def test_the_json_on_stdout_stands_alone_when_the_file_is_dropped_too(laptop: Path) -> None:
    result = run("import", written(laptop, csv_text([GOOD])), "--json", "-")
    assert outcome(result)["accepted"] == 1
    assert "Dropped as loans/loans.csv" in result.stderr


@pytest.mark.usefixtures("laptop")
def test_a_bucket_that_is_gone_is_an_error(folder: Path) -> None:
    boto3.client("s3").delete_bucket(Bucket=BUCKET)
    result = run("import", written(folder, csv_text([GOOD])))
    assert result.exit_code == 1
    assert f"the file was not dropped into {BUCKET}" in result.stderr


@pytest.mark.parametrize("text", ["{}", "oops", "[]", '{"region": "r", "endpoint": "e", "outputs": {}}'])
def test_a_broken_note_of_the_running_pipeline_is_an_error(folder: Path, text: str) -> None:
    written(folder, text, "local.json")
    result = run("import", written(folder, csv_text([GOOD])))
    assert result.exit_code == 1
    assert "start `duebridge local` again" in result.stderr


class CloudFormation:
    """Knows the production's data stack, and nothing else."""

    def __init__(self, outputs: dict[str, str]) -> None:
        self.outputs = outputs

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 spells it
        if StackName != "duebridge-prod-data":
            message = f"Stack with id {StackName} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return {"Stacks": [{"Outputs": outputs}]}


@pytest.fixture
def prod(monkeypatch: pytest.MonkeyPatch) -> CloudFormation:
    """A deployed production, in the account of `laptop`."""
    boto3.client("s3").create_bucket(Bucket="prod-inbox")
    stacks = CloudFormation({"InboxBucket": "prod-inbox"})
    true_client: Any = boto3.Session.client

    def client(session: boto3.Session, service: str, **options: Any) -> Any:
        return stacks if service == "cloudformation" else true_client(session, service, **options)

    monkeypatch.setattr(boto3.Session, "client", client)
    return stacks


@pytest.mark.usefixtures("laptop", "prod")
def test_a_named_stage_gets_the_file_even_while_the_laptop_runs(folder: Path) -> None:
    result = run("import", written(folder, csv_text([GOOD])), "--stage", "prod")
    assert result.exit_code == 0
    assert dropped("loans/loans.csv", "prod-inbox")[0] == csv_text([GOOD])
    assert boto3.client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.usefixtures("laptop", "prod")
def test_a_stage_that_is_not_deployed_is_an_error(folder: Path) -> None:
    result = run("import", written(folder, csv_text([GOOD])), "--stage", "dev")
    assert result.exit_code == 1
    assert "stack duebridge-dev-data" in result.stderr


@pytest.mark.usefixtures("laptop")
def test_a_stack_that_names_no_inbox_is_an_error(folder: Path, prod: CloudFormation) -> None:
    prod.outputs.clear()
    result = run("import", written(folder, csv_text([GOOD])), "--stage", "prod")
    assert result.exit_code == 1
    assert "names no InboxBucket" in result.stderr
