"""A station of a loan's way: one function, with its own role and its own log."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, aws_iam, aws_lambda, aws_logs, aws_sqs
from constructs import Construct

from infra.constructs import access
from infra.layers import PROJECT
from infra.stages import Stage

RETRY_ATTEMPTS = 2
"""Of a call by the clock, before it is set aside; the next call comes soon anyway."""

ARCHITECTURES = {"arm64": aws_lambda.Architecture.ARM_64, "x86_64": aws_lambda.Architecture.X86_64}

LOG_RETENTION = {
    30: aws_logs.RetentionDays.ONE_MONTH,
    90: aws_logs.RetentionDays.THREE_MONTHS,
    180: aws_logs.RetentionDays.SIX_MONTHS,
    365: aws_logs.RetentionDays.ONE_YEAR,
    731: aws_logs.RetentionDays.TWO_YEARS,
}
"""The days that a stage may choose; CloudWatch Logs knows no others in between."""

LOGGING_AND_METRICS = {"POWERTOOLS_METRICS_NAMESPACE": "DueBridge", "POWERTOOLS_LOG_LEVEL": "INFO"}
"""Read by Powertools itself, beside POWERTOOLS_SERVICE_NAME; everything else is in the station's settings."""


class Station(Construct):
    """`functions/<name>/handler.py`, allowed exactly what its statements say."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: Stage,
        layers: Sequence[aws_lambda.ILayerVersion],
        environment: Mapping[str, str],
        statements: Sequence[aws_iam.PolicyStatement],
        timeout: Duration,
        memory_megabytes: int,
        dead_letters: aws_sqs.IQueue | None = None,
    ) -> None:
        super().__init__(scope, name)
        full_name = f"duebridge-{stage.name}-{name}"
        self.log_group = aws_logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/lambda/{full_name}",
            retention=LOG_RETENTION[stage.log_days],
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        allowed = [*statements, access.write_log(self.log_group)]
        if dead_letters:
            allowed.append(access.send_to(dead_letters))
        role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={name: aws_iam.PolicyDocument(statements=allowed)},
        )
        self.function = aws_lambda.Function(
            self,
            "Function",
            function_name=full_name,
            runtime=aws_lambda.Runtime.PYTHON_3_13,
            architecture=ARCHITECTURES[stage.architecture],
            handler="handler.handler",
            code=aws_lambda.Code.from_asset(str(PROJECT / "functions" / name), exclude=["__pycache__", "*.pyc"]),
            layers=list(layers),
            # The inline policy above is the whole truth; constructs must not add to it.
            role=role.without_policy_updates(),
            environment={"POWERTOOLS_SERVICE_NAME": name, **LOGGING_AND_METRICS, **environment},
            timeout=timeout,
            memory_size=memory_megabytes,
            log_group=self.log_group,
            dead_letter_queue=dead_letters,
            retry_attempts=RETRY_ATTEMPTS if dead_letters else None,
        )
