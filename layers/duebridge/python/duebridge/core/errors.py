"""The errors of the product: each carries a stable code, and says what to do."""


class DueBridgeError(Exception):
    """Broken input or broken infrastructure; expected outcomes are values instead."""

    code = "duebridge"


class ContentError(DueBridgeError):
    """Content in templates/ is wrong; the text names the file and the mend."""

    code = "content"
