"""What a station imports until it can work is its cold start: nothing heavy, and nothing that another one needs."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.bench.cold_start import AWS, READY, SETTINGS, variables

PROJECT = Path(__file__).resolve().parent.parent.parent
THIRD_PARTY = {
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "certifi",
    "dateutil",
    "jmespath",
    "msgspec",
    "s3transfer",
    "six",
    "typing_extensions",
    "urllib3",
}
"""Of the packages that are installed, what every station may import."""
RENDERS = {"plan_contacts", "receive_reply", "follow_ticket"}
ONLY_IN = {
    "jinja2": RENDERS,
    "markupsafe": RENDERS,
    "phonenumbers": {"import_loans"},
    "duebridge.core.message": RENDERS,
    "duebridge.core.understanding": {"receive_reply"},
    "duebridge.core.promise": {"receive_reply"},
    "duebridge.core.file_reading": {"import_loans", "record_payment"},
    "duebridge.core.loan_file": {"import_loans", "record_payment"},
    "duebridge.core.operator_request": {"follow_ticket"},
    "duebridge.core.desk": {"ticket_desk"},
    "duebridge.core.lint": set[str](),
    "duebridge.adapters.end_user_messaging": {"send_contact", "sweep"},
    "duebridge.adapters.inbox": {"import_loans", "record_payment"},
    "duebridge.adapters.pace": {"send_contact"},
    "aws_lambda_powertools.utilities.parser": set[str](),
    "aws_lambda_powertools.utilities.idempotency": set[str](),
    "aws_xray_sdk": set[str](),
    "boto3.dynamodb": set[str](),
}
"""Modules, with all below them, that only these stations may import before their first event."""
PROGRAM = f"""
import json, sys
{READY}
print(json.dumps(sorted(sys.modules)))
"""


@cache
def imported_by(station: str) -> frozenset[str]:
    """Every module of a fresh process whose station is ready for its first event."""
    paths = [PROJECT / "functions" / station, PROJECT / "layers" / "duebridge" / "python"]
    environment = {
        **AWS,
        **variables(SETTINGS[station]),
        "POWERTOOLS_SERVICE_NAME": station,
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join([*map(str, paths), *_content()]),
    }
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr[-2000:]
    return frozenset(json.loads(done.stdout))


@cache
def _content() -> list[str]:
    from infra.layers import content
    from infra.stages import local

    return [str(content(local("x86_64").lender).folder / "python")]


def is_below(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


@pytest.mark.parametrize("station", SETTINGS)
def test_a_station_imports_only_its_own_modules_before_its_first_event(station: str) -> None:
    strangers = {
        name
        for module, stations in ONLY_IN.items()
        if station not in stations
        for name in imported_by(station)
        if is_below(name, module)
    }
    assert not strangers, sorted(strangers)


@pytest.mark.parametrize("station", SETTINGS)
def test_a_station_imports_no_package_that_is_not_on_its_list(station: str) -> None:
    installed = {path.name.partition(".")[0] for path in Path(json.__file__).parent.parent.glob("site-packages/*")}
    installed |= {path.name.partition(".")[0] for path in (PROJECT / ".venv").glob("lib/*/site-packages/*")}
    allowed = THIRD_PARTY | {module for module, stations in ONLY_IN.items() if station in stations}
    packages = {name.partition(".")[0] for name in imported_by(station)} & installed
    ours = {"duebridge", "duebridge_content", "_virtualenv", "_duebridge", "a1_coverage", "sitecustomize"}
    assert sorted(packages - allowed - ours) == []


@pytest.mark.parametrize(("module", "stations"), ONLY_IN.items())
def test_the_list_names_modules_that_their_stations_do_import(module: str, stations: set[str]) -> None:
    for station in stations & SETTINGS.keys():
        assert any(is_below(name, module) for name in imported_by(station)), f"{station} no longer needs {module}"
