"""What operators may write on a ticket; a wrong request says how to mend it and is never half done."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.operator_request import Action, OperatorRequest, RequestError, read_request


def request(**written: Any) -> OperatorRequest:
    return read_request({"by": "AB", **written})


def test_every_action_reads_in_its_plainest_form() -> None:
    plain: list[dict[str, Any]] = [
        {"action": "take"},
        {"action": "answer", "template": "operator/statement_sent"},
        {"action": "answer", "text": "We found it. Thank you."},
        {"action": "hold", "hold": "disputed"},
        {"action": "release", "hold": "all"},
        {"action": "arrangement", "decision": "agree"},
        {"action": "arrangement", "option": 2},
        {"action": "call", "outcome": "reached"},
        {"action": "opt_out"},
        {"action": "close", "outcome": "answered"},
        {"action": "reopen"},
    ]
    assert {request(**each).action for each in plain} == set(Action)


def test_details_are_read_as_what_they_are() -> None:
    assert request(action="hold", hold="By_Operator", until="2026-03-31").until == date(2026, 3, 31)
    called = request(action="call", outcome="voicemail", at="2026-03-11T15:00+08:00")
    assert called.at == datetime(2026, 3, 11, 7, tzinfo=UTC)
    assert request(action="close", outcome="dispute_upheld", root_cause="wrong_data", release="disputed").release == (
        "disputed"
    )


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"by": ""}, "initials"),
        ({"by": "<b>x</b>", "action": "take"}, "initials"),
        ({"action": "erase"}, "write one of take, answer"),
        ({"action": "take", "text": "hello"}, "`text` is not known for take"),
        ({"action": "answer"}, "`template` (one of operator/...) or `text`"),
        ({"action": "answer", "text": "x" * 301}, "301 characters"),
        ({"action": "answer", "template": "operator/x", "text": "y"}, "not both"),
        ({"action": "hold"}, "`hold` is missing"),
        ({"action": "hold", "hold": "disputed", "until": "tomorrow"}, "no date"),
        ({"action": "arrangement", "decision": "perhaps"}, "agree, decline"),
        ({"action": "arrangement", "option": "12"}, "1 to 9"),
        ({"action": "call", "outcome": "reached", "at": "2026-03-11T15:00"}, "with its zone"),
        ({"action": "close", "outcome": "done"}, "`outcome` is missing or unknown"),
        ({"action": "close", "outcome": "answered", "root_cause": "mood"}, "`root_cause`"),
    ],
)
def test_a_wrong_request_says_what_to_write_instead(written: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestError) as fault:
        request(**written)
    assert says in str(fault.value)


@given(
    st.dictionaries(
        st.text(max_size=12), st.one_of(st.none(), st.text(max_size=40), st.integers(), st.lists(st.text()))
    )
)
def test_anything_that_can_be_written_is_read_or_refused_with_words(written: dict[str, Any]) -> None:
    with suppress(RequestError):
        assert read_request(written).by
