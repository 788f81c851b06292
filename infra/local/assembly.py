"""The synthesised templates and assets of the laptop's stage, made anew only when something they depend on changed."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ASSEMBLIES = PROJECT / "build" / "assemblies"
SOURCES = ("infra", "functions", "layers", "templates")
SINGLE_FILES = ("cdk.json", "uv.lock", "pyproject.toml")


class SynthesisError(Exception):
    """The CDK app failed; the text holds what it said."""


def assembly(stage: str = "local", lender: str = "", drafts_start: str = "") -> Path:
    """The cloud assembly of a stage, for another lender than its own if one is given, and with draft experiments
    running from a day on.

    Ten seconds when it has to be made, nothing when it is there.
    """
    folder = _folder(stage, lender, drafts_start)
    if not (folder / "manifest.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _synthesise(stage, lender, drafts_start, folder)
    return folder


def is_ready(stage: str = "local", lender: str = "", drafts_start: str = "") -> bool:
    """Whether the next call is quick."""
    return (_folder(stage, lender, drafts_start) / "manifest.json").exists()


def _folder(stage: str, lender: str, drafts_start: str) -> Path:
    return ASSEMBLIES / "-".join(filter(None, (stage, lender, drafts_start, _fingerprint())))


def _synthesise(stage: str, lender: str, drafts_start: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = folder.with_name(f".{folder.name}")
    shutil.rmtree(scratch, ignore_errors=True)
    # Its own process: the CDK's Node companion and its memory end with it.
    command = [sys.executable, "-m", "infra.app", "--stage", stage, "--output", str(scratch)]
    command += ["--lender", lender] if lender else []
    command += ["--drafts-start", drafts_start] if drafts_start else []
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SynthesisError(f"`python -m infra.app --stage {stage}` failed:\n{done.stdout}{done.stderr}")
    scratch.rename(folder)


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in _files():
        digest.update(path.relative_to(PROJECT).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    """What can change a template or an asset; the laptop run and the command line cannot."""
    for name in SOURCES:
        for path in sorted((PROJECT / name).rglob("*")):
            parts = path.relative_to(PROJECT).parts
            is_outside = parts[:2] in (("infra", "local"), ("infra", "cli"), ("infra", "emulator"))
            if path.is_file() and not is_outside and "__pycache__" not in parts:
                yield path
    yield from (PROJECT / name for name in SINGLE_FILES)
