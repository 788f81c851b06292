"""Plays a loan book on the laptop and has it judged from outside."""

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from duebridge.core.report.model import Origin, Report
from infra.content_desk import LANGUAGES
from infra.local.assembly import PROJECT
from infra.local.compared import COMPARED_FROM_DAYS
from infra.local.laptop import Laptop
from infra.local.last_run import RunFiles
from infra.local.outcome import Outcome, outcome_of, summary
from infra.local.play import Play, Progress
from infra.local.sms_fake.faults import Faults
from infra.records import read_all
from infra.report_page import kept_report

FOLDER = PROJECT / ".duebridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What to play."""

    loans: Path
    payments: Path
    start: datetime
    days: int
    faults: Faults
    strict: bool = False
    folder: Path = FOLDER

    @property
    def compared_from(self) -> date | None:
        """The first day of the comparisons; None in a play that is too short for any.

        Where the play begins it may still be the day before.
        """
        return (self.start - timedelta(days=1)).date() if self.days >= COMPARED_FROM_DAYS else None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it, and what the checker says."""

    outcome: Outcome
    summary: dict[str, Any]
    files: RunFiles
    hops: int
    verdict: str
    is_kept: bool
    """Whether every invariant held."""
    report: Report | None = None
    """What the comparisons say, where there were any."""


def play(demo: Demo, say: Progress) -> Result:
    """Starts everything, plays, stops everything, and asks the checker."""
    files = RunFiles(demo.folder / "last-run")
    say("starting the emulator and deploying the templates")
    with Laptop(
        demo.start,
        faults=demo.faults,
        strict=demo.strict,
        folder=demo.folder,
        drafts_start=demo.compared_from,
    ) as laptop:
        run = Play(laptop, demo.loans, demo.payments, demo.days, say)
        run.run()
        if demo.compared_from:
            _keep_pages(laptop, files)
        say("reading the tables")
        rows = read_all(laptop.emulator.client("dynamodb"), laptop.names.outputs)
        outcome = outcome_of(laptop, rows, loan_ids(demo.loans), laptop.rejects(run.loan_file_key), run.scenes)
        told = summary(outcome)
        files.write(laptop, run.facts, run.payments_file(), rows, told)
    say("asking the independent checker")
    is_kept, verdict = judge(demo, files)
    if outcome.dead_letters:
        is_kept, verdict = False, f"{verdict}\n{outcome.dead_letters} messages were given up (dead letters)"
    report = None
    if demo.compared_from:
        report = kept_report(rows, laptop.content, outcome.at.date(), None, Origin.SIMULATED)
    return Result(outcome, told, files, run.hops, verdict, is_kept, report)


def _keep_pages(laptop: Laptop, files: RunFiles) -> None:
    """As the station wrote them."""
    files.folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        files.report(language).write_bytes(laptop.report_page(language))


def judge(demo: Demo, files: RunFiles) -> tuple[bool, str]:
    """The checker knows nothing of the product; it reads logs and files only."""
    command = [sys.executable, "-m", "tests.checker.checker"]
    command += ["--carrier-log", str(files.carrier_log), "--inbound", str(files.inbound_log)]
    command += ["--facts", str(files.facts), "--summary", str(files.summary)]
    command += ["--loans", str(demo.loans.resolve()), "--payments", str(files.payments)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def loan_ids(file: Path) -> list[str]:
    """In the order of the file."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        if file.suffix == ".jsonl":
            return [str(json.loads(line)["loan_id"]) for line in rows if line.strip()]
        return list(dict.fromkeys(row["loan_id"] for row in csv.DictReader(rows) if row.get("loan_id")))
