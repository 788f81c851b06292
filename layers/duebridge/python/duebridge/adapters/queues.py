"""The SQS queues between stations."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

from ..core.contact import Text
from ..core.errors import DueBridgeError
from . import rows

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH_MESSAGES = 10
LONGEST_DELAY_SECONDS = 900


class NotQueuedError(DueBridgeError):
    """SQS took only some of a batch; the caller's own input comes again and repeats it."""

    code = "not_queued"


def send_all(client: "SQSClient", url: str, bodies: Sequence[str], delay_seconds: int = 0) -> None:
    """Ten a call. Raises NotQueuedError when any message was not taken."""
    for batch in batched(bodies, BATCH_MESSAGES, strict=False):
        entries: Any = [
            {
                "Id": str(number),
                "MessageBody": body,
                **({"DelaySeconds": min(delay_seconds, LONGEST_DELAY_SECONDS)} if delay_seconds else {}),
            }
            for number, body in enumerate(batch)
        ]
        failed = client.send_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
        if failed:
            codes = sorted({failure["Code"] for failure in failed})
            raise NotQueuedError(f"{len(failed)} of {len(batch)} messages were not queued: {', '.join(codes)}")


class SqsOutbox:
    """Implements ports.Outbox."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, texts: Sequence[Text], delay_seconds: int = 0) -> None:
        """One message a text."""
        send_all(self._client, self._url, [text_message(text) for text in texts], delay_seconds)


class SqsShards:
    """Implements ports.Shards."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, work: Sequence[tuple[str, str]]) -> None:
        """One message a shard."""
        bodies = [json.dumps({"shard": shard, "cursor": cursor}) for shard, cursor in work]
        send_all(self._client, self._url, bodies)


def text_message(text: Text) -> str:
    """A text as a queue message."""
    return json.dumps(rows.text_row(text), ensure_ascii=False)


def text_of(message: str) -> Text:
    """The text of a queue message."""
    return rows.text(json.loads(message))


def readable(messages: Iterable[str]) -> Iterator[Text]:
    """The texts of a batch, to look ahead; a message that holds none is passed over here and fails by itself."""
    for message in messages:
        try:
            yield text_of(message)
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
