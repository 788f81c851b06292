"""Borrowers' replies through the SMS fake."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.sms_fake.service import CannotReplyError, SmsFake
from tests.local.sms_fake.account import (
    BORROWER,
    INBOUND_TOPIC,
    OUR_NUMBER,
    PATIENCE_SECONDS,
    Topics,
    a_text,
    an_account,
    in_process,
)


def test_a_reply_reaches_the_inbound_topic_in_the_documented_form(fake: SmsFake, client: Any, topics: Topics) -> None:
    message_id = client.send_text_message(**a_text(ConfigurationSetName=None))["MessageId"]
    inbound_id = fake.reply(BORROWER, "我已还款", answering_message_id=message_id)
    assert fake.wait_until_quiet(PATIENCE_SECONDS)
    assert topics.messages == [
        (
            INBOUND_TOPIC,
            {
                "originationNumber": BORROWER,
                "destinationNumber": OUR_NUMBER,
                "messageKeyword": "KEYWORD_000000000000",
                "messageBody": "我已还款",
                "inboundMessageId": inbound_id,
                "previousPublishedMessageId": message_id,
            },
        )
    ]
    assert [json.loads(text.json_line()) for text in fake.inbound_log] == [
        {
            "at": "2026-04-06T09:30:00.000000Z",
            "from": BORROWER,
            "body": "我已还款",
            "inbound_message_id": inbound_id,
        }
    ]


def test_a_reply_that_answers_nothing_names_no_earlier_text(fake: SmsFake, topics: Topics) -> None:
    first, second = fake.reply(BORROWER, "STOP"), fake.reply(BORROWER, "STOP")
    assert first != second
    assert fake.wait_until_quiet(PATIENCE_SECONDS)
    for payload in topics.on(INBOUND_TOPIC):
        assert payload["destinationNumber"] == OUR_NUMBER
        assert "previousPublishedMessageId" not in payload


def test_a_sender_id_cannot_be_answered_unless_another_number_is_given(fake: SmsFake, client: Any) -> None:
    client.send_text_message(**a_text(OriginationIdentity="HARBOUR"))
    with pytest.raises(CannotReplyError):
        fake.reply(BORROWER, "hello")
    fake.reply(BORROWER, "hello", to_number=OUR_NUMBER)
    assert [text.to for text in fake.inbound_log] == [OUR_NUMBER]


def test_a_reply_goes_to_the_number_of_the_text_that_it_answers(make_fake: Callable[..., SmsFake]) -> None:
    fake = make_fake(account=an_account(origination_identities={"old": "+18445550111", "new": OUR_NUMBER}))
    client = in_process(fake)
    older = client.send_text_message(**a_text(OriginationIdentity="old"))["MessageId"]
    client.send_text_message(**a_text(OriginationIdentity="new"))
    fake.reply(BORROWER, "to the older one", answering_message_id=older)
    fake.reply(BORROWER, "to the last one")
    assert [text.to for text in fake.inbound_log] == ["+18445550111", OUR_NUMBER]


def test_a_stop_by_text_does_not_touch_the_list_because_opt_outs_are_self_managed(fake: SmsFake) -> None:
    fake.reply(BORROWER, "STOP")
    assert fake.opt_outs.numbers() == frozenset()
