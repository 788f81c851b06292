"""Every stage is synthesised once for all tests: starting the CDK is what takes the time. And a world over tables."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.app import synthesise
from infra.stages import DEV, PROD, local
from tests.fakes import FakeClock
from tests.stores import aws_stores
from tests.world import World

PARTS = ("data", "sms", "pipeline", "operations")

STAGES = {"local": local("x86_64"), "dev": DEV, "prod": PROD}


@pytest.fixture
def world() -> Iterator[World]:
    """Over real tables, for what reads or empties their rows."""
    clock = FakeClock()
    with aws_stores(clock) as (loans, conversations, tickets):
        yield World(loans, conversations, tickets, clock=clock)


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The cloud assembly of each stage."""
    folder = tmp_path_factory.mktemp("assemblies")
    return {name: synthesise(stage, folder / name) for name, stage in STAGES.items()}


@pytest.fixture(scope="session")
def templates(assemblies: Mapping[str, Path]) -> Mapping[str, Mapping[str, Any]]:
    """By stage and part, e.g. `templates["prod"]["data"]`."""
    return {
        name: {
            part: json.loads((folder / f"duebridge-{name}-{part}.template.json").read_text(encoding="utf-8"))
            for part in PARTS
        }
        for name, folder in assemblies.items()
    }


@pytest.fixture(scope="session", params=sorted(STAGES))
def resources(request: pytest.FixtureRequest, templates: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All resources of one stage by logical id; a test that takes this runs for every stage."""
    return all_resources(templates[request.param])


@pytest.fixture(scope="session")
def prod(templates: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All resources of prod by logical id."""
    return all_resources(templates["prod"])


@pytest.fixture(scope="session")
def statements(prod: dict[str, Any]) -> Mapping[str, Sequence[dict[str, Any]]]:
    """What each station's role allows, in prod."""
    functions = [each for each in prod.values() if each["Type"] == "AWS::Lambda::Function"]
    return {
        function["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: [
            statement
            for policy in prod[function["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        for function in functions
    }


def all_resources(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Logical ids are unique over the stacks of a stage; a clash would hide a resource, so it fails."""
    merged: dict[str, Any] = {}
    for template in parts.values():
        assert not merged.keys() & template["Resources"].keys()
        merged |= template["Resources"]
    return merged
