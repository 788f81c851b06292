"""What every keeper of conversations does: the claim above all."""

from copy import replace
from datetime import datetime, timedelta

import pytest

from duebridge.core.contact import FINAL, PREDECESSORS, State, Text
from duebridge.core.loan import Loan
from duebridge.core.standing import Counted, NumberStanding, PersonStanding, Suppression
from duebridge.core.understanding import Evidence
from duebridge.core.unread import Unread
from duebridge.ports import Claim, Conversations, LoanBook, Saved, Unsettled
from tests.builders import NOW, PHONE, a_loan, a_number, a_person, a_receipt, a_text, an_answer, an_understanding

LATER = NOW + timedelta(hours=1)


def claim(
    conversations: Conversations,
    text: Text,
    *,
    number: NumberStanding | None = None,
    person: PersonStanding | None = None,
    loan: Loan | None = None,
    at: datetime = NOW,
) -> Claim:
    """A claim that counts the text for its person, from standings read now unless a test gives older ones."""
    person = person or conversations.person("B1")
    counted = person.with_contact(text.contact_id, Counted(at, text.quiet_until))
    return conversations.claim(text, at, number or conversations.number(text.phone), counted, loan, ["asked: yes"])


def put_into(conversations: Conversations, text: Text, state: State) -> None:
    """Claims a text and leads it by the shortest way to a state."""
    claim(conversations, text)
    way = {State.SENDING: (), State.UNDELIVERED: (State.ACCEPTED, State.UNDELIVERED)}.get(state, (state,))
    for step in way:
        assert conversations.move(text.phone, text.contact_id, step, NOW)


def test_a_number_and_a_person_without_rows_have_blank_standings(conversations: Conversations) -> None:
    assert conversations.number(PHONE) == a_number()
    assert conversations.person("B1") == a_person()


def test_standings_are_read_back_with_the_next_version(conversations: Conversations) -> None:
    number = a_number(
        suppressed=Suppression.OPTED_OUT, suppressed_at=NOW, confirmation="answer-1", carrier_told=True, answers=(NOW,)
    )
    person = a_person(counted={"c1": Counted(NOW, None), "c2": Counted(NOW, LATER)})
    assert conversations.save_number(number) is Saved.DONE
    assert conversations.save_person(person) is Saved.DONE
    assert conversations.number(PHONE) == replace(number, version=1)
    assert conversations.person("B1") == replace(person, version=1)


def test_standings_are_saved_only_over_the_version_that_was_read(conversations: Conversations) -> None:
    conversations.save_number(a_number())
    conversations.save_person(a_person())
    assert conversations.save_number(a_number()) is Saved.RACED
    assert conversations.save_person(a_person()) is Saved.RACED


def test_standings_of_many_are_read_at_once(conversations: Conversations) -> None:
    conversations.save_number(a_number(carrier_told=True))
    numbers, persons = conversations.standings({(PHONE, "B1"), (PHONE, "B2"), ("+13125550102", "B2")})
    assert set(numbers) == {PHONE, "+13125550102"}
    assert set(persons) == {"B1", "B2"}
    assert numbers[PHONE].carrier_told
    assert conversations.standings([]) == ({}, {})


def test_a_claimed_contact_is_sending_and_counted(conversations: Conversations, loans: LoanBook) -> None:
    loans.save(a_loan())
    assert claim(conversations, a_text(), loan=loans.get("L1")) is Claim.CLAIMED
    row = conversations.contact(PHONE, a_text().contact_id)
    assert row is not None
    assert (row.text, row.state, row.claimed_at, row.rules) == (a_text(), State.SENDING, NOW, ("asked: yes",))
    assert set(conversations.person("B1").counted) == {a_text().contact_id}


def test_a_contact_is_claimed_once(conversations: Conversations) -> None:
    assert claim(conversations, a_text()) is Claim.CLAIMED
    assert claim(conversations, a_text()) is Claim.TAKEN


@pytest.mark.parametrize("state", [state for state in State if state is not State.RELEASED])
def test_a_contact_in_any_state_but_released_is_taken(conversations: Conversations, state: State) -> None:
    put_into(conversations, a_text(), state)
    assert claim(conversations, a_text()) is Claim.TAKEN
    row = conversations.contact(PHONE, a_text().contact_id)
    assert row is not None
    assert row.state is state


def test_a_released_contact_may_be_claimed_again(conversations: Conversations) -> None:
    put_into(conversations, a_text(), State.RELEASED)
    assert claim(conversations, replace(a_text(), releases=1), at=LATER) is Claim.CLAIMED
    row = conversations.contact(PHONE, a_text().contact_id)
    assert row is not None
    assert (row.state, row.claimed_at, row.text.releases) == (State.SENDING, LATER, 1)


def test_a_claim_for_a_number_that_changed_meanwhile_has_lost(conversations: Conversations) -> None:
    read = conversations.number(PHONE)
    conversations.save_number(read.suppress(Suppression.OPTED_OUT, NOW))
    assert claim(conversations, a_text(), number=read) is Claim.RACED
    assert conversations.contact(PHONE, a_text().contact_id) is None
    assert conversations.person("B1").counted == {}


def test_a_claim_for_a_person_who_was_texted_meanwhile_has_lost(conversations: Conversations) -> None:
    read = conversations.person("B1")
    claim(conversations, a_text(contact_id="other"))
    assert claim(conversations, a_text(), person=read) is Claim.RACED
    assert conversations.contact(PHONE, a_text().contact_id) is None


def test_a_claim_for_a_loan_that_changed_meanwhile_has_lost(conversations: Conversations, loans: LoanBook) -> None:
    loans.save(a_loan())
    read = loans.get("L1")
    assert read is not None
    loans.save(read)
    assert claim(conversations, a_text(), loan=read) is Claim.RACED
    assert conversations.contact(PHONE, a_text().contact_id) is None


def test_a_claim_that_is_both_taken_and_outrun_is_taken(conversations: Conversations) -> None:
    read = conversations.person("B1")
    claim(conversations, a_text())
    assert claim(conversations, a_text(), person=read) is Claim.TAKEN


def test_a_claim_of_an_answer_keeps_the_numbers_own_count(conversations: Conversations) -> None:
    number = replace(conversations.number(PHONE), answers=(NOW,))
    assert conversations.claim(an_answer(), NOW, number, None, None, ()) is Claim.CLAIMED
    assert conversations.number(PHONE).answers == (NOW,)
    assert conversations.claim(an_answer(contact_id="answer-2"), NOW, number, None, None, ()) is Claim.RACED


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("target", [state for state in State if state is not State.SENDING])
def test_a_contact_moves_only_as_the_table_allows(conversations: Conversations, state: State, target: State) -> None:
    put_into(conversations, a_text(), state)
    is_moved = conversations.move(PHONE, a_text().contact_id, target, LATER)
    assert is_moved == (state in PREDECESSORS[target])
    row = conversations.contact(PHONE, a_text().contact_id)
    assert row is not None
    assert row.state is (target if is_moved else state)


def test_an_unknown_contact_does_not_move(conversations: Conversations) -> None:
    assert not conversations.move(PHONE, "nobody", State.ACCEPTED, NOW)
    assert conversations.receive(a_receipt(), State.DELIVERED) is None


def test_a_move_keeps_the_message_id_and_the_reason(conversations: Conversations) -> None:
    claim(conversations, a_text())
    conversations.move(PHONE, a_text().contact_id, State.ACCEPTED, NOW, message_id="m1", reason="taken")
    row = conversations.contact(PHONE, a_text().contact_id)
    assert row is not None
    assert (row.message_id, row.reason) == ("m1", "taken")


def test_every_claim_gives_the_standing_that_it_writes_the_next_version(conversations: Conversations) -> None:
    for version in (1, 2, 3):
        assert claim(conversations, a_text(contact_id=f"demand-{version}")) is Claim.CLAIMED
        answer = an_answer(contact_id=f"answer-{version}")
        assert conversations.claim(answer, NOW, conversations.number(PHONE), None, None, ()) is Claim.CLAIMED
        assert (conversations.person("B1").version, conversations.number(PHONE).version) == (version, version)


def test_a_receipt_settles_a_contact_and_brings_what_it_cost(conversations: Conversations) -> None:
    claim(conversations, a_text())
    row = conversations.receive(a_receipt("TEXT_DELIVERED", message_id="m2"), State.DELIVERED)
    assert row is not None
    assert (row.state, row.message_id, row.receipt) == (State.DELIVERED, "m2", "TEXT_DELIVERED")
    assert row.price_micros == 8_810
    assert row.text == a_text()


@pytest.mark.parametrize("final", sorted(FINAL))
def test_a_second_receipt_changes_nothing(conversations: Conversations, final: State) -> None:
    put_into(conversations, a_text(), final)
    before = conversations.contact(PHONE, a_text().contact_id)
    assert conversations.receive(a_receipt("TEXT_UNREACHABLE"), State.UNDELIVERED) is None
    assert conversations.receive(a_receipt(), State.DELIVERED) is None
    assert conversations.contact(PHONE, a_text().contact_id) == before


def test_a_reply_is_kept_once_as_it_came(conversations: Conversations) -> None:
    assert conversations.store_reply(PHONE, "in-1", "hello", NOW, 400)
    assert not conversations.store_reply(PHONE, "in-1", "something else", LATER, 400)
    assert [reply.body for reply in conversations.conversation(PHONE).replies] == ["hello"]


@pytest.mark.parametrize("body", ["", "\x00\x07", "👍" * 800, "{{ lender }}", "=cmd()", "a\r\nb"])
def test_any_words_are_kept(conversations: Conversations, body: str) -> None:
    conversations.store_reply(PHONE, "in-1", body, NOW, 400)
    assert conversations.conversation(PHONE).replies[0].body == body


def test_what_was_understood_is_added_to_the_reply(conversations: Conversations) -> None:
    conversations.store_reply(PHONE, "in-1", "already paid", NOW, 400)
    conversations.note_understood(
        PHONE, "in-1", an_understanding("paid", evidence=(Evidence("paid", "already paid"),)), 10
    )
    assert conversations.conversation(PHONE).replies[0].labels == ("paid",)


def test_a_conversation_holds_both_sides_in_the_order_of_time(conversations: Conversations) -> None:
    claim(conversations, a_text(contact_id="z"), at=NOW)
    claim(conversations, a_text(contact_id="a"), at=LATER)
    conversations.store_reply(PHONE, "z", "second", LATER, 400)
    conversations.store_reply(PHONE, "zz", "first", NOW, 400)
    conversations.save_number(a_number(answers=(NOW,)))
    conversation = conversations.conversation(PHONE)
    assert [row.text.contact_id for row in conversation.contacts] == ["z", "a"]
    assert [reply.body for reply in conversation.replies] == ["first", "second"]
    assert conversation.standing.answers == (NOW,)


def test_a_number_that_nobody_spoke_with_has_an_empty_conversation(conversations: Conversations) -> None:
    conversation = conversations.conversation(PHONE)
    assert (conversation.standing, conversation.contacts, conversation.replies) == (a_number(), (), ())


def test_a_claim_whose_message_came_again_is_unsettled_until_its_outcome_is_known(conversations: Conversations) -> None:
    claim(conversations, a_text())
    assert conversations.unsettled("sending", LATER, 9) == []
    conversations.watch(PHONE, a_text().contact_id)
    assert conversations.unsettled("sending", NOW, 9) == [Unsettled(PHONE, a_text().contact_id)]
    assert conversations.unsettled("sending", NOW - timedelta(seconds=1), 9) == []
    conversations.move(PHONE, a_text().contact_id, State.ACCEPTED, NOW)
    assert conversations.unsettled("sending", LATER, 9) == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.SENDING])
def test_only_a_claim_that_is_still_being_sent_can_be_watched(conversations: Conversations, state: State) -> None:
    put_into(conversations, a_text(), state)
    conversations.watch(PHONE, a_text().contact_id)
    conversations.watch(PHONE, "unknown")
    assert conversations.unsettled("sending", LATER, 9) == []
    assert conversations.contact(PHONE, "unknown") is None


def test_a_doubt_is_unsettled_from_the_moment_of_the_doubt_until_people_have_it(conversations: Conversations) -> None:
    claim(conversations, a_text())
    conversations.move(PHONE, a_text().contact_id, State.IN_DOUBT, LATER)
    assert conversations.unsettled("sending", LATER, 9) == []
    assert conversations.unsettled("in_doubt", NOW, 9) == []
    assert conversations.unsettled("in_doubt", LATER, 9) == [Unsettled(PHONE, a_text().contact_id)]
    conversations.leave_to_people(PHONE, a_text().contact_id)
    assert conversations.unsettled("in_doubt", LATER, 9) == []
    assert conversations.receive(a_receipt(), State.DELIVERED) is not None


def test_an_opt_out_is_unsettled_until_the_carrier_is_told(conversations: Conversations) -> None:
    conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW))
    assert conversations.unsettled("opt_out", NOW, 9) == [Unsettled(PHONE, "")]
    assert conversations.unsettled("opt_out", NOW - timedelta(seconds=1), 9) == []
    conversations.save_number(replace(conversations.number(PHONE), carrier_told=True))
    assert conversations.unsettled("opt_out", LATER, 9) == []


def test_no_more_unsettled_rows_come_than_were_asked_for_and_the_oldest_first(conversations: Conversations) -> None:
    for minutes, contact_id in ((2, "b"), (1, "a"), (3, "c")):
        claim(conversations, a_text(contact_id=contact_id), at=NOW + timedelta(minutes=minutes))
        conversations.watch(PHONE, contact_id)
    assert [row.contact_id for row in conversations.unsettled("sending", LATER, 2)] == ["a", "b"]


def test_a_text_outside_hours_waits_and_is_found_when_its_instant_has_come(conversations: Conversations) -> None:
    answer = an_answer()
    conversations.wait(answer, LATER, "outside_hours")
    assert conversations.unsettled("waiting", LATER - timedelta(seconds=1), 9) == []
    assert conversations.unsettled("waiting", LATER, 9) == [Unsettled(PHONE, answer.contact_id)]
    assert conversations.waiting(PHONE, answer.contact_id) == answer


def test_a_waiting_text_can_be_claimed_and_then_waits_no_longer(conversations: Conversations) -> None:
    answer = an_answer()
    conversations.wait(answer, LATER, "outside_hours")
    assert claim(conversations, answer) is Claim.CLAIMED
    assert conversations.unsettled("waiting", LATER, 9) == []
    assert conversations.waiting(PHONE, answer.contact_id) is None


def test_a_text_that_was_claimed_does_not_begin_to_wait(conversations: Conversations) -> None:
    answer = an_answer()
    claim(conversations, answer)
    conversations.wait(answer, LATER, "outside_hours")
    assert conversations.unsettled("waiting", LATER, 9) == []


def test_many_numbers_are_read_at_once_and_unknown_ones_are_blank(conversations: Conversations) -> None:
    conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW))
    unknown = [f"+131255502{number:02}" for number in range(99)]
    found = conversations.numbers_of([PHONE, *unknown])
    assert found[PHONE].suppressed is Suppression.OPTED_OUT
    assert [found[phone].version for phone in unknown] == [0] * 99


def test_a_number_that_the_carrier_was_told_of_is_listed_since_it_was_last_seen_there(
    conversations: Conversations,
) -> None:
    told = replace(a_number().suppress(Suppression.OPTED_OUT, NOW), carrier_told=True)
    conversations.save_number(told)
    assert conversations.unsettled("listed", NOW - timedelta(seconds=1), 9) == []
    assert conversations.unsettled("listed", NOW, 9) == [Unsettled(PHONE, "")]
    conversations.save_number(replace(conversations.number(PHONE), listed_at=LATER))
    assert conversations.unsettled("listed", NOW, 9) == []
    assert conversations.unsettled("listed", LATER, 9) == [Unsettled(PHONE, "")]


@pytest.mark.parametrize("suppression", [Suppression.INVALID_NUMBER, Suppression.BLOCKED])
def test_a_number_that_the_carrier_itself_gave_up_is_on_no_list(
    conversations: Conversations, suppression: Suppression
) -> None:
    conversations.save_number(a_number().suppress(suppression, NOW))
    assert conversations.unsettled("opt_out", LATER, 9) == []
    assert conversations.unsettled("listed", LATER, 9) == []


def test_a_number_that_opted_in_again_is_listed_no_longer(conversations: Conversations) -> None:
    told = replace(a_number().suppress(Suppression.OPTED_OUT, NOW), carrier_told=True)
    conversations.save_number(told)
    conversations.save_number(conversations.number(PHONE).reinstated())
    assert conversations.unsettled("listed", LATER, 9) == []


def test_replies_that_meant_nothing_are_found_again_the_newest_first(conversations: Conversations) -> None:
    for number, (body, label) in enumerate([("older", "other"), ("newer", "other"), ("I paid", "paid")]):
        at = NOW + timedelta(minutes=number)
        conversations.store_reply(PHONE, f"inbound-{number}", body, at, 400)
        conversations.note_understood(PHONE, f"inbound-{number}", an_understanding(label), 30)
    conversations.store_reply(PHONE, "inbound-9", "not yet read", LATER, 400)
    assert conversations.not_understood(NOW, 9) == [Unread(PHONE, "newer"), Unread(PHONE, "older")]
    assert conversations.not_understood(NOW + timedelta(seconds=1), 9) == [Unread(PHONE, "newer")]
    assert conversations.not_understood(NOW, 1) == [Unread(PHONE, "newer")]
    for other in ("sending", "in_doubt", "opt_out", "listed", "waiting"):
        assert conversations.unsettled(other, LATER, 9) == []


def test_a_contact_knows_the_so_manieth_text_of_the_month_that_it_is(conversations: Conversations) -> None:
    for number in (1, 2, 3):
        text = replace(a_text(), contact_id=f"demand-{number}")
        claim(conversations, text, at=NOW + timedelta(days=20 * number))
        row = conversations.contact(PHONE, text.contact_id)
        assert row is not None
        assert row.nth == min(number, 2)
    conversations.claim(an_answer(), NOW, conversations.number(PHONE), None, None, [])
    answer = conversations.contact(PHONE, an_answer().contact_id)
    assert answer is not None
    assert answer.nth == 0
