"""When a row may be forgotten: the law of the borrower's place says how long, AWS's own clock ends it."""

from datetime import datetime, timedelta

from ..ports import Clock


def forget_after(clock: Clock, since: datetime, keep_days: int) -> int:
    """Epoch seconds for the tables' time to live."""
    return int(clock.to_aws(since + timedelta(days=keep_days)).timestamp())
