"""The bucket where packs are kept under S3 Object Lock: nobody overwrites or deletes them before their time is over.

A file's name says the hash of its bytes: the same pack has the same name, and another page of it has its own.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

TYPES = {".json": "application/json", ".html": "text/html; charset=utf-8"}
HASH_LETTERS = 16
TAKEN = "PreconditionFailed"


@dataclass(frozen=True, slots=True)
class Vault:
    """One stage's bucket; its own default retention locks whatever is put there."""

    client: Any
    bucket: str

    def store(self, loan: str, files: Mapping[str, str]) -> list[str]:
        """A line for each file that stands there now. The same pack again is not stored twice."""
        return list(self._stored(loan, files))

    def _stored(self, loan: str, files: Mapping[str, str]) -> Iterator[str]:
        for suffix, written in sorted(files.items()):
            body = written.encode()
            key = f"packs/{loan}/{hashlib.sha256(body).hexdigest()[:HASH_LETTERS]}{suffix}"
            is_new = self._put(key, body, TYPES[suffix])
            until = self._locked_until(key)
            yield f"{'Stored' if is_new else 'Already there'}: s3://{self.bucket}/{key}, {until}"

    def _put(self, key: str, body: bytes, content_type: str) -> bool:
        """S3 checks the bytes that arrive, and refuses a key that is taken."""
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == TAKEN:
                return False
            raise
        return True

    def _locked_until(self, key: str) -> str:
        """As S3 itself says it, to whoever may ask: a bucket without a lock must not look like one that has it."""
        head = self.client.head_object(Bucket=self.bucket, Key=key)
        until, mode = head.get("ObjectLockRetainUntilDate"), head.get("ObjectLockMode", "")
        if until is None:
            return "no lock: this stage locks nothing, or you lack s3:GetObjectRetention to see it"
        return f"locked until {until:%Y-%m-%d} ({mode.lower()})"
