"""The running console: the page's questions, answered from the pipeline that `duebridge local` keeps up."""

import threading
import time
from collections.abc import Mapping
from copy import replace
from datetime import datetime
from typing import Any

from duebridge.adapters import dynamo
from duebridge.adapters.tables import DESK
from duebridge.core.ticket import Status
from infra.local.console import hours, requests, today
from infra.local.console.desk import Desk, event
from infra.local.console.handset import last_said, messages
from infra.local.console.instants import next_instant
from infra.local.console.phone_book import PAGE_LENGTH, PhoneBook
from infra.local.console.server import AskedWronglyError, ConsoleServer, Routes
from infra.local.console.timekeeper import Timekeeper
from infra.local.laptop import Laptop
from infra.local.observation import invoke
from infra.local.sms_fake.service import CannotReplyError
from infra.records import read_all

BOOK_SECONDS = 2.0
FIRST_BOOK_SECONDS = 5.0
DESK_TITLE = "DueBridge desk"


class Console:
    """The page and the clock of one run. Safe to ask from many threads."""

    def __init__(self, laptop: Laptop, *, port: int = 0) -> None:
        """Takes the port. Raises OSError when it is in use."""
        self._laptop = laptop
        self.timekeeper = Timekeeper(_Played(laptop), ran=self._read_book)
        self._desk = Desk(
            lambda asked: invoke(laptop.emulator, laptop.names["TicketDeskFunction"], asked),
            laptop.names["TicketDeskFunction"],
        )
        self._book_lock = threading.Lock()
        self._book = today.Book((), (), (), (), ())
        self._book_read_at = float("-inf")
        self._phones = PhoneBook()
        self._zones: dict[str, str] = {}
        self.server = ConsoleServer(self._routes(), lender=laptop.content.lender.name, port=port)

    def _routes(self) -> Routes:
        return {
            ("GET", "/api/pulse"): self._pulse,
            ("GET", "/api/phones"): self._phones_found,
            ("GET", "/api/today"): self._today,
            ("POST", "/api/reply"): self._reply,
            ("POST", "/api/pay"): self._pay,
            ("POST", "/api/desk"): self._show_desk,
            ("POST", "/api/clock"): self._move_clock,
        }

    def _pulse(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What may have changed since a second ago; with the open phone's texts."""
        number = requests.text(asked, "phone", 20, otherwise="")
        laptop, keeper = self._laptop, self.timekeeper
        now = laptop.clock.now()
        if keeper.runs == 0:
            # The first file is being taken in, and whoever is in the book already can be looked at.
            self._read_book(older_than_seconds=FIRST_BOOK_SECONDS)
        return {
            "now": now.isoformat(),
            "goal": _stamp(keeper.goal),
            "next": _stamp(keeper.next),
            "runs": keeper.runs,
            "trouble": keeper.trouble,
            "texts": len(laptop.phones.carrier_log),
            "replies": len(laptop.phones.inbound_log),
            "tickets": {"open": self._count(Status.OPEN), "late": self._count(Status.LATE)},
            "loans": sum(len(borrower.loans) for borrower in self._phones.borrowers.values()),
            "hours": hours.contact_hours(laptop.content, self._zones, now),
            "phone": self._phone(number, now) if number in self._phones.borrowers else None,
        }

    def _phone(self, number: str, now: datetime) -> dict[str, Any]:
        laptop = self._laptop
        known = laptop.conversations.conversation(number)
        shown = messages(number, laptop.phones.carrier_log, laptop.phones.inbound_log, known)
        borrower = self._phones.borrowers[number]
        fresh = laptop.loans.get_many([loan.loan_id for loan in borrower.loans])
        return {
            **replace(borrower, loans=tuple(fresh.values()) or borrower.loans).as_json(now),
            "suppressed": known.standing.suppressed,
            "messages": shown,
        }

    def _phones_found(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        words = requests.text(asked, "words", requests.LONGEST_SEARCH, otherwise="")
        only_talking = requests.text(asked, "show", 10, otherwise="") == "talking"
        start = requests.number(asked, "start", 1_000_000)
        said = last_said(self._laptop.phones.carrier_log, self._laptop.phones.inbound_log)
        found = self._phones.find(words, said, only_talking=only_talking)
        now = self._laptop.clock.now()
        listed = []
        for borrower in found[start : start + PAGE_LENGTH]:
            last = said.get(borrower.phone)
            told = {"at": last.at.isoformat(), "body": last.body, "is_theirs": last.is_theirs} if last else None
            listed.append({**borrower.as_json(now), "last": told})
        return {"found": len(found), "phones": listed}

    def _today(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        del asked
        self._read_book(older_than_seconds=BOOK_SECONDS)
        health = {"dead_letters": self._laptop.dead_letters(), "trouble": self.timekeeper.trouble}
        return {**today.figures(self._book, self._laptop.clock.now()), "health": health}

    def _reply(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        number = self._known_phone(asked)
        body = requests.text(asked, "body", requests.LONGEST_TEXT)
        if not body.strip():
            raise AskedWronglyError("body: an empty text is not sent")
        phones = self._laptop.phones
        answered = next((text for text in reversed(phones.carrier_log) if text.to == number), None)
        with self.timekeeper.standing_still():
            try:
                inbound_id = phones.reply(number, body, answering_message_id=answered.message_id if answered else None)
            except CannotReplyError as error:
                raise AskedWronglyError(str(error)) from error
        return {"id": inbound_id}

    def _pay(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The lender's core system tells of a payment of all that is owed."""
        loan_id = requests.text(asked, "loan_id", 64)
        loan = self._laptop.loans.get(loan_id)
        if loan is None or not loan.is_owed():
            raise AskedWronglyError("loan_id: nothing is owed on such a loan")
        now = self._laptop.clock.now()
        with self.timekeeper.standing_still():
            self._laptop.pay(
                loan_id,
                loan.arrears.decimal_text,
                loan.arrears.currency,
                now.date().isoformat(),
                f"console-{now.isoformat()}",
            )
        return {"loan_id": loan_id}

    def _show_desk(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        endpoint = requests.text(asked, "endpoint", 300, otherwise="")
        if endpoint and not self._desk.is_endpoint(endpoint):
            raise AskedWronglyError("endpoint: a widget of this page calls the desk's own function only")
        parameters = requests.mapping(asked, "parameters")
        forms, viewer = requests.forms(asked), requests.viewer(asked)
        with self.timekeeper.standing_still():
            return self._desk.show(event(parameters, forms, viewer, self._laptop.clock.now(), DESK_TITLE))

    def _move_clock(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        keeper = self.timekeeper
        match wish := requests.one_of(asked, "by", (*requests.SPANS, "next", "pause")):
            case "pause":
                keeper.pause()
            case "next":
                keeper.play_to_next()
            case _:
                keeper.play(requests.SPANS[wish])
        return {"goal": _stamp(keeper.goal)}

    def _known_phone(self, asked: Mapping[str, Any]) -> str:
        number = requests.text(asked, "phone", 20)
        if number not in self._phones.borrowers:
            raise AskedWronglyError("phone: no borrower of the book has this number")
        return number

    def _count(self, status: Status) -> int:
        page = self._laptop.emulator.client("dynamodb").query(
            TableName=self._laptop.names["TicketTable"],
            IndexName=DESK.name,
            KeyConditionExpression="#status = :status",
            ExpressionAttributeNames={"#status": DESK.partition},
            ExpressionAttributeValues=dynamo.wired({":status": status}),
            Select="COUNT",
        )
        return int(page["Count"])

    def _read_book(self, *, older_than_seconds: float = 0.0) -> None:
        """A laptop's tables are small, but not small enough to be read at each glance."""
        with self._book_lock:
            if time.monotonic() - self._book_read_at < older_than_seconds:
                return
            names = self._laptop.names.outputs
            self._book = today.read(read_all(self._laptop.emulator.client("dynamodb"), names))
            self._phones = PhoneBook.of(self._book.loans)
            self._zones = hours.busiest_zones(self._book.loans)
            self._book_read_at = time.monotonic()


class _Played:
    """The laptop, as the timekeeper moves it."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop

    def now(self) -> datetime:
        return self._laptop.clock.now()

    def jump_to(self, instant: datetime) -> None:
        self._laptop.clock.advance_to(instant)

    def settle(self) -> None:
        self._laptop.settle()

    def run_scheduled(self) -> None:
        self._laptop.settle()
        self._laptop.plan()
        self._laptop.sweep()

    def next_instant(self, after: datetime, until: datetime) -> datetime | None:
        return next_instant(self._laptop, after, until)


def _stamp(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
