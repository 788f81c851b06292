"""What the AWS CLI would print of an answer, and an answer for calls that only AWS itself can take."""

import json
from typing import Any

import jmespath
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from infra.walkthrough.aws_words import Call, WordsError

EXAMPLES: dict[str, Any] = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": True, "timestamp": "now"}
DEEPEST = 8
"""Some shapes hold themselves."""


def example(shape: Shape | None, depth: int = 0) -> Any:
    """An answer of the shape that AWS promises, with every member in it."""
    if depth > DEEPEST:
        return None
    if isinstance(shape, StructureShape):
        return {name: example(member, depth + 1) for name, member in shape.members.items()}
    if isinstance(shape, ListShape):
        return [example(shape.member, depth + 1)]
    if isinstance(shape, MapShape):
        return {"example": example(shape.value, depth + 1)}
    if isinstance(shape, StringShape):
        return shape.enum[0] if shape.enum else f"example-{shape.name.lower()}"
    return EXAMPLES.get(shape.type_name, "") if shape else {}


def printed(call: Call, answer: dict[str, Any]) -> str:
    """By the command's `--query` and `--output`. Raises WordsError when the query finds nothing."""
    found = jmespath.search(call.query, answer) if call.query else answer
    if call.query and found in (None, []):
        raise WordsError(f"the query {call.query} finds nothing in the answer")
    if call.output != "text":
        return f"{json.dumps(found, indent=4, default=str, ensure_ascii=False)}\n" if found else ""
    cells = found if isinstance(found, list) else [found]
    return "\t".join(str(cell) for cell in cells) + "\n"
