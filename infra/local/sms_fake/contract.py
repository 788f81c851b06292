"""What AWS promises about each request and error, read from botocore's own model of the service."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

SERVICE = "pinpoint-sms-voice-v2"

_PAGE_LENGTH = 100

_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One member of a request that breaks the model. The message never quotes the value."""

    member: str
    message: str


class TypedError(Exception):
    """An error that the service answers; a boto3 client raises the exception of this code."""

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.members = {"Message": message, **members}

    @property
    def status(self) -> int:
        """The HTTP status: only the service's own failures are 5xx."""
        return 500 if self.code == "InternalServerException" else 400


def invalid(reason: str, message: str, *violations: Violation) -> TypedError:
    """The request is wrong and must be changed before it is sent again."""
    fields = [{"Name": each.member, "Message": each.message} for each in violations]
    return TypedError("ValidationException", message, Reason=reason, Fields=fields)


def conflict(reason: str, message: str, resource_type: str, resource_id: str) -> TypedError:
    """The request is well formed, but this text may not go out."""
    return TypedError("ConflictException", message, Reason=reason, ResourceType=resource_type, ResourceId=resource_id)


def not_found(resource_type: str, resource_id: str) -> TypedError:
    """The request names something that the account does not have."""
    return TypedError(
        "ResourceNotFoundException",
        f"Resource not found: {resource_type}",
        ResourceType=resource_type,
        ResourceId=resource_id,
    )


def e164(number: str) -> str:
    """The model lets the plus sign be left out; it means the same number."""
    return number if number.startswith("+") else f"+{number}"


def resource_name(name_or_arn: str) -> str:
    """AWS takes a name or the ARN that ends with it."""
    return name_or_arn.rpartition("/")[2]


def paged(items: list[dict[str, Any]], request: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """One page, and the token of the next where there is one. Raises INVALID_NEXT_TOKEN."""
    start = 0
    if "NextToken" in request:
        try:
            start = int(base64.urlsafe_b64decode(request["NextToken"].encode()))
        except ValueError as exc:
            raise invalid("INVALID_NEXT_TOKEN", "NextToken is not one that this service gave") from exc
    if not 0 <= start <= len(items):
        raise invalid("INVALID_NEXT_TOKEN", "NextToken is not one that this service gave")
    end = start + request.get("MaxResults", _PAGE_LENGTH)
    token = {"NextToken": base64.urlsafe_b64encode(str(end).encode()).decode()} if end < len(items) else {}
    return items[start:end], token


class Contract:
    """The service's operations and the constraints on their requests."""

    def __init__(self, service: str = SERVICE) -> None:
        self._model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
        self.operations = frozenset(self._model.operation_names)

    def read(self, operation: str, body: bytes) -> dict[str, Any]:
        """The request's members. Raises the TypedError that AWS answers to anything outside the model."""
        if operation not in self.operations:
            raise TypedError("UnknownOperationException", "The service has no such operation")
        try:
            request = json.loads(body or b"{}")
        except ValueError as exc:
            raise TypedError("SerializationException", "The body is not JSON") from exc
        shape = self._model.operation_model(operation).input_shape
        violations = list(_violations(shape, request, "")) if shape else []
        if violations:
            first = violations[0]
            message = f"{len(violations)} validation error(s): {first.member or 'request'} {first.message}"
            raise invalid("FIELD_VALIDATION_FAILED", message, *violations)
        return dict(request)


def _has_type(value: Any, type_name: str) -> bool:
    # A JSON true is an int for Python, but not for AWS.
    if isinstance(value, bool):
        return type_name == "boolean"
    return isinstance(value, _JSON_TYPES[type_name])


def _violations(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if not _has_type(value, shape.type_name):
        yield Violation(path, f"must be of type {shape.type_name}")
        return
    yield from _outside_bounds(shape, value, path)
    if isinstance(shape, StringShape):
        yield from _misspelled(shape, value, path)
    elif isinstance(shape, StructureShape):
        yield from _wrong_members(shape, value, path)
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from _violations(shape.member, item, f"{path}[{index}]")
    elif isinstance(shape, MapShape):
        for index, (key, item) in enumerate(value.items()):
            yield from _violations(shape.key, key, f"{path} key {index}")
            yield from _violations(shape.value, item, f"{path} value {index}")


def _outside_bounds(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    measure, size = ("value", value) if isinstance(value, int | float) else ("length", len(value))
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield Violation(path, f"must have {measure} greater than or equal to {least}")
    if most is not None and size > most:
        yield Violation(path, f"must have {measure} less than or equal to {most}")


def _misspelled(shape: StringShape, value: str, path: str) -> Iterator[Violation]:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        yield Violation(path, "must be valid Unicode")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield Violation(path, f"must satisfy the regular expression {pattern}")
    if shape.enum and value not in shape.enum:
        yield Violation(path, f"must be one of {', '.join(shape.enum)}")


def _wrong_members(shape: StructureShape, value: dict[str, Any], path: str) -> Iterator[Violation]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if name not in value:
            yield Violation(f"{prefix}{name}", "is required")
    for name, item in value.items():
        if name in shape.members:
            yield from _violations(shape.members[name], item, f"{prefix}{name}")
        else:
            yield Violation(f"{prefix}{name}", "is not a member of this request")
