"""Stores a borrower's reply before anything else, understands it, acts, answers, and asks a person where needed."""

from collections.abc import Mapping
from copy import replace
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from ..core import arrangement, promise_keeping
from ..core.contact import answer_id, ticket_id
from ..core.content import Content
from ..core.decision import wake_at
from ..core.help_block import is_answered_by
from ..core.loan import Loan, Pause, pause_name
from ..core.menu import chosen
from ..core.message import Renderer
from ..core.policy import Policy
from ..core.reply import Inbound, well_formed
from ..core.response import Answer, Heard, Response, changed, respond
from ..core.satisfaction import verdict
from ..core.standing import NumberStanding, Suppression
from ..core.strategy import Kind
from ..core.ticket import Reason
from ..core.understanding import Understood, understand
from ..core.undertaking import Arrangement, ArrangementStatus, Offer
from ..ports import Clock, ContactRow, Conversation, Conversations, LoanBook, Outbox
from .changes import change, change_loan, suppress, wake
from .composing import Composer
from .follow_up import FollowUp
from .said_before import NEVER_SENT, newest_demand

ANSWER_LIVES = timedelta(hours=24)
LONGEST_BODY = 1600
"""Characters kept of a reply; the service itself delivers no more."""
MENU_LIVES = timedelta(hours=72)
"""A digit chooses from the menu sent last only as long as the borrower can be thinking of it."""
MENUS = frozenset({"answers/arrangement_offer", "answers/satisfaction"})
PARTS_WITHIN = timedelta(seconds=90)
"""A long text may arrive as several: what makes no sense alone is read with what came just before."""
A_DAY = timedelta(days=1)
MANY_REPLIES = 10
"""In a day from one number. Whoever sends more is most likely a machine: people still look, machines stop."""


class Thread(Struct, frozen=True):
    """Whom a reply is from, and about which loan, as far as that is known."""

    spoken_of: Loan | None
    loans: Mapping[str, Loan]
    """All loans of the borrower as they were read; empty for a number that we never texted."""
    conversation: Conversation

    @property
    def loan_ids(self) -> tuple[str, ...]:
        """Sorted, so that every run over them is alike."""
        return tuple(sorted(self.loans))

    @property
    def any_loan(self) -> Loan | None:
        """For language, law and office, which all loans of a borrower share."""
        return self.spoken_of or next(iter(self.loans.values()), None)

    @property
    def target(self) -> Loan | None:
        """The loan that a promise or a plan is about: the one spoken of, or the only one on which money is owed."""
        if self.spoken_of:
            return self.spoken_of
        owed = [loan for loan in self.loans.values() if loan.is_owed()]
        return owed[0] if len(owed) == 1 else None


class Followed(Struct, frozen=True):
    """What was done about a reply: the ticket that it belongs to and the answer to give, if any."""

    ticket_id: str = ""
    answer: Answer | None = None


class Report(Struct, frozen=True):
    """What one inbound text led to."""

    intents: tuple[str, ...]
    is_repeated: bool
    ticket_id: str
    is_answered: bool
    about_template: str = ""
    """The wording of the newest demand before it, whether or not it was answered by name."""


class ReceiveReply(Struct, frozen=True, kw_only=True):
    """Every effect has a derived id, so a redelivered reply repeats none of them."""

    loans: LoanBook
    conversations: Conversations
    outbox: Outbox
    follow_up: FollowUp
    content: Content
    renderer: Renderer
    clock: Clock

    def receive(self, inbound: Inbound) -> Report:
        """A reply that died half-way is acted on again; one that was done to the end is not."""
        inbound = replace(inbound, body=well_formed(inbound.body[:LONGEST_BODY]))
        longest = self._keep_days(None)
        is_new = self.conversations.store_reply(inbound.phone, inbound.inbound_id, inbound.body, inbound.at, longest)
        conversation = self.conversations.conversation(inbound.phone)
        stored = next((row for row in conversation.replies if row.inbound_id == inbound.inbound_id), None)
        if stored and stored.labels:
            return Report(stored.labels, True, "", False)
        thread = self._thread(conversation, inbound)
        understood = self._understood(inbound, thread)
        followed = self._follow(inbound, understood, thread)
        is_answered = self._answer(inbound, thread, followed)
        keep = self._keep_days(thread.any_loan)
        about = newest_demand(conversation, self.clock.now())
        self.conversations.note_understood(
            inbound.phone, inbound.inbound_id, understood, keep, about.text.contact_id if about else ""
        )
        template = about.text.template if about else ""
        return Report(understood.labels, not is_new, followed.ticket_id, is_answered, template)

    @property
    def composer(self) -> Composer:
        """For texts that ask for no money."""
        return Composer(content=self.content, renderer=self.renderer)

    def _thread(self, conversation: Conversation, inbound: Inbound) -> Thread:
        """By the text that is answered, else by the newest text of the only loan ever spoken of."""
        about = [row for row in conversation.contacts if row.text.loan_id]
        if not about:
            return Thread(None, {}, conversation)
        answered = [row for row in about if row.message_id and row.message_id == inbound.answering_message_id]
        newest = max(answered or about, key=lambda row: row.claimed_at)
        loans = self.loans.get_many(sorted({newest.text.loan_id, *self.loans.loans_of(newest.text.borrower_id)}))
        is_certain = bool(answered) or len({row.text.loan_id for row in about}) == 1
        return Thread(loans.get(newest.text.loan_id) if is_certain else None, loans, conversation)

    def _understood(self, inbound: Inbound, thread: Thread) -> Understood:
        """By itself, and where that says nothing, together with the part that came just before it."""
        loan = thread.any_loan
        today = loan.today(inbound.at) if loan else inbound.at.astimezone(UTC).date()
        alone = understand(inbound.body, self.content.listening, today)
        if alone.primary != "other":
            return alone
        earlier = [
            row.body
            for row in thread.conversation.replies
            if row.inbound_id != inbound.inbound_id and timedelta(0) <= inbound.at - row.at <= PARTS_WITHIN
        ]
        if not earlier:
            return alone
        return understand("\n".join([*earlier, inbound.body])[-LONGEST_BODY:], self.content.listening, today)

    def _follow(self, inbound: Inbound, understood: Understood, thread: Thread) -> Followed:
        now, labels = self.clock.now(), understood.labels
        if not thread.loans:
            return self._stranger(inbound, understood, now)
        if "wrong_number" in labels:
            return self._wrong_number(inbound, understood, thread, now)
        if "opt_out" not in labels and (followed := self._by_menu(inbound, understood, thread, now)):
            return followed
        heard = self._heard(inbound, understood, thread, now)
        response = respond(heard)
        if response.reason:
            self._open_ticket(response, heard, thread)
        for loan_id in thread.loan_ids:
            change_loan(self.loans, loan_id, lambda loan: changed(loan, response, heard))
        answer = response.answer
        if "opt_out" in labels:
            answer = self._opt_out(inbound, thread, now, response)
        elif "opt_in" in labels:
            self._opt_in(inbound, thread, now)
        return Followed(response.ticket_id, answer)

    def _heard(self, inbound: Inbound, understood: Understood, thread: Thread, now: datetime) -> Heard:
        conversation = thread.conversation
        return Heard(
            inbound=inbound,
            understood=understood,
            loans=thread.loans,
            target=thread.target,
            content=self.content,
            now=now,
            is_suppressed=conversation.standing.suppressed is not None,
            is_flood=sum(inbound.at - A_DAY < row.at <= inbound.at for row in conversation.replies) > MANY_REPLIES,
            is_answered_by_help=is_answered_by(self.content.help_block, inbound.body),
            is_menu_known=_newest(conversation, {"answers/menu", "answers/language"}, now - A_DAY) is not None,
        )

    def _open_ticket(self, response: Response, heard: Heard, thread: Thread) -> None:
        assert response.reason is not None  # noqa: S101 - the caller asked
        self.follow_up.open(
            response.reason,
            about=response.about,
            phone=heard.inbound.phone,
            loan_id=heard.any_loan.loan_id,
            loan_ids=thread.loan_ids,
            raised=1 if heard.understood.is_dissatisfied else 0,
            labels=heard.understood.labels,
            is_displeased=heard.understood.is_dissatisfied,
            note="; ".join(response.notes),
        )

    def _stranger(self, inbound: Inbound, understood: Understood, now: datetime) -> Followed:
        """Nothing about a debt goes to a number that is not tied to a borrower, and no machine talks to it."""
        if "opt_out" in understood.labels:
            suppress(self.conversations, inbound.phone, Suppression.OPTED_OUT, now)
            return Followed()
        ticket = self.follow_up.open(
            Reason.UNKNOWN_SENDER,
            about=inbound.inbound_id,
            phone=inbound.phone,
            labels=understood.labels,
            note="a text from a number that we never texted",
        )
        return Followed(ticket)

    def _wrong_number(self, inbound: Inbound, understood: Understood, thread: Thread, now: datetime) -> Followed:
        """No more texts to this number for any loan; whatever else was said does not come from the borrower."""
        apology = answer_id(inbound.inbound_id)
        number = suppress(self.conversations, inbound.phone, Suppression.WRONG_NUMBER, now, apology)
        for loan_id in thread.loan_ids:
            wake(self.loans, loan_id, now)
        ticket = ""
        if understood.is_dissatisfied or {"legal", "complaint", "vulnerable"} & set(understood.labels):
            ticket = self.follow_up.open(
                Reason.WRONG_NUMBER,
                about=inbound.inbound_id,
                phone=inbound.phone,
                labels=understood.labels,
                is_displeased=understood.is_dissatisfied,
                note="not the borrower's number: nothing about a loan may be said to it",
            )
        return Followed(ticket, Answer("answers/wrong_number") if number.confirmation == apology else None)

    def _opt_out(self, inbound: Inbound, thread: Thread, now: datetime, response: Response) -> Answer | None:
        """Our own table first; then the one confirmation, whose id holds a pass."""
        confirmation = answer_id(inbound.inbound_id) if self._may_confirm(thread) else ""
        number = suppress(self.conversations, inbound.phone, Suppression.OPTED_OUT, now, confirmation)
        for phone in self._other_numbers(inbound, thread):
            suppress(self.conversations, phone, Suppression.OPTED_OUT, now)
        for loan_id in thread.loan_ids:
            wake(self.loans, loan_id, now)
        if not confirmation or number.confirmation != confirmation:
            return None
        # Whoever is in danger is told where help is rather than that the texts end; the pass is for one text.
        is_crisis = response.answer is not None and response.answer.template == "answers/crisis"
        return response.answer if is_crisis else Answer("answers/opted_out")

    def _other_numbers(self, inbound: Inbound, thread: Thread) -> list[str]:
        """The person's other numbers, where the law makes one opt-out cover them all."""
        loans = thread.loans.values()
        covers = any(policy.opt_out_covers_person for loan in loans for policy in self._policies(loan))
        return sorted({loan.terms.phone for loan in loans} - {inbound.phone}) if covers else []

    def _may_confirm(self, thread: Thread) -> bool:
        """Not where the carrier answers by itself."""
        loan = thread.any_loan
        return loan is not None and all(policy.confirms_opt_out for policy in self._policies(loan))

    def _opt_in(self, inbound: Inbound, thread: Thread, now: datetime) -> None:
        """Only by the number itself, only after its own opt-out, and where the law of its country lets a text do it."""
        loan = thread.any_loan
        if loan is None or not all(policy.opt_in_by_text for policy in self._policies(loan)):
            return

        # The first opt-out stays in the standing; the newest one, that came before this text was read, counts too.
        opt_outs = [row.at for row in thread.conversation.replies if "opt_out" in row.labels]
        if any(at > inbound.at for at in opt_outs):
            return

        def reinstated(number: NumberStanding) -> NumberStanding | None:
            is_newer = number.suppressed_at is None or inbound.at > number.suppressed_at
            back = number.reinstated()
            return back if is_newer and back != number else None

        def revived(loan: Loan) -> Loan | None:
            if not loan.is_owed() or not loan.silent:
                return None
            return replace(loan, silent=False, next_contact_at=wake_at(loan, self.content, now))

        number = change(lambda: self.conversations.number(inbound.phone), reinstated, self.conversations.save_number)
        for loan_id in thread.loan_ids if number.suppressed is None else ():
            change_loan(self.loans, loan_id, revived)

    def _by_menu(self, inbound: Inbound, understood: Understood, thread: Thread, now: datetime) -> Followed | None:
        """A digit, or a plain yes or no, answers the newest menu; then the menu wins over any other reading."""
        menu = _newest(thread.conversation, MENUS, inbound.at - MENU_LIVES)
        if menu is None:
            return None
        if menu.text.template == "answers/satisfaction":
            return self._by_satisfaction(inbound, understood, menu)
        loan = thread.loans.get(menu.text.loan_id)
        if loan is None or loan.offer is None or menu.text.inbound_id != loan.offer.by:
            return None
        number = chosen(inbound.body, len(loan.offer.options))
        return self._choose(inbound, loan, loan.offer, number, now) if number else None

    def _choose(self, inbound: Inbound, loan: Loan, offer: Offer, number: int, now: datetime) -> Followed:
        """Agreed at once below the lender's bound, else kept as a proposal for a person."""
        option = offer.options[number - 1]
        currency = loan.arrears.currency
        scheme = self.content.strategy_for(loan.arms, loan.today(now)).scheme_for(loan.traits)
        limits = arrangement.limits_of(loan, self.content, scheme)
        plan = arrangement.plan(option.parts, currency, loan.terms.locale)
        choice = Arrangement(
            status=ArrangementStatus.PROPOSED,
            kind=option.kind,
            parts=option.parts,
            chosen_at=now,
            by=inbound.inbound_id,
        )
        ticket = ticket_id(Reason.ARRANGEMENT, inbound.inbound_id)

        def settled(fresh: Loan) -> Loan | None:
            known = fresh.arrangement
            # A second choice after an agreement changes nothing by itself: a person looks.
            if known and (known.status is ArrangementStatus.AGREED or known.by == inbound.inbound_id):
                return None
            is_small = arrangement.is_open(offer, fresh) and limits.agrees_at_once(fresh.arrears.minor, currency)
            if known is None and is_small:
                return promise_keeping.agreed(fresh, choice, now, self.content)
            waiting = fresh.paused(pause_name("arrangement", ticket), Pause(now, None, ticket))
            return replace(waiting, arrangement=choice)

        # By the row as it is written: what was owed when it was read may have been paid since.
        change_loan(self.loans, loan.loan_id, settled)
        standing = (self.loans.get(loan.loan_id) or loan).arrangement
        is_agreed = (
            standing is not None and standing.status is ArrangementStatus.AGREED and standing.by == inbound.inbound_id
        )
        self.follow_up.open(
            Reason.ARRANGEMENT,
            about=inbound.inbound_id,
            phone=inbound.phone,
            loan_id=loan.loan_id,
            note=f"chose option {number} of {len(offer.options)}; "
            + ("agreed at once within the lender's limits" if is_agreed else "agree or decline"),
        )
        template = "answers/arrangement_confirmed" if is_agreed else "answers/arrangement_proposed"
        return Followed(ticket, Answer(template, {"plan": plan}))

    def _by_satisfaction(self, inbound: Inbound, understood: Understood, menu: ContactRow) -> Followed | None:
        """A "no", or displeasure in any words, opens the matter again."""
        happy = verdict(inbound.body)
        if happy is None and understood.is_dissatisfied:
            self.follow_up.reopen(menu.text.ticket_id, menu.text.attempt, "borrower")
            return None
        if happy is None:
            return None
        if happy:
            self.follow_up.note_satisfied(menu.text.ticket_id, menu.text.attempt)
            return Followed("", Answer("answers/satisfaction_thanks"))
        self.follow_up.reopen(menu.text.ticket_id, menu.text.attempt, "borrower")
        return Followed(menu.text.ticket_id, Answer("answers/satisfaction_sorry"))

    def _keep_days(self, loan: Loan | None) -> int:
        """A stranger's text is kept as long as the strictest country asks."""
        return self.content.keep_days(
            loan.terms.country if loan else "", loan.terms.sub if loan else None, self.clock.now()
        )

    def _policies(self, loan: Loan) -> tuple[Policy, ...]:
        return self.content.policies_for(loan.terms.country, loan.terms.sub, self.clock.now())

    def _answer(self, inbound: Inbound, thread: Thread, followed: Followed) -> bool:
        """One answer for one inbound text, and none to a number that is not tied to a borrower."""
        loan = thread.any_loan
        if loan is None or followed.answer is None:
            return False
        contact_id = answer_id(inbound.inbound_id)
        text = self.composer.compose(
            followed.answer.template,
            Kind.ANSWER,
            loan,
            contact_id=contact_id,
            case=followed.ticket_id or contact_id,
            now=self.clock.now(),
            expires_at=inbound.at + ANSWER_LIVES,
            values=followed.answer.values,
            ticket_id=followed.ticket_id,
            inbound=inbound,
        )
        self.outbox.put([text])
        return True


def _newest(conversation: Conversation, templates: frozenset[str] | set[str], since: datetime) -> ContactRow | None:
    """The newest text by one of these templates that went out since then."""
    sent = [
        row
        for row in conversation.contacts
        if row.text.template in templates and row.claimed_at > since and row.state not in NEVER_SENT
    ]
    return max(sent, key=lambda row: row.claimed_at, default=None)
