"""The CDK app: `python -m infra.app --stage prod`, or the CDK's own command line with `-c stage=prod`.

No call to AWS is made here, and nothing of the machine is read but the project: the same inputs give the
same templates anywhere.
"""

import argparse
import json
import os
import platform
from datetime import date
from pathlib import Path

from aws_cdk import App, DefaultStackSynthesizer, Stack, Tags

from infra.layers import PROJECT
from infra.stacks.data import DataStack
from infra.stacks.operations import OperationsStack
from infra.stacks.pipeline import PipelineStack
from infra.stacks.sms import SmsStack
from infra.stages import DEV, PROD, Stage, local

LAPTOP_LENDER = local("").lender


def synthesise(stage: Stage, output: Path) -> Path:
    """Writes the cloud assembly of one stage, templates and assets, into a folder and returns it."""
    app = new_app(output)
    add_stacks(app, stage)
    return Path(app.synth().directory)


def new_app(output: Path) -> App:
    """An app without stacks. Its feature flags come from cdk.json, also where the CDK's tool is not used."""
    flags = json.loads((PROJECT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return App(
        context=flags,
        outdir=str(output),
        analytics_reporting=False,
        # The rule reads the bootstrap's version at deployment; the CDK's tool checks that by itself, and an
        # emulator has none.
        default_stack_synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )


def add_stacks(app: App, stage: Stage) -> tuple[Stack, ...]:
    """The stacks of one stage, in the order in which they are deployed."""
    data = DataStack(app, stack_name(stage, "data"), stage)
    sms = SmsStack(app, stack_name(stage, "sms"), stage, data)
    pipeline = PipelineStack(app, stack_name(stage, "pipeline"), stage, data, sms)
    operations = OperationsStack(app, stack_name(stage, "operations"), stage, data, pipeline)
    stacks = (data, sms, pipeline, operations)
    for stack in stacks:
        for key, value in {"duebridge-stage": stage.name, **stage.tags}.items():
            Tags.of(stack).add(key, value)
    return stacks


def stack_name(stage: Stage, part: str) -> str:
    """E.g. `duebridge-prod-pipeline`."""
    return f"duebridge-{stage.name}-{part}"


def stage_named(name: str, laptop_lender: str = LAPTOP_LENDER, drafts_start: date | None = None) -> Stage:
    """Raises ValueError for an unknown name."""
    stages = {"dev": DEV, "prod": PROD, "local": local(host_architecture(), laptop_lender, drafts_start)}
    if name not in stages:
        raise ValueError(f"stage {name}: there are only {', '.join(stages)} (infra/stages.py)")
    return stages[name]


def host_architecture() -> str:
    """This machine's, in Lambda's words."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def main() -> None:
    """Synthesises the stages asked for by `--stage`, by the CDK context, or else those of the cloud."""
    parser = argparse.ArgumentParser(description="Writes the CloudFormation templates of some stages.")
    parser.add_argument("--stage", action="append", help="dev, prod or local; may be given again")
    parser.add_argument("--output", type=Path, help="folder of the cloud assembly, cdk.out if not given")
    parser.add_argument("--lender", default=LAPTOP_LENDER, help="file in templates/lenders for the stage local")
    parser.add_argument(
        "--drafts-start", type=date.fromisoformat, help="day on which draft experiments start on the stage local"
    )
    arguments = parser.parse_args()
    # The CDK's own tool names its folder in the environment.
    app = new_app(arguments.output or Path(os.environ.get("CDK_OUTDIR", PROJECT / "cdk.out")))
    asked = arguments.stage or str(app.node.try_get_context("stage") or "dev,prod").split(",")
    for name in asked:
        add_stacks(app, stage_named(name, arguments.lender, arguments.drafts_start))
    app.synth()


if __name__ == "__main__":
    main()
