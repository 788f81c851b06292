"""What all simulated runs share."""

import pytest

from duebridge.flows import receive_reply
from tests.simulation.simulated import understand


@pytest.fixture(autouse=True, scope="session")
def words_are_understood_once() -> object:
    """Runs repeat the same words thousands of times, and their meaning does not depend on the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receive_reply, "understand", lambda body, _listening, today: understand(body, today))
        yield
