"""What a reply can mean. The order is the precedence: the strictest intent acts first."""

VULNERABLE = "vulnerable"
DECEASED = "deceased"
OPT_OUT = "opt_out"
LEGAL = "legal"
WRONG_NUMBER = "wrong_number"
DISPUTE = "dispute"
COMPLAINT = "complaint"
HARDSHIP = "hardship"
PLAN_REQUEST = "plan_request"
PROMISE_TO_PAY = "promise_to_pay"
PAID = "paid"
CALLBACK = "callback"
HELP = "help"
OPT_IN = "opt_in"
ACKNOWLEDGE = "acknowledge"
OTHER = "other"

PRECEDENCE = (
    VULNERABLE, DECEASED, OPT_OUT, LEGAL, WRONG_NUMBER, DISPUTE, COMPLAINT, HARDSHIP, PLAN_REQUEST,
    PROMISE_TO_PAY, PAID, CALLBACK, HELP, OPT_IN, ACKNOWLEDGE, OTHER,
)  # fmt: skip
ALONE = frozenset({ACKNOWLEDGE, OTHER})
"""Given only where no other label fits."""
MUST_NOT_BE_MISSED = frozenset({OPT_OUT, WRONG_NUMBER, LEGAL, DECEASED, VULNERABLE, DISPUTE})
DISSATISFIED = "dissatisfied"
"""The tone, which goes with any label."""
