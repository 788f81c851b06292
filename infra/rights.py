"""Writes the table of who may do what into docs/security.md, from the synthesised stage: `python -m infra.rights`."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.app import synthesise
from infra.stages import PROD

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- rights: python -m infra.rights -->", "<!-- end of rights -->"
HEAD = "| Function | On what | May | Only |\n|---|---|---|---|\n"
FOR_ALL = frozenset({"logs", "kms"})
"""Said once on the page: every function writes its own log, and uses the key through the services that it talks to."""

Statements = Mapping[str, Sequence[dict[str, Any]]]


def main() -> None:
    """Writes the page anew; everything outside of the marks stays."""
    with tempfile.TemporaryDirectory() as folder:
        synthesised = synthesise(PROD, Path(folder))
        template = json.loads((synthesised / f"duebridge-{PROD.name}-pipeline.template.json").read_text("utf-8"))
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    rights = table(statements_of(template["Resources"]))
    PAGE.write_text("".join((before, begin, rights, end, after)), encoding="utf-8")


def statements_of(resources: Mapping[str, Any]) -> Statements:
    """What each station's role says, by station."""
    functions = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Function"]
    return {
        function["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: [
            statement
            for policy in resources[function["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        for function in functions
    }


def written_in(page: str) -> str:
    """The table as the page has it."""
    return page.partition(f"{BEGIN}\n")[2].partition(END)[0]


def table(statements: Statements) -> str:
    """One line for each thing that a station may touch."""
    rows = sorted({row for station, allowed in statements.items() for each in allowed for row in _rows(station, each)})
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(station: str, statement: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    services = {action.partition(":")[0] for action in _listed(statement["Action"])}
    if services <= FOR_ALL:
        return
    actions = ", ".join(sorted(action.partition(":")[2] for action in _listed(statement["Action"])))
    may = actions if statement["Effect"] == "Allow" else f"never: {actions}"
    for resource in _listed(statement["Resource"]):
        yield f"`{station}`", _name(resource), may, "; ".join(_conditions(statement.get("Condition", {})))


def _conditions(conditions: Mapping[str, Any]) -> Iterator[str]:
    for tests in conditions.values():
        for key, values in tests.items():
            yield f"{key.partition(':')[2]}: {', '.join(map(str, _listed(values)))}"


def _name(resource: Any) -> str:
    """As a reader knows it: without the CDK's prefixes, hashes, and the account."""
    text = "".join(_words(resource))
    text = re.sub(r"duebridge-[a-z]+-data:ExportsOutput(FnGetAtt|Ref)", "", text)
    text = re.sub(r"[0-9A-F]{8}StreamArn[0-9A-F]{8}", " (stream)", text)
    text = re.sub(r"[0-9A-F]{8,16}(Arn)?([0-9A-F]{8})?(?=$|[/ ])", "", text)
    return re.sub(r"^arn:.*AWS::AccountId:", "", text).replace("/*", "/ (its files)")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif "Fn::Join" in value:
        for part in value["Fn::Join"][1]:
            yield from _words(part)
    elif "Fn::GetAtt" in value:
        yield value["Fn::GetAtt"][0]
    else:
        yield from (str(each) for each in value.values())


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    main()
