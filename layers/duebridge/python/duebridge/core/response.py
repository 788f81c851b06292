"""What follows from a reply: pure, so that every case can be looked at without a table or a queue."""

from collections.abc import Mapping
from copy import replace
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct, field

from . import arrangement, wording
from .account_state import AccountState
from .call_time import call_time_in
from .contact import ticket_id
from .content import Content
from .loan import DISSATISFIED, HARDSHIP, REPLIED, Loan, Pause, pause_name
from .money import Money, exponent
from .policy import Policy, working_days_after
from .promise_keeping import PROMISE, end_of, promised
from .reply import Inbound
from .ticket import ANSWER_WITHIN, PRIORITY, URGENT, Reason, answer_by
from .treatment import answer_for, reason_for, treatments
from .understanding import Understood
from .undertaking import Offer, Part

PAID_CLAIM = "paid_claim"
FOR_WHICH_LOAN = "promises a payment: for which of the loans?"


class Answer(Struct, frozen=True):
    """The one automatic answer to a reply."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)


class Heard(Struct, frozen=True, kw_only=True):
    """A reply from a borrower whom we know, and all that its consequences may depend on."""

    inbound: Inbound
    understood: Understood
    loans: Mapping[str, Loan]
    """All loans of the borrower; at least one."""
    target: Loan | None
    """The loan that a promise or a plan is about; None when nobody can tell."""
    content: Content
    now: datetime
    is_suppressed: bool = False
    """The number opted out before: nothing can be answered to it."""
    is_flood: bool = False
    """More texts in a day than a person writes."""
    is_answered_by_help: bool = False
    """A question that the block "who we are and how to reach us" answers."""
    is_menu_known: bool = False
    """The borrower was told lately what one may reply, and is not told again."""

    @property
    def any_loan(self) -> Loan:
        """For language, law and office, which all loans of a borrower share."""
        return self.target or next(iter(self.loans.values()))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The law of the borrower's place."""
        terms = self.any_loan.terms
        return self.content.policies_for(terms.country, terms.sub, self.now)

    @property
    def today(self) -> date:
        """The day on which the borrower wrote: what "tomorrow" counts from."""
        return self.any_loan.today(self.inbound.at)


class Response(Struct, frozen=True, kw_only=True):
    """Everything to do about one reply; each part has an id or a name of its own, so that a repeat changes nothing."""

    reason: Reason | None = None
    about: str = ""
    notes: tuple[str, ...] = ()
    """For the person: what was understood, without the borrower's words."""
    holds: frozenset[str] = frozenset()
    """On every loan, until the ticket is answered or a person lifts them."""
    rests: Mapping[str, datetime] = field(default_factory=dict)
    """Pauses that end by themselves, on every loan."""
    marks: frozenset[str] = frozenset()
    promise: Part | None = None
    """To be noted on the target."""
    offer: Offer | None = None
    """To be kept with the target."""
    answer: Answer | None = None

    @property
    def ticket_id(self) -> str:
        """Derived; empty without a ticket."""
        return ticket_id(self.reason, self.about) if self.reason else ""


def respond(heard: Heard) -> Response:
    """The table of core/treatment.py, applied to one reply."""
    labels, found = heard.understood.labels, treatments(heard.understood.labels)
    template, reason = answer_for(found), reason_for(found)
    holds = {treatment.holds for treatment in found if treatment.holds}
    rests: dict[str, datetime] = {}
    notes = [f"understood as {', '.join(labels)}"]
    if "paid" in labels:
        if any(loan.is_owed() for loan in heard.loans.values()):
            rests[PAID_CLAIM] = _after_working_days(
                heard, heard.content.pause_working_days[AccountState.PAID_CLAIM] or 0
            )
            notes.append("says it is paid, the books do not show it")
        else:
            reason = None if reason is Reason.PAID_CLAIM else reason
            template = "answers/paid_thanks" if template == "answers/paid_check" else template
    if "help" in labels and heard.is_answered_by_help:
        holds.discard("question")
        reason = None if reason is Reason.QUESTION else reason
        template = "answers/help" if template == "answers/question_received" else template
    part = None
    if "promise_to_pay" in labels:
        part, why_not = _promise(heard)
        if part:
            rests[PROMISE] = end_of(heard.any_loan, part.pay_on)
        elif why_not:
            reason = reason or Reason.PROMISE
            holds.add("reply_waits")
            notes.append(why_not)
            if template == "answers/promise_noted":
                template = "answers/loan_unclear" if why_not == FOR_WHICH_LOAN else "answers/received"
        else:
            rests[PROMISE] = _after_working_days(heard, heard.content.lender.vague_promise_working_days)
    if heard.understood.states and reason is None:
        # Words such as "on no channel at all": more than the label asks for, so a person confirms them.
        reason = Reason.LEGAL
    if heard.understood.is_letter:
        reason = reason or Reason.REPLY
        holds.add("reply_waits")
        notes.append("a long letter, of which the machine read the beginning and the end: read all of it")
    if heard.understood.is_dissatisfied and reason is None:
        reason = Reason.DISPLEASED
        holds.add("complaint")
    if heard.is_suppressed and reason is None and template and not {"opt_in", "opt_out"} & set(labels):
        # What we would have answered must not be sent, so a person looks for another way.
        reason = Reason.REPLY
    if labels == ("other",):
        template = _what_one_may_reply(heard)
    if heard.is_flood and PRIORITY.get(reason or Reason.REPLY) != URGENT:
        reason, template = (Reason.MANY_REPLIES if reason else None), ""
    about = heard.inbound.inbound_id
    if reason is Reason.MANY_REPLIES:
        about = f"{heard.any_loan.terms.borrower_id}/{heard.now:%Y-%m-%d}"
    response = Response(
        reason=reason,
        about=about,
        notes=tuple(notes),
        holds=frozenset(holds) | {str(state).lower() for state in heard.understood.states},
        rests=rests,
        marks=frozenset({REPLIED})
        | ({HARDSHIP} if "hardship" in labels else set())
        | ({DISSATISFIED} if heard.understood.is_dissatisfied else set()),
        promise=part,
    )
    return _answered(heard, response, template)


def changed(loan: Loan, response: Response, heard: Heard) -> Loan | None:
    """One loan of the borrower after the reply; None when nothing is new."""
    by = response.ticket_id or heard.inbound.inbound_id
    after = replace(loan, marks=loan.marks | response.marks)
    for reason in sorted(response.holds):
        name = pause_name(reason, response.ticket_id) if response.ticket_id else reason
        if name not in after.pauses:
            after = after.paused(name, Pause(heard.now, None, by))
    for name, until in response.rests.items():
        known = after.pauses.get(name)
        if known is None or (known.by != by and known.until is not None and known.until < until):
            after = after.paused(name, Pause(heard.now, until, by))
    is_target = heard.target is not None and loan.loan_id == heard.target.loan_id
    if is_target and response.promise and (loan.promised is None or loan.promised.by != by):
        after = promised(after, response.promise, heard.now, by, heard.content)
    if is_target and response.offer and (loan.offer is None or loan.offer.by != response.offer.by):
        after = replace(after, offer=response.offer)
    return None if after == loan else after


def _what_one_may_reply(heard: Heard) -> str:
    """To a reply that nobody understood: a menu, once a day; in which languages we read, where it is in another."""
    if heard.is_menu_known:
        return ""
    letters = [character for character in heard.inbound.body if character.isalpha()]
    foreign = [letter for letter in letters if not (letter.isascii() or "\u4e00" <= letter <= "\u9fff")]
    return "answers/language" if len(foreign) * 2 > len(letters) else "answers/menu"


def _promise(heard: Heard) -> tuple[Part | None, str]:
    """What to note, or why a person must take it; neither when no day can be told and one is asked for."""
    said = heard.understood.promise
    if said is None or said.pay_on is None or said.pay_on < heard.today:
        return None, ""
    loan = heard.target
    if loan is None:
        return None, FOR_WHICH_LOAN
    since = loan.today(loan.promised.noted_at) if loan.promised else heard.today
    if (said.pay_on - since).days > heard.content.lender.promise_days_at_most:
        return None, "promises a day too far away to be noted by a machine"
    return Part(said.pay_on, _minor(said.amount, loan)), ""


def _minor(amount: Decimal | None, loan: Loan) -> int:
    """In the loan's minor units; 0 for no amount, and for one that cannot be meant, above all that is owed."""
    if amount is None:
        return 0
    minor = int(amount * 10 ** exponent(loan.arrears.currency))
    return minor if 0 < minor <= max(loan.balance.minor, loan.arrears.minor) else 0


def _answered(heard: Heard, response: Response, template: str) -> Response:
    """With the words that the answer needs."""
    if not template:
        return response
    locale = heard.any_loan.terms.locale
    if template == "answers/arrangement_offer":
        return _with_menu(heard, response)
    values: dict[str, object] = {}
    if template == "answers/promise_noted":
        values = promise_words(response.promise, heard.any_loan)
    elif template == "answers/callback_noted":
        values = {"call_when": call_time_in(heard.inbound.body)}
    elif template == "answers/dispute_received":
        values = {"answer_day": wording.day(_answered_before(heard, Reason.DISPUTE), locale)}
    return replace(response, answer=Answer(template, values))


def promise_words(part: Part | None, loan: Loan) -> dict[str, object]:
    """A promise as a borrower reads it; empty words for what was not said."""
    if part is None:
        return {"promise_day": "", "promise_amount": ""}
    amount = Money(part.amount_minor, loan.arrears.currency)
    locale = loan.terms.locale
    return {
        "promise_day": wording.day(part.pay_on, locale),
        "promise_amount": wording.amount(amount, locale) if part.amount_minor else "",
    }


def _with_menu(heard: Heard, response: Response) -> Response:
    """The menu, if the lender's limits offer anything; else the word that a person will call."""
    loan = heard.target
    if loan is None:
        return replace(response, answer=Answer("answers/loan_unclear"))
    if loan.arrangement is not None or not response.ticket_id:
        return replace(response, answer=Answer("answers/received"))
    scheme = heard.content.strategy_for(loan.arms, loan.today(heard.now)).scheme_for(loan.traits)
    limits = arrangement.limits_of(loan, heard.content, scheme)
    options = arrangement.options(loan, limits, loan.today(heard.now), heard.policies)
    if not options:
        return replace(response, answer=Answer("answers/received"))
    offer = Offer(heard.now, heard.inbound.inbound_id, response.ticket_id, options)
    if loan.offer and loan.offer.by == offer.by:
        # This reply was half done before: what is kept is what the borrower must read.
        offer = loan.offer
    words = arrangement.menu(offer.options, loan.arrears.currency, loan.terms.locale)
    return replace(response, offer=offer, answer=Answer("answers/arrangement_offer", {"options": words}))


def _after_working_days(heard: Heard, count: int) -> datetime:
    """The midnight after so many working days, by the borrower's own calendar."""
    return end_of(heard.any_loan, working_days_after(heard.any_loan.today(heard.now), count, heard.policies))


def _answered_before(heard: Heard, reason: Reason) -> date:
    """The day to name: when the ticket is due by the desk's own hours, and never today, of which little may be left."""
    office, today = heard.content.office(heard.any_loan.terms.country), heard.any_loan.today(heard.now)
    due = answer_by(heard.now, ANSWER_WITHIN[PRIORITY[reason]], office, heard.policies)
    return max(heard.any_loan.today(due), working_days_after(today, 1, heard.policies))
