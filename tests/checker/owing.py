"""What is still owed when a text goes out: nobody who has paid is asked, nobody for a wrong amount."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from tests.checker.evidence import Loan, PaymentFact, Run
from tests.checker.verdict import ASKING_KINDS, Promise, Violation, against

# Currencies whose amounts are not written with two decimals.
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}


def check_payment_facts(run: Run) -> Iterator[Violation]:
    """Each payment that the run was told of stands in the payments file, with this loan and amount."""
    on_file = {payment.reference: payment for payment in run.payments}
    for fact in run.payment_facts:
        payment = on_file.get(fact.reference)
        if payment is None or (payment.loan_id, payment.amount) != (fact.loan_id, fact.amount):
            what = f"payment {fact.reference} of loan {fact.loan_id} is not so in the payments file"
            yield Violation(Promise.RECORDS, what, at=fact.at)


def check_payments(run: Run) -> Iterator[Violation]:
    """No demand once nothing is owed on the number's loans; a demand names what is owed on one of them."""
    counted = list(_counted_payments(run))
    for text in run.texts:
        loans = [loan for loan in run.loan_file.loans if loan.phone == text.to]
        if text.kind not in ASKING_KINDS or not loans:
            continue
        owed = {loan.loan_id: still_owed(loan, counted, text.at) for loan in loans}
        due = [loan for loan in loans if owed[loan.loan_id] > 0]
        if not due:
            yield against(Promise.PAID, text, f"{text.kind}, but {' and '.join(sorted(owed))} owe nothing")
        elif text.kind == "demand" and not any(
            names_amount(text.body, owed[loan.loan_id], loan.currency) for loan in due
        ):
            amounts = " or ".join(f"{owed[loan.loan_id]} {loan.currency} ({loan.loan_id})" for loan in due)
            yield against(Promise.AMOUNT, text, f"the body does not name {amounts}")


def _counted_payments(run: Run) -> Iterator[PaymentFact]:
    """The payments that lower a debt: each reference once, and only in the currency of the loan."""
    currency_of_loan = {loan.loan_id: loan.currency for loan in run.loan_file.loans}
    currency_of_payment = {payment.reference: payment.currency for payment in run.payments}
    seen: set[str] = set()
    for fact in run.payment_facts:
        same_currency = currency_of_payment.get(fact.reference) == currency_of_loan.get(fact.loan_id)
        if same_currency and fact.reference not in seen:
            seen.add(fact.reference)
            yield fact


def still_owed(loan: Loan, payments: list[PaymentFact], at: datetime) -> Decimal:
    """The amount of the file less the payments known before this instant, never below zero."""
    paid = sum((fact.amount for fact in payments if fact.loan_id == loan.loan_id and fact.at < at), Decimal(0))
    return max(loan.amount_due - paid, Decimal(0))


def names_amount(body: str, amount: Decimal, currency: str) -> bool:
    """Whether the body names exactly this amount, in a usual spelling and not as a part of another number."""
    decimals = _DECIMALS.get(currency, 2)
    whole, _, fraction = f"{amount:.{decimals}f}".partition(".")
    point_spellings = {whole, f"{int(whole):,}", _indian(whole)}
    comma_spellings = {whole, f"{int(whole):,}".replace(",", ".")}
    spellings: set[str] = set()
    if fraction:
        spellings |= {f"{spelling}.{fraction}" for spelling in point_spellings}
        spellings |= {f"{spelling},{fraction}" for spelling in comma_spellings}
    # A short round amount without decimals could be the digit of a reply menu, or a day.
    if not fraction or (not fraction.strip("0") and len(whole) > 2):
        spellings |= point_spellings
    alternatives = "|".join(re.escape(spelling) for spelling in sorted(spellings))
    return re.search(rf"(?<!\d)(?<!\d[.,])(?:{alternatives})(?!\d)(?![.,]\d)", body) is not None


def _indian(whole: str) -> str:
    """Digits grouped in lakh and crore: 1234567 is 12,34,567."""
    head, tail = whole[:-3], whole[-3:]
    groups = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return ",".join([*groups, tail])
