"""The SMS fake keeps the opt-out list as the service does."""

from datetime import timedelta
from typing import Any

import pytest

from infra.local.sms_fake.service import SmsFake
from tests.local.sms_fake.account import (
    AWS_NOW,
    BORROWER,
    Clock,
    a_text,
    refused,
)


def test_an_opted_out_number_gets_no_text_until_it_is_taken_off_the_list(fake: SmsFake, client: Any) -> None:
    put = client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber=BORROWER)
    assert put["OptOutListName"] == "borrowers"
    assert put["OptedOutNumber"] == BORROWER
    assert put["OptedOutTimestamp"] == AWS_NOW
    assert put["EndUserOptedOut"] is False
    error = refused(client)
    assert error.response["Error"]["Code"] == "ConflictException"
    assert error.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    assert BORROWER not in str(error)
    assert fake.carrier_log == ()

    client.delete_opted_out_number(OptOutListName="borrowers", OptedOutNumber=BORROWER)
    client.send_text_message(**a_text())
    assert len(fake.carrier_log) == 1


def test_putting_a_number_twice_keeps_one_entry(fake: SmsFake, client: Any) -> None:
    for number in (BORROWER, BORROWER.removeprefix("+")):
        client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber=number)
    assert fake.opt_outs.numbers() == {BORROWER}


def test_a_number_leaves_the_list_only_once_in_thirty_days(client: Any, clock: Clock) -> None:
    name_and_number = {"OptOutListName": "borrowers", "OptedOutNumber": BORROWER}
    client.put_opted_out_number(**name_and_number)
    client.delete_opted_out_number(**name_and_number)
    client.put_opted_out_number(**name_and_number)
    clock.now += timedelta(days=29)
    with pytest.raises(client.exceptions.ConflictException):
        client.delete_opted_out_number(**name_and_number)
    clock.now += timedelta(days=1)
    client.delete_opted_out_number(**name_and_number)


def test_a_number_that_is_not_listed_cannot_be_deleted(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.delete_opted_out_number(OptOutListName="borrowers", OptedOutNumber=BORROWER)
    assert caught.value.response["ResourceType"] == "opted-out-number"


def test_another_opt_out_list_is_not_found_and_the_arn_of_ours_is(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.put_opted_out_number(OptOutListName="others", OptedOutNumber=BORROWER)
    assert caught.value.response["ResourceType"] == "opt-out-list"
    arn = client.describe_opted_out_numbers(OptOutListName="borrowers")["OptOutListArn"]
    client.put_opted_out_number(OptOutListName=arn, OptedOutNumber=BORROWER)


def listed(client: Any, count: int) -> list[str]:
    numbers = [f"+1312555{suffix:04}" for suffix in range(count)]
    for number in numbers:
        client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber=number)
    return numbers


def test_the_opt_out_list_is_read_page_by_page(client: Any) -> None:
    numbers = listed(client, 25)
    pages = client.get_paginator("describe_opted_out_numbers").paginate(
        OptOutListName="borrowers", PaginationConfig={"PageSize": 10}
    )
    read = [[entry["OptedOutNumber"] for entry in page["OptedOutNumbers"]] for page in pages]
    assert [len(page) for page in read] == [10, 10, 5]
    assert [number for page in read for number in page] == numbers


def test_up_to_five_numbers_can_be_looked_up_and_a_sixth_is_refused(client: Any) -> None:
    numbers = listed(client, 6)
    found = client.describe_opted_out_numbers(OptOutListName="borrowers", OptedOutNumbers=numbers[:5])
    assert [entry["OptedOutNumber"] for entry in found["OptedOutNumbers"]] == numbers[:5]
    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.describe_opted_out_numbers(OptOutListName="borrowers", OptedOutNumbers=numbers)
    assert caught.value.response["Fields"][0]["Name"] == "OptedOutNumbers"


def test_looking_up_a_number_that_is_not_listed_is_an_error(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_opted_out_numbers(OptOutListName="borrowers", OptedOutNumbers=[BORROWER])


@pytest.mark.parametrize(("value", "count"), [("true", 0), ("false", 2)])
def test_the_list_is_filtered_by_who_opted_out(client: Any, value: str, count: int) -> None:
    listed(client, 2)
    wanted = [{"Name": "end-user-opted-out", "Values": [value]}]
    found = client.describe_opted_out_numbers(OptOutListName="borrowers", Filters=wanted)
    assert len(found["OptedOutNumbers"]) == count


def test_a_filter_value_that_means_nothing_is_refused(client: Any) -> None:
    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.describe_opted_out_numbers(
            OptOutListName="borrowers", Filters=[{"Name": "end-user-opted-out", "Values": ["perhaps"]}]
        )
    assert caught.value.response["Reason"] == "INVALID_FILTER_VALUES"


@pytest.mark.parametrize("token", ["forged", "LTU=", "OTk5", "!!"])
def test_a_token_that_the_service_did_not_give_is_refused(client: Any, token: str) -> None:
    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.describe_opted_out_numbers(OptOutListName="borrowers", NextToken=token)
    assert caught.value.response["Reason"] == "INVALID_NEXT_TOKEN"


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred_numbers(client: Any, limit: int) -> None:
    with pytest.raises(client.exceptions.ValidationException):
        client.describe_opted_out_numbers(OptOutListName="borrowers", MaxResults=limit)
