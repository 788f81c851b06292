"""The laptop runs the template of prod. Everything that may differ is listed here."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FUNCTION = r"/pipeline/Resources/\w+Function\w{8}/Properties"
LAYER = r"/pipeline/Resources/\w+layer\w{8}"
SENDER = r"/pipeline/Resources/sendcontactFunction\w{8}/Properties"

DIFFERENCES = {
    "architecture of functions": rf"{FUNCTION}/Architectures/0",
    "architecture of layers": rf"{LAYER}/Properties/CompatibleArchitectures/0",
    "wheels of this machine": r"/pipeline/Resources/(vendor|numberingplans)layer\w{8}/Properties/Content/S3Key",
    "the played clock's layer": r"/pipeline/Resources/localclocklayer\w{8}",
    "the played clock in functions": rf"{FUNCTION}/Layers/[34]",
    "a short send": rf"{SENDER}/Environment/Variables/SEND_TIMEOUT_SECONDS",
    "no pace": rf"{SENDER}/Environment/Variables/PARTS_PER_SECOND",
    "a short sender": rf"{SENDER}/Timeout",
    "a short wait for the next try": r"/pipeline/Resources/(Bulk|Answers)Queue\w{8}/Properties/VisibilityTimeout",
    "rules off": r"/pipeline/Resources/\w+clockRule\w{8}/Properties/State",
}

Templates = Mapping[str, Mapping[str, Any]]


def test_the_local_template_differs_from_prod_only_in_what_is_listed(templates: Templates) -> None:
    differences = list(_differences(_renamed(templates["local"]), templates["prod"]))
    unlisted = [each for each in differences if not any(re.fullmatch(p, each) for p in DIFFERENCES.values())]
    assert not unlisted


def test_every_listed_difference_is_real(templates: Templates) -> None:
    differences = list(_differences(_renamed(templates["local"]), templates["prod"]))
    idle = [name for name, p in DIFFERENCES.items() if not any(re.fullmatch(p, each) for each in differences)]
    assert not idle


def test_the_local_send_is_short_enough_to_be_seen_through_within_half_a_minute(templates: Templates) -> None:
    resources = templates["local"]["pipeline"]["Resources"]
    waits = {
        name.partition("Queue")[0]: each["Properties"]["VisibilityTimeout"]
        for name, each in resources.items()
        if each["Type"] == "AWS::SQS::Queue" and "VisibilityTimeout" in each["Properties"]
    }
    assert waits["Bulk"] == waits["Answers"] == 30


def test_the_played_clock_is_absent_from_the_templates_of_dev_and_prod(templates: Templates) -> None:
    for stage in ("dev", "prod"):
        text = json.dumps(templates[stage]).lower()
        assert "clock_file" not in text
        assert "localclock" not in text
        assert "local_clock" not in text


def test_the_played_clock_is_absent_from_what_prod_uploads(assemblies: Mapping[str, Path]) -> None:
    assert list(assemblies["local"].rglob("duebridge_local_clock.py"))
    for stage in ("dev", "prod"):
        assert not list(assemblies[stage].rglob("*local_clock*"))


def _renamed(template: Mapping[str, Any]) -> Any:
    """A stage's name is in the names of its things; that is not a difference."""
    text = json.dumps(template).replace("duebridge-local", "duebridge-prod")
    text = text.replace("duebridgelocal", "duebridgeprod")
    return json.loads(
        text.replace('"Key": "duebridge-stage", "Value": "local"', '"Key": "duebridge-stage", "Value": "prod"')
    )


def _differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """The paths at which two templates differ, a missing side included."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if key in one and key in other:
                yield from _differences(one[key], other[key], f"{path}/{key}")
            else:
                yield f"{path}/{key}"
    elif isinstance(one, list) and isinstance(other, list):
        for place in range(max(len(one), len(other))):
            if place < min(len(one), len(other)):
                yield from _differences(one[place], other[place], f"{path}/{place}")
            else:
                yield f"{path}/{place}"
    elif one != other:
        yield path
