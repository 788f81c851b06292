"""What the pages say of rights, alarms and retention is what the templates and the policies say."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.constructs import watch
from infra.rights import table, written_in
from infra.stages import PROD
from tests.builders import the_content

SECURITY, OPERATIONS = Path("docs/security.md"), Path("docs/operations.md")


def page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def rows_after(text: str, head: str) -> list[list[str]]:
    """The cells of the table that begins with a line."""
    lines = text.partition(f"{head}\n")[2].splitlines()[1:]
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_the_table_of_rights_is_what_the_roles_say(statements: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    assert written_in(page(SECURITY)) == table(statements), "run python -m infra.rights"


@pytest.mark.parametrize("action", ["dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:Scan"])
def test_no_function_may_delete_a_row_or_read_a_table_whole(
    statements: Mapping[str, Sequence[dict[str, Any]]], action: str
) -> None:
    allowed = {
        each
        for station in statements.values()
        for statement in station
        for each in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert "dynamodb:PutItem" in allowed
    assert action not in allowed


def test_every_alarm_has_its_line_and_its_page(prod: dict[str, Any]) -> None:
    described = {
        each["Properties"]["AlarmName"].removeprefix(f"duebridge-{PROD.name}-"): each["Properties"]["AlarmDescription"]
        for each in prod.values()
        if each["Type"] == "AWS::CloudWatch::Alarm"
    }
    spend = watch.spend(100)
    described[spend.name] = f"{spend.means}. {PROD.runbook}/{spend.page}.md"
    rows = rows_after(page(OPERATIONS), "| Alarm | It means | First |")
    pages = {name.strip("`"): re.findall(r"\((runbook/[a-z-]+\.md)\)", first) for name, _, first in rows}
    assert {name: [link] for name, text in described.items() if (link := of_page(text))} == {
        name: pages.get(in_general(name), []) for name in described
    }
    assert {in_general(name) for name in described} == set(pages)


def in_general(name: str) -> str:
    """Alarms that differ only by the queue or the wording share a line."""
    if name.endswith("-dead-letters"):
        return "<queue>-dead-letters"
    return "quality-<wording>" if name.startswith("quality-") else name


def of_page(description: str) -> str:
    return "runbook/" + description.rpartition("/")[2]


def test_the_days_of_retention_are_those_of_the_policies() -> None:
    policies = the_content().policies
    told = {name: int(days) for name, days, _ in rows_after(page(SECURITY), "| Jurisdiction | Days | Why |")}
    kept = {(policy.jurisdiction, policy.keep_days) for each in policies.values() for policy in each}
    national = {(name, days) for name, days in kept if name in told}
    assert set(told.items()) == national
    assert {days for _, days in kept} <= set(told.values())
