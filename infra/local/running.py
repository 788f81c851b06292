"""The pipeline that `duebridge local` keeps up, as other commands find it."""

import json
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from infra.local.laptop import RUN_FOLDER, Laptop
from infra.records import LiveRecords

LOCAL_RUN = RUN_FOLDER / "local.json"


@dataclass(frozen=True, slots=True)
class Running:
    """Where it is and what its resources are called."""

    endpoint: str
    region: str
    outputs: dict[str, str]
    clock_file: str

    @classmethod
    def find(cls, file: Path = LOCAL_RUN) -> "Running | None":
        """None when nothing is up, also when a killed run left its file behind."""
        if not file.exists():
            return None
        running = cls(**json.loads(file.read_text(encoding="utf-8")))
        address = urlsplit(running.endpoint)
        try:
            socket.create_connection((address.hostname or "", address.port or 0), timeout=1).close()
        except OSError:
            return None
        return running

    @classmethod
    def announce(cls, laptop: Laptop, file: Path = LOCAL_RUN) -> "Running":
        """Writes what others need to know. The file goes when the run ends."""
        running = cls(
            endpoint=laptop.emulator.endpoint,
            region="us-east-1",
            outputs=dict(laptop.names.outputs),
            clock_file=str(laptop.folder / "clock"),
        )
        told = {name: getattr(running, name) for name in cls.__slots__}
        file.write_text(json.dumps(told, indent=1), encoding="utf-8")
        return running

    def now(self) -> datetime:
        """The played present."""
        return datetime.now(UTC) + timedelta(seconds=float(Path(self.clock_file).read_text(encoding="ascii")))

    def records(self) -> LiveRecords:
        """Its tables."""
        return LiveRecords(self._client("dynamodb"), self.outputs)

    def _client(self, service: Any) -> Any:
        session = boto3.Session("test", "test", region_name=self.region)
        return session.client(service, endpoint_url=self.endpoint, config=Config(proxies={}))
