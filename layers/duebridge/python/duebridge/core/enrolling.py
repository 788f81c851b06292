"""When a loan becomes part of an experiment: the first time that the planner would have something to say to it."""

from copy import replace

from .decision import Case
from .experiment import Enrolment, assigned
from .loan import Loan


def enrolled(case: Case) -> Loan:
    """The loan with its part in every experiment that takes it today; what it has a part in stays as it is.

    A loan that no text may reach, whatever its arm, would only blur what the arms do, so it takes no part yet.
    """
    loan, content = case.loan, case.content
    if not loan.is_owed() or case.number.suppressed or not case.policies:
        return loan
    if any(pause.stands_at(case.now) for pause in loan.pauses.values()):
        return loan
    days, scheme = case.days_past_due, content.strategy.scheme_for(loan.traits)
    if scheme.step_at(days) is None and scheme.step_after(days) is None:
        return loan
    today, known = loan.today(case.now), loan.arms
    arms = assigned(content.experiments, loan.loan_id, scheme.segment, today, known)
    if arms.keys() == known.keys():
        return loan
    stages = (step.name for each in content.strategy.schemes if (step := each.step_at(days)))
    stratum = next(stages, "")
    new = {name: Enrolment(arm, today, stratum) for name, arm in arms.items() if name not in known}
    return replace(loan, enrolments={**loan.enrolments, **new})
