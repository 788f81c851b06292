"""Who answers when the reader types a command: the emulator, the program itself, or the model of what AWS takes."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.walkthrough.account import Account
from infra.walkthrough.answers import example, printed
from infra.walkthrough.aws_words import Call, WordsError, answer_shape, call_of
from infra.walkthrough.clone import Clone, CloneError

AS_THEY_STAND = ("cat", "cp", "echo", "mkdir")
"""Programs of any machine, which the reader's shell runs itself."""
IN_THE_CLONE = (".venv/bin/duebridge", ".venv/bin/python")
OTHERS = ("aws", "make", "npx")
UNKNOWN = "unknown"

CDK = re.compile(r"aws-cdk@\^2(\.\d+)*")
CDK_OPTIONS = {"--all": 0, "--force": 0, "--require-approval": 1, "-c": 1, "--parameters": 1}
"""With the number of words that each takes."""
CDK_ON_STACKS = ("deploy", "destroy", "diff")
ENVIRONMENT = re.compile(r"aws://\d{12}/[a-z]{2}(-[a-z]+)+-\d")
TARGETS = re.compile(r"^([a-z]+):", re.MULTILINE)
RUN_BY_TESTS = ("demo", "local", "test")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the reader sees, and how the command was checked."""

    how: str
    out: str = ""
    error: str = ""

    @property
    def code(self) -> int:
        """As a program ends."""
        return 1 if self.error else 0


class StandIns:
    """One for each program that the docs may name; any other is unknown, and an error."""

    def __init__(self, clone: Clone, account: Account) -> None:
        self._clone, self._account = clone, account

    def run(self, program: str, words: Sequence[str], exported: Mapping[str, str]) -> Outcome:
        """Never raises for what the docs got wrong: that is the outcome."""
        if program in AS_THEY_STAND:
            return Outcome("run as it stands")
        if program in IN_THE_CLONE:
            return self._in_the_clone(program, words, exported)
        known: dict[str, Callable[[Sequence[str]], Outcome]] = {"aws": self._aws, "make": self._make, "npx": self._cdk}
        if program not in known:
            return Outcome("not known", error=f"{words[0] if words else program}: nobody checks this command")
        try:
            return known[program](words)
        except (WordsError, CloneError, ClientError, BotoCoreError, OSError) as error:
            return Outcome("failed", error=str(error))

    def _aws(self, words: Sequence[str]) -> Outcome:
        if words[:1] == ["s3"]:
            out = self._files(words[1:])
            self._account.settle()
            return Outcome("run against the emulator", out)
        call = call_of(words)
        if not self._account.plays(call):
            answer = example(answer_shape(call))
            return Outcome("only AWS can answer: its words fit AWS's own model of the call", printed(call, answer))
        answer = self._account.answer(call)
        self._account.settle()
        if call.file:
            (self._clone.folder / call.file).write_bytes(answer.pop(_body(call)).read())
        if answer.get("FunctionError") or answer.get("FailedEntryCount"):
            raise WordsError(f"{call.title}: taken, but it failed: {json.dumps(answer, default=str)[:300]}")
        return Outcome("run against the emulator", printed(call, answer))

    def _files(self, words: Sequence[str]) -> str:
        """`aws s3 cp` and `aws s3 ls`, without options but `--recursive`."""
        s3, names = self._account.s3(), [word for word in words[1:] if word != "--recursive"]
        if words[:1] == ["ls"] and len(names) == 1:
            bucket, prefix = _bucket_and_key(names[0])
            found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
            if not found:
                raise WordsError(f"nothing stands under {prefix}")
            return "".join(f"{each['Size']:>10} {each['Key']}\n" for each in found)
        if words[:1] == ["cp"] and len(names) == 2 and "--recursive" not in words:
            source, target = names
            if target.startswith("s3://"):
                bucket, key = _bucket_and_key(target)
                path = self._clone.folder / source
                s3.upload_file(str(path), bucket, key + path.name if key.endswith("/") or not key else key)
                return f"upload: ./{source} to {target}\n"
            bucket, key = _bucket_and_key(source)
            s3.download_file(bucket, key, str(self._clone.folder / target))
            return f"download: {source} to ./{target}\n"
        raise WordsError("aws s3: write `cp FROM TO`, or `ls s3://BUCKET/PREFIX`")

    def _in_the_clone(self, program: str, words: Sequence[str], exported: Mapping[str, str]) -> Outcome:
        start = ["-m", "infra.cli.main"] if program.endswith("duebridge") else []
        done = self._clone.run(*start, *words, environment={**exported, **self._account.environment})
        self._account.settle()
        error = f"ended with {done.returncode}: {done.stderr[-1000:]}" if done.returncode else ""
        return Outcome("run in the clone, its AWS being the emulator", done.stdout, error)

    def _make(self, words: Sequence[str]) -> Outcome:
        (target,) = words if len(words) == 1 else ("",)
        if target not in TARGETS.findall((self._clone.folder / "Makefile").read_text(encoding="utf-8")):
            raise WordsError(f"the Makefile has no target {target}")
        if target == "synth":
            return Outcome(f"run in the clone: {_count(self._clone.assembly())} templates")
        if target == "check":
            return Outcome("this run is part of it")
        if target in RUN_BY_TESTS:
            return Outcome("not run here: `make test` plays it whole")
        raise WordsError(f"make {target}: nobody checks this target")

    def _cdk(self, words: Sequence[str]) -> Outcome:
        if len(words) < 2 or not CDK.fullmatch(words[0]):
            raise WordsError("the CDK's tool is `npx aws-cdk@^2 ...`: its third version refuses our templates")
        command, options, names = words[1], *_cdk_options(words[2:])
        if command == "bootstrap":
            if not all(ENVIRONMENT.fullmatch(name) for name in names):
                raise WordsError("bootstrap takes environments such as aws://111122223333/eu-west-1")
            return Outcome("only AWS can answer: its words are those that the tool takes")
        if command not in CDK_ON_STACKS:
            raise WordsError(f"nobody checks `{command}` of the CDK's tool")
        stage = dict(pair.split("=", 1) for pair in options.get("-c", [])).get("stage", "")
        stacks = _stacks(self._clone.assembly(), stage)
        if not stacks or not set(names) <= set(stacks) or not (names or "--all" in options):
            raise WordsError(f"{command}: give --all or some of {', '.join(stacks) or 'no stack'}, and -c stage=STAGE")
        for parameter in options.get("--parameters", []):
            stack, _, rest = parameter.partition(":")
            declared = stacks.get(stack, {}).get("Parameters", {}).get(rest.partition("=")[0], {})
            if rest.partition("=")[2] not in declared.get("AllowedValues", []):
                raise WordsError(f"--parameters {parameter}: no such parameter, or it does not take this value")
        return Outcome(f"only AWS can answer: the clone synthesises stage {stage}, with these stacks")


def _count(assembly: Path) -> int:
    return len(list(assembly.glob("*.template.json")))


def _stacks(assembly: Path, stage: str) -> dict[str, dict[str, dict[str, dict[str, list[str]]]]]:
    """The templates of a stage by their stacks' names."""
    suffix = ".template.json"
    files = sorted(assembly.glob(f"duebridge-{stage}-*{suffix}")) if stage else []
    return {file.name.removesuffix(suffix): json.loads(file.read_text(encoding="utf-8")) for file in files}


def _cdk_options(words: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    options: dict[str, list[str]] = {}
    names: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.startswith("-"):
            if word not in CDK_OPTIONS:
                raise WordsError(f"the option {word} of the CDK's tool is not one that the docs need")
            values = [next(rest, "") for _ in range(CDK_OPTIONS[word])]
            options.setdefault(word, []).extend(values)
        else:
            names.append(word)
    return options, names


def _bucket_and_key(address: str) -> tuple[str, str]:
    found = re.fullmatch(r"s3://([^/]+)/?(.*)", address)
    if not found:
        raise WordsError(f"{address} is no s3:// address")
    return found[1], found[2]


def _body(call: Call) -> str:
    return "Payload" if call.service == "lambda" else "Body"
