"""Questions to the logs that are ready to run. Logs hold ids and outcomes, never a number, a name or a word said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import CfnCondition, CfnResource, aws_logs
from constructs import Construct

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Question:
    """One saved query; what must be filled in stands in capitals."""

    name: str
    fields: tuple[str, ...]
    filters: tuple[str, ...]
    sort: str


QUESTIONS = (
    Question(
        "errors",
        ("@timestamp", "service", "message", "exception_name", "message_id", "error"),
        ("level in ['ERROR', 'WARNING']",),
        "@timestamp desc",
    ),
    Question(
        "why-was-this-loan-not-texted",
        ("@timestamp", "service", "message", "outcome", "template", "contact_id"),
        ("@message like '\"PASTE-THE-LOAN-ID-HERE\"'", "message in ['held', 'text']"),
        "@timestamp desc",
    ),
    Question(
        "everything-about-a-contact",
        ("@timestamp", "service", "message", "outcome", "event_type", "intents", "ticket_id", "loan_id"),
        ("contact_id = 'PASTE-THE-ID-HERE'",),
        "@timestamp asc",
    ),
    Question(
        "what-the-desk-was-asked",
        ("@timestamp", "service", "message", "counts"),
        ("service in ['ticket_desk', 'follow_ticket']", "@message like /asked_|requests|refused/"),
        "@timestamp desc",
    ),
)


def save(scope: Construct, folder: str, log_groups: Sequence[aws_logs.ILogGroup], condition: CfnCondition) -> None:
    """All of them, over the stations' logs."""
    for question in QUESTIONS:
        query = aws_logs.QueryDefinition(
            scope,
            f"{question.name}-query",
            query_definition_name=f"{folder}/{question.name}",
            query_string=aws_logs.QueryString(
                fields=list(question.fields),
                filter_statements=list(question.filters),
                sort=question.sort,
                limit=MOST_LINES,
            ),
            log_groups=list(log_groups),
        )
        cast(CfnResource, query.node.default_child).cfn_options.condition = condition
