"""The emulator's own Python environment, built once and again whenever its locked requirements change."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

import uv

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = PROJECT / "infra" / "emulator"
ENVIRONMENT = PROJECT / ".tools" / "emulator"


class EmulatorInstallError(Exception):
    """uv could not build the environment; the text holds what uv said."""


def installed_interpreter(environment: Path = ENVIRONMENT) -> Path:
    """The Python that has the emulator, made ready first if need be.

    It is the version that runs us, because the emulator runs every Lambda on its own interpreter, whatever
    the template's runtime says.
    """
    interpreter = environment / "bin" / "python"
    environment.parent.mkdir(parents=True, exist_ok=True)
    with (environment.parent / f"{environment.name}.lock").open("w") as lock:
        # Two runs of a fresh clone must not build the same folder at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = environment / "installed-from"
        wanted = _fingerprint()
        if not interpreter.exists() or not stamp.exists() or stamp.read_text() != wanted:
            _install(environment, interpreter)
            stamp.write_text(wanted)
    return interpreter


def _fingerprint() -> str:
    requirements = (SOURCES / "requirements.txt").read_bytes()
    return hashlib.sha256(requirements + sys.version.encode() + sys.base_prefix.encode()).hexdigest()


def _install(environment: Path, interpreter: Path) -> None:
    _run_uv("venv", "--clear", "--quiet", "--python", sys.executable, str(environment))
    _run_uv(
        "pip",
        "install",
        "--quiet",
        "--compile-bytecode",
        "--require-hashes",
        "--python",
        str(interpreter),
        "--requirement",
        str(SOURCES / "requirements.txt"),
    )


def _run_uv(*arguments: str) -> None:
    # The user's own environment on purpose: uv may need its proxies and certificates to reach PyPI.
    outcome = subprocess.run(  # noqa: S603 - our own tool with arguments that we wrote
        [uv.find_uv_bin(), *arguments], capture_output=True, text=True, check=False
    )
    if outcome.returncode != 0:
        raise EmulatorInstallError(
            f"building the emulator's environment failed at `uv {' '.join(arguments[:2])}`; "
            f"check the network and try again. uv says:\n{outcome.stderr.strip()}"
        )
