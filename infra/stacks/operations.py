"""What the operator sees: the desk on one dashboard, alarms, questions to the logs, and the record of who did what."""

import json
from datetime import date
from functools import cache

from aws_cdk import CfnCondition, CfnOutput, CfnParameter, Fn, Stack, aws_iam, aws_sns, aws_sns_subscriptions
from constructs import Construct

from infra.constructs import questions, watch
from infra.constructs.board import Board
from infra.constructs.trail import TicketTrail
from infra.content import compile_content
from infra.stacks.data import DataStack
from infra.stacks.pipeline import PipelineStack
from infra.stages import Stage


class OperationsStack(Stack):
    """Nothing here is needed for a text to go out; everything here is needed to notice that none did."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: DataStack, pipeline: PipelineStack) -> None:
        super().__init__(scope, name)
        self._stage, self._pipeline = stage, pipeline
        self._topic = self._alarm_topic(data)
        self._dead_letters = {
            **{queue: work.dead_letters for queue, work in pipeline.queues.items()},
            **pipeline.clock_dead_letters,
            **pipeline.stream_dead_letters,
        }
        alarms = self._watch()
        dashboard_name = f"duebridge-{stage.name}"
        Board(
            self,
            "Board",
            dashboard_name=dashboard_name,
            desk=pipeline.stations["ticket_desk"].function,
            stations={name: station.function for name, station in pipeline.stations.items()},
            queues={name: work.queue for name, work in pipeline.queues.items()},
            dead_letters=self._dead_letters,
            alarms=alarms.alarms,
            loan_table=data.loan_book.table_name,
            runbook=stage.runbook,
            spend_limit_dollars=stage.monthly_spend_dollars,
        )
        self._saved_queries()
        self._trail(data)
        CfnOutput(self, "AlarmTopicArn", value=self._topic.topic_arn)
        CfnOutput(self, "DashboardName", value=dashboard_name)

    def _alarm_topic(self, data: DataStack) -> aws_sns.Topic:
        topic = aws_sns.Topic(self, "Alarms", master_key=data.key, enforce_ssl=True)
        topic.add_to_resource_policy(
            aws_iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[aws_iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        if self._stage.alarm_email:
            topic.add_subscription(aws_sns_subscriptions.EmailSubscription(self._stage.alarm_email))
        return topic

    def _watch(self) -> watch.Watch:
        queues = self._pipeline.queues
        concerns = [
            *watch.dead_letters(self._dead_letters),
            *watch.texts_that_wait(queues["bulk"].queue, queues["answers"].queue),
            *watch.refusals(),
            *watch.people(),
            watch.planner_missed(),
            *watch.experiments(),
        ]
        if self._stage.monthly_spend_dollars:
            concerns.append(watch.spend(self._stage.monthly_spend_dollars))
        alarms = watch.Watch(self, "Watch", self._stage, self._topic)
        for concern in concerns:
            alarms.over(concern)
        what = "alarms that divide one metric by another, for an emulator that lacks them"
        condition = self._optional("QualityAlarms", "yes", what)
        for template in demand_templates(self._stage.lender, self._stage.drafts_start):
            alarms.over(watch.wording_quality(template), condition)
        return alarms

    def _saved_queries(self) -> None:
        """Under a condition, so that an emulator without saved queries can take the same template."""
        condition = self._optional("SavedQueries", "yes", "the saved log queries, for an emulator that lacks them")
        log_groups = [station.log_group for station in self._pipeline.stations.values()]
        questions.save(self, f"duebridge-{self._stage.name}", log_groups, condition)

    def _trail(self, data: DataStack) -> None:
        """In prod, and wherever data is kept; a stage for trying things out need not pay for it."""
        default = "yes" if self._stage.keep_data else "no"
        condition = self._optional("Trail", default, "the record of writes on tickets, for a stage for trying out")
        TicketTrail(self, "TicketTrail", tickets=data.tickets, stage=self._stage, condition=condition)

    def _optional(self, name: str, default: str, what: str) -> CfnCondition:
        wanted = CfnParameter(
            self,
            name,
            allowed_values=["yes", "no"],
            default=default,
            description=f"no: leave out {what}",
        )
        return CfnCondition(self, f"With{name}", expression=Fn.condition_equals(wanted.value_as_string, "yes"))


@cache
def demand_templates(lender: str, drafts_start: date | None = None) -> tuple[str, ...]:
    """The wordings that the lender's strategy sends by itself: each has its own rate of opt-outs."""
    content = json.loads(compile_content(lender, drafts_start=drafts_start))
    strategies = [content["strategy"], *content["families"].values()]
    steps = [step for strategy in strategies for scheme in strategy["schemes"] for step in scheme["steps"]]
    variants = [other for each in content["experiments"] for arm in each["arms"] for other in arm["templates"].values()]
    return tuple(sorted({*(step["template"] for step in steps), *variants}))
