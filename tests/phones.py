"""The SMS fake with one number of ours, for tests in process."""

from collections.abc import Callable
from datetime import UTC, datetime

from infra.local.sms_fake.account import Account, EventDestination
from infra.local.sms_fake.faults import Faults
from infra.local.sms_fake.service import SmsFake
from tests.builders import NOW

OUR_NUMBER = "+18445550123"
OPT_OUT_LIST = "borrowers"
CONFIGURATION_SET = "receipts"
AWS_NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACCOUNT = Account(
    origination_identities={OUR_NUMBER: OUR_NUMBER},
    configuration_sets={
        CONFIGURATION_SET: EventDestination("arn:aws:sns:us-east-1:000000000000:events", frozenset({"TEXT_ALL"}))
    },
    opt_out_list=OPT_OUT_LIST,
    inbound_topic_arn="arn:aws:sns:us-east-1:000000000000:inbound",
)


def a_fake(faults: str = "", publish: Callable[[str, str], None] | None = None) -> SmsFake:
    """Stop it after use."""

    def unheard(_topic: str, _message: str) -> None:
        """Nobody listens."""

    return SmsFake(
        ACCOUNT, publish=publish or unheard, now=lambda: NOW, aws_now=lambda: AWS_NOW, faults=Faults.parse(faults)
    )
