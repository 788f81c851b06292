"""What only the conversations in DynamoDB do, beside the contract; and the claim in real transactions."""

from collections.abc import Callable
from copy import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from duebridge.adapters.conversations import DynamoConversations
from duebridge.core.contact import State, Text
from duebridge.core.standing import Counted, NumberStanding, Suppression
from duebridge.flows.send_contact import Sent
from duebridge.ports import Claim
from tests.adapters.conftest import AwsStores
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, rows_of
from tests.builders import NOW, PHONE, a_loan, a_number, a_payment_row, a_receipt, a_text, an_inbound, an_understanding
from tests.fakes import FakeClock
from tests.stores import aws_client
from tests.world import World

PLAYED_BY = timedelta(days=250)


class PlayedClock(FakeClock):
    """The business clock is behind AWS's."""

    def to_aws(self, instant: datetime) -> datetime:
        return instant + PLAYED_BY


def claim(aws: AwsStores, text: Text) -> Claim:
    person = aws.conversations.person("B1").with_contact(text.contact_id, Counted(NOW, text.quiet_until))
    return aws.conversations.claim(text, NOW, aws.conversations.number(PHONE), person, None, ())


@pytest.mark.usefixtures("aws")
def test_rows_end_by_the_clock_of_aws_as_long_after_as_the_law_wants() -> None:
    client = aws_client("dynamodb")
    played = DynamoConversations(client, CONVERSATION_TABLE, LOAN_TABLE, PlayedClock())
    text = a_text(keep_days=10)
    person = played.person("B1").with_contact(text.contact_id, Counted(NOW, NOW + timedelta(days=9)))
    played.claim(text, NOW, played.number(PHONE), person, None, ())
    played.store_reply(PHONE, "in-1", "hello", NOW, 30)
    played.note_understood(PHONE, "in-1", an_understanding(), 20)
    played.store_reply(PHONE, "in-2", "understood by nobody", NOW, 30)
    played.save_number(played.number(PHONE))
    ends = {
        (row["party"]["S"].partition("#")[0], row["entry"]["S"]): row["forget_after"]["N"]
        for row in rows_of(client, CONVERSATION_TABLE)
    }
    days = {
        ("phone", f"contact#{text.contact_id}"): 10,
        ("phone", "reply#in-1"): 20,
        ("phone", "reply#in-2"): 30,
        ("phone", "standing"): 60,
        ("person", "standing"): 9 + 60,
    }
    assert ends == {key: str(int((NOW + PLAYED_BY + timedelta(days=kept)).timestamp())) for key, kept in days.items()}


@pytest.mark.parametrize(
    "standing",
    [
        pytest.param(a_number().suppress(Suppression.OPTED_OUT, NOW), id="opted out"),
        pytest.param(a_number(carrier_told=True), id="on the provider's list"),
    ],
)
def test_what_must_be_known_of_a_number_is_never_forgotten(aws: AwsStores, standing: NumberStanding) -> None:
    aws.conversations.save_number(aws.conversations.number(PHONE))
    aws.conversations.save_number(replace(standing, version=1))
    (row,) = rows_of(aws_client("dynamodb"), CONVERSATION_TABLE)
    assert "forget_after" not in row


def test_a_settled_contact_has_left_the_sweeps_index(aws: AwsStores) -> None:
    claim(aws, a_text())
    aws.conversations.move(PHONE, a_text().contact_id, State.ACCEPTED, NOW, message_id="m")
    (row,) = (row for row in rows_of(aws_client("dynamodb"), CONVERSATION_TABLE) if "contact#" in row["entry"]["S"])
    assert not {"unsettled", "unsettled_since"} & row.keys()


def test_a_contact_keeps_when_it_moved_and_what_was_billed(aws: AwsStores) -> None:
    def kept() -> tuple[object, object]:
        rows = rows_of(aws_client("dynamodb"), CONVERSATION_TABLE)
        (row,) = (row for row in rows if "contact#" in row["entry"]["S"])
        return row["moved_at"]["S"], row.get("billed", {}).get("N")

    claim(aws, a_text())
    aws.conversations.move(PHONE, a_text().contact_id, State.ACCEPTED, NOW, message_id="m")
    assert kept() == ("2026-03-11T16:00:00Z", None)
    aws.conversations.receive(a_receipt(at=NOW + timedelta(minutes=1), segments=2), State.DELIVERED)
    assert kept() == ("2026-03-11T16:01:00Z", "2")


class Throttles:
    """A table that takes no writes for now."""

    def __init__(self) -> None:
        self._client = aws_client("dynamodb")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_item(self, **_: Any) -> Any:
        response: Any = {"Error": {"Code": "ProvisionedThroughputExceededException"}}
        raise ClientError(response, "UpdateItem")


def test_a_move_that_the_table_did_not_take_is_no_word_about_the_contact(aws: AwsStores) -> None:
    claim(aws, a_text())
    client: Any = Throttles()
    conversations = DynamoConversations(client, CONVERSATION_TABLE, LOAN_TABLE, aws.clock)
    with pytest.raises(ClientError):
        conversations.move(PHONE, a_text().contact_id, State.IN_DOUBT, NOW, reason="ReadTimeoutError")
    with pytest.raises(ClientError):
        conversations.receive(a_receipt(), State.DELIVERED)
    with pytest.raises(ClientError):
        conversations.watch(PHONE, a_text().contact_id)


def test_a_claim_is_one_transaction_of_four_parts(aws: AwsStores) -> None:
    asked: list[dict[str, Any]] = []
    client = aws_client("dynamodb")
    client.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems", lambda params, **_: asked.append(params)
    )
    conversations = DynamoConversations(client, CONVERSATION_TABLE, LOAN_TABLE, aws.clock)
    aws.loans.save(a_loan())
    loan = aws.loans.get("L1")
    conversations.claim(a_text(), NOW, conversations.number(PHONE), conversations.person("B1"), loan, ())
    ((parts,),) = ([params["TransactItems"]] for params in asked)
    assert [next(iter(part)) for part in parts] == ["Put", "ConditionCheck", "Put", "ConditionCheck"]
    assert all("ConditionExpression" in next(iter(part.values())) for part in parts)


def test_a_conflict_with_a_claim_that_then_fails_is_a_lost_race_and_not_a_sent_text(aws: AwsStores) -> None:
    class Conflicts:
        """Another transaction holds the contact's row, and will not be written."""

        def __init__(self) -> None:
            self._client = aws_client("dynamodb")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def transact_write_items(self, **_: Any) -> Any:
            response: Any = {
                "Error": {"Code": "TransactionCanceledException"},
                "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}],
            }
            raise self._client.exceptions.TransactionCanceledException(response, "TransactWriteItems")

    client: Any = Conflicts()
    conversations = DynamoConversations(client, CONVERSATION_TABLE, LOAN_TABLE, aws.clock)
    outcome = conversations.claim(a_text(), NOW, conversations.number(PHONE), conversations.person("B1"), None, ())
    assert outcome is Claim.RACED


# The sender over real tables.


class BeforeClaim:
    """Something happens between the gate and the first claim."""

    def __init__(self, inner: Any, happens: Callable[[], object]) -> None:
        self._inner, self._happens = inner, [happens]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def claim(self, *args: Any) -> Claim:
        while self._happens:
            self._happens.pop()()
        claim: Claim = self._inner.claim(*args)
        return claim


def planned(world: World) -> Text:
    world.knows()
    return world.plans()


def test_a_demand_goes_its_whole_way_over_real_tables(aws_world: World) -> None:
    text = planned(aws_world)
    assert aws_world.sender.send(text) is Sent.ACCEPTED
    assert aws_world.sender.send(text) is Sent.REPEATED
    assert aws_world.carrier.sent == [text.contact_id]
    assert aws_world.state_of(text) is State.ACCEPTED


def test_of_two_loans_of_one_person_claimed_at_once_one_wins_and_the_other_waits(aws_world: World) -> None:
    aws_world.knows(a_loan(loan_id="L1"), a_loan(loan_id="L2"))
    first, second = aws_world.plans("L1"), aws_world.plans("L2")
    racing = BeforeClaim(aws_world.conversations, lambda: aws_world.sender.send(second))
    assert aws_world.sender_with(conversations=racing).send(first) is Sent.HELD
    assert aws_world.carrier.sent == [second.contact_id]
    assert set(aws_world.conversations.person("B1").counted) == {second.contact_id}
    assert aws_world.loan("L1").steps == ()


def test_the_same_text_claimed_at_once_by_two_senders_goes_out_once(aws_world: World) -> None:
    text = planned(aws_world)
    racing = BeforeClaim(aws_world.conversations, lambda: aws_world.sender.send(text))
    assert aws_world.sender_with(conversations=racing).send(text) is Sent.REPEATED
    assert aws_world.carrier.sent == [text.contact_id]


def test_a_payment_between_gate_and_claim_stops_the_text_over_real_tables(aws_world: World) -> None:
    text = planned(aws_world)
    racing = BeforeClaim(aws_world.conversations, lambda: aws_world.cashier.record(a_payment_row(), NOW))
    assert aws_world.sender_with(conversations=racing).send(text) is Sent.HELD
    assert aws_world.carrier.sent == []


def test_an_opt_out_between_gate_and_claim_stops_the_text_over_real_tables(aws_world: World) -> None:
    text = planned(aws_world)

    def stop() -> None:
        number = aws_world.conversations.number(PHONE)
        aws_world.conversations.save_number(number.suppress(Suppression.OPTED_OUT, NOW))

    racing = BeforeClaim(aws_world.conversations, stop)
    assert aws_world.sender_with(conversations=racing).send(text) is Sent.HELD
    assert aws_world.carrier.sent == []


def test_a_released_text_is_claimed_again_over_real_tables(aws_world: World) -> None:
    text = planned(aws_world)
    aws_world.conversations.claim(
        text, NOW, aws_world.conversations.number(PHONE), aws_world.conversations.person("B1"), None, ()
    )
    aws_world.conversations.move(PHONE, text.contact_id, State.RELEASED, NOW, reason="busy")
    assert aws_world.sender.send(replace(text, releases=1)) is Sent.ACCEPTED


def test_a_lapsed_claim_is_swept_into_doubt_and_settled_by_a_receipt_over_real_tables(aws_world: World) -> None:
    text = planned(aws_world)
    aws_world.conversations.claim(
        text, NOW, aws_world.conversations.number(PHONE), aws_world.conversations.person("B1"), None, ()
    )
    assert aws_world.broom.run().lapsed_claims == 0
    aws_world.sender.send(text)
    aws_world.clock.advance(minutes=10)
    assert aws_world.broom.run().lapsed_claims == 1
    aws_world.clock.advance(hours=72)
    assert aws_world.broom.run().doubts_for_people == 1
    assert aws_world.broom.run().doubts_for_people == 0


@pytest.mark.parametrize("body", ["", "\x00", "👍", "退订"])
def test_a_reply_goes_its_whole_way_over_real_tables(aws_world: World, body: str) -> None:
    text = planned(aws_world)
    aws_world.sender.send(text)
    first = aws_world.listener.receive(an_inbound(body))
    again = aws_world.listener.receive(an_inbound(body))
    assert (first.is_repeated, again.is_repeated) == (False, True)
    assert len(aws_world.open_tickets) == bool(first.ticket_id)
