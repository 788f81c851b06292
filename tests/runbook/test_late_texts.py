"""docs/runbook/late-texts.md: what the dashboard counts when texts wait, and that nobody is texted late."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from duebridge.adapters.pace import DynamoPace
from duebridge.core.pace import LOOK_AHEAD_SECONDS, Limit
from tests.aws import CONVERSATION_TABLE
from tests.builders import a_loan, an_answer
from tests.functions.conftest import Deployment
from tests.functions.test_alarms import Emf, stats, written  # noqa: F401 - a fixture
from tests.functions.test_redrive import later
from tests.functions.test_send_contact import SECOND, a_planned_text, played_seconds, send  # noqa: F401 - a fixture
from tests.phones import OUR_NUMBER
from tests.stores import aws_client


def sum_of(emf: list[Emf], name: str) -> float | None:
    """Of a metric of the sender, as its widget adds it up."""
    dimensions = [{"Name": name, "Value": "send_contact"} for name in ("station", "service")]
    return stats(emf, {"Namespace": "DueBridge", "MetricName": name, "Dimensions": dimensions})


def test_a_service_without_room_is_counted_as_put_back_alone(
    deploy: Callable[..., Deployment],
    written: Callable[..., list[Emf]],  # noqa: F811 - the fixture imported above
) -> None:
    text = a_planned_text(deploy("throttle=1"))
    emf = written("send_contact", lambda: send(text))
    assert (sum_of(emf, "put_back"), sum_of(emf, "out_of_pace")) == (1, None)


@pytest.mark.usefixtures("played_seconds")
def test_more_than_the_numbers_carry_is_counted_as_out_of_pace(
    deployment: Deployment,
    written: Callable[..., list[Emf]],  # noqa: F811 - the fixture imported above
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARTS_PER_SECOND", "1")
    text = a_planned_text(deployment)
    others = DynamoPace(aws_client("dynamodb"), CONVERSATION_TABLE, OUR_NUMBER, Limit(1))
    for ahead in range(LOOK_AHEAD_SECONDS + 1):
        others.take({SECOND + ahead: 1}, is_answer=True)
    emf = written("send_contact", lambda: send(text))
    assert (sum_of(emf, "put_back"), sum_of(emf, "out_of_pace")) == (None, 1)
    assert deployment.phones.carrier_log == ()


def test_a_demand_that_waited_past_its_contact_hours_is_not_sent_and_its_loan_is_planned_again(
    deployment: Deployment,
) -> None:
    text = a_planned_text(deployment)
    later(timedelta(hours=14))
    send(text)
    assert deployment.phones.carrier_log == ()
    loan = deployment.loans.get("L1")
    assert loan is not None
    assert loan.next_contact_at is not None


def test_an_answer_that_waited_ten_minutes_waits_for_contact_hours(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    later(timedelta(hours=14))
    send(an_answer())
    assert deployment.phones.carrier_log == ()


def test_a_trigger_that_was_switched_off_is_found_and_switched_on_again(deployment: Deployment) -> None:
    """The page's last step, over a function and a queue with the pipeline's names."""
    client = aws_client("lambda")
    name = "duebridge-prod-send_contact"
    role = aws_client("iam").create_role(RoleName="sender", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    archive = BytesIO()
    with ZipFile(archive, "w") as code:
        code.writestr("handler.py", "")
    code_of = {"ZipFile": archive.getvalue()}
    client.create_function(FunctionName=name, Runtime="python3.13", Role=role, Handler="handler.x", Code=code_of)
    queue = deployment.queue_urls["bulk"]
    arn = deployment.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client.create_event_source_mapping(FunctionName=name, EventSourceArn=arn, Enabled=False)
    (trigger,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    assert trigger["State"] == "Disabled"
    assert client.update_event_source_mapping(UUID=trigger["UUID"], Enabled=True)["State"] == "Enabled"
