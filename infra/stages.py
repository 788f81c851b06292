"""One deployment's choices, as data. A stage serves one lender."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What may differ between two deployments; everything else is the same template."""

    name: str
    lender: str
    """A file in templates/lenders/."""
    drafts_start: date | None = None
    """The day on which experiments that are drafts start here; None: they run nowhere."""
    architecture: str = "arm64"
    """Of the layers and functions: `arm64`, or `x86_64` where the laptop is one."""
    keep_data: bool = True
    """Deletion protection, and tables, keys and buckets that outlive the stack."""
    log_days: int = 365
    evidence_lock_days: int = 1096
    """How long nobody may change or delete a stored evidence pack: three years, as 12 CFR 1006.100 wants records kept
    after the last activity; 0 locks nothing."""
    rules_on: bool = True
    """Off on the laptop, where the clock is played."""
    is_laptop: bool = False
    """Wheels of this machine, and the layer with the played clock."""
    send_timeout_seconds: int = 10
    """How long one call to the SMS service may take before its outcome counts as unknown."""
    send_function_timeout_seconds: int = 60
    bulk_concurrency: int = 2
    """Senders of demands at a time. More send faster, up to the pace."""
    parts_per_second: int = 3
    """Message parts that the leased numbers may carry, in all: 3 for a US toll-free number, 1 for each US 10DLC number
    unless its campaign has more, 10 for most long codes, 100 for a US short code. 0 leaves the pace to the provider.
    https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-mps.html"""
    answers_share_percent: int = 20
    """Of these parts, kept for answers in each second: demands leave at least one of two or more."""
    sms_provider: str = "end_user_messaging"
    """Or `sns`, the fallback without receipts."""
    origination_identities: tuple[str, ...] = ()
    """ARNs of the leased numbers and sender ids (README: what to register with AWS first)."""
    help_text: str = ""
    """What AWS itself answers to a plain HELP; needed with origination identities."""
    stop_text: str = ""
    """What AWS must be given for STOP; never sent by it while opt-outs are self-managed."""
    served_countries: tuple[str, ...] = ("CN", "US", "GB", "IN", "DE")
    """Texts to any other country are blocked by the protect configuration."""
    monthly_spend_dollars: int = 0
    """The monthly spend limit of this account and region; an alarm rings at 80 %. 0 where it is not known yet."""
    runbook: str = "docs/runbook"
    """Where the runbook can be read; an alarm names its page there."""
    alarm_email: str = ""
    """Of the engineer on duty."""
    urgent_email: str = ""
    """Of the people who answer tickets that cannot wait."""
    tags: dict[str, str] = field(default_factory=dict)


def local(architecture: str, lender: str = "harbour-bank", drafts_start: date | None = None) -> Stage:
    """The laptop run: the template of prod but for what tests/infra/test_local_template.py lists."""
    return Stage(
        name="local",
        lender=lender,
        drafts_start=drafts_start,
        architecture=architecture,
        rules_on=False,
        is_laptop=True,
        send_timeout_seconds=2,
        send_function_timeout_seconds=5,
        parts_per_second=0,
    )


DEV = Stage(name="dev", lender="harbour-bank", keep_data=False, log_days=30, evidence_lock_days=0)
PROD = Stage(name="prod", lender="harbour-bank")
