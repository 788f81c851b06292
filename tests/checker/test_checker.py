"""The checker catches each kind of broken promise, and lets the near miss pass."""

import ast
import csv
import json
import subprocess
import sys
from copy import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.checker import checker
from tests.checker.checker import check
from tests.checker.evidence import (
    Funnel,
    Loan,
    LoanFile,
    Outcome,
    Payment,
    PaymentFact,
    Reply,
    Run,
    Summary,
    Text,
)
from tests.checker.owing import names_amount
from tests.checker.verdict import Promise

CHINA, INDIA, BRITAIN = "+8613800138001", "+919999900001", "+447911123001"
NEW_YORK, HONOLULU, PHOENIX, GERMANY = "+12125550101", "+18085550101", "+16025550101", "+4915112340001"
NOON_IN_CHINA = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)


def at(instant: str) -> datetime:
    return datetime.fromisoformat(instant)


def a_loan(
    loan_id: str = "L1",
    phone: str = CHINA,
    *,
    country: str = "CN",
    time_zone: str = "Asia/Shanghai",
    borrower_id: str = "B1",
    currency: str = "CNY",
    amount_due: str = "1234.50",
) -> Loan:
    return Loan(loan_id, borrower_id, phone, country, ZoneInfo(time_zone), currency, Decimal(amount_due))


def a_text(
    instant: datetime | str = NOON_IN_CHINA,
    to: str = CHINA,
    *,
    contact_id: str = "c1",
    kind: str = "demand",
    body: str = "Please pay 1,234.50 by Friday.",
    parts: int = 1,
) -> Text:
    return Text(at(instant) if isinstance(instant, str) else instant, to, body, parts, contact_id, kind)


def a_reply(instant: datetime | str, body: str, *, sender: str = CHINA, inbound_id: str = "i1") -> Reply:
    return Reply(at(instant) if isinstance(instant, str) else instant, sender, body, inbound_id)


def a_run(*texts: Text, loans: list[Loan] | None = None, replies: list[Reply] | None = None) -> Run:
    return Run(
        texts=sorted(texts, key=lambda text: text.at),
        loan_file=LoanFile([a_loan()] if loans is None else loans),
        replies=replies or [],
    )


def paid(run: Run, instant: datetime, amount: str, *, currency: str = "CNY", loan_id: str = "L1") -> Run:
    reference = f"P{len(run.payments)}"
    return replace(
        run,
        payments=[*run.payments, Payment(loan_id, Decimal(amount), currency, reference)],
        payment_facts=[*run.payment_facts, PaymentFact(instant, loan_id, Decimal(amount), reference)],
    )


def broken(run: Run) -> list[Promise]:
    return [violation.promise for violation in check(run)]


def test_a_good_run_passes() -> None:
    assert broken(a_run(a_text())) == []


class TestContactsAndRecords:
    def test_a_contact_texted_twice_is_caught(self) -> None:
        run = a_run(a_text(), a_text(NOON_IN_CHINA + timedelta(days=1)))
        assert broken(run) == [Promise.ONE_TEXT_PER_CONTACT]

    def test_two_contacts_of_one_loan_pass(self) -> None:
        assert broken(a_run(a_text(), a_text(NOON_IN_CHINA + timedelta(days=1), contact_id="c2"))) == []

    @pytest.mark.parametrize("text", [a_text(contact_id=""), replace(a_text(kind="answer"), kind="nudge")])
    def test_a_text_without_contact_id_or_with_an_unknown_kind_is_caught(self, text: Text) -> None:
        assert broken(a_run(text)) == [Promise.RECORDS]

    def test_a_text_to_a_number_outside_the_loan_file_is_caught(self) -> None:
        run = a_run(a_text(to="+8613800138999", kind="operator"))
        assert broken(run) == [Promise.KNOWN_NUMBER]

    def test_a_text_on_a_row_too_broken_to_judge_is_caught(self) -> None:
        run = Run([a_text(kind="operator")], LoanFile([], broken_loan_ids=["L1"]))
        assert broken(run) == [Promise.KNOWN_NUMBER]


def in_country(country: str, phone: str, time_zone: str) -> list[Loan]:
    return [a_loan(phone=phone, country=country, time_zone=time_zone)]


class TestContactHours:
    @pytest.mark.parametrize(
        ("country", "phone", "zone", "first", "last"),
        [
            ("CN", CHINA, "Asia/Shanghai", "2026-03-11T00:00:00Z", "2026-03-11T13:59:59.999Z"),
            ("US", NEW_YORK, "America/New_York", "2026-03-11T12:00:00Z", "2026-03-12T00:59:59.999Z"),
            ("US", HONOLULU, "Pacific/Honolulu", "2026-03-11T18:00:00Z", "2026-03-12T06:59:59.999Z"),
            ("GB", BRITAIN, "Europe/London", "2026-03-11T08:00:00Z", "2026-03-11T19:59:59.999Z"),
            ("IN", INDIA, "Asia/Kolkata", "2026-03-11T02:30:00Z", "2026-03-11T13:29:59.999Z"),
            ("DE", GERMANY, "Europe/Berlin", "2026-03-11T08:00:00Z", "2026-03-11T17:59:59.999Z"),
        ],
    )
    def test_the_edges_of_the_window_hold(self, country: str, phone: str, zone: str, first: str, last: str) -> None:
        loans = in_country(country, phone, zone)
        for inside in (at(first), at(last)):
            assert broken(a_run(a_text(inside, phone), loans=loans)) == []
        for outside in (at(first) - timedelta(milliseconds=1), at(last) + timedelta(milliseconds=1)):
            assert set(broken(a_run(a_text(outside, phone), loans=loans))) == {Promise.CONTACT_HOURS}

    @pytest.mark.parametrize(
        ("inside", "outside"),
        [
            pytest.param("2026-03-28T08:00:00Z", "2026-03-28T07:30:00Z", id="winter opens at 08:00 UTC"),
            pytest.param("2026-03-29T07:00:00Z", "2026-03-29T06:59:00Z", id="summer opens at 07:00 UTC"),
            pytest.param("2026-03-28T19:30:00Z", "2026-03-28T20:00:00Z", id="winter closes at 20:00 UTC"),
            pytest.param("2026-03-29T18:59:00Z", "2026-03-29T19:00:00Z", id="summer closes at 19:00 UTC"),
        ],
    )
    def test_the_window_moves_with_summer_time(self, inside: str, outside: str) -> None:
        loans = in_country("GB", BRITAIN, "Europe/London")
        assert broken(a_run(a_text(inside, BRITAIN), loans=loans)) == []
        assert broken(a_run(a_text(outside, BRITAIN), loans=loans)) == [Promise.CONTACT_HOURS]

    def test_both_the_clock_of_the_address_and_of_the_number_must_allow(self) -> None:
        moved = in_country("US", NEW_YORK, "Pacific/Honolulu")
        only_new_york, only_honolulu, both = "2026-03-11T17:59Z", "2026-03-12T01:00Z", "2026-03-11T18:00Z"
        assert broken(a_run(a_text(only_new_york, NEW_YORK), loans=moved)) == [Promise.CONTACT_HOURS]
        assert broken(a_run(a_text(only_honolulu, NEW_YORK), loans=moved)) == [Promise.CONTACT_HOURS]
        assert broken(a_run(a_text(both, NEW_YORK), loans=moved)) == []

    def test_sunday_is_closed_in_germany_and_open_in_china(self) -> None:
        germany = in_country("DE", GERMANY, "Europe/Berlin")
        assert broken(a_run(a_text("2026-03-14T12:00Z", GERMANY), loans=germany)) == []
        assert broken(a_run(a_text("2026-03-15T12:00Z", GERMANY), loans=germany)) == [Promise.CONTACT_HOURS]
        assert broken(a_run(a_text("2026-03-15T12:00Z", CHINA))) == []

    def test_hours_bind_a_reminder_before_the_due_date_but_not_an_answer(self) -> None:
        night = at("2026-03-11T17:00Z")
        assert broken(a_run(a_text(night, kind="pre_due"))) == [Promise.CONTACT_HOURS]
        replies = [a_reply(night - timedelta(seconds=5), "how much?")]
        assert broken(a_run(a_text(night, kind="answer"), replies=replies)) == []

    def test_a_country_or_a_prefix_that_cannot_be_judged_is_caught(self) -> None:
        unknown_country = in_country("FR", CHINA, "Asia/Shanghai")
        assert broken(a_run(a_text(), loans=unknown_country)) == [Promise.CONTACT_HOURS]
        unknown_prefix = in_country("CN", "+33612345678", "Asia/Shanghai")
        assert broken(a_run(a_text(to="+33612345678"), loans=unknown_prefix)) == [Promise.CONTACT_HOURS]


def demands(*instants: datetime, to: str = CHINA) -> list[Text]:
    return [a_text(instant, to, contact_id=f"c{number}") for number, instant in enumerate(instants)]


class TestCaps:
    def test_two_demands_on_one_local_day_are_caught(self) -> None:
        run = a_run(*demands(at("2026-03-11T00:30Z"), at("2026-03-11T13:30Z")))
        assert broken(run) == [Promise.CAPS]

    def test_a_day_ends_at_the_borrowers_midnight_not_at_that_of_utc(self) -> None:
        loans = in_country("US", HONOLULU, "Pacific/Honolulu")
        two_days_one_utc_day = demands(at("2026-03-12T06:59Z"), at("2026-03-12T18:00Z"), to=HONOLULU)
        assert broken(a_run(*two_days_one_utc_day, loans=loans)) == []
        one_day_two_utc_days = demands(at("2026-03-11T20:00Z"), at("2026-03-12T06:00Z"), to=HONOLULU)
        assert broken(a_run(*one_day_two_utc_days, loans=loans)) == [Promise.CAPS]

    def test_the_caps_count_over_all_loans_of_a_person(self) -> None:
        loans = [a_loan("L1"), a_loan("L2", "+8613800138002")]
        hour_later = NOON_IN_CHINA + timedelta(hours=1)
        texts = [a_text(), a_text(hour_later, "+8613800138002", contact_id="c2", kind="pre_due")]
        assert broken(a_run(*texts, loans=loans)) == [Promise.CAPS]
        other_person = [loans[0], replace(loans[1], borrower_id="B2")]
        assert broken(a_run(*texts, loans=other_person)) == []

    def test_an_answer_does_not_count(self) -> None:
        replies = [a_reply(NOON_IN_CHINA, "how much?")]
        answer = a_text(NOON_IN_CHINA + timedelta(seconds=9), contact_id="c2", kind="answer")
        assert broken(a_run(a_text(), answer, replies=replies)) == []

    @pytest.mark.parametrize(
        ("country", "phone", "zone", "cap"),
        [
            ("CN", CHINA, "Asia/Shanghai", 3),
            ("US", PHOENIX, "America/Phoenix", 3),
            ("IN", INDIA, "Asia/Kolkata", 3),
            ("GB", BRITAIN, "Europe/London", 2),
            ("DE", GERMANY, "Europe/Berlin", 2),
        ],
    )
    def test_the_cap_of_seven_days_holds(self, country: str, phone: str, zone: str, cap: int) -> None:
        loans = in_country(country, phone, zone)
        noon = datetime(2026, 3, 9, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        first = [noon + timedelta(days=day) for day in range(cap)]
        week_later, just_before = noon + timedelta(days=7), noon + timedelta(days=7, seconds=-1)
        assert broken(a_run(*demands(*first, week_later, to=phone), loans=loans)) == []
        assert broken(a_run(*demands(*first, just_before, to=phone), loans=loans)) == [Promise.CAPS]

    @pytest.mark.parametrize(
        ("country", "phone", "zone", "cap", "gap_days"),
        [
            ("CN", CHINA, "Asia/Shanghai", 10, 2.5),
            ("US", PHOENIX, "America/Phoenix", 8, 3),
            ("IN", INDIA, "Asia/Kolkata", 8, 3),
            ("GB", BRITAIN, "Europe/London", 6, 4),
            ("DE", GERMANY, "Europe/Berlin", 6, 4),
        ],
    )
    def test_the_cap_of_thirty_days_holds(self, country: str, phone: str, zone: str, cap: int, gap_days: float) -> None:
        loans = in_country(country, phone, zone)
        noon = datetime(2026, 7, 6, 12, tzinfo=ZoneInfo("UTC"))
        first = [noon + timedelta(days=gap_days * number) for number in range(cap)]
        month_later, just_before = noon + timedelta(days=30), noon + timedelta(days=30, seconds=-1)

        def caught(last: datetime) -> bool:
            run = a_run(*demands(*first, last, to=phone), loans=loans)
            return Promise.CAPS in broken(run)

        assert not caught(month_later)
        assert caught(just_before)


class TestOptOuts:
    @pytest.mark.parametrize(
        "word", ["STOP", " stop. ", "ＳＴＯＰ", "T", "td", "R", "N", "退订", "拒收！", "Unsubscribe"]
    )
    @pytest.mark.parametrize("kind", ["demand", "pre_due", "reminder", "operator", "satisfaction"])
    def test_a_text_after_an_opt_out_is_caught(self, word: str, kind: str) -> None:
        replies = [a_reply(NOON_IN_CHINA - timedelta(milliseconds=1), word)]
        assert broken(a_run(a_text(kind=kind), replies=replies)) == [Promise.OPT_OUT]

    def test_a_text_at_the_very_instant_of_the_opt_out_passes(self) -> None:
        assert broken(a_run(a_text(), replies=[a_reply(NOON_IN_CHINA, "STOP")])) == []

    def test_the_opt_out_of_another_number_does_not_bind(self) -> None:
        replies = [a_reply(NOON_IN_CHINA - timedelta(hours=1), "STOP", sender="+8613800138002")]
        assert broken(a_run(a_text(), replies=replies)) == []

    @pytest.mark.parametrize("body", ["stop by the branch?", "I will end it by Friday", "停车", "no", "ok"])
    def test_a_word_inside_a_sentence_is_not_an_opt_out(self, body: str) -> None:
        replies = [a_reply(NOON_IN_CHINA - timedelta(hours=1), body)]
        assert broken(a_run(a_text(), replies=replies)) == []

    def test_an_opt_in_lifts_the_opt_out(self) -> None:
        stop = a_reply(NOON_IN_CHINA - timedelta(hours=2), "STOP", inbound_id="i1")
        start = a_reply(NOON_IN_CHINA - timedelta(hours=1), "start", inbound_id="i2")
        assert broken(a_run(a_text(), replies=[stop, start])) == []
        again = a_reply(NOON_IN_CHINA - timedelta(minutes=1), "STOP", inbound_id="i3")
        assert broken(a_run(a_text(), replies=[stop, start, again])) == [Promise.OPT_OUT]

    def test_only_one_confirmation_follows_an_opt_out(self) -> None:
        replies = [
            a_reply(NOON_IN_CHINA, "STOP", inbound_id="i1"),
            a_reply(NOON_IN_CHINA + timedelta(seconds=30), "STOP", inbound_id="i2"),
        ]
        first = a_text(NOON_IN_CHINA + timedelta(seconds=2), contact_id="a1", kind="answer")
        second = a_text(NOON_IN_CHINA + timedelta(seconds=32), contact_id="a2", kind="answer")
        assert broken(a_run(first, replies=replies)) == []
        assert broken(a_run(first, second, replies=replies)) == [Promise.OPT_OUT]


def answers_and_replies(number: int, start: datetime) -> tuple[list[Text], list[Reply]]:
    minutes = [start + timedelta(minutes=minute) for minute in range(number)]
    replies = [a_reply(instant, "how much?", inbound_id=f"i{instant:%H%M}") for instant in minutes]
    answers = [
        a_text(instant + timedelta(seconds=3), contact_id=f"a{instant:%H%M}", kind="answer") for instant in minutes
    ]
    return answers, replies


class TestAnswers:
    def test_a_second_answer_to_one_reply_is_caught(self) -> None:
        answers, replies = answers_and_replies(2, NOON_IN_CHINA)
        assert broken(a_run(*answers, replies=replies)) == []
        assert broken(a_run(*answers, replies=replies[:1])) == [Promise.ANSWERS]

    def test_a_redelivered_reply_earns_no_second_answer(self) -> None:
        answers, replies = answers_and_replies(2, NOON_IN_CHINA)
        redelivered = replace(replies[1], inbound_message_id=replies[0].inbound_message_id)
        assert broken(a_run(*answers, replies=[replies[0], redelivered])) == [Promise.ANSWERS]

    def test_an_answer_before_its_reply_is_caught(self) -> None:
        answer = a_text(NOON_IN_CHINA, kind="answer")
        assert broken(a_run(answer, replies=[a_reply(NOON_IN_CHINA, "?")])) == []
        late = [a_reply(NOON_IN_CHINA + timedelta(seconds=1), "?")]
        assert broken(a_run(answer, replies=late)) == [Promise.ANSWERS]

    def test_a_sixth_answer_on_one_day_is_caught(self) -> None:
        answers, replies = answers_and_replies(6, NOON_IN_CHINA)
        assert broken(a_run(*answers[:5], replies=replies)) == []
        assert broken(a_run(*answers, replies=replies)) == [Promise.ANSWERS]

    def test_the_count_of_answers_begins_anew_at_the_local_midnight(self) -> None:
        answers, replies = answers_and_replies(6, at("2026-03-11T15:57Z"))
        assert broken(a_run(*answers, replies=replies)) == []


class TestPayments:
    @pytest.mark.parametrize("kind", ["demand", "pre_due"])
    def test_a_text_after_the_arrears_were_paid_is_caught(self, kind: str) -> None:
        run = a_run(a_text(kind=kind))
        assert broken(paid(run, NOON_IN_CHINA - timedelta(milliseconds=1), "1234.50")) == [Promise.PAID]
        assert broken(paid(run, NOON_IN_CHINA, "1234.50")) == []

    def test_the_last_cent_decides(self) -> None:
        hour_before = NOON_IN_CHINA - timedelta(hours=1)
        almost = paid(a_run(a_text(body="Only 0.01 is left.")), hour_before, "1234.49")
        assert broken(almost) == []
        assert broken(paid(almost, hour_before, "0.01")) == [Promise.PAID]

    def test_a_demand_names_what_a_part_payment_left(self) -> None:
        hour_before = NOON_IN_CHINA - timedelta(hours=1)
        assert broken(paid(a_run(a_text(body="尚欠1034.50元")), hour_before, "200.00")) == []
        assert broken(paid(a_run(a_text(body="尚欠1234.50元")), hour_before, "200.00")) == [Promise.AMOUNT]

    def test_only_a_demand_must_name_the_amount(self) -> None:
        assert broken(a_run(a_text(body="Please pay soon."))) == [Promise.AMOUNT]
        assert broken(a_run(a_text(body="Your payment is due soon.", kind="pre_due"))) == []

    def test_a_payment_reported_twice_counts_once(self) -> None:
        hour_before = NOON_IN_CHINA - timedelta(hours=1)
        run = paid(a_run(a_text(body="Still owed: 617.25")), hour_before, "617.25")
        twice = replace(run, payment_facts=run.payment_facts * 2)
        assert broken(twice) == []

    def test_a_payment_in_another_currency_pays_nothing(self) -> None:
        hour_before = NOON_IN_CHINA - timedelta(hours=1)
        assert broken(paid(a_run(a_text()), hour_before, "1234.50", currency="USD")) == []

    def test_a_number_with_two_loans_is_asked_only_for_the_unpaid_one(self) -> None:
        loans = [a_loan("L1"), a_loan("L2", amount_due="50.00")]
        hour_before = NOON_IN_CHINA - timedelta(hours=1)
        wrong_loan = paid(a_run(a_text(), loans=loans), hour_before, "1234.50")
        assert broken(wrong_loan) == [Promise.AMOUNT]
        right_loan = paid(a_run(a_text(body="Please pay 50.00"), loans=loans), hour_before, "1234.50")
        assert broken(right_loan) == []
        assert broken(paid(right_loan, hour_before, "50.00", loan_id="L2")) == [Promise.PAID]

    @pytest.mark.parametrize(("loan_id", "amount"), [("L2", "10.00"), ("L1", "10.01")])
    def test_a_payment_that_is_not_so_on_file_is_caught(self, loan_id: str, amount: str) -> None:
        run = paid(a_run(), NOON_IN_CHINA, "10.00")
        told = replace(run.payment_facts[0], loan_id=loan_id, amount=Decimal(amount))
        assert broken(run) == []
        assert broken(replace(run, payment_facts=[told])) == [Promise.RECORDS]
        assert broken(replace(run, payments=[])) == [Promise.RECORDS]

    @pytest.mark.parametrize(
        ("body", "amount", "currency"),
        [
            ("You owe $1,234.50.", "1234.50", "USD"),
            ("逾期1234.50元", "1234.50", "CNY"),
            ("Rs.12,34,567.80 due", "1234567.80", "INR"),
            ("Rs 1,234,567.80 due", "1234567.80", "INR"),
            ("1.234,50 EUR", "1234.50", "EUR"),
            ("£500, please", "500.00", "GBP"),
            ("£0.05", "0.05", "GBP"),
            ("¥1,200", "1200", "JPY"),
        ],
    )
    def test_usual_spellings_of_an_amount_are_read(self, body: str, amount: str, currency: str) -> None:
        assert names_amount(body, Decimal(amount), currency)

    @pytest.mark.parametrize(
        ("body", "amount", "currency"),
        [
            ("You owe 11,234.50", "1234.50", "USD"),
            ("You owe 21234.50", "1234.50", "USD"),
            ("You owe 1234.505", "1234.50", "USD"),
            ("You owe 1,234", "1234.50", "USD"),
            ("£1,500", "500.00", "GBP"),
            ("£500.01", "500.00", "GBP"),
            ("Reply 5", "5.00", "GBP"),
        ],
    )
    def test_a_part_of_another_number_is_not_the_amount(self, body: str, amount: str, currency: str) -> None:
        assert not names_amount(body, Decimal(amount), currency)


class TestBodies:
    @pytest.mark.parametrize("flaw", [" {{ name }}", " {% if %}", " None", "  "])
    def test_an_unfinished_body_is_caught(self, flaw: str) -> None:
        assert broken(a_run(a_text(body=f"Please pay 1,234.50{flaw}"))) == [Promise.BODY]

    def test_a_name_that_begins_like_a_missing_value_passes(self) -> None:
        assert broken(a_run(a_text(body="Dear Nonette {Ms} Nonesuch, please pay 1,234.50"))) == []

    def test_a_demand_of_three_parts_is_caught(self) -> None:
        assert broken(a_run(a_text(parts=2))) == []
        assert broken(a_run(a_text(parts=3))) == [Promise.BODY]


TEXTED, HELD = Outcome("texted", ""), Outcome("held", "not_due")


def summarised(run: Run, outcomes: dict[str, Outcome], funnel: Funnel | None = None) -> Run:
    held: dict[str, int] = {}
    for outcome in outcomes.values():
        if outcome.outcome == "held":
            held[outcome.reason] = held.get(outcome.reason, 0) + 1
    own = Funnel(len(outcomes), len(outcomes) - sum(held.values()), held)
    return replace(run, summary=Summary(outcomes, funnel or own))


class TestSummary:
    def two_loans(self, *texts: Text) -> Run:
        loans = [a_loan("L1"), a_loan("L2", "+8613800138002", borrower_id="B2")]
        return a_run(*texts, loans=loans)

    def test_a_run_that_accounts_for_every_loan_passes(self) -> None:
        assert broken(summarised(self.two_loans(a_text()), {"L1": TEXTED, "L2": HELD})) == []

    def test_a_loan_without_an_outcome_is_caught(self) -> None:
        run = summarised(self.two_loans(a_text()), {"L1": TEXTED}, Funnel(2, 1, {"not_due": 1}))
        assert Promise.ACCOUNTED in broken(run)

    def test_a_row_too_broken_to_judge_must_be_accounted_for_too(self) -> None:
        run = replace(a_run(), loan_file=LoanFile([a_loan()], ["L9"]))
        assert broken(summarised(run, {"L1": HELD, "L9": Outcome("held", "rejected_at_import")})) == []
        assert Promise.ACCOUNTED in broken(summarised(run, {"L1": HELD}))

    def test_a_loan_that_is_not_in_the_file_is_caught(self) -> None:
        run = summarised(a_run(), {"L1": HELD, "L7": HELD})
        assert Promise.ACCOUNTED in broken(run)

    def test_a_hold_without_a_reason_is_caught(self) -> None:
        assert broken(summarised(a_run(), {"L1": Outcome("held", " ")})) == [Promise.ACCOUNTED]

    def test_an_outcome_of_another_kind_is_caught(self) -> None:
        assert Promise.ACCOUNTED in broken(summarised(a_run(), {"L1": Outcome("lost", "x")}))

    def test_a_texted_loan_without_a_text_is_caught(self) -> None:
        assert broken(summarised(a_run(), {"L1": TEXTED})) == [Promise.ACCOUNTED]

    @pytest.mark.parametrize("reason", ["in_doubt", "throttled", "rejected"])
    def test_a_text_that_may_not_have_gone_out_needs_no_line(self, reason: str) -> None:
        tried = {"L1": Outcome("texted", reason)}
        assert broken(summarised(a_run(), tried)) == []
        assert broken(summarised(a_run(a_text()), tried)) == []

    def test_an_answer_does_not_make_a_loan_texted(self) -> None:
        answers, replies = answers_and_replies(1, NOON_IN_CHINA)
        assert broken(summarised(a_run(*answers, replies=replies), {"L1": TEXTED})) == [Promise.ACCOUNTED]

    def test_a_loan_that_is_called_held_but_was_texted_is_caught(self) -> None:
        assert broken(summarised(a_run(a_text()), {"L1": HELD})) == [Promise.ACCOUNTED]

    def test_two_loans_on_one_number_need_a_text_each(self) -> None:
        loans = [a_loan("L1"), a_loan("L2", amount_due="50.00")]
        one = a_run(a_text(), loans=loans)
        next_day = a_text(NOON_IN_CHINA + timedelta(days=1), contact_id="c2", body="Pay 50.00")
        two = a_run(a_text(), next_day, loans=loans)
        assert broken(summarised(one, {"L1": TEXTED, "L2": HELD})) == []
        assert broken(summarised(one, {"L1": TEXTED, "L2": TEXTED})) == [Promise.ACCOUNTED]
        assert broken(summarised(two, {"L1": TEXTED, "L2": TEXTED})) == []

    @pytest.mark.parametrize(
        ("funnel", "told"),
        [
            pytest.param(
                Funnel(3, 1, {"not_due": 1}),
                [
                    "it begins with 3 loans, the file has 2",
                    "1 texted and 1 held do not make 3 loans",
                ],
                id="more loans than the file",
            ),
            pytest.param(
                Funnel(2, 1, {}),
                [
                    "1 texted and 0 held do not make 2 loans",
                    "it has 0 held for 'not_due', the outcomes have 1",
                ],
                id="a loan is missing",
            ),
            pytest.param(
                Funnel(2, 2, {}),
                [
                    "it has 2 texted, the outcomes have 1",
                    "it has 0 held for 'not_due', the outcomes have 1",
                ],
                id="held counted as texted",
            ),
            pytest.param(
                Funnel(2, 1, {"opted_out": 1}),
                [
                    "it has 0 held for 'not_due', the outcomes have 1",
                    "it has 1 held for 'opted_out', the outcomes have 0",
                ],
                id="another reason than the outcomes give",
            ),
        ],
    )
    def test_a_funnel_that_does_not_add_up_is_caught(self, funnel: Funnel, told: list[str]) -> None:
        violations = check(summarised(self.two_loans(a_text()), {"L1": TEXTED, "L2": HELD}, funnel))
        assert {violation.promise for violation in violations} == {Promise.FUNNEL}
        assert [violation.what for violation in violations] == told


def test_a_violation_shows_neither_the_number_nor_the_text() -> None:
    run = a_run(a_text("2026-03-11T17:00Z", body="Please pay  9.99, Mr None"))
    for violation in check(run):
        assert CHINA not in violation.line()
        assert "Please" not in violation.line()
        assert "c1" in violation.line()
        assert "+86***01" in violation.line()


LOAN_COLUMNS = "loan_id,borrower_id,full_name,phone,country,time_zone,currency,amount_due"
LOAN_ROW = f"L1,B1,付桂英,{CHINA},CN,Asia/Shanghai,CNY,1234.50"


@pytest.fixture
def run_files(tmp_path: Path) -> dict[str, Path]:
    """The files of a small good run, by the name of their option."""
    contents = {
        "carrier-log": json.dumps(
            {
                "at": "2026-03-11T04:00:00Z",
                "to": CHINA,
                "from": "+8610000",
                "body": "【示例】逾期1234.50元",
                "parts": 1,
                "context": {"contact_id": "c1", "kind": "demand"},
                "message_id": "m1",
            }
        ),
        "loans": f"\ufeff{LOAN_COLUMNS}\n{LOAN_ROW}\n",
        "payments": "loan_id,paid_on,amount,currency,reference\nL1,2026-03-12,1234.50,CNY,P1\n",
        "facts": '{"at":"2026-03-11T03:00:00Z","kind":"import","rows":1}\n'
        '{"at":"2026-03-12T09:00:00Z","kind":"payment","loan_id":"L1","amount":"1234.50","reference":"P1"}\n',
        "inbound": '{"at":"2026-03-11T05:00:00+00:00","from":"+8613800138001","body":"STOP",'
        '"inbound_message_id":"i1"}\n',
        "summary": json.dumps(
            {
                "loans": {"L1": {"outcome": "texted", "reason": None}},
                "funnel": {"loans": 1, "texted": 1, "held": {}, "replies": 1},
            }
        ),
    }
    files = {}
    for option, content in contents.items():
        files[option] = tmp_path / option
        files[option].write_text(content, encoding="utf-8")
    return files


def arguments(files: dict[str, Path]) -> list[str]:
    return [part for option, path in files.items() for part in (f"--{option}", str(path))]


class TestCommand:
    def test_a_good_run_exits_with_0(self, run_files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
        assert checker.main(arguments(run_files)) == 0
        expected = "checker: no broken promises in 1 loans, 1 texts, 1 replies, 1 payments, with a summary\n"
        assert capsys.readouterr().out == expected

    def test_a_bad_run_exits_with_1_and_tells_why(
        self, run_files: dict[str, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        log = run_files["carrier-log"]
        line = log.read_text(encoding="utf-8")
        log.write_text(f"{line}\n{line.replace('T04', 'T06')}\n", encoding="utf-8")
        assert checker.main(arguments(run_files)) == 1
        printed = capsys.readouterr().out
        assert "no contact is texted twice" in printed
        assert "no text after an opt-out but one confirmation" in printed
        assert CHINA not in printed

    @pytest.mark.parametrize(
        ("option", "content", "told"),
        [
            ("carrier-log", "not json", "carrier-log line 1"),
            ("carrier-log", '{"at":"2026-03-11T04:00:00Z"}', "no 'to'"),
            (
                "inbound",
                '{"at":"2026-03-11T04:00:00","from":"+1","body":"","inbound_message_id":"i"}',
                "line 1",
            ),
            ("payments", "loan_id,amount\nL1,5\n", "no 'currency'"),
            ("loans", "id\nL1\n", "no 'loan_id'"),
            ("summary", "{}", "no 'loans'"),
        ],
    )
    def test_a_file_that_cannot_be_read_fails_the_run(
        self,
        run_files: dict[str, Path],
        capsys: pytest.CaptureFixture[str],
        option: str,
        content: str,
        told: str,
    ) -> None:
        run_files[option].write_text(content, encoding="utf-8")
        assert checker.main(arguments(run_files)) == 1
        assert told in capsys.readouterr().err

    def test_a_broken_loan_row_does_not_stop_the_judgement(self, run_files: dict[str, Path]) -> None:
        run_files["loans"].write_text(
            f"{LOAN_COLUMNS}\n{LOAN_ROW}\nL2,B2,x,{INDIA},IN,Asia/Nowhere,INR,5\nL1,B1,x,{INDIA},IN,UTC,INR,7\n",
            encoding="utf-8",
        )
        del run_files["summary"]
        assert checker.main(arguments(run_files)) == 0

    def test_texts_are_judged_in_the_order_of_their_instants(self, run_files: dict[str, Path]) -> None:
        earlier, later = '"at":"2026-03-11T02:00:00Z"', '"at":"2026-03-11T03:00:00Z"'
        replies = [
            f'{{{instant},"from":"{CHINA}","body":"?","inbound_message_id":"{name}"}}'
            for name, instant in (("later", later), ("earlier", earlier))
        ]
        answers = [
            f'{{{instant},"to":"{CHINA}","body":"ok","parts":1,"context":{{"contact_id":"{name}","kind":"answer"}}}}'
            for name, instant in (("later", later), ("earlier", earlier))
        ]
        del run_files["summary"]
        run_files["inbound"].write_text("\n".join(replies), encoding="utf-8")
        run_files["carrier-log"].write_text("\n".join(answers), encoding="utf-8")
        assert checker.main(arguments(run_files)) == 0

    def test_it_runs_as_a_module_of_its_own(self, run_files: dict[str, Path]) -> None:
        command = [sys.executable, "-m", "tests.checker.checker", *arguments(run_files)]
        root = Path(__file__).parents[2]
        finished = subprocess.run(command, cwd=root, capture_output=True, check=False)  # noqa: S603 - our own module
        assert finished.returncode == 0


def test_the_checker_imports_nothing_but_itself_and_the_standard_library() -> None:
    modules = set(Path(__file__).parent.glob("*.py")) - {Path(__file__)}
    assert len(modules) > 1
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            for name in names:
                assert name.startswith("tests.checker") or name.split(".")[0] in sys.stdlib_module_names, name


def test_the_table_names_a_source_for_each_country() -> None:
    with Path(__file__).with_name("contact_hours.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["country"] for row in rows] == ["CN", "US", "GB", "IN", "DE"]
    assert all(row["source_of_hours"] for row in rows)
