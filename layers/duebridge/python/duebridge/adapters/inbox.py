"""Where lenders drop files: an S3 bucket. `loans/` and `payments/` are read, `rejects/` is written."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from ..core.file_reading import BinaryStream, Continuation
from ..core.file_results import Rejected
from ..ports import Clock, Dropped, FileWork
from .queues import send_all

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

AS_OF, FULL = "as-of", "full"
"""Names of the object's metadata, in which the dropper states what the file's name does not say."""


class S3Inbox:
    """Implements ports.Inbox."""

    def __init__(self, client: "S3Client", bucket: str, clock: Clock) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock

    def open(self, key: str, offset: int = 0) -> BinaryStream:
        """Streams from a byte on; nothing is held in memory."""
        answer = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={offset}-")
        return cast(BinaryStream, answer["Body"])

    def dropped(self, key: str) -> Dropped:
        """One HEAD request."""
        head = self._client.head_object(Bucket=self._bucket, Key=key)
        stated = head["Metadata"].get(AS_OF)
        return Dropped(
            size_bytes=head["ContentLength"],
            at=self._clock.from_aws(head["LastModified"]),
            as_of=datetime.fromisoformat(stated) if stated else None,
            is_full=head["Metadata"].get(FULL) == "yes",
        )

    def write_rejects(self, key: str, first_line: int, rejects: Sequence[Rejected]) -> None:
        """JSON Lines under `rejects/`, named like the file and the line where this part begins."""
        lines = (
            json.dumps(
                {"line": one.line, "column": one.column, "code": one.code, "reason": one.reason},
                ensure_ascii=False,
            )
            for one in rejects
        )
        self._client.put_object(
            Bucket=self._bucket,
            Key=f"rejects/{key}/{first_line:09d}.jsonl",
            Body="".join(f"{line}\n" for line in lines).encode(),
            ContentType="application/jsonl",
        )


def file_work(message: Mapping[str, Any]) -> FileWork:
    """From an EventBridge `Object Created` event, or from our own continuation."""
    if "detail" in message:
        return FileWork(message["detail"]["object"]["key"])
    continued = message["continued"]
    return FileWork(
        message["key"],
        Continuation(tuple(continued["header"]), continued["offset"], continued["line"]),
        datetime.fromisoformat(message["as_of"]),
    )


def file_message(work: FileWork) -> str:
    """A continuation as a queue message."""
    if work.continued is None or work.as_of is None:
        raise ValueError("only the rest of a file is queued; the file itself comes as an event")
    continued = work.continued
    return json.dumps(
        {
            "key": work.key,
            "as_of": work.as_of.isoformat(),
            "continued": {
                "header": list(continued.header),
                "offset": continued.offset,
                "line": continued.line,
            },
        }
    )


class SqsContinuations:
    """Implements ports.Continuations."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, work: FileWork) -> None:
        """One message: where an import goes on."""
        send_all(self._client, self._url, [file_message(work)])
