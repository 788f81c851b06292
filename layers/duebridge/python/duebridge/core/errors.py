"""The errors of the product: each carries a stable code, and says what to do."""


class DueBridgeError(Exception):
    """Broken input or broken infrastructure; expected outcomes are values instead."""

    code = "duebridge"


class ContentError(DueBridgeError):
    """Content in templates/ is wrong; the text names the file and the mend."""

    code = "content"


class SetUpError(DueBridgeError):
    """The provider refuses by a fault of our own set-up; the text is its reason."""

    code = "set_up"
