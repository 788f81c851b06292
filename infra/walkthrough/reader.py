"""Types the commands of a page into a real shell, in which nothing but our stand-ins can be called."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Listener
from pathlib import Path

from infra.walkthrough.clone import CloneError
from infra.walkthrough.page import COMMANDS, SHOWN, STAGE, Block, Page
from infra.walkthrough.stand_ins import AS_THEY_STAND, IN_THE_CLONE, OTHERS, UNKNOWN, Outcome

MESSENGER = Path(__file__).with_name("messenger.py")
BLOCK, STAGE_BLOCK = "block", "stage-block"
"""What the shell says before each block, so that a command is told with its line; and for one that changes stages."""

PRELUDE = f"""set -eu -o pipefail
command_not_found_handle() {{ {UNKNOWN} "$@"; }}
"""
BLOCK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Step:
    """One command as it was checked."""

    line: int
    command: str
    outcome: Outcome


class Reader:
    """Follows pages in one clone, each in a shell of its own, as a reader opens a terminal."""

    def __init__(
        self,
        folder: Path,
        run: Callable[[str, Sequence[str], Mapping[str, str]], Outcome],
        tell: Callable[[Step], None],
    ) -> None:
        """`run` answers for a program, its words and what the shell exported for AWS; `tell` hears of each step."""
        self._folder, self._run, self._tell = folder, run, tell
        self._programs = Path(tempfile.mkdtemp(prefix="duebridge-reader-"))
        self._steps: list[Step] = []
        self._stage_blocks: dict[int, str] = {}
        self._write_stage: Callable[[str], list[str]] = lambda _: []
        self._line = 0
        for name in (*OTHERS, *AS_THEY_STAND, UNKNOWN, BLOCK, STAGE_BLOCK):
            self._stand_in(self._programs / name, name)
        for name in IN_THE_CLONE:
            self._stand_in(folder / name, name)

    def close(self) -> None:
        """Nothing of the walk stays."""
        shutil.rmtree(self._programs, ignore_errors=True)

    def follow(self, page: Page, write_stage: Callable[[str], list[str]]) -> list[Step]:
        """Every command of the page in its order, with how it was checked. The first failure ends the page."""
        self._steps = []
        self._stage_blocks = {block.line: block.text for block in page.of(STAGE)}
        self._write_stage = write_stage
        with Listener(str(self._programs / "socket"), family="AF_UNIX") as listener:
            threading.Thread(target=self._listen, args=(listener,), daemon=True).start()
            done = subprocess.run(  # noqa: S603 - the docs' own commands, which reach only our stand-ins
                [_program("bash"), "--noprofile", "--norc", "-c", PRELUDE + "\n".join(map(_typed, page.blocks))],
                cwd=self._folder,
                env={
                    "PATH": str(self._programs),
                    "HOME": str(self._folder),
                    "WALKTHROUGH_SOCKET": str(self._programs / "socket"),
                },
                capture_output=True,
                text=True,
                timeout=BLOCK_SECONDS * max(1, len(page.blocks)),
                check=False,
            )
        steps = self._steps
        seen = len(steps)
        if done.returncode and not any(step.outcome.error for step in steps):
            said = done.stderr.strip()[-500:]
            steps.append(Step(self._line, "the block", Outcome("not run", error=f"the shell stopped: {said}")))
        missed = {block.line for block in page.of(COMMANDS)} - {step.line for step in steps}
        if missed and not done.returncode:
            steps += [Step(line, "the block", Outcome("not run", error="no command in it")) for line in sorted(missed)]
        for step in steps[seen:]:
            self._tell(step)
        return steps

    def _listen(self, listener: Listener) -> None:
        while True:
            try:
                line = listener.accept()
            except OSError:
                return
            with line:
                self._answer(line)

    def _answer(self, line: "Connection[tuple[int, str, str], tuple[list[str], dict[str, str]]]") -> None:
        (program, *rest), exported = line.recv()
        if program == BLOCK:
            self._line = int(rest[0])
            line.send((0, "", ""))
            return
        if program == STAGE_BLOCK:
            program, rest, outcome = "infra/stages.py", [], self._stage(self._stage_blocks[self._line])
        else:
            outcome = self._run(program, rest, exported)
        step = Step(self._line, _title(program, rest), outcome)
        self._steps.append(step)
        self._tell(step)
        line.send((outcome.code, outcome.out, outcome.error))

    def _stage(self, text: str) -> Outcome:
        try:
            return Outcome(f"{', '.join(self._write_stage(text))} written into the clone")
        except CloneError as error:
            return Outcome("failed", error=str(error))

    def _stand_in(self, path: Path, name: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        call = f'"{sys.executable}" -S -E "{MESSENGER}" "{name}" "$@"'
        then = f' && exec "{_program(name)}" "$@"' if name in AS_THEY_STAND else ""
        path.write_text(f"#!/bin/sh\n{call}{then}\n", encoding="utf-8")
        path.chmod(0o700)


def _typed(block: Block) -> str:
    if block.language == SHOWN:
        return ""
    return f"{BLOCK} {block.line}\n{STAGE_BLOCK if block.language == STAGE else block.text}"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not on the PATH, which every Linux and macOS has")
    return os.fspath(found)


def _title(program: str, words: Sequence[str]) -> str:
    """The command without its particulars."""
    plain: list[str] = []
    for word in words:
        if word.startswith(("-", "s3://")) and plain:
            break
        plain.append(word)
    return " ".join([program, *plain[:3]])
