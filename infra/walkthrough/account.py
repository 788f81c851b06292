"""The account in which the docs are followed: the emulated AWS with the pipeline, a carrier and the reader's phone."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore import xform_name

from infra.local.deployment import outputs
from infra.local.laptop import STACKS, Laptop
from infra.local.sms_fake.contract import SERVICE
from infra.local.sms_fake.service import Silence
from infra.walkthrough.aws_words import Call, WordsError

TODAY = datetime(2026, 3, 11, 17, tzinfo=UTC)
"""The day on which the docs' dates make sense, in contact hours of the reader's phone."""
PHONE = "+12025550123"
"""The reader's own, as docs/deploy.md writes it. The exchange 555 belongs to nobody."""

STAGES = ("dev", "prod")
PLAYED = frozenset({"cloudformation", "cloudwatch", "dynamodb", "events", "lambda", "logs", "s3", "sns", "sqs", "sts"})
"""What the emulator answers for."""
BEYOND_THE_EMULATOR = frozenset({"ListMessageMoveTasks", "StartMessageMoveTask"})
"""Calls that it lacks; tests/runbook makes them."""
PLAYED_BY_THE_CARRIER = frozenset({"DescribeOptedOutNumbers", "DescribeSpendLimits", "PutOptedOutNumber"})


class Account:
    """Deployed once, for the whole walk. Use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        self._laptop = Laptop(TODAY, folder=folder)

    def __enter__(self) -> Self:
        self._laptop.__enter__()
        for stage in STAGES:
            for stack in STACKS:
                self._name(stack, f"duebridge-{stage}-{stack.rpartition('-')[2]}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._laptop.__exit__(kind, error, trace)

    @property
    def environment(self) -> dict[str, str]:
        """What sends a program with boto3 here, and to no real account. Its region is the reader's to name."""
        return {
            "AWS_ENDPOINT_URL": self._laptop.emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def plays(self, call: Call) -> bool:
        """Whether somebody here can answer it, rather than AWS alone."""
        if call.service == SERVICE:
            return call.operation in PLAYED_BY_THE_CARRIER
        return call.service in PLAYED and call.operation not in BEYOND_THE_EMULATOR

    def answer(self, call: Call) -> dict[str, Any]:
        """The emulator's, or the carrier's. A call that fails raises what boto3 raises."""
        if call.service == SERVICE:
            return self._carrier(call)
        client = self._laptop.emulator.client(call.service)
        answer: dict[str, Any] = getattr(client, xform_name(call.operation))(**call.parameters)
        answer.pop("ResponseMetadata", None)
        return answer

    def s3(self) -> Any:
        """For what the CLI does with files, which is no call of its own."""
        return self._laptop.emulator.client("s3")

    def settle(self) -> None:
        """Waits as a reader does: until everything that a command set off is done."""
        self._laptop.settle()

    def heard_on(self, phone: str) -> list[str]:
        """The texts that a phone got."""
        return [text.body for text in self._laptop.phones.carrier_log if text.to == phone]

    def reply(self, phone: str, words: str) -> None:
        """The reader answers on the phone."""
        self._laptop.phones.reply(phone, words)
        self._laptop.settle()

    def _name(self, stack: str, name: str) -> None:
        """The emulator holds one stage, whose name is the laptop's; the docs' stages lead to the same resources."""
        found = outputs(self._laptop.emulator, stack)
        template = {
            "Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
            "Outputs": {key: {"Value": value} for key, value in found.items()},
        }
        cloudformation = self._laptop.emulator.client("cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})

    def _carrier(self, call: Call) -> dict[str, Any]:
        answer = self._laptop.phones.answer(call.operation, json.dumps(call.parameters).encode())
        if isinstance(answer, Silence) or answer.status != 200:
            raise WordsError(f"{call.title}: the SMS service refused it")
        return answer.body
