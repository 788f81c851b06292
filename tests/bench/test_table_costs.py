"""A demand costs no more reads and write units than it was made for: counts, not times."""

import pytest

from duebridge.core.segments import count
from tests.bench.metered_tables import WRITE_UNIT_BYTES
from tests.bench.table_costs import BUDGET_READS, BUDGET_WRITE_UNITS, Bill, bill_of, demands


@pytest.fixture(scope="module", params=["English", "Chinese"])
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def bill(language: str) -> Bill:
    return bill_of(demands()[language][0])


@pytest.fixture(scope="module")
def longest_bill(language: str) -> Bill:
    return bill_of(*demands()[language])


def test_a_demand_is_read_for_and_written_within_its_budget(bill: Bill) -> None:
    assert bill.gate_rows <= BUDGET_READS
    assert bill.write_units <= BUDGET_WRITE_UNITS


def test_the_longest_text_in_two_parts_costs_no_unit_more(bill: Bill, longest_bill: Bill, language: str) -> None:
    assert count(demands()[language][1]).segments == 2
    assert longest_bill.largest_row_bytes <= WRITE_UNIT_BYTES
    assert longest_bill.write_units == bill.write_units


def test_every_step_of_the_way_is_on_the_bill(bill: Bill) -> None:
    told = {when: [(write.table, write.operation) for write in writes] for when, writes in bill.writes.items()}
    assert told["planned"] == [("loans", "Put")]
    assert ("loans", "ConditionCheck") in told["claimed and accepted"]
    assert told["received"] == [("conversations", "Update")]
