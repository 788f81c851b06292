"""The daily lessons, from what the stations themselves noted."""

from copy import replace
from datetime import timedelta

from duebridge.core.lessons import LessonKind
from duebridge.core.loan import Loan
from duebridge.flows.learn import Learn
from tests.builders import NOW, a_loan, an_inbound
from tests.world import World

ODD = "purple elephants zzz"


def learn(world: World) -> Learn:
    return Learn(outcomes=world.outcomes, conversations=world.conversations, content=world.content)


def a_loan_of(number: int) -> Loan:
    loan = a_loan()
    terms = replace(loan.terms, loan_id=f"L{number}", borrower_id=f"B{number}", phone=f"+1312555{number:04}")
    return replace(loan, terms=terms)


def hear(world: World, number: int, body: str) -> None:
    phone = f"+1312555{number:04}"
    world.listener.receive(an_inbound(body, inbound_id=f"inbound-{number}", phone=phone, at=world.clock.now()))


def test_replies_that_nobody_understood_teach_the_words_that_many_wrote() -> None:
    world = World.in_memory()
    world.knows(*(a_loan_of(number) for number in range(12)))
    for number in range(12):
        hear(world, number, ODD if number < 10 else "STOP")
    (lesson,) = learn(world).lessons(NOW.date())
    assert lesson.kind is LessonKind.NOT_UNDERSTOOD
    assert (lesson.values["words"], lesson.count, lesson.of) == (ODD, 10, 10)


def test_replies_older_than_thirty_days_teach_nothing_any_more() -> None:
    world = World.in_memory()
    for number in range(10):
        hear(world, number, ODD)
    assert learn(world).lessons((NOW + timedelta(days=30)).date())
    assert learn(world).lessons((NOW + timedelta(days=31)).date()) == ()


def test_a_reply_that_is_delivered_again_counts_once() -> None:
    world = World.in_memory()
    for _ in range(20):
        for number in range(9):
            hear(world, number, ODD)
    assert learn(world).lessons(NOW.date()) == ()
