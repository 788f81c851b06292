"""The account's opt-out list: numbers that the service refuses to text."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.local.sms_fake.contract import Violation, conflict, e164, invalid, not_found, paged, resource_name

_DELETION_PAUSE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _OptedOut:
    number: str
    aws_timestamp: float

    def members(self) -> dict[str, Any]:
        return {
            "OptedOutNumber": self.number,
            "OptedOutTimestamp": self.aws_timestamp,
            # Opt-outs are self-managed: only our own calls fill the list, never a borrower's STOP.
            "EndUserOptedOut": False,
        }


class OptOutList:
    """One list, by the rules of the service's opted-out-number operations."""

    def __init__(
        self, name: str, arn_prefix: str, now: Callable[[], datetime], aws_now: Callable[[], datetime]
    ) -> None:
        self._name = name
        self._arn = f"{arn_prefix}:opt-out-list/{name}"
        self._now = now
        self._aws_now = aws_now
        self._numbers: dict[str, _OptedOut] = {}
        self._deleted_at: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def numbers(self) -> frozenset[str]:
        """Every number on the list."""
        with self._lock:
            return frozenset(self._numbers)

    def put(self, request: dict[str, Any]) -> dict[str, Any]:
        """PutOptedOutNumber; a number that is already listed keeps its time."""
        self._check_name(request)
        number = e164(request["OptedOutNumber"])
        with self._lock:
            entry = self._numbers.setdefault(number, _OptedOut(number, self._aws_now().timestamp()))
        return {**self._names(), **entry.members()}

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        """DeleteOptedOutNumber; a number can be taken off only once in 30 days."""
        self._check_name(request)
        number = e164(request["OptedOutNumber"])
        with self._lock:
            if number not in self._numbers:
                raise not_found("opted-out-number", self._name)
            deleted_at = self._deleted_at.get(number)
            if deleted_at is not None and self._now() < deleted_at + _DELETION_PAUSE:
                raise conflict(
                    "RESOURCE_DELETION_NOT_ALLOWED",
                    "The number was taken off the list less than 30 days ago",
                    "opted-out-number",
                    self._name,
                )
            self._deleted_at[number] = self._now()
            return {**self._names(), **self._numbers.pop(number).members()}

    def describe(self, request: dict[str, Any]) -> dict[str, Any]:
        """DescribeOptedOutNumbers; asking for a number that is not listed is an error, as in AWS."""
        self._check_name(request)
        wanted = [e164(number) for number in request.get("OptedOutNumbers", [])]
        with self._lock:
            if not all(number in self._numbers for number in wanted):
                raise not_found("opted-out-number", self._name)
            found = [self._numbers[number].members() for number in wanted or self._numbers]
        for entry_filter in request.get("Filters", []):
            if not set(entry_filter["Values"]) <= {"true", "false"}:
                violation = Violation("Filters", "end-user-opted-out takes true or false")
                raise invalid("INVALID_FILTER_VALUES", violation.message, violation)
            found = [each for each in found if str(each["EndUserOptedOut"]).lower() in entry_filter["Values"]]
        page, token = paged(found, request)
        return {**self._names(), "OptedOutNumbers": page, **token}

    def _names(self) -> dict[str, Any]:
        return {"OptOutListArn": self._arn, "OptOutListName": self._name}

    def _check_name(self, request: dict[str, Any]) -> None:
        if resource_name(request["OptOutListName"]) != self._name:
            raise not_found("opt-out-list", request["OptOutListName"])
