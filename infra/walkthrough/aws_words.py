"""Reads the words of an `aws` command by botocore's own models: which call of which service, with what in it.

Only what the docs need of the AWS CLI's grammar: JSON for structures, words for lists, no shorthand.
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from infra.local.sms_fake.contract import Contract, TypedError

FOR_ALL_CALLS = {"--region", "--profile", "--query", "--output", "--cli-binary-format"}
"""Options of the CLI itself that take a value."""
RAW_BYTES = "raw-in-base64-out"
"""Without it the second CLI takes bytes for base64."""
OTHER_NAMES = {"s3api": "s3"}
WRITES_A_FILE = {("lambda", "Invoke"), ("s3", "GetObject")}
"""Calls whose last word names the file that gets the body of the answer."""


class WordsError(Exception):
    """A command that AWS would not take; the text says which word, and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a command asks for."""

    service: str
    operation: str
    parameters: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    output: str = "json"
    file: str = ""

    @property
    def title(self) -> str:
        """As the reader typed it, without the particulars."""
        return f"aws {self.service} {_dashed(self.operation)}"


def call_of(words: Sequence[str]) -> Call:
    """`["dynamodb", "get-item", ...]` -> the call. Raises WordsError."""
    if len(words) < 2 or words[0].startswith("-") or words[1].startswith("-"):
        raise WordsError("write `aws SERVICE OPERATION`, then its options")
    service = OTHER_NAMES.get(words[0], words[0])
    model = _model(service)
    operations = {_dashed(name): name for name in model.operation_names}
    if words[1] not in operations:
        raise WordsError(f"{words[0]} has no operation {words[1]}")
    operation = model.operation_model(operations[words[1]])
    options, loose = _options(words[2:])
    common = {name: options.pop(name) for name in list(options) if name in FOR_ALL_CALLS}
    options.pop("--no-cli-pager", None)
    if len(loose) != ((service, operation.name) in WRITES_A_FILE):
        raise WordsError(f"{words[1]}: {' '.join(loose) or 'the file for the answer'} is one word too many or too few")
    parameters = _parameters(operation, options, common.get("--cli-binary-format"))
    try:
        Contract(service).read(operation.name, json.dumps(parameters).encode())
    except TypedError as refusal:
        raise WordsError(f"{words[1]}: {refusal}") from refusal
    return Call(
        service=service,
        operation=operation.name,
        parameters=_with_bytes(operation.input_shape, parameters),
        query="".join(common.get("--query", [])),
        output="".join(common.get("--output", ["json"])),
        file="".join(loose),
    )


def answer_shape(call: Call) -> Shape | None:
    """What AWS answers to it."""
    return _model(call.service).operation_model(call.operation).output_shape


@cache
def _model(service: str) -> ServiceModel:
    try:
        return ServiceModel(Loader().load_service_model(service, "service-2"), service)
    except UnknownServiceError as error:
        raise WordsError(f"AWS has no service {service}") from error


def _dashed(name: str) -> str:
    return xform_name(name, "-")


def _options(words: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Options with the words after each, and a last word that belongs to none."""
    options: dict[str, list[str]] = {}
    loose: list[str] = []
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word
            if name in options:
                raise WordsError(f"{name} is given twice")
            options[name] = []
        elif name in FOR_ALL_CALLS and options[name]:
            loose.append(word)
        elif name:
            options[name].append(word)
        else:
            loose.append(word)
    return options, loose


def _parameters(operation: OperationModel, options: dict[str, list[str]], bytes_as: list[str] | None) -> dict[str, Any]:
    shape = operation.input_shape
    members = shape.members if isinstance(shape, StructureShape) else {}
    names = {f"--{_dashed(name)}": name for name in members}
    parameters = {}
    for option, words in options.items():
        if option.startswith("--no-") and names.get(f"--{option[5:]}") and not words:
            parameters[names[f"--{option[5:]}"]] = False
            continue
        if option not in names:
            raise WordsError(f"{_dashed(operation.name)} has no option {option}")
        member = members[names[option]]
        if member.type_name == "blob" and bytes_as != [RAW_BYTES]:
            raise WordsError(f"{option} takes bytes: add --cli-binary-format {RAW_BYTES}")
        parameters[names[option]] = _value(option, member, words)
    return parameters


def _value(option: str, shape: Shape, words: list[str]) -> Any:
    if shape.type_name == "boolean" and not words:
        return True
    if isinstance(shape, ListShape) and not (len(words) == 1 and words[0].lstrip().startswith("[")):
        return [_value(option, shape.member, [word]) for word in words]
    if len(words) != 1:
        raise WordsError(f"{option} takes one word, got {len(words)}: quote it")
    (word,) = words
    try:
        if shape.type_name in ("structure", "map", "list"):
            return json.loads(word)
        return int(word) if shape.type_name in ("integer", "long") else word
    except ValueError as error:
        wanted = "a number" if shape.type_name in ("integer", "long") else "JSON"
        raise WordsError(f"{option} takes {wanted}") from error


def _with_bytes(shape: Shape | None, parameters: dict[str, Any]) -> dict[str, Any]:
    blobs = {name for name, member in getattr(shape, "members", {}).items() if member.type_name == "blob"}
    return {name: value.encode() if name in blobs else value for name, value in parameters.items()}
