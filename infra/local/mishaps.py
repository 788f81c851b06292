"""What is to happen to the stations themselves on a bad day, by the day's seed, and what did happen.

The carrier's part of a bad day is played by `sms_fake`, the cloud's part inside the emulator.
"""

import json
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from infra.local.sms_fake.faults import Faults

ORDERS = "DUEBRIDGE_MISHAPS"
SENDER = "send_contact"
OTHERS = (
    "import_loans",
    "plan_contacts",
    "record_receipt",
    "receive_reply",
    "record_payment",
    "follow_ticket",
    "sweep",
)
RARE = frozenset({"import_loans", "sweep"})
"""Stations with few events, of which none may be passed over."""
MOST_PASSED_OVER = 3
SHARES = 0.05, 0.95
"""How far into an event a worker may die: neither before it began nor after it was answered."""


def environment(faults: Faults, notes: Path) -> Mapping[str, str]:
    """The emulator's orders; none for a day without mishaps. `notes` is begun anew."""
    notes.unlink(missing_ok=True)
    if not faults.kill and not faults.duplicate_delivery:
        return {}
    orders = {
        "deaths": deaths(faults),
        "repeated_share": faults.duplicate_delivery,
        "seed": faults.seed,
        "notes": str(notes.resolve()),
    }
    return {ORDERS: json.dumps(orders)}


def deaths(faults: Faults) -> list[dict[str, object]]:
    """Whose workers die, at which of their events and how far into it. Every second one is a sender's, where it
    matters most."""
    dice = random.Random(faults.seed)  # noqa: S311 - faults, not secrets
    others: list[str] = []
    planned: list[dict[str, object]] = []
    for number in range(faults.kill):
        if number % 2:
            others = others or dice.sample(OTHERS, k=len(OTHERS))
            station = others.pop()
        else:
            station = SENDER
        passed_over = 0 if station in RARE else dice.randint(0, MOST_PASSED_OVER)
        planned.append({"station": station, "events_before": passed_over, "share": dice.uniform(*SHARES)})
    return planned


def played(notes: Path) -> Counter[str]:
    """How often each mishap really happened, by its fault's name. Of an idle worker's death nothing is noted."""
    if not notes.exists():
        return Counter()
    return Counter(json.loads(line)["what"] for line in notes.read_text(encoding="utf-8").splitlines())
