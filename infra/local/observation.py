"""What a run on the laptop may ask of the deployed pipeline: is it done, and what did a station say."""

import base64
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from infra.local.emulator import Emulator

QUIET_SECONDS = 120
_FIRST_LOOK_SECONDS = 0.02
_LAST_LOOK_SECONDS = 0.3
_LOOKS_SHARE = 0.1
"""Of the time that was waited so far: who looks often takes the emulator's time from those who work."""
_SECOND_LOOK_SECONDS = 0.05
"""After a look that found nothing: what is under way between two queues is in none of them for a moment."""
_COUNTS = {
    "ApproximateNumberOfMessages": "waiting",
    "ApproximateNumberOfMessagesNotVisible": "in work or failed and not yet due again",
    "ApproximateNumberOfMessagesDelayed": "delayed",
}
_DIED = "Worker process died"
"""The last line of an invocation whose process is gone, in the words of the emulator."""


class NotQuietError(Exception):
    """A queue is still busy after the deadline; the text names it and counts its messages."""


class InvocationError(Exception):
    """A station failed when it was invoked; the text holds its error and the end of its log."""


class WorkerDiedError(InvocationError):
    """The station's process ended in the middle of the event."""


def quiet(
    emulator: Emulator,
    queue_urls: Sequence[str],
    *,
    deadline_seconds: float = QUIET_SECONDS,
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
    began_at = time.monotonic()
    empty_looks = 0
    waiting_for = list(queue_urls)
    while True:
        busy = _first_busy(emulator, waiting_for) or ("" if idle() else "something outside the queues")
        empty_looks = 0 if busy else empty_looks + 1
        if empty_looks == 2:
            return
        waited = time.monotonic() - began_at
        if waited > deadline_seconds:
            raise NotQuietError(f"still busy after {deadline_seconds:g} s: {busy}")
        pause = min(max(_FIRST_LOOK_SECONDS, waited * _LOOKS_SHARE), _LAST_LOOK_SECONDS)
        time.sleep(pause if busy else _SECOND_LOOK_SECONDS)


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


class StreamProgress:
    """How far a station is with the changes of tables' rows, which the emulator itself does not tell.

    The streams say how many changes there were. The station's log says how many it was given: its line of counts
    names them as `changes`, and is written only when the emulator goes on from there.
    """

    def __init__(self, emulator: Emulator, station: str, function_name: str) -> None:
        """Of every table whose changes are mapped to the station's function."""
        self._emulator = emulator
        self._station = station
        self._group = _log_group(emulator, function_name)
        mappings = emulator.client("lambda").list_event_source_mappings(FunctionName=function_name)
        self._streams = [
            _Stream(emulator, each["EventSourceArn"], _prefixes(each.get("FilterCriteria", {})))
            for each in mappings["EventSourceMappings"]
            if ":dynamodb:" in each["EventSourceArn"]
        ]
        self._written = 0
        self._followed = 0
        self._log_read_until = 0
        self._counted_lines: set[str] = set()

    def is_drained(self) -> bool:
        """Whether the station has been given every change that there was."""
        self._written += sum(stream.newly_written() for stream in self._streams)
        if self._followed < self._written:
            self._followed += self._newly_followed()
        return self._followed >= self._written

    def _newly_followed(self) -> int:
        events = self._emulator.client("logs").filter_log_events(
            logGroupName=self._group, startTime=self._log_read_until
        )["events"]
        # What a worker counted before it died is given to another, which counts it too.
        dead = {event["logStreamName"] for event in events if event["message"] == _DIED}
        told = [event["message"] for event in events if event["logStreamName"] not in dead]
        new = [line for line in told if line not in self._counted_lines]
        if events:
            # Lines of one millisecond may come in two looks; each names its own request.
            self._log_read_until = max(event["timestamp"] for event in events)
            self._counted_lines = {event["message"] for event in events if event["timestamp"] == self._log_read_until}
        return sum(map(self._changes, new))

    def _changes(self, line: str) -> int:
        told = json.loads(line) if line.startswith("{") else {}
        return int(told["counts"].get("changes", 0)) if told.get("message") == self._station else 0


class _Stream:
    """The changes of one table's rows, as far as a mapping lets them through."""

    def __init__(self, emulator: Emulator, stream_arn: str, prefixes: tuple[str, ...]) -> None:
        self._client = emulator.client("dynamodbstreams")
        stream = self._client.describe_stream(StreamArn=stream_arn)["StreamDescription"]
        # The emulator never splits a stream.
        self._shard = {"StreamArn": stream_arn, "ShardId": stream["Shards"][0]["ShardId"]}
        self._prefixes = prefixes
        self._last_sequence_number = ""
        self._iterator = ""

    def newly_written(self) -> int:
        """How many changes there were since the last look."""
        written = 0
        while records := self._next_records():
            written += sum(self._is_let_through(record) for record in records)
            self._last_sequence_number = records[-1]["dynamodb"]["SequenceNumber"]
        return written

    def _next_records(self) -> list[Any]:
        self._iterator = self._iterator or self._new_iterator()
        try:
            page = self._client.get_records(ShardIterator=self._iterator)
        except self._client.exceptions.ExpiredIteratorException:
            page = self._client.get_records(ShardIterator=self._new_iterator())
        self._iterator = page["NextShardIterator"]
        records: list[Any] = page["Records"]
        return records

    def _new_iterator(self) -> str:
        place = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._last_sequence_number:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last_sequence_number}
        iterator: str = self._client.get_shard_iterator(**self._shard, **place)["ShardIterator"]
        return iterator

    def _is_let_through(self, record: Any) -> bool:
        return not self._prefixes or record["dynamodb"]["Keys"]["entry"]["S"].startswith(self._prefixes)


def _prefixes(criteria: Any) -> tuple[str, ...]:
    """Of the sort keys whose changes a mapping lets through; none where it lets all of them through."""
    patterns = [json.loads(each["Pattern"]) for each in criteria.get("Filters", [])]
    return tuple(each["prefix"] for pattern in patterns for each in pattern["dynamodb"]["Keys"]["entry"]["S"])


def invoke(emulator: Emulator, function_name: str, event: object) -> Any:
    """What the function answers to the event. Raises InvocationError when it fails."""
    response = emulator.client("lambda").invoke(
        FunctionName=function_name, LogType="Tail", Payload=json.dumps(event).encode()
    )
    answer = json.loads(response["Payload"].read() or b"null")
    if "FunctionError" in response:
        error = answer if isinstance(answer, dict) else {}
        tail = base64.b64decode(response.get("LogResult", "")).decode(errors="replace")
        kind = WorkerDiedError if error.get("errorMessage") == _DIED else InvocationError
        raise kind(
            f"{function_name} failed: {error.get('errorType', 'error')}: {error.get('errorMessage', answer)}\n{tail}"
        )
    return answer


def logs(emulator: Emulator, function_name: str) -> list[str]:
    """Every line the function has logged, oldest first."""
    group = _log_group(emulator, function_name)
    client = emulator.client("logs")
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
    events = [event for page in pages for event in page["events"]]
    return [event["message"].rstrip("\n") for event in sorted(events, key=lambda event: int(event["timestamp"]))]


def deaths(emulator: Emulator, function_name: str) -> int:
    """How many invocations ended, by the function's log, because their process died."""
    return logs(emulator, function_name).count(_DIED)


def _log_group(emulator: Emulator, function_name: str) -> str:
    configuration = emulator.client("lambda").get_function_configuration(FunctionName=function_name)
    group: str = configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function_name}"
    return group
