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
