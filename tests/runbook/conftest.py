"""A person in the AWS console: the calls that its pages make, over tables, queues and bucket in moto."""

import json
import re
from collections.abc import Mapping
from copy import replace
from pathlib import Path
from typing import Any

import pytest

from duebridge.adapters import dynamo, stops
from infra.app import synthesise
from infra.stages import PROD
from tests.aws import LOAN_TABLE, TICKET_TABLE
from tests.functions.conftest import deploy, deployment  # noqa: F401 - fixtures of this folder's tests too
from tests.stores import aws_client

RUNBOOK = Path("docs/runbook")
SPEND_LIMIT_DOLLARS = 900
SORT_KEYS = {LOAN_TABLE: ("loan_id", "entry"), TICKET_TABLE: ("ticket_id", None)}


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Prod's templates by their part, synthesised once; with a spend limit, so that every alarm is there."""
    folder = synthesise(replace(PROD, monthly_spend_dollars=SPEND_LIMIT_DOLLARS), tmp_path_factory.mktemp("prod"))
    return {
        part: json.loads((folder / f"duebridge-prod-{part}.template.json").read_text(encoding="utf-8"))
        for part in ("data", "pipeline", "operations")
    }


def resources_of(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The properties of a template's resources of one kind, by their logical ids."""
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == kind}


class ItemEditor:
    """**Explore table items** of the DynamoDB console: a query, an item to edit, and a button that saves it.

    It reads the item and puts the whole of it back, so it can bring back what changed in between.
    """

    def query(self, table: str, partition: str) -> list[dict[str, Any]]:
        """All items under a partition key."""
        name, _ = SORT_KEYS[table]
        found = aws_client("dynamodb").query(
            TableName=table,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": name},
            ExpressionAttributeValues={":value": {"S": partition}},
        )
        return [dynamo.plain(item) for item in found["Items"]]

    def save(self, table: str, item: Mapping[str, Any]) -> None:
        """Over whatever is there, or as a new item."""
        aws_client("dynamodb").put_item(TableName=table, Item=dynamo.wired(dict(item)))


@pytest.fixture
def items(deployment: Any) -> ItemEditor:  # noqa: F811 - the fixture imported above
    """Once the tables are there."""
    assert deployment
    return ItemEditor()


@pytest.fixture
def five_seconds_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender believes what it read for five seconds; here an edit is always older than that."""
    monkeypatch.setattr(stops, "BELIEVED_SECONDS", -1)


def page(name: str) -> str:
    """A page of the runbook."""
    return (RUNBOOK / f"{name}.md").read_text(encoding="utf-8")


def rows_of_table(name: str, heading: str) -> list[list[str]]:
    """The cells of the table of a page whose head begins with these words."""
    found = re.search(rf"^\| {re.escape(heading)}.*\n\|[-|]+\|\n((?:\|.*\n?)+)", page(name), re.MULTILINE)
    assert found, f"{name}.md has no table that begins with {heading}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()]


def code_in(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)
