"""The import table of the product, the size of its handlers, and what may never reach a log."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path("layers/duebridge/python/duebridge")
HANDLERS = sorted(Path("functions").glob("*/handler.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
HANDLER_LINES = 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

AWS = {"boto3", "botocore", "mypy_boto3_dynamodb", "mypy_boto3_pinpoint_sms_voice_v2", "mypy_boto3_s3"}
AWS |= {"mypy_boto3_sns", "mypy_boto3_sqs"}
OWN = {
    "core": {"core"},
    "ports": {"core"},
    "flows": {"core", "ports", "flows"},
    "adapters": {"core", "ports", "adapters"},
    "settings": set[str](),
    "telemetry": set[str](),
    "wiring": {"settings", "adapters", "flows", "core", "ports"},
    "__init__": set[str](),
}
"""Which parts of our own package a part may import."""
EVERYWHERE = {"msgspec"}
"""Records are its classes; it reads and writes nothing here."""
THIRD_PARTY = {
    "core/message.py": {"jinja2"},
    "adapters/phone_numbers.py": {"phonenumbers"},
    "adapters": AWS,
    "telemetry": {"aws_lambda_powertools"},
    "wiring": {"boto3", "botocore", "duebridge_local_clock"},
}
"""Which packages of others a file or a part may import."""
HANDLER_IMPORTS = {
    "duebridge.wiring", "duebridge.settings", "duebridge.telemetry", "duebridge.core", "duebridge.flows",
    "duebridge.adapters.inbox", "duebridge.adapters.payment_events", "duebridge.adapters.queues",
    "duebridge.adapters.row_changes",
    "duebridge.adapters.seen_ids", "duebridge.adapters.sms_events", "duebridge.adapters.ticket_events",
    "aws_lambda_powertools", "msgspec.structs",
}  # fmt: skip


def imports_of(file: Path) -> Iterator[str]:
    """Every imported module by its full name, also within functions."""
    parts = ("duebridge", *file.relative_to(PACKAGE).with_suffix("").parts) if file.is_relative_to(PACKAGE) else ()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parts[: -node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module or ""]))
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def part_of(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_a_module_imports_only_what_its_place_allows(file: Path) -> None:
    part = part_of(file)
    others = EVERYWHERE | THIRD_PARTY.get(part, set()) | THIRD_PARTY.get(file.relative_to(PACKAGE).as_posix(), set())
    for name in imports_of(file):
        top, _, rest = name.partition(".")
        if top == "duebridge":
            assert rest.partition(".")[0] in OWN[part] | {""}, f"{file} imports {name}"
        else:
            assert top in sys.stdlib_module_names or top in others, f"{file} imports {name}"


@pytest.mark.parametrize("file", HANDLERS, ids=str)
def test_a_handler_imports_only_the_flow_its_readers_and_telemetry(file: Path) -> None:
    for name in imports_of(file):
        is_allowed = any(name == each or name.startswith(f"{each}.") for each in HANDLER_IMPORTS)
        assert is_allowed or name.partition(".")[0] in sys.stdlib_module_names, f"{file} imports {name}"


def test_the_table_is_asked_of_real_files() -> None:
    assert len(HANDLERS) == 10
    assert {part_of(file) for file in MODULES} == set(OWN)
    assert "duebridge.core.errors.DueBridgeError" in set(imports_of(PACKAGE / "adapters/queues.py"))
    assert "boto3" in set(imports_of(PACKAGE / "wiring.py"))


@pytest.mark.parametrize("file", [*MODULES, *HANDLERS], ids=str)
def test_nothing_imports_the_infrastructure_or_the_tests(file: Path) -> None:
    assert not {name.partition(".")[0] for name in imports_of(file)} & {"infra", "tests", "aws_cdk"}


@pytest.mark.parametrize("file", HANDLERS, ids=str)
def test_a_handler_is_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= HANDLER_LINES


def test_no_module_has_a_name_that_says_nothing() -> None:
    ours = [file for folder in ("layers", "functions", "infra", "tests") for file in Path(folder).rglob("*.py")]
    assert len(ours) > 100
    assert [str(file) for file in ours if set(file.stem.split("_")) & FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("file", [file for file in MODULES if part_of(file) in ("core", "flows", "ports")], ids=str)
def test_rules_and_flows_never_ask_the_machine_for_the_time_or_for_chance(file: Path) -> None:
    forbidden = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "uuid4", "random"}
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not [ast.unparse(call.func) for call in calls if ast.unparse(call.func) in forbidden]


PERSONAL = {"phone", "body", "full_name", "salutation"}


def personal_parts(node: ast.AST) -> set[str]:
    """Values of a borrower within an expression: `text.phone`, `body` and the like."""
    named = {each for each in ast.walk(node) if isinstance(each, ast.Attribute | ast.Name)}
    return {
        ast.unparse(each) for each in named if (each.attr if isinstance(each, ast.Attribute) else each.id) in PERSONAL
    }


def spoken_of(file: Path) -> Iterator[ast.AST]:
    """What a file logs, and the texts of the errors that it raises."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("logger."):
            yield from node.args
            yield from (keyword.value for keyword in node.keywords)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for argument in node.exc.args:
                yield from (each for each in ast.walk(argument) if isinstance(each, ast.FormattedValue))


@pytest.mark.parametrize("file", [*MODULES, *HANDLERS], ids=str)
def test_no_log_and_no_error_repeats_a_borrowers_number_name_or_words(file: Path) -> None:
    assert {part for spoken in spoken_of(file) for part in personal_parts(spoken)} == set()


def test_the_privacy_check_sees_what_it_must() -> None:
    leak = ast.parse("logger.info(f'{text.phone} said', extra={'words': inbound.body})").body[0]
    assert personal_parts(leak) == {"text.phone", "inbound.body"}


def test_only_the_two_carriers_send_texts_and_alerts_go_to_a_topic() -> None:
    addressed = {
        (file.name, node.func.attr, *sorted({keyword.arg for keyword in node.keywords} & {"PhoneNumber", "TopicArn"}))
        for file in [*MODULES, *HANDLERS]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("send_text_message", "publish", "publish_batch")
    }
    assert addressed == {
        ("end_user_messaging.py", "send_text_message"),
        ("sns_texts.py", "publish", "PhoneNumber"),
        ("alerts.py", "publish", "TopicArn"),
    }


def test_no_table_is_ever_scanned() -> None:
    for file in MODULES:
        source = file.read_text(encoding="utf-8")
        assert ".scan(" not in source
        assert '"scan"' not in source
