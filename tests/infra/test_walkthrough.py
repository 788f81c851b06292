"""Whoever follows the docs misses no command, believes no wrong one, and changes nothing but the clone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.layers import PROJECT
from infra.walkthrough.__main__ import pages
from infra.walkthrough.answers import example, printed
from infra.walkthrough.aws_words import WordsError, answer_shape, call_of
from infra.walkthrough.clone import Clone, CloneError
from infra.walkthrough.page import COMMANDS, Block, Page, PageError, read_page
from infra.walkthrough.reader import Reader, Step
from infra.walkthrough.stand_ins import Outcome, StandIns

PHONE_NUMBER = ["pinpoint-sms-voice-v2", "request-phone-number", "--iso-country-code", "US", "--message-type"]
PHONE_NUMBER += ["TRANSACTIONAL", "--number-capabilities", "SMS", "--number-type", "TOLL_FREE"]


def test_the_words_of_a_command_become_the_call_that_aws_gets() -> None:
    call = call_of([*PHONE_NUMBER, "--no-deletion-protection-enabled", "--query", "PhoneNumberId", "--output", "text"])
    assert (call.service, call.operation) == ("pinpoint-sms-voice-v2", "RequestPhoneNumber")
    assert call.parameters == {
        "IsoCountryCode": "US",
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": ["SMS"],
        "NumberType": "TOLL_FREE",
        "DeletionProtectionEnabled": False,
    }
    assert (call.query, call.output) == ("PhoneNumberId", "text")


def test_bytes_and_the_file_for_an_answer_are_read_as_the_second_cli_does() -> None:
    words = ["lambda", "invoke", "--function-name", "planner", "--payload", "{}"]
    words += ["--cli-binary-format", "raw-in-base64-out", "out.json"]
    call = call_of(words)
    assert (call.parameters["Payload"], call.file) == (b"{}", "out.json")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["sms", "send"], "no service sms"),
        (["sqs", "send-a-message"], "no operation"),
        (["sqs"], "SERVICE OPERATION"),
        (["sqs", "purge-queue"], "QueueUrl is required"),
        (["sqs", "purge-queue", "--queue-url", "u", "--queue", "u"], "no option --queue"),
        (["sqs", "purge-queue", "--queue-url", "u", "--queue-url", "u"], "given twice"),
        (["sqs", "purge-queue", "--queue-url", "two", "words"], "quote it"),
        (["dynamodb", "get-item", "--table-name", "t", "--key", "loan_id=L1"], "--key takes JSON"),
        (["dynamodb", "query", "--table-name", "t", "--limit", "many"], "--limit takes a number"),
        ([*PHONE_NUMBER[:3], "USA", *PHONE_NUMBER[4:]], "IsoCountryCode"),
        ([*PHONE_NUMBER[:-1], "FREE"], "must be one of"),
        (["lambda", "invoke", "--function-name", "f", "--payload", "{}", "--output", "json", "f.json"], "takes bytes"),
        (["lambda", "invoke", "--function-name", "f"], "one word too many or too few"),
    ],
)
def test_a_command_that_aws_would_not_take_is_told_with_the_word_that_is_wrong(words: list[str], says: str) -> None:
    with pytest.raises(WordsError, match=says):
        call_of(words)


def test_an_answer_that_only_aws_can_give_has_every_member_that_a_query_may_ask_for() -> None:
    call = call_of([*PHONE_NUMBER, "--query", "[PhoneNumberId, Status]", "--output", "text"])
    assert printed(call, example(answer_shape(call))).startswith("example-")


def test_a_query_that_finds_nothing_is_a_mistake_of_the_page() -> None:
    call = call_of([*PHONE_NUMBER, "--query", "PhoneNumberName"])
    with pytest.raises(WordsError, match="finds nothing"):
        printed(call, example(answer_shape(call)))


def write(folder: Path, text: str) -> Path:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text", ["```\nrm -rf /\n```\n", "```bash\nls\n```\n", "1. ```sh\n   ls\n   ```\n", "```sh\nls\n"]
)
def test_a_block_that_could_hide_a_command_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PageError, match=r"page\.md"):
        read_page(write(tmp_path, text), "page.md")


def test_a_page_is_read_in_its_order_with_the_lines_of_its_blocks(tmp_path: Path) -> None:
    page = read_page(write(tmp_path, "# A\n\n```sh\nmake synth\n```\n\n```text\nout\n```\n"), "page.md")
    assert [(block.language, block.line) for block in page.blocks] == [("sh", 4), ("text", 8)]


class Notes:
    """Stands for all programs and writes down what was called."""

    def __init__(self) -> None:
        self.called: list[tuple[str, Sequence[str]]] = []
        self.exported: Mapping[str, str] = {}
        self.told: list[Step] = []

    def run(self, program: str, words: Sequence[str], exported: Mapping[str, str]) -> Outcome:
        self.called.append((program, words))
        self.exported = exported
        if program == "aws" and words[0] == "fail":
            return Outcome("failed", error="it failed")
        return Outcome("noted", out="an-answer\n")


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def reader(tmp_path: Path, notes: Notes) -> Iterator[Reader]:
    reader = Reader(tmp_path, notes.run, notes.told.append)
    yield reader
    reader.close()


def follow(reader: Reader, *blocks: str) -> list[Step]:
    page = Page("page.md", [Block(COMMANDS, f"{text}\n", 10 * number) for number, text in enumerate(blocks, 1)])
    return reader.follow(page, lambda _: ["DEV"])


def test_commands_are_typed_into_one_shell_that_keeps_what_earlier_blocks_set(reader: Reader, notes: Notes) -> None:
    steps = follow(reader, 'NAME=$(aws give --it "two words")', 'aws take "$NAME"\ncat /dev/null')
    taken = [(step.line, step.command) for step in steps]
    assert taken == [(10, "aws give"), (20, "aws take an-answer"), (20, "cat /dev/null")]
    assert notes.called[:2] == [("aws", ["give", "--it", "two words"]), ("aws", ["take", "an-answer"])]


def test_what_the_shell_exported_for_aws_goes_with_a_command(reader: Reader, notes: Notes) -> None:
    follow(reader, "export AWS_DEFAULT_REGION=eu-west-1", ".venv/bin/duebridge explain L1")
    assert notes.exported == {"AWS_DEFAULT_REGION": "eu-west-1"}


def test_an_unknown_command_is_asked_for_and_never_run(reader: Reader, notes: Notes, tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    follow(reader, "rm kept")
    assert ("unknown", ["rm", "kept"]) in notes.called
    assert (tmp_path / "kept").exists()
    outcome = StandIns(None, None).run("unknown", ["rm", "kept"], {})  # type: ignore[arg-type]  # asks neither
    assert "nobody checks" in outcome.error


def test_a_failure_within_a_substitution_is_not_lost(reader: Reader) -> None:
    assert "it failed" in [step.outcome.error for step in follow(reader, "export NAME=$(aws fail)")]


def test_a_shell_that_stops_on_its_own_is_a_failure(reader: Reader) -> None:
    (step,) = follow(reader, 'cat "$NOBODY_SET_THIS"')
    assert "NOBODY_SET_THIS" in step.outcome.error


def test_a_block_without_a_command_is_a_failure_and_every_step_is_told(reader: Reader, notes: Notes) -> None:
    steps = follow(reader, "# only words", "aws take")
    assert notes.told == steps
    assert [step.outcome.error for step in steps if step.line == 10] == ["no command in it"]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone(tmp_path_factory.mktemp("clone"))


def test_a_stage_of_the_page_is_written_into_the_clone_alone(clone: Clone) -> None:
    before = (PROJECT / "infra" / "stages.py").read_text(encoding="utf-8")
    assert clone.write_stage('DEV = Stage(name="dev", lender="my-bank")\n') == ["DEV"]
    written = (clone.folder / "infra" / "stages.py").read_text(encoding="utf-8")
    assert "my-bank" in written
    assert "PROD = " in written
    assert (PROJECT / "infra" / "stages.py").read_text(encoding="utf-8") == before


@pytest.mark.parametrize("text", ['STAGING = Stage(name="s", lender="b")', "import os", "DEV()"])
def test_a_stage_that_the_file_has_not_is_refused(clone: Clone, text: str) -> None:
    with pytest.raises(CloneError, match="only DEV and PROD"):
        clone.write_stage(text)


class Elsewhere:
    """A clone whose templates are there already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "Makefile").write_text("synth:\ncheck:\nrelease:\n", encoding="utf-8")
        trail: dict[str, Any] = {"Parameters": {"Trail": {"AllowedValues": ["yes", "no"]}}}
        (folder / "duebridge-prod-operations.template.json").write_text(json.dumps(trail), encoding="utf-8")

    def assembly(self) -> Path:
        return self.folder


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    return StandIns(Elsewhere(tmp_path), None)  # type: ignore[arg-type]  # no account is asked here


@pytest.mark.parametrize(
    "words",
    [
        "aws-cdk@^2 bootstrap aws://111122223333/eu-west-1",
        "aws-cdk@^2 deploy --all -c stage=prod",
        "aws-cdk@^2 deploy duebridge-prod-operations -c stage=prod --parameters duebridge-prod-operations:Trail=yes",
    ],
)
def test_what_the_cdks_tool_takes_is_let_pass(stand_ins: StandIns, words: str) -> None:
    assert stand_ins.run("npx", words.split(), {}).error == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("aws-cdk deploy --all -c stage=prod", "third version"),
        ("aws-cdk@^2 watch --all", "nobody checks"),
        ("aws-cdk@^2 bootstrap eu-west-1", "environments such as"),
        ("aws-cdk@^2 deploy --all", "-c stage=STAGE"),
        ("aws-cdk@^2 deploy --all -c stage=test", "no stack"),
        ("aws-cdk@^2 deploy duebridge-prod-desk -c stage=prod", "duebridge-prod-operations"),
        ("aws-cdk@^2 deploy --hotswap --all -c stage=prod", "--hotswap"),
        ("aws-cdk@^2 deploy --all -c stage=prod --parameters duebridge-prod-operations:Trail=on", "this value"),
    ],
)
def test_what_it_does_not_take_is_told(stand_ins: StandIns, words: str, says: str) -> None:
    assert says in stand_ins.run("npx", words.split(), {}).error


@pytest.mark.parametrize(("target", "says"), [("deploy", "no target"), ("release", "nobody checks")])
def test_a_target_that_is_not_there_or_that_nobody_checks_is_an_error(
    stand_ins: StandIns, target: str, says: str
) -> None:
    assert says in stand_ins.run("make", [target], {}).error


def test_every_page_of_the_runbook_and_the_way_to_the_first_text_is_walked() -> None:
    walked = pages()
    assert walked[0].name == "docs/deploy.md"
    assert len(walked) == 1 + len(list((PROJECT / "docs" / "runbook").glob("*.md")))
    assert sum(len(page.of(COMMANDS)) for page in walked) > 20
