"""What a run on the laptop may ask of the deployed pipeline: is it done, and what did a station say."""

import base64
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from infra.local.emulator import Emulator

QUIET_SECONDS = 120
_LOOK_SECONDS = 0.1
_COUNTS = {
    "ApproximateNumberOfMessages": "waiting",
    "ApproximateNumberOfMessagesNotVisible": "in work or failed and not yet due again",
    "ApproximateNumberOfMessagesDelayed": "delayed",
}


class NotQuietError(Exception):
    """A queue is still busy after the deadline; the text names it and counts its messages."""


class InvocationError(Exception):
    """A station failed when it was invoked; the text holds its error and the end of its log."""


def quiet(
    emulator: Emulator,
    queue_urls: Sequence[str],
    *,
    deadline_seconds: float = QUIET_SECONDS,
    look_seconds: float = _LOOK_SECONDS,
    idle: Callable[[], bool] = lambda: True,
) -> None:
    """Returns when all queues were empty, and `idle` true, at two looks in a row. Raises NotQuietError.

    A message that a station works on counts as in work until the station has answered, so everything that a
    queue feeds is covered. Functions that a rule or an asynchronous call starts are not: the emulator does
    not tell that one is running, so invoke those with `invoke` and wait for the answer. `idle` is for what
    lies outside the queues, such as receipts that the SMS fake has still to publish.

    Two looks, because a file dropped in a bucket takes a moment to become a message, and because a station
    may fill a queue that was looked at before the one it takes from.
    """
    deadline = time.monotonic() + deadline_seconds
    empty_looks = 0
    waiting_for = list(queue_urls)
    while True:
        idle_before = idle()
        busy = _first_busy(emulator, waiting_for) if idle_before else "something outside the queues"
        empty_looks = 0 if busy else empty_looks + 1
        if empty_looks == 2:
            return
        if time.monotonic() > deadline:
            raise NotQuietError(f"still busy after {deadline_seconds:g} s: {busy}")
        time.sleep(look_seconds)


def _first_busy(emulator: Emulator, queue_urls: list[str]) -> str:
    """The first queue that is not empty, which is put first for the next look; empty when there is none.

    Looking on would only take the emulator's time from those who work.
    """
    sqs = emulator.client("sqs")
    for place, url in enumerate(queue_urls):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
        counts = {words: int(attributes[name]) for name, words in _COUNTS.items()}
        if any(counts.values()):
            queue_urls.insert(0, queue_urls.pop(place))
            told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
            return f"{url.rsplit('/', 1)[-1]} ({told})"
    return ""


def invoke(emulator: Emulator, function_name: str, event: object) -> Any:
    """What the function answers to the event. Raises InvocationError when it fails."""
    response = emulator.client("lambda").invoke(
        FunctionName=function_name, LogType="Tail", Payload=json.dumps(event).encode()
    )
    answer = json.loads(response["Payload"].read() or b"null")
    if "FunctionError" in response:
        error = answer if isinstance(answer, dict) else {}
        tail = base64.b64decode(response.get("LogResult", "")).decode(errors="replace")
        raise InvocationError(
            f"{function_name} failed: {error.get('errorType', 'error')}: {error.get('errorMessage', answer)}\n{tail}"
        )
    return answer


def logs(emulator: Emulator, function_name: str) -> list[str]:
    """Every line the function has logged, oldest first."""
    configuration = emulator.client("lambda").get_function_configuration(FunctionName=function_name)
    group = configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function_name}"
    client = emulator.client("logs")
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
    events = [event for page in pages for event in page["events"]]
    return [event["message"].rstrip("\n") for event in sorted(events, key=lambda event: int(event["timestamp"]))]
