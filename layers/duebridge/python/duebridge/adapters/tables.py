"""Names of the tables' keys and indexes. Flows never see them; infra and tests read them here."""

from msgspec import Struct


class Index(Struct, frozen=True):
    """A sparse secondary index: a row is in it only while it carries both attributes."""

    name: str
    partition: str
    sort: str
    whole_rows: bool
    """Whole rows for the planner's read, keys only everywhere else: each changed key costs two writes."""


class Table(Struct, frozen=True):
    """A table's keys. All keys are strings."""

    partition: str
    sort: str | None
    indexes: tuple[Index, ...]
    expiry: str | None = None
    """The attribute that ends a row's life (epoch seconds)."""


DUE_FOR_CONTACT = Index("due-for-contact", "shard", "next_contact_at", whole_rows=True)
BY_BORROWER = Index("by-borrower", "borrower_id", "loan_id", whole_rows=False)
UNSETTLED = Index("unsettled", "unsettled", "unsettled_since", whole_rows=False)
DESK = Index("desk", "status", "answer_by", whole_rows=False)

LOAN_BOOK = Table("loan_id", "entry", (DUE_FOR_CONTACT, BY_BORROWER), expiry="forget_after")
CONVERSATIONS = Table("party", "entry", (UNSETTLED,), expiry="forget_after")
TICKETS = Table("ticket_id", None, (DESK,), expiry="forget_after")
