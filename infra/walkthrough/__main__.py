"""`python -m infra.walkthrough`: follows docs/deploy.md and the runbook, and tells how each command was checked."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.layers import PROJECT
from infra.walkthrough.account import PHONE, Account
from infra.walkthrough.clone import Clone, CloneError
from infra.walkthrough.page import COMMANDS, Page, PageError, read_page
from infra.walkthrough.reader import Reader, Step
from infra.walkthrough.stand_ins import StandIns

DEPLOY = "docs/deploy.md"
RUNBOOK = "docs/runbook"
COMPLAINT = "I want to complain about your texts"


def pages() -> list[Page]:
    """First the way to the first text; then the runbook, which takes it for granted."""
    names = [DEPLOY, *sorted(f"{RUNBOOK}/{path.name}" for path in (PROJECT / RUNBOOK).glob("*.md"))]
    return [read_page(PROJECT / name, name) for name in names]


def main() -> int:
    """1 when a command failed, or could not be checked."""
    sys.stderr.write("following docs/deploy.md and the runbook in a fresh clone\n")
    try:
        with tempfile.TemporaryDirectory(prefix="duebridge-clone-") as folder:
            failures = _walk(Path(folder), pages())
    except (PageError, CloneError) as error:
        failures = [str(error)]
    for failure in failures:
        sys.stderr.write(f"{failure}\n")
    return 1 if failures else 0


def _walk(folder: Path, walked: Sequence[Page]) -> list[str]:
    clone = Clone(folder)
    run_folder = folder / ".duebridge"
    run_folder.mkdir()
    with Account(run_folder) as account:
        reader = Reader(clone.folder, StandIns(clone, account).run, _tell)
        try:
            failures = []
            for page in walked:
                has_commands = bool(page.of(COMMANDS))
                sys.stdout.write(
                    f"{page.name}{'' if has_commands else ': no commands; tests/runbook makes its calls'}\n"
                )
                steps = reader.follow(page, clone.write_stage)
                failures += [
                    f"{page.name}:{step.line}: {step.command}: {step.outcome.error}" for step in _failed(steps)
                ]
                if page.name == DEPLOY:
                    failures += _first_text(account)
        finally:
            reader.close()
    return failures


def _first_text(account: Account) -> list[str]:
    """What docs/deploy.md is for; and then the reply that opens a ticket, which the runbook needs."""
    heard = account.heard_on(PHONE)
    if len(heard) != 1:
        return [f"{DEPLOY}: the reader's phone got {len(heard)} texts instead of one"]
    sys.stdout.write("  the reader's phone got its first text\n")
    account.reply(PHONE, COMPLAINT)
    return []


def _failed(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if step.outcome.error]


def _tell(step: Step) -> None:
    """As it happens: a walk takes most of a minute."""
    how = f"FAILED: {step.outcome.error.strip()}" if step.outcome.error else step.outcome.how
    sys.stdout.write(f"{step.line:>5}  {step.command:<58}  {how}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
