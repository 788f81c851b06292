"""The scheduled sweep over everything that was left half-way."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec.structs import asdict

from duebridge import settings, wiring
from duebridge.flows.sweep import Sweep
from duebridge.telemetry import count, logger, metrics


@cache
def flow() -> Sweep:
    """Made once a process."""
    return wiring.sweep(settings.Sweep.read())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    """An EventBridge scheduled event; nothing in it matters."""
    count("sweep", asdict(flow().run()))
