"""The verdict on a finished run: `python -m tests.checker.checker --help`.

It reads the files that the run left, shares no code with the product, and exits with 0 only if every
promise held.
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from tests.checker import accounting, listening, owing, timing
from tests.checker.evidence import EvidenceError, Run, read_run
from tests.checker.verdict import Violation


def check(run: Run) -> list[Violation]:
    """Every promise that the run broke. Without a summary, nobody asks what became of each loan."""
    rules = timing.read_country_rules()
    violations = chain(
        accounting.check_contacts(run),
        accounting.check_numbers(run),
        accounting.check_bodies(run),
        timing.check_contact_hours(run, rules),
        timing.check_caps(run, rules),
        listening.check_opt_outs(run),
        listening.check_answers(run),
        owing.check_payment_facts(run),
        owing.check_payments(run),
    )
    if run.summary is None:
        return list(violations)
    return [
        *violations,
        *accounting.check_outcomes(run, run.summary),
        *accounting.check_outcomes_against_carrier_log(run, run.summary),
        *accounting.check_funnel(run, run.summary),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the verdict on the files named in the arguments; 0 if every promise held, else 1."""
    options = _parser().parse_args(arguments)
    try:
        run = read_run(
            carrier_log=options.carrier_log,
            loans=options.loans,
            payments=options.payments,
            facts=options.facts,
            inbound=options.inbound,
            summary=options.summary,
        )
    except (EvidenceError, OSError) as exc:
        sys.stderr.write(f"checker: {exc}\n")
        return 1
    violations = check(run)
    sys.stdout.writelines(f"{violation.line()}\n" for violation in violations)
    sys.stdout.write(_verdict(run, violations))
    return 1 if violations else 0


def _verdict(run: Run, violations: list[Violation]) -> str:
    looked_at = (
        f"{len(run.loan_file.loan_ids())} loans, {len(run.texts)} texts, {len(run.replies)} replies, "
        f"{len(run.payment_facts)} payments, {'with' if run.summary else 'without'} a summary"
    )
    return f"checker: {len(violations) or 'no'} broken promises in {looked_at}\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="checker", description="Judge a finished run from its files alone.")
    files = {
        "--carrier-log": "the texts that the carrier accepted (JSON Lines)",
        "--loans": "the loan file (CSV)",
        "--payments": "the payments file (CSV)",
        "--facts": "what became known to the system, and when (JSON Lines)",
        "--inbound": "the replies of the phones (JSON Lines)",
    }
    for option, meaning in files.items():
        parser.add_argument(option, type=Path, required=True, metavar="FILE", help=meaning)
    parser.add_argument("--summary", type=Path, metavar="FILE", help="the run's own summary (JSON)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
