"""`duebridge check-contact`: whether a demand may be sent, by the rules that the planner and the sender ask."""

from datetime import UTC, datetime

import click

from duebridge.core.account_state import AccountState
from duebridge.core.contact_check import Situation
from duebridge.core.contact_check import check_contact as check
from duebridge.core.file_cells import WrongCellError, moment
from infra.cli.json_lines import Entry, WrongEntryError, answer_lines, optional_text_of, text_of, texts_of
from infra.cli.shipped_content import shipped_content


@click.command()
def check_contact() -> None:
    """Says whether a demand may be sent to a borrower, and if not, why and from when on.

    Reads JSON Lines {"id", "now", "country", "sub", "time_zones", "contacts", "holds"}: times with their zone,
    contacts are the demands so far, sub (US-MA, US-NY-NYC) may be left out, holds are states such as DISPUTED.
    Writes {"id", "allowed", "reason", "next_allowed_at"}. The reason is allowed, no_policy, unknown_time_zone, a
    hold in lower case, outside_hours, cap_1d and the like, or no_opening (none within 40 days); next_allowed_at is
    null where waiting does not help. Exit 1 if a line could not be answered; stderr says which and why.

    \b
    Example:
      echo '{"id": 1, "now": "2026-03-11T03:00:00Z", "country": "US",
             "time_zones": ["America/Chicago"], "contacts": [], "holds": []}' | tr -d '\\n' | duebridge check-contact
      {"id": 1, "allowed": false, "reason": "outside_hours", "next_allowed_at": "2026-03-11T13:00:00Z"}
    """
    content = shipped_content()

    def checked(entry: Entry) -> dict[str, object]:
        verdict = check(_situation(entry), content)
        opens = verdict.next_allowed_at
        return {
            "allowed": verdict.allowed,
            "reason": verdict.reason,
            "next_allowed_at": opens and opens.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }

    answer_lines(checked)


def _situation(entry: Entry) -> Situation:
    return Situation(
        now=_instant(text_of(entry, "now"), "now"),
        country=text_of(entry, "country"),
        sub=optional_text_of(entry, "sub"),
        time_zones=texts_of(entry, "time_zones"),
        contacts=tuple(_instant(text, "contacts") for text in texts_of(entry, "contacts")),
        holds=frozenset(map(_state, texts_of(entry, "holds"))),
    )


def _instant(text: str, name: str) -> datetime:
    try:
        return moment(text)
    except WrongCellError as error:
        raise WrongEntryError(f"{name}: {error}") from None


def _state(text: str) -> AccountState:
    try:
        return AccountState(text)
    except ValueError:
        raise WrongEntryError(f"holds: not a state; write one of {', '.join(AccountState)}") from None
