"""No test reaches AWS: the credentials are false, and sockets are closed except where a test says so."""

import pytest

FALSE_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "duebridge",
}


@pytest.fixture(autouse=True)
def false_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's own environment names is not asked."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in FALSE_AWS.items():
        monkeypatch.setenv(name, value)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For a run on several cores: a file stays together, and everything on the emulator is one process's work, begun
    first, because it takes longest."""
    items.sort(key=lambda item: item.get_closest_marker("emulator") is None)
    for item in items:
        group = "emulator" if item.get_closest_marker("emulator") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
