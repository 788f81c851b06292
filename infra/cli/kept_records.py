"""Finds the records that a command asks: of a stage in AWS, of the pipeline that runs here, or of the last demo."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.last_run import RunFiles
from infra.local.running import Running
from infra.records import TABLES, LiveRecords, Records


@dataclass(frozen=True, slots=True)
class Kept:
    """The tables of one deployment."""

    records: Records
    now: datetime
    """By its own clock."""
    where: str
    """In words, for whoever asked."""
    outputs: dict[str, str] = field(default_factory=dict)
    """What its stacks call their things; empty for a run that is over."""


def records_of(stage: str | None) -> Kept:
    """Ends the command if there are none."""
    if stage:
        return _in_aws(stage)
    running = Running.find()
    if running:
        return Kept(running.records(), running.now(), "the running pipeline", running.outputs)
    files = RunFiles()
    saved = files.records()
    if saved is None:
        raise click.ClickException("there are no records yet: run `duebridge demo` first, or name a --stage")
    at = json.loads(files.summary.read_text(encoding="utf-8"))["at"]
    return Kept(saved, datetime.fromisoformat(at), "the last demo")


def _in_aws(stage: str) -> Kept:
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=f"duebridge-{stage}-data")["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}
        records = LiveRecords(boto3.client("dynamodb"), {name: outputs[name] for name in TABLES})
    except (BotoCoreError, ClientError, KeyError) as error:
        raise click.ClickException(f"stage {stage} cannot be read: {error}") from error
    return Kept(records, datetime.now(UTC), f"stage {stage}", outputs)
