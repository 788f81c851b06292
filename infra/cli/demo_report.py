"""How a laptop run is shown in a terminal: the funnel, conversations, tickets, the bill, the verdict."""

from collections import Counter
from datetime import timedelta

from rich.align import Align
from rich.columns import Columns
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from duebridge.core.ticket import Ticket
from duebridge.core.wording import masked
from duebridge.ports import Conversation
from infra.cli.demo_comparisons import comparisons
from infra.local.demo import Demo, Result
from infra.local.outcome import Outcome, lines_of, replies_by_intent

BAR_WIDTH = 34
CONVERSATIONS = 5
TICKETS = 12
TICKETS_A_REASON = 4
VERDICT_LINES = 12

REASONS = {
    "not_due_yet": "not due for a text yet",
    "nothing_owed": "paid, nothing owed",
    "step_done": "already texted for this stage",
    "hold_out": "held out by an experiment",
    "arm_stopped": "its arm of an experiment is stopped",
    "ladder_finished": "over 90 days late: people take over",
    "outside_hours": "outside contact hours",
    "think_time": "has time to think",
    "cap_1d": "texted within 24 hours",
    "cap_7d": "enough texts this week",
    "cap_30d": "enough texts this month",
    "opted_out": "opted out",
    "reply_waits": "replied, a person will answer",
    "paid_claim": "says it is paid: being checked",
    "rejected_row": "row of the file rejected",
}


def show(console: Console, result: Result, demo: Demo, seconds: float) -> None:
    """All of it, for a reader."""
    outcome = result.outcome
    console.print()
    console.print(Rule(f"[bold]{demo.loans.name}[/], {demo.days} days from {demo.start:%d %B %Y}", align="left"))
    console.print(_funnel(outcome))
    for conversation in _chosen(outcome):
        console.print(_conversation(conversation, outcome, console.width))
    console.print(_tickets(outcome))
    tables = [_bill(outcome), _states(outcome)] + ([_faults(outcome, demo)] if demo.faults.asked else [])
    console.print(Columns(tables, padding=(0, 3)))
    if result.report:
        console.print(comparisons(result.report, result.files))
    style, word = ("green", "kept") if result.is_kept else ("red", "BROKEN")
    console.print(
        Panel(Text(_shortened(result.verdict)), title=f"invariants {word}", title_align="left", border_style=style)
    )
    console.print(
        f"[dim]{seconds:.0f} s, {result.hops} instants played. Files: {result.files.folder}. "
        f"Ask why: duebridge explain {_example(outcome)}[/]"
    )


def _shortened(verdict: str) -> str:
    """A run that breaks many promises breaks few kinds of them."""
    lines = verdict.splitlines()
    if len(lines) <= VERDICT_LINES:
        return verdict
    return "\n".join([*lines[:VERDICT_LINES], f"... {len(lines) - VERDICT_LINES - 1} more lines", lines[-1]])


def _funnel(outcome: Outcome) -> Table:
    """Each line a part of the book; texted and held add up to it."""
    held = outcome.held()
    texted = sum(loan.outcome == "texted" for loan in outcome.loans)
    total = len(outcome.loans)
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_column()
    table.add_row(f"{total}", "loans in the book", _bar(total, total, "white"))
    table.add_row(
        f"{sum(x.is_overdue for x in outcome.loans)}",
        "overdue",
        _bar(sum(x.is_overdue for x in outcome.loans), total, "yellow"),
    )
    table.add_row(f"{texted}", "texted", _bar(texted, total, "green"))
    for reason, number in held.most_common():
        table.add_row(
            f"{number}", f"held: {REASONS.get(reason, reason.replace('_', ' '))}", _bar(number, total, "blue")
        )
    replies = sum(replies_by_intent(outcome).values())
    table.add_row(f"{replies}", "replies", _bar(replies, total, "magenta"))
    table.add_row(f"{len(outcome.tickets)}", "tickets open", _bar(len(outcome.tickets), total, "magenta"))
    cured = sum(loan.is_cured for loan in outcome.loans)
    table.add_row(f"{cured}", "cured", _bar(cured, total, "green"))
    return table


def _bar(number: int, of: int, colour: str) -> Text:
    width = round(BAR_WIDTH * number / of) if of else 0
    return Text("█" * (width or (1 if number else 0)), style=colour)


def _states(outcome: Outcome) -> Table:
    """Where the texts stand."""
    table = Table(title="Texts", title_justify="left", box=None, padding=(0, 1))
    for name in ("", "reminders, demands", "answers"):
        table.add_column(name, justify="left" if not name else "right")
    asked, answers = outcome.states(outcome.asked), outcome.states(outcome.answers)
    for state in sorted(asked.keys() | answers.keys()):
        table.add_row(state.replace("_", " "), str(asked[state]), str(answers[state]))
    return table


def _bill(outcome: Outcome) -> Table:
    """Parts are the bill."""
    table = Table(title="Bill", title_justify="left", box=None, padding=(0, 1))
    for name in ("", "texts", "parts", "parts a text", "USD"):
        table.add_column(name, justify="left" if not name else "right")
    for language, line in sorted(outcome.bill.items()):
        table.add_row(
            language,
            f"{line['texts']}",
            f"{line['parts']}",
            f"{line['parts'] / line['texts']:.2f}",
            f"{line['dollars']:.2f}",
        )
    return table


def _faults(outcome: Outcome, demo: Demo) -> Table:
    """What went wrong on purpose, beside what was asked for."""
    table = Table(title="Faults", title_justify="left", box=None, padding=(0, 1))
    for name in ("", "asked for", "struck"):
        table.add_column(name, justify="left" if not name else "right")
    for fault, asked in demo.faults.asked.items():
        table.add_row(fault.replace("_", " "), f"{asked:g}", f"{outcome.faults.get(fault, 0)}")
    return table


def _chosen(outcome: Outcome) -> list[Conversation]:
    """Every scene once, the languages by turns; without scenes the conversations with most to say."""
    by_scene: dict[str, list[Conversation]] = {}
    for conversation in outcome.conversations:
        if conversation.replies and (scene := outcome.scenes.get(conversation.standing.phone)):
            by_scene.setdefault(scene, []).append(conversation)
    if by_scene:
        return [sorted(told, key=_is_chinese)[turn % len(told)] for turn, told in enumerate(by_scene.values())]
    talked = [conversation for conversation in outcome.conversations if conversation.replies]
    return sorted(talked, key=lambda c: (-len(c.contacts) - len(c.replies), c.standing.phone))[:CONVERSATIONS]


def _is_chinese(conversation: Conversation) -> bool:
    return conversation.standing.phone.startswith("+86")


def _conversation(conversation: Conversation, outcome: Outcome, width: int) -> Panel:
    """Our texts on the left, the borrower's on the right, as on a phone."""
    bubbles = []
    for at, who, words, state in lines_of(conversation):
        style = "cyan" if who == "us" else "magenta"
        bubble = Panel(
            Text(words),
            width=min(64, width - 16),
            border_style=style,
            subtitle=f"{at:%d %b %H:%M} UTC · {state}",
            subtitle_align="right",
        )
        bubbles.append(Align.left(bubble) if who == "us" else Align.right(bubble))
    phone, standing = conversation.standing.phone, conversation.standing.suppressed
    told = [ticket for ticket in (*outcome.tickets, *outcome.closed) if ticket.phone == phone]
    lines = [Text(line, style="yellow") for line in _loan_lines(conversation, outcome)]
    lines += [Text(_ticket_line(ticket), style="yellow") for ticket in sorted(told, key=lambda t: t.opened_at)]
    title = " · ".join(filter(None, (outcome.scenes.get(phone, ""), masked(phone), standing or "")))
    return Panel(Group(*bubbles, *lines), title=title, title_align="left", border_style="dim")


def _loan_lines(conversation: Conversation, outcome: Outcome) -> list[str]:
    """A broken promise has no text of its own: it chooses the scheme of the next one, where the lender has it."""
    loans = sorted({row.text.loan_id for row in conversation.contacts if row.text.loan_id in outcome.broken_promises})
    return [f"loan {loan}: the promise was broken" for loan in loans]


def _ticket_line(ticket: Ticket) -> str:
    """What a person has to do about it, or has done."""
    done = "; ".join(line.partition(" UTC, ")[2] for line in ticket.history)
    state = (
        str(ticket.status) if not ticket.is_open else f"P{ticket.priority}, answer by {ticket.answer_by:%d %b %H:%M}"
    )
    return f"ticket {ticket.reason.replace('_', ' ')} ({state})" + (f": {done}" if done else "")


def _tickets(outcome: Outcome) -> Padding:
    """The first of the desk, by priority and clock."""
    shown = _some_of_each(outcome.tickets)
    table = Table(title=f"Open tickets ({len(shown)} of {len(outcome.tickets)})", title_justify="left", box=None)
    for name in ("", "reason", "answer by (UTC)", "number", "loans", "note"):
        table.add_column(name)
    for ticket in shown:
        loans = ", ".join(ticket.loan_ids[:2]) + (f" +{len(ticket.loan_ids) - 2}" if len(ticket.loan_ids) > 2 else "")
        late = outcome.at - ticket.answer_by > timedelta(0)
        table.add_row(
            f"P{ticket.priority}",
            ticket.reason.replace("_", " "),
            Text(f"{ticket.answer_by:%d %b %H:%M}", style="red" if late else ""),
            ticket.masked_phone,
            loans,
            ticket.note,
        )
    return Padding(table, (1, 0))


def _some_of_each(tickets: list[Ticket]) -> list[Ticket]:
    """The first of each reason, so that a common one does not hide the others."""
    seen: Counter[str] = Counter()
    shown = []
    for ticket in tickets:
        seen[ticket.reason] += 1
        if seen[ticket.reason] <= TICKETS_A_REASON:
            shown.append(ticket)
    return shown[:TICKETS]


def _example(outcome: Outcome) -> str:
    return next((loan.loan_id for loan in outcome.loans if loan.outcome == "texted"), "LOAN_ID")
