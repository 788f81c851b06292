"""The app gives the same templates however it is asked, without knowing any account."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from copy import replace
from pathlib import Path

import pytest

from infra import app
from infra.layers import PROJECT
from infra.lint_templates import security_findings, template_findings
from infra.stages import PROD


def test_the_command_writes_what_the_function_writes(
    assemblies: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["app", "--stage", "prod", "--output", str(tmp_path)])
    app.main()
    templates = sorted(path.name for path in tmp_path.glob("*.template.json"))
    assert len(templates) == 4
    for name in templates:
        assert (tmp_path / name).read_bytes() == (assemblies["prod"] / name).read_bytes()


def test_the_cdk_tool_chooses_stage_and_folder(tmp_path: Path) -> None:
    """By its environment, which the CDK's Node reads when it starts: hence a process of its own."""
    environment = {**os.environ, "CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": '{"stage": "dev"}'}
    command = [sys.executable, "-m", "infra.app"]
    subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, check=True)  # noqa: S603 (our own app)
    assert {path.name.split("-")[1] for path in tmp_path.glob("*.template.json")} == {"dev"}


def test_no_stack_is_bound_to_an_account_or_region(assemblies: Mapping[str, Path]) -> None:
    manifest = json.loads((assemblies["prod"] / "manifest.json").read_text(encoding="utf-8"))
    stacks = [each for each in manifest["artifacts"].values() if each["type"] == "aws:cloudformation:stack"]
    assert {each["environment"] for each in stacks} == {"aws://unknown-account/unknown-region"}


def test_nothing_must_be_looked_up_before_deployment(assemblies: Mapping[str, Path]) -> None:
    manifest = json.loads((assemblies["prod"] / "manifest.json").read_text(encoding="utf-8"))
    assert not manifest.get("missing")


def test_an_unknown_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="dev, prod, local"):
        app.stage_named("production")


def test_cfn_lint_finds_nothing(assemblies: Mapping[str, Path]) -> None:
    assert template_findings(assemblies["prod"]) == []


@pytest.mark.parametrize("provider", ["end_user_messaging", "sns"])
def test_every_security_finding_is_mended_or_acknowledged(provider: str) -> None:
    assert security_findings(replace(PROD, sms_provider=provider)) == []
