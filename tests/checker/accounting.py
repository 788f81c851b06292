"""Every text and loan is accounted for: no contact twice, no loan forgotten, no text unfit to send."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.checker.evidence import Outcome, Run, Summary
from tests.checker.verdict import ASKING_KINDS, Promise, Violation, against, mask

KINDS = frozenset({"pre_due", "demand", "answer", "operator", "reminder", "satisfaction"})
PARTS_OF_A_DEMAND = 2
# A loan whose text was tried may lack a line in the carrier log only for one of these reasons.
_TRIED_IN_VAIN = frozenset({"in_doubt", "throttled", "rejected", "released", "sending"})


def check_contacts(run: Run) -> Iterator[Violation]:
    """Each contact is texted once, under an id and a known kind."""
    seen: set[str] = set()
    for text in run.texts:
        if not text.contact_id or text.kind not in KINDS:
            yield against(Promise.RECORDS, text, "the carrier log has no contact id or no known kind")
        elif text.contact_id in seen:
            yield against(Promise.ONE_TEXT_PER_CONTACT, text, "a second text under one contact id")
        seen.add(text.contact_id)


def check_numbers(run: Run) -> Iterator[Violation]:
    """Every text goes to a number of the loan file."""
    numbers = {loan.phone for loan in run.loan_file.loans}
    for text in run.texts:
        if text.to not in numbers:
            yield against(Promise.KNOWN_NUMBER, text, "the number is not in the loan file")


def check_bodies(run: Run) -> Iterator[Violation]:
    """No body shows its template or a gap, and a demand is at most two parts."""
    for text in run.texts:
        if "{{" in text.body or "{%" in text.body:
            yield against(Promise.BODY, text, "an unrendered placeholder")
        if re.search(r"\bNone\b", text.body):
            yield against(Promise.BODY, text, "a value is missing: None")
        if "  " in text.body:
            yield against(Promise.BODY, text, "a double space, where a value may be missing")
        if text.kind == "demand" and text.parts > PARTS_OF_A_DEMAND:
            yield against(Promise.BODY, text, f"{text.parts} parts")


def check_outcomes(run: Run, summary: Summary) -> Iterator[Violation]:
    """Every loan of the file is texted, or held with a reason."""
    loan_ids = run.loan_file.loan_ids()
    for loan_id in sorted(loan_ids - summary.outcomes.keys()):
        yield Violation(Promise.ACCOUNTED, f"loan {loan_id} has no outcome")
    for loan_id in sorted(summary.outcomes.keys() - loan_ids):
        yield Violation(Promise.ACCOUNTED, f"loan {loan_id} is not in the loan file")
    for loan_id, outcome in summary.outcomes.items():
        if outcome.outcome not in ("texted", "held"):
            yield Violation(Promise.ACCOUNTED, f"loan {loan_id} is neither texted nor held")
        elif outcome.outcome == "held" and not outcome.reason.strip():
            yield Violation(Promise.ACCOUNTED, f"loan {loan_id} is held without a reason")


def check_outcomes_against_carrier_log(run: Run, summary: Summary) -> Iterator[Violation]:
    """A loan called texted has a text of its own, and a number whose loans are all called held has none."""
    loans_of_number: defaultdict[str, list[str]] = defaultdict(list)
    for loan in run.loan_file.loans:
        loans_of_number[loan.phone].append(loan.loan_id)
    texts_to_number = Counter(text.to for text in run.texts if text.kind in ASKING_KINDS)
    for number, loan_ids in loans_of_number.items():
        texted = [loan_id for loan_id in loan_ids if _is_texted(summary.outcomes.get(loan_id))]
        surely = [loan_id for loan_id in texted if summary.outcomes[loan_id].reason not in _TRIED_IN_VAIN]
        texts, names = texts_to_number[number], " and ".join(loan_ids)
        if texts < len(surely):
            what = f"{len(surely)} of {names} are called texted, the carrier log has {texts}"
            yield Violation(Promise.ACCOUNTED, what, number=mask(number))
        if texts and not texted:
            what = f"{names} are called held, the carrier log has {texts} texts"
            yield Violation(Promise.ACCOUNTED, what, number=mask(number))


def _is_texted(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.outcome == "texted"


def check_funnel(run: Run, summary: Summary) -> Iterator[Violation]:
    """The printed figures add up to the loans of the file, and are those of the outcomes."""
    funnel = summary.funnel
    loans = len(run.loan_file.loan_ids())
    if funnel.loans != loans:
        yield Violation(Promise.FUNNEL, f"it begins with {funnel.loans} loans, the file has {loans}")
    held = sum(funnel.held.values())
    if funnel.texted + held != funnel.loans:
        what = f"{funnel.texted} texted and {held} held do not make {funnel.loans} loans"
        yield Violation(Promise.FUNNEL, what)
    outcomes = summary.outcomes.values()
    texted = sum(_is_texted(outcome) for outcome in outcomes)
    if funnel.texted != texted:
        yield Violation(Promise.FUNNEL, f"it has {funnel.texted} texted, the outcomes have {texted}")
    held_by_reason = Counter(outcome.reason for outcome in outcomes if outcome.outcome == "held")
    for reason in sorted(held_by_reason.keys() | funnel.held.keys()):
        printed, counted = funnel.held.get(reason, 0), held_by_reason[reason]
        if printed != counted:
            what = f"it has {printed} held for {reason!r}, the outcomes have {counted}"
            yield Violation(Promise.FUNNEL, what)
