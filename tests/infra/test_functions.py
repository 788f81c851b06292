"""Each station is deployed as its folder and its settings say."""

from collections.abc import Mapping
from copy import replace
from pathlib import Path
from typing import Any

import pytest

from duebridge import settings
from infra.app import add_stacks, new_app
from infra.layers import PROJECT
from infra.stages import DEV, PROD
from tests.infra.conftest import all_resources

SETTINGS = {
    "import_loans": settings.ImportLoans,
    "plan_contacts": settings.PlanContacts,
    "send_contact": settings.SendContact,
    "record_receipt": settings.RecordReceipt,
    "receive_reply": settings.ReceiveReply,
    "record_payment": settings.RecordPayment,
    "follow_ticket": settings.FollowTicket,
    "ticket_desk": settings.TicketDesk,
    "sweep": settings.Sweep,
    "report_outcomes": settings.ReportOutcomes,
}

POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}


@pytest.fixture
def functions(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By station."""
    return {
        each["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::Lambda::Function"
    }


def test_there_is_one_function_for_each_folder_of_functions(functions: dict[str, dict[str, Any]]) -> None:
    folders = {path.parent.name for path in (PROJECT / "functions").glob("*/handler.py")}
    assert functions.keys() == folders == SETTINGS.keys()


def test_a_function_has_exactly_the_variables_that_its_settings_read(
    functions: dict[str, dict[str, Any]],
) -> None:
    for station, properties in functions.items():
        variables = properties["Environment"]["Variables"].keys()
        assert variables - POWERTOOLS == SETTINGS[station].variables() - settings.SET_BY_THE_LAPTOP, station
        assert variables >= POWERTOOLS


def test_a_function_runs_the_python_that_its_layers_are_built_for(
    functions: dict[str, dict[str, Any]],
) -> None:
    assert {each["Runtime"] for each in functions.values()} == {"python3.13"}
    assert {each["Handler"] for each in functions.values()} == {"handler.handler"}


def test_a_function_and_its_layers_have_one_architecture(resources: dict[str, Any]) -> None:
    functions = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Function"]
    layers = [each for each in resources.values() if each["Type"] == "AWS::Lambda::LayerVersion"]
    architectures = [*(each["Properties"]["Architectures"] for each in functions)]
    architectures += [each["Properties"]["CompatibleArchitectures"] for each in layers]
    assert len({tuple(each) for each in architectures}) == 1


def test_every_function_has_the_layers_of_its_stage_and_only_the_import_has_the_numbering_plans(
    resources: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> None:
    layers = [{"Ref": name} for name, each in resources.items() if each["Type"] == "AWS::Lambda::LayerVersion"]
    without_plans = [layer for layer in layers if not layer["Ref"].startswith("numberingplans")]
    assert len(without_plans) == len(layers) - 1
    for station, properties in functions.items():
        assert properties["Layers"] == (layers if station == "import_loans" else without_plans), station


def test_the_sender_is_told_the_pace_of_its_stage_and_the_laptop_has_none(
    templates: Mapping[str, Mapping[str, Any]],
) -> None:
    told = {}
    for stage, parts in templates.items():
        functions = [each for each in all_resources(parts).values() if each["Type"] == "AWS::Lambda::Function"]
        variables = [each["Properties"]["Environment"]["Variables"] for each in functions]
        told[stage] = [each["PARTS_PER_SECOND"] for each in variables if "PARTS_PER_SECOND" in each]
    assert told == {"local": ["0"], "dev": [str(DEV.parts_per_second)], "prod": [str(PROD.parts_per_second)]}
    assert PROD.parts_per_second > 0


def test_a_pace_that_makes_no_sense_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="answers_share_percent"):
        add_stacks(new_app(tmp_path), replace(PROD, answers_share_percent=100))
