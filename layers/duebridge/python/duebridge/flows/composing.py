"""Answers, reminders, operators' texts and questions: everything to a borrower that asks for no money."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from ..core import wording
from ..core.contact import Text
from ..core.content import Content
from ..core.loan import Loan
from ..core.message import Renderer
from ..core.policy import keep_days
from ..core.reply import Inbound
from ..core.strategy import Kind


def case_reference(source_id: str) -> str:
    """What a borrower quotes on the phone: the end of a ticket's or contact's id."""
    return source_id[-6:].upper()


class Composer(Struct, frozen=True, kw_only=True):
    """Renders in the loan's language, and puts down all that the sender must know."""

    content: Content
    renderer: Renderer

    def compose(
        self,
        template: str,
        kind: Kind,
        loan: Loan,
        *,
        contact_id: str,
        case: str,
        now: datetime,
        expires_at: datetime,
        values: Mapping[str, object] | None = None,
        step: str = "",
        ticket_id: str = "",
        inbound: Inbound | None = None,
        phone: str = "",
    ) -> Text:
        """`case` is the id whose end the borrower may quote. Raises ContentError for a template's faults."""
        terms = loan.terms
        known = {"name": wording.addressed(terms), "case": case_reference(case), **(values or {})}
        rendered = self.renderer.render(template, terms.locale, terms.country, known)
        return Text(
            contact_id=contact_id,
            kind=kind,
            phone=inbound.phone if inbound else phone or terms.phone,
            body=rendered.body,
            locale=terms.locale,
            template=rendered.template.name,
            template_version=rendered.template.version,
            segments=rendered.segments,
            expires_at=expires_at,
            planned_at=now,
            borrower_id=terms.borrower_id,
            loan_id=loan.loan_id,
            country=terms.country,
            segment=self.content.strategy.scheme_for(loan.traits).segment,
            arms=self.content.running_arms(loan.arms, loan.today(now)) if loan.enrolments else {},
            step=step,
            registered_template=rendered.template.registered.get(terms.country, ""),
            registered_entity=self.content.office(terms.country).registered_entity,
            keep_days=keep_days(self.content.policies_for(terms.country, terms.sub, now)),
            inbound_id=inbound.inbound_id if inbound else "",
            inbound_at=inbound.at if inbound else None,
            ticket_id=ticket_id,
        )
