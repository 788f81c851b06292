"""Records of the tickets table's stream, in the forms that AWS documents."""

from copy import replace
from typing import Any

import pytest

from duebridge.adapters.ticket_events import WrongTicketRowError, change_of, ticket_id_of
from duebridge.core.ticket import Status, TicketChange
from tests.builders import a_ticket
from tests.ticket_stream import a_stream_record

BEFORE = a_ticket()
ASKED = replace(BEFORE, request={"by": "AB", "action": "answer", "text": "您好，已更正。"})


def test_a_new_ticket_has_no_before() -> None:
    assert change_of(a_stream_record(BEFORE)) == TicketChange("ticket-1", None, BEFORE)


def test_a_changed_ticket_is_told_as_it_was_and_as_it_is() -> None:
    assert change_of(a_stream_record(ASKED, BEFORE)) == TicketChange("ticket-1", BEFORE, ASKED)


def test_a_ticket_that_left_the_table_is_no_change() -> None:
    assert change_of(a_stream_record(None, BEFORE)) is None


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({"S": "please call"}, id="text"),
        pytest.param({"L": [{"S": "answer"}]}, id="list"),
        pytest.param({"NULL": True}, id="nothing"),
        pytest.param({"M": {"days": {"N": "7"}, "urgent": {"BOOL": True}, "to": {"SS": ["a", "b"]}}}, id="mixed map"),
    ],
)
def test_whatever_an_operator_wrote_as_a_request_is_readable(written: Any) -> None:
    record = a_stream_record(BEFORE, BEFORE)
    record["dynamodb"]["NewImage"]["operator_request"] = written
    assert isinstance(change_of(record), TicketChange)


@pytest.mark.parametrize(
    ("attribute", "written"),
    [
        ("status", {"S": "clsoed"}),
        ("reason", None),
        ("answer_by", {"S": "tomorrow"}),
        ("priority", {"S": "high"}),
        ("operator_request", {"B": "aGVsbG8="}),
    ],
)
def test_a_row_that_was_spoilt_by_hand_is_told_with_its_ticket_and_the_mend(attribute: str, written: Any) -> None:
    record = a_stream_record(BEFORE, BEFORE)
    image = record["dynamodb"]["NewImage"]
    image.pop(attribute, None)
    if written:
        image[attribute] = written
    with pytest.raises(WrongTicketRowError, match=r"ticket-1 .* put back what stood there") as error:
        change_of(record)
    assert str(written) not in str(error.value)


def test_a_row_that_was_mended_counts_as_new() -> None:
    record = a_stream_record(replace(ASKED, status=Status.LATE), BEFORE)
    record["dynamodb"]["OldImage"]["status"] = {"S": "clsoed"}
    assert change_of(record) == TicketChange("ticket-1", None, replace(ASKED, status=Status.LATE))


def test_a_record_names_its_ticket_also_when_its_row_cannot_be_read() -> None:
    record = a_stream_record(BEFORE)
    del record["dynamodb"]["NewImage"]["reason"]
    assert ticket_id_of(record) == "ticket-1"
