"""Reports in a bucket."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from duebridge.adapters.reports import S3Reports
from tests.stores import aws_client

HTML = "text/html; charset=utf-8"


@pytest.fixture
def reports() -> Iterator[S3Reports]:
    with mock_aws():
        client = aws_client("s3")
        client.create_bucket(Bucket="the-reports")
        yield S3Reports(client, "the-reports")


def test_what_was_put_is_read_again_whatever_its_language(reports: S3Reports) -> None:
    reports.put("latest/report.zh-CN.html", "<p>有用吗？</p>", HTML)
    assert reports.get("latest/report.zh-CN.html") == "<p>有用吗？</p>"


def test_a_report_that_was_never_made_is_none(reports: S3Reports) -> None:
    assert reports.get("latest/report.en.html") is None


def test_the_link_leads_to_the_console_which_asks_for_the_readers_own_rights(reports: S3Reports) -> None:
    link = reports.link("latest/report.en.html")
    assert link.startswith("https://us-east-1.console.aws.amazon.com/s3/object/the-reports?")
    assert link.endswith("prefix=latest/report.en.html")
    assert "Signature" not in link
