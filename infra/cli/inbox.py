"""Finds the inbox that a file is dropped into: of the pipeline that runs on this machine, or of a stage in AWS."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
import click
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

LOCAL_RUN = Path(__file__).resolve().parents[2] / ".duebridge" / "local.json"
"""Written by `duebridge local` while it is up."""

_NO_INBOX = (
    "there is no inbox to drop the file into: start `duebridge local` in another terminal, "
    "or name a deployed stage with --stage (your own AWS credentials are used)"
)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A bucket, and the client that reaches it."""

    client: Any
    bucket: str

    def drop(self, content: IO[bytes], key: str, metadata: Mapping[str, str]) -> None:
        """Streams the file into the bucket; its station starts by itself. Ends the command on failure."""
        try:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=content, Metadata=dict(metadata))
        except (BotoCoreError, ClientError) as error:
            raise click.ClickException(
                f"the file was not dropped into {self.bucket}: {error}; is the pipeline up, and may you write there?"
            ) from error


def inbox_of(stage: str | None, local_run: Path) -> Inbox:
    """The stage's if one is named, else that of the pipeline on this machine. Ends the command if there is none."""
    if stage is not None:
        return _inbox_in_aws(stage)
    if not local_run.exists():
        raise click.ClickException(_NO_INBOX)
    try:
        running = json.loads(local_run.read_text(encoding="utf-8"))
        region, endpoint, bucket = running["region"], running["endpoint"], running["outputs"]["InboxBucket"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{local_run.name} cannot be read: start `duebridge local` again") from error
    client = boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator's well-known root key, of no real account
        region_name=region,
    ).client(
        "s3",
        endpoint_url=endpoint,
        config=Config(connect_timeout=3, read_timeout=60, proxies={}, s3={"addressing_style": "path"}),
    )
    return Inbox(client, bucket)


def safe_name(name: str) -> str:
    """A file's name as the end of an object key: other characters than those that S3 calls safe are replaced."""
    return re.sub(r"[^A-Za-z0-9!_.*'()-]", "_", name)


def _inbox_in_aws(stage: str) -> Inbox:
    stack = f"duebridge-{stage}-data"
    config = Config(connect_timeout=3, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4})
    try:
        session = boto3.Session()
        stacks = session.client("cloudformation", config=config).describe_stacks(StackName=stack)["Stacks"]
        s3 = session.client("s3", config=config)
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(
            f"stack {stack}: {error}; check your AWS credentials and region, and that the stage is deployed"
        ) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
    if "InboxBucket" not in outputs:
        raise click.ClickException(f"stack {stack} names no InboxBucket: deploy the stage again")
    return Inbox(s3, outputs["InboxBucket"])
