"""The daily reports in an S3 bucket: by day under `daily/`, and the newest under `latest/`."""

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Reports:
    """Implements ports.Reports."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: str, content_type: str) -> None:
        """Over what stood there; the bucket keeps its earlier version for a while."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body.encode(), ContentType=content_type)

    def get(self, key: str) -> str | None:
        """One request."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except self._client.exceptions.NoSuchKey:
            return None
        return answer["Body"].read().decode()

    def link(self, key: str) -> str:
        """The file's page in the S3 console, which asks for the reader's own rights; nothing secret is in it."""
        region = self._client.meta.region_name
        place = f"{quote(self._bucket)}?region={region}&prefix={quote(key, safe='/')}"
        return f"https://{region}.console.aws.amazon.com/s3/object/{place}"
