"""Nobody may do more than their job: neither a station, nor a service that talks to it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Statements = Mapping[str, Sequence[dict[str, Any]]]

POLICIES = {
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
}

FILES_OF_A_STATION = {
    "import_loans": {"/loans/*", "/rejects/*"},
    "record_payment": {"/payments/*", "/rejects/*"},
    "report_outcomes": {"/daily/*", "/latest/*"},
    "ticket_desk": {"/latest/*"},
}
"""The only wildcards in a role: the lender names its files, and days name the reports."""


def test_no_role_or_policy_allows_a_wildcard_of_actions(resources: dict[str, Any]) -> None:
    for owner, statement in _allowed(resources):
        if not _is_account_administration(statement):
            assert not [action for action in _listed(statement["Action"]) if "*" in action], owner


def test_a_role_names_its_resources_one_by_one_but_for_files_and_reports(statements: Statements) -> None:
    for station, allowed in statements.items():
        wildcards = {
            text
            for statement in allowed
            for text in _texts(statement["Resource"])
            if "*" in text and statement["Effect"] == "Allow"
        }
        assert wildcards == FILES_OF_A_STATION.get(station, set()), station


def test_a_role_serves_one_function_and_carries_no_managed_policy(resources: dict[str, Any]) -> None:
    roles = [name for name, each in resources.items() if each["Type"] == "AWS::IAM::Role"]
    used = [
        each["Properties"]["Role"]["Fn::GetAtt"][0]
        for each in resources.values()
        if each["Type"] == "AWS::Lambda::Function"
    ]
    assert sorted(used) == sorted(roles)
    assert not [name for name in roles if "ManagedPolicyArns" in resources[name]["Properties"]]
    assert not [
        name for name, each in resources.items() if each["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
    ]


def test_only_the_sender_may_send_texts(statements: Statements) -> None:
    assert _stations_allowed(statements, "sms-voice:SendTextMessage") == {"send_contact"}


def test_only_the_follower_of_tickets_may_publish_and_only_to_the_topic_of_urgent_ones(statements: Statements) -> None:
    """`sns:Publish` on anything wider would let it text phones."""
    assert _stations_allowed(statements, "sns:Publish") == {"follow_ticket"}
    topics = [each["Resource"] for each in statements["follow_ticket"] if "sns:Publish" in _listed(each["Action"])]
    assert len(topics) == 1
    assert "UrgentTickets" in topics[0]["Fn::ImportValue"]


def test_the_follower_of_tickets_reads_their_stream_alone_and_the_counter_of_outcomes_all_three(
    statements: Statements,
) -> None:
    reading = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
    for action in reading:
        assert _stations_allowed(statements, action) == {"follow_ticket", "report_outcomes"}
    counted = [each for each in statements["report_outcomes"] if "dynamodb:GetRecords" in _listed(each["Action"])]
    assert sum(len(_listed(each["Resource"])) for each in counted) == 3
    streams = [each for each in statements["follow_ticket"] if "dynamodb:GetRecords" in _listed(each["Action"])]
    assert [set(each["Action"]) for each in streams] == [set(reading)]
    assert "TicketsTable" in streams[0]["Resource"]["Fn::ImportValue"]
    assert "StreamArn" in streams[0]["Resource"]["Fn::ImportValue"]


def test_what_cannot_be_followed_may_be_set_aside(prod: dict[str, Any], statements: Statements) -> None:
    """Lambda puts it there with the rights of the function's own role."""
    mapped = [each["Properties"] for each in prod.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]
    of_streams = [each for each in mapped if "DestinationConfig" in each]
    assert len(of_streams) == 4
    for mapping in of_streams:
        station = prod[mapping["FunctionName"]["Ref"]]["Properties"]["FunctionName"].rpartition("-")[2]
        aside = mapping["DestinationConfig"]["OnFailure"]["Destination"]
        queues = [_listed(each["Resource"]) for each in statements[station] if each["Action"] == "sqs:SendMessage"]
        assert aside in [queue for listed in queues for queue in listed], station


def test_only_the_sender_may_take_a_number_off_the_opt_out_list(statements: Statements) -> None:
    assert _stations_allowed(statements, "sms-voice:DeleteOptedOutNumber") == {"send_contact"}


def test_the_stations_that_answer_may_queue_answers(statements: Statements) -> None:
    allowed = {
        station
        for station, listed in statements.items()
        for statement in listed
        if "sqs:SendMessage" in _listed(statement["Action"]) and "AnswersQueue" in json.dumps(statement["Resource"])
    }
    assert allowed == {"receive_reply", "follow_ticket", "send_contact", "sweep"}


def test_only_the_sender_and_the_sweep_may_put_a_number_on_the_opt_out_list(statements: Statements) -> None:
    assert _stations_allowed(statements, "sms-voice:PutOptedOutNumber") == {"send_contact", "sweep"}


def test_only_the_sweep_reads_the_providers_opt_out_list(statements: Statements) -> None:
    assert _stations_allowed(statements, "sms-voice:DescribeOptedOutNumbers") == {"sweep"}


def test_the_rest_of_a_payments_file_goes_back_to_the_payments_queue_and_to_no_other(statements: Statements) -> None:
    sending = [each for each in statements["record_payment"] if "sqs:SendMessage" in _listed(each["Action"])]
    assert ["PaymentsQueue" in json.dumps(each["Resource"]) for each in sending] == [True]


def test_no_station_may_scan_a_table_or_delete_a_row(statements: Statements) -> None:
    for action in ("dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"):
        assert _stations_allowed(statements, action) == set()


def test_only_the_planner_and_the_sender_may_queue_a_demand(statements: Statements) -> None:
    allowed = {
        station
        for station, listed in statements.items()
        for statement in listed
        if "sqs:SendMessage" in _listed(statement["Action"]) and "BulkQueue" in json.dumps(statement["Resource"])
    }
    assert allowed == {"plan_contacts", "send_contact"}


def test_every_station_may_use_the_key_through_each_service_it_calls(statements: Statements) -> None:
    """No emulator notices a missing right on the key; AWS refuses every read."""
    for station, listed in statements.items():
        called = {action.split(":")[0] for each in listed for action in _listed(each["Action"])}
        on_key = [each for each in listed if "kms:Decrypt" in _listed(each["Action"])]
        assert len(on_key) == 1, station
        assert {"kms:Decrypt", "kms:GenerateDataKey"} <= set(on_key[0]["Action"])
        hosts = _texts(on_key[0]["Condition"]["StringEquals"]["kms:ViaService"])
        through = {host.split(".")[0] for host in hosts if host.endswith(".") and len(host) > 1}
        assert through == called & {"dynamodb", "sqs", "sns", "s3"}, station


def test_only_the_sms_service_of_this_account_may_publish_to_the_carriers_topics(prod: dict[str, Any]) -> None:
    for name in _topics_of_the_carrier(prod):
        allowed = [each for each in _topic_statements(prod, name) if each["Effect"] == "Allow"]
        assert [each["Principal"] for each in allowed] == [{"Service": "sms-voice.amazonaws.com"}]
        assert allowed[0]["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_services_that_put_messages_on_queues_are_bound_to_one_source(resources: dict[str, Any]) -> None:
    admitted = [
        statement
        for each in resources.values()
        if each["Type"] == "AWS::SQS::QueuePolicy"
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert admitted
    for statement in admitted:
        assert statement["Action"] == "sqs:SendMessage"
        assert "aws:SourceArn" in statement["Condition"]["ArnEquals"]


def test_every_rule_and_subscription_may_reach_its_queue(resources: dict[str, Any]) -> None:
    """EventBridge asks the queue's policy on AWS, though not on the emulator."""
    for source, queue in _sources_of_queues(resources):
        statements = [
            statement
            for each in resources.values()
            if each["Type"] == "AWS::SQS::QueuePolicy" and {"Ref": queue} in each["Properties"]["Queues"]
            for statement in each["Properties"]["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
        ]
        sources = [_listed(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in statements]
        assert source in [one for listed in sources for one in listed], (queue, source)


def test_services_that_pass_messages_on_may_use_the_key(prod: dict[str, Any]) -> None:
    key = next(each for each in prod.values() if each["Type"] == "AWS::KMS::Key")
    admitted = {
        service
        for statement in key["Properties"]["KeyPolicy"]["Statement"]
        if "kms:GenerateDataKey" in _listed(statement["Action"]) and "Service" in statement["Principal"]
        for service in _listed(statement["Principal"]["Service"])
    }
    assert admitted == {f"{name}.amazonaws.com" for name in ("cloudwatch", "events", "sms-voice", "sns")}


def _allowed(resources: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, each in resources.items():
        documents = [policy["PolicyDocument"] for policy in each.get("Properties", {}).get("Policies", [])]
        if each["Type"] in POLICIES:
            documents.append(each["Properties"][POLICIES[each["Type"]]])
        for document in documents:
            yield from ((name, statement) for statement in document["Statement"] if statement["Effect"] == "Allow")


def _is_account_administration(statement: dict[str, Any]) -> bool:
    """The key's first statement, without which no IAM policy could name the key and nobody could mend it."""
    return statement["Action"] == "kms:*" and ":root" in json.dumps(statement["Principal"])


def _stations_allowed(statements: Statements, action: str) -> set[str]:
    return {
        station for station, listed in statements.items() if any(action in _listed(each["Action"]) for each in listed)
    }


def _topics_of_the_carrier(prod: dict[str, Any]) -> list[str]:
    topics = [name for name, each in prod.items() if each["Type"] == "AWS::SNS::Topic"]
    names = [name for name in topics if not name.startswith(("Alarms", "UrgentTickets"))]
    assert len(names) == 2
    return names


def _topic_statements(prod: dict[str, Any], topic: str) -> list[dict[str, Any]]:
    return [
        statement
        for each in prod.values()
        if each["Type"] == "AWS::SNS::TopicPolicy" and {"Ref": topic} in each["Properties"]["Topics"]
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
    ]


def _sources_of_queues(resources: dict[str, Any]) -> list[tuple[Any, str]]:
    """Who writes to which queue, dead letters included."""
    found: list[tuple[Any, str]] = []
    for name, each in resources.items():
        properties = each.get("Properties", {})
        if each["Type"] == "AWS::SNS::Subscription":
            queues = [properties["Endpoint"], properties["RedrivePolicy"]["deadLetterTargetArn"]]
            found += [(properties["TopicArn"], queue["Fn::GetAtt"][0]) for queue in queues]
        if each["Type"] == "AWS::Events::Rule":
            for target in properties["Targets"]:
                queues = [target["Arn"], target["DeadLetterConfig"]["Arn"]]
                found += [
                    ({"Fn::GetAtt": [name, "Arn"]}, queue["Fn::GetAtt"][0])
                    for queue in queues
                    if resources[queue["Fn::GetAtt"][0]]["Type"] == "AWS::SQS::Queue"
                ]
    assert len(found) == 2 * 2 + 3 * 2 + 3
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    """Every literal text inside a value that CloudFormation will put together."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []
