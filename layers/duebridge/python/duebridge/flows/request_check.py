"""Whether what an operator asks for fits its ticket: asked before it is written, and again before it is done."""

import re
from datetime import timedelta

from msgspec import Struct

from ..core import wording
from ..core.contact import Text, operator_id
from ..core.content import Content
from ..core.erasure import ERASED
from ..core.errors import ContentError
from ..core.loan import Loan, reason_of
from ..core.message import Renderer
from ..core.money import Money, WrongAmountError
from ..core.operator_request import ALL, HOLDS, Action, OperatorRequest, RequestError
from ..core.strategy import Kind
from ..core.ticket import Ticket
from ..core.undertaking import Arrangement, ArrangementStatus
from ..ports import Clock, Conversations, LoanBook
from .composing import Composer

TEXT_LIVES = timedelta(hours=72)
"""Long enough for a weekend without contact hours."""
CANNED, FREE_TEXT = "operator/", "operator/free_text"
ADDRESS = re.compile(r"https?:|www\.|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)


class RequestCheck(Struct, frozen=True, kw_only=True):
    """Reads only."""

    loans: LoanBook
    conversations: Conversations
    content: Content
    renderer: Renderer
    clock: Clock

    @property
    def composer(self) -> Composer:
        """For texts that ask for no money."""
        return Composer(content=self.content, renderer=self.renderer)

    def check(self, ticket: Ticket, request: OperatorRequest) -> None:
        """Raises RequestError for what does not fit this ticket."""
        match request.action:
            case Action.ANSWER:
                self.composed(ticket, request, ticket.actions + 1)
            case Action.ARRANGEMENT:
                self.arranged(ticket, request)
            case Action.HOLD if request.hold not in HOLDS:
                raise RequestError(f"`hold` is unknown: write one of {', '.join(sorted(HOLDS))}")
            case Action.RELEASE:
                self._check_release(ticket, request.hold)
            case Action.CALL if request.at and request.at > self.clock.now():
                raise RequestError("`at` lies in the future: write when the call was made")
            case Action.OPT_OUT if not ticket.phone:
                raise RequestError("this ticket has no number: opt it out on a ticket of the borrower's", "no_number")
            case Action.CLOSE:
                self._check_close(ticket, request)
            case Action.REOPEN if ticket.is_open:
                raise RequestError("the ticket is open already", "is_open")
            case _:
                pass

    def _check_close(self, ticket: Ticket, request: OperatorRequest) -> None:
        if not ticket.is_open:
            raise RequestError("the ticket is closed already: `reopen` it first", "is_closed")
        if ticket.is_displeased and not request.root_cause:
            raise RequestError(
                "the borrower was displeased: add `root_cause`, such as unclear_text or our_error", "root_cause_missing"
            )
        if any(_is_proposed_by(loan, ticket) for loan in self.loans_of(ticket)):
            raise RequestError(
                "the borrower's choice waits: write `arrangement` with `decision` agree or decline first",
                "choice_waits",
            )
        if request.release:
            self._check_release(ticket, request.release)

    def _check_release(self, ticket: Ticket, hold: str) -> None:
        standing = sorted({reason_of(name) for loan in self.loans_of(ticket) for name in loan.pauses} - {ERASED})
        if hold not in {ALL, *standing}:
            raise RequestError(f"no such hold stands: write {ALL} or one of {', '.join(standing) or '(none)'}")

    def composed(self, ticket: Ticket, request: OperatorRequest, number: int) -> Text:
        """The operator's text to the number that the ticket is about. Raises RequestError if it may not go."""
        loans = self.loans_of(ticket)
        if not ticket.phone or not loans:
            raise RequestError(
                "no borrower belongs to this ticket: nothing about a loan may be said to its number", "no_borrower"
            )
        loan = loans[0]
        if suppressed := self.conversations.number(ticket.phone).suppressed:
            raise RequestError(f"this number gets no texts ({suppressed}): call, or write a letter", "suppressed")
        terms = loan.terms
        template, values = request.template, self._values(request, loan)
        if request.text:
            self._check_words(request.text, loan)
            template = FREE_TEXT
        elif not template.startswith(CANNED):
            raise RequestError(
                f"`template` is none for operators: write one of {', '.join(self._canned())}", "no_template"
            )
        try:
            return self.composer.compose(
                template,
                Kind.OPERATOR,
                loan,
                contact_id=operator_id(ticket.ticket_id, number),
                case=ticket.ticket_id,
                now=self.clock.now(),
                expires_at=self.clock.now() + TEXT_LIVES,
                values=values,
                ticket_id=ticket.ticket_id,
                phone=ticket.phone,
            )
        except ContentError as fault:
            raise RequestError(f"{template} in {terms.locale} cannot be written: {fault}", "not_written") from fault

    def _values(self, request: OperatorRequest, loan: Loan) -> dict[str, object]:
        values: dict[str, object] = {"words": wording.inline(request.text)} if request.text else {}
        if request.amount:
            try:
                amount = Money.parse(request.amount, loan.arrears.currency)
            except WrongAmountError as fault:
                raise RequestError(f"`amount`: {fault}", "wrong_amount") from fault
            values["amount"] = wording.amount(amount, loan.terms.locale)
        if request.day:
            values["day"] = wording.day(request.day, loan.terms.locale)
        return values

    def _check_words(self, text: str, loan: Loan) -> None:
        """An operator's own words: only where the country allows unregistered texts, and with no foreign address."""
        terms = loan.terms
        if not self.takes_own_words(loan):
            raise RequestError(
                f"{terms.country} takes registered texts only: use a `template` instead of `text`", "registered_only"
            )
        site = self.content.office(terms.country).site
        if ADDRESS.search(text.replace(site, "")):
            raise RequestError(
                f"`text` has an address that is not {site}: borrowers must not learn to follow links", "foreign_address"
            )

    def _canned(self) -> list[str]:
        return sorted({name for name, _ in self.content.templates if name.startswith(CANNED) and name != FREE_TEXT})

    def takes_own_words(self, loan: Loan) -> bool:
        """Whether the carriers of the loan's country take texts that are not registered with them."""
        policies = self.content.policies_for(loan.terms.country, loan.terms.sub, self.clock.now())
        return not any(policy.registered_texts for policy in policies)

    def arranged(self, ticket: Ticket, request: OperatorRequest) -> tuple[Loan, Arrangement | None]:
        """The loan and the choice that a decision is about. None once it was carried out by an earlier try."""
        loans = self.loans_of(ticket)
        for loan in loans:
            if loan.arrangement and loan.arrangement.status is ArrangementStatus.AGREED and not ticket.doing:
                # The borrower has its confirmation; a second one, or other terms, need a talk and a `hold` first.
                raise RequestError(
                    "an arrangement is agreed on this loan already: nothing waits for a decision", "no_choice"
                )
            if request.option and loan.offer and request.option <= len(loan.offer.options):
                option = loan.offer.options[request.option - 1]
                return loan, Arrangement(
                    status=ArrangementStatus.PROPOSED,
                    kind=option.kind,
                    parts=option.parts,
                    chosen_at=self.clock.now(),
                    by=ticket.ticket_id,
                )
            if not request.option and loan.arrangement is not None:
                return loan, loan.arrangement
        if ticket.doing and loans:
            return loans[0], None
        raise RequestError(
            "no loan of this ticket has a menu or a choice that waits: agree a plan by phone, and `hold`", "no_choice"
        )

    def loans_of(self, ticket: Ticket) -> list[Loan]:
        """The ticket's loans as they are now, in its order."""
        found = self.loans.get_many(ticket.loan_ids)
        return [found[loan_id] for loan_id in ticket.loan_ids if loan_id in found]


def _is_proposed_by(loan: Loan, ticket: Ticket) -> bool:
    """Whether this ticket asks for a decision that was not made yet."""
    return (
        loan.arrangement is not None
        and loan.arrangement.status is ArrangementStatus.PROPOSED
        and loan.arrangement.by == ticket.about
    )
