"""AWS on the laptop: starts the emulator as a child, hands out clients for it, and leaves nothing behind."""

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3.session
import botocore.session
from botocore.config import Config

from infra.local.emulator_environment import PROJECT, SOURCES, installed_interpreter

LOOPBACK = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
LOG_PATH = PROJECT / ".duebridge" / "emulator.log"

_START_SECONDS = 60
_START_ATTEMPTS = 3
_CONNECT_SECONDS = 10
_READ_SECONDS = 320
"""Longer than the longest station may run when it is invoked and waited for."""


class EmulatorStartError(Exception):
    """The emulator did not come up; the text holds the end of its log."""


class Emulator:
    """A running AWS account that only this machine can reach and that is gone with this process.

    A strict one checks signatures, roles and resource policies, and speaks only TLS, so that what a station
    may do is proven. `environment` is handed to the emulator and so to every Lambda; nothing else of ours is.
    """

    def __init__(
        self,
        *,
        strict: bool = False,
        environment: Mapping[str, str] | None = None,
        log_path: Path = LOG_PATH,
    ) -> None:
        self.strict = strict
        self.log_path = log_path
        self.endpoint = ""
        """Known once started."""
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self._clients: dict[str, Any] = {}
        self._clients_lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when the emulator answers. Raises EmulatorStartError."""
        interpreter = installed_interpreter()
        # Short, because sockets may live below it; the real path, because macOS links its own.
        self._folder = Path(tempfile.mkdtemp(prefix="duebridge-")).resolve()
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if self.strict:
                self._make_certificate(interpreter)
            for _ in range(_START_ATTEMPTS):
                if self._launch(interpreter, _free_port()):
                    return
            raise EmulatorStartError(
                f"the emulator ended {_START_ATTEMPTS} times while starting; "
                f"its log ({self.log_path}) ends:\n{self.log_tail()}"
            )
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the emulator with all its Lambda workers, and removes what it wrote; safe to call twice."""
        if self._process is not None:
            process, self._process = self._process, None
            try:
                # Nothing in it is worth a gentle end: it keeps no state on disk.
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                # It ended by itself; macOS says the second when only its unreaped remains are left.
                pass
            finally:
                process.wait()
            if process.stdin is not None:
                process.stdin.close()
        self._clients.clear()
        if self._folder != Path():
            shutil.rmtree(self._folder, ignore_errors=True)

    def client(self, service: str) -> Any:
        """A boto3 client of this account; the same one each time, usable from any thread.

        It knows nothing of the user's AWS profile, environment or proxies, so it cannot reach a real account.
        """
        with self._clients_lock:
            if service not in self._clients:
                self._clients[service] = self._new_client(service)
            return self._clients[service]

    def log_tail(self, lines: int = 30) -> str:
        """The end of the emulator's own log."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    @property
    def process_id(self) -> int | None:
        """The emulator's own process, which leads a group of all its Lambda workers; none when stopped."""
        return self._process.pid if self._process else None

    def _new_client(self, service: str) -> Any:
        session: Any = boto3.session.Session(botocore_session=_session_without_the_user())
        return session.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator's well-known root key, of no real account
            verify=str(self._certificate) if self.strict else False,
            config=Config(
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                retries={"total_max_attempts": 1, "mode": "standard"},
                proxies={},
                s3={"addressing_style": "path"},
                max_pool_connections=32,
            ),
        )

    @property
    def _certificate(self) -> Path:
        return self._folder / "certificate.pem"

    @property
    def _key(self) -> Path:
        return self._folder / "key.pem"

    def _make_certificate(self, interpreter: Path) -> None:
        subprocess.run(  # noqa: S603 - our own script
            [interpreter, "-I", SOURCES / "certificate.py", self._certificate, self._key], check=True
        )

    def _launch(self, interpreter: Path, port: int) -> bool:
        """Whether it came up; not when the port was taken between finding and binding it."""
        self.endpoint = f"{'https' if self.strict else 'http'}://{LOOPBACK}:{port}"
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                [interpreter, "-I", SOURCES / "launch.py"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=self._emulator_environment(port),
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                return False
            if self._answers(port):
                return True
            time.sleep(0.05)
        raise EmulatorStartError(
            f"the emulator did not answer within {_START_SECONDS} s; its log ({self.log_path}) ends:\n{self.log_tail()}"
        )

    def _answers(self, port: int) -> bool:
        connection: http.client.HTTPConnection
        if self.strict:
            context = ssl.create_default_context(cafile=str(self._certificate))
            connection = http.client.HTTPSConnection(LOOPBACK, port, timeout=_CONNECT_SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_CONNECT_SECONDS)
        try:
            connection.request("GET", "/_ministack/ready")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _emulator_environment(self, port: int) -> dict[str, str]:
        """From scratch, for every Lambda inherits it: the user's AWS settings and proxies stay out."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
            # AWS gives a function a read-only folder, so nothing is compiled into it there either.
            "PYTHONDONTWRITEBYTECODE": "1",
            "GATEWAY_PORT": str(port),
            "BIND_HOST": LOOPBACK,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
        }
        if self.strict:
            environment |= {
                "AUTH": "true",
                "USE_SSL": "1",
                "MINISTACK_SSL_CERT": str(self._certificate),
                "MINISTACK_SSL_KEY": str(self._key),
                "AWS_CA_BUNDLE": str(self._certificate),
            }
        return environment | self._environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _session_without_the_user() -> botocore.session.Session:
    """A session in which no setting comes from a file or a variable of the user."""
    session = botocore.session.Session()
    for name, (_, _, default, convert) in list(session.session_var_map.items()):
        session.session_var_map[name] = (None, None, default, convert)
    for name in ("config_file", "credentials_file"):
        session.session_var_map[name] = (None, None, os.devnull, None)
    return session
