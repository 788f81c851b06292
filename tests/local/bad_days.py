"""A bad day of a small loan book on the deployed pipeline, by a seed: what was done to it, and what came of it."""

import csv
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from duebridge.adapters.rows import LOAN_ENTRY
from duebridge.adapters.rows import loan as loan_of
from duebridge.core.contact import State
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from infra.cli.demo import SAMPLE
from infra.local.demo import Demo, judge, loan_ids
from infra.local.laptop import Laptop
from infra.local.last_run import RunFiles
from infra.local.observation import deaths
from infra.local.outcome import Outcome, outcome_of, summary
from infra.local.play import Play
from infra.local.sms_fake.faults import Faults
from infra.records import SavedRecords, read_all

MORNING = datetime(2026, 3, 12, tzinfo=UTC)
"""The first day of the sample's payments."""
LOANS = 16
PAYERS = 5
"""Of those loans, so that there are payments in which a worker can die."""
ENDED = frozenset({State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.REJECTED})
CLAIM_LASTS, DOUBT_LASTS = timedelta(minutes=11), timedelta(hours=73)
"""A little longer than each: what stays of both when the faults stop must reach a person."""

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class BadDay:
    """What was asked for, what struck, and what is broken."""

    faults: Faults
    played: Mapping[str, int]
    """How often each fault really struck."""
    dead_invocations: Mapping[str, int]
    """By station, as their own logs tell it."""
    texts: int
    verdict: str
    broken: list[str]

    def line(self) -> str:
        """All of it, for a person."""
        struck = ", ".join(f"{name} {number}" for name, number in sorted(self.played.items()))
        died = ", ".join(f"{station} {number}" for station, number in sorted(self.dead_invocations.items()))
        return (
            f"seed {self.faults.seed}: {self.texts} texts; struck: {struck or 'nothing'}; "
            f"died: {died or 'nobody'}; {len(self.broken) or 'nothing'} broken; {self.verdict.splitlines()[-1]}"
        )


def faults_of(seed: int) -> Faults:
    """The same day for everybody but for the draws."""
    return Faults(throttle=0.3, timeout=0.1, lost_receipts=0.1, duplicate_delivery=0.2, kill=5, seed=seed)


def bad_day(seed: int, folder: Path) -> BadDay:
    """Plays it, waits until the last doubt has become a person's, and asks the checker."""
    loans, payments = folder / "loans.csv", folder / "payments.csv"
    _choose(seed, loans, payments)
    faults = faults_of(seed)
    with Laptop(MORNING, faults=faults, folder=folder) as laptop:
        play = Play(laptop, loans, payments, 1, lambda _: None)
        play.run()
        rows, outcome = _now(laptop, play, loans)
        files = RunFiles(folder / "run")
        files.write(laptop, play.facts, play.payments_file(), rows, summary(outcome))
        demo = Demo(loans=loans, payments=payments, start=MORNING, days=1, faults=faults)
        is_kept, verdict = judge(demo, files)
        for wait in (CLAIM_LASTS, DOUBT_LASTS):
            laptop.clock.advance_to(laptop.clock.now() + wait)
            laptop.sweep()
        rows, outcome = _now(laptop, play, loans)
        died = _dead_invocations(laptop)
        broken = list(_broken(laptop, outcome, rows)) + ([] if is_kept else verdict.splitlines()[:-1])
        if sum(died.values()) != outcome.faults.get("kill", 0):
            broken.append(f"{outcome.faults.get('kill', 0)} workers were killed, the logs know of {dict(died)}")
        return BadDay(
            faults=faults,
            played=outcome.faults,
            dead_invocations=died,
            texts=len(laptop.phones.carrier_log),
            verdict=verdict,
            broken=broken,
        )


def _now(laptop: Laptop, play: Play, loans: Path) -> tuple[SavedRecords, Outcome]:
    rows = read_all(laptop.emulator.client("dynamodb"), laptop.names.outputs)
    rejects = laptop.rejects(play.loan_file_key)
    return rows, outcome_of(laptop, rows, loan_ids(loans), rejects, play.scenes)


def _choose(seed: int, loans: Path, payments: Path) -> None:
    """Some of the sample's borrowers, among them some who pay on this day."""
    book, paid = _read(SAMPLE / "loan-book.csv"), _read(SAMPLE / "payments.csv")
    today = {row["loan_id"] for row in paid if row["paid_on"] == MORNING.date().isoformat()}
    dice = random.Random(seed)  # noqa: S311 - a choice of samples, not secrets
    payers = dice.sample([row for row in book if row["loan_id"] in today], PAYERS)
    others = dice.sample([row for row in book if row["loan_id"] not in today], LOANS - PAYERS)
    chosen = {row["loan_id"] for row in payers + others}
    _write(loans, payers + others)
    _write(payments, [row for row in paid if row["loan_id"] in chosen])


def _read(file: Path) -> list[Row]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(file: Path, rows: list[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _dead_invocations(laptop: Laptop) -> Counter[str]:
    functions = [name for output, name in laptop.names.outputs.items() if output.endswith("Function")]
    counted = {name.rpartition("-")[2]: deaths(laptop.emulator, name) for name in functions}
    return Counter({station: number for station, number in counted.items() if number})


def _broken(laptop: Laptop, outcome: Outcome, rows: SavedRecords) -> Iterator[str]:
    """What the checker cannot see, because it reads no rows: what was lost on the way."""
    if outcome.dead_letters:
        yield f"{outcome.dead_letters} messages were given up"
    yield from _unended(outcome, rows)
    yield from _lost(outcome, rows)
    yield from _unheard(laptop, outcome)


def _unended(outcome: Outcome, rows: SavedRecords) -> Iterator[str]:
    """Every contact has an end, or a person to whom it was told why it has none."""
    about = {ticket.about for ticket in (*outcome.tickets, *outcome.closed)}
    decisions = (row["entry"] for row in rows.rows["LoanTable"] if row["entry"].startswith("decision#"))
    decided = {entry.rpartition("#")[2] for entry in decisions}
    for row in outcome.contacts:
        contact = row.text.contact_id
        known = about | decided if row.state is State.RELEASED else about
        if row.state not in ENDED and contact not in known:
            yield f"contact {contact} ends as {row.state}, and nobody knows why"


def _lost(outcome: Outcome, rows: SavedRecords) -> Iterator[str]:
    """A loan of which was last said that it is contacted has a text since then."""
    claimed: dict[str, datetime] = {}
    for row in outcome.contacts:
        if row.text.kind in ASKS_FOR_PAYMENT:
            loan_id = row.text.loan_id
            claimed[loan_id] = max(row.claimed_at, claimed.get(loan_id, row.claimed_at))
    for stored in rows.rows["LoanTable"]:
        decided = loan_of(stored).last_decision if stored["entry"] == LOAN_ENTRY else None
        if decided and decided.outcome == "contact":
            since = claimed.get(stored["loan_id"])
            if since is None or since < decided.at:
                yield f"the text of loan {stored['loan_id']}, planned at {decided.at}, is lost"


def _unheard(laptop: Laptop, outcome: Outcome) -> Iterator[str]:
    """Every text of a phone is stored once and has had its effect."""
    stored = Counter(reply.inbound_id for talk in outcome.conversations for reply in talk.replies)
    understood = {reply.inbound_id for talk in outcome.conversations for reply in talk.replies if reply.labels}
    said = {text.inbound_message_id for text in laptop.phones.inbound_log}
    yield from (f"the reply {each} is not stored" for each in sorted(said - stored.keys()))
    yield from (f"the reply {each} is stored {stored[each]} times" for each in sorted(stored) if stored[each] > 1)
    yield from (f"the reply {each} has no effect" for each in sorted(stored.keys() - understood))
