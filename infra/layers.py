"""Builds the folders that become Lambda layers, without Docker: each under `build/`, named by its inputs."""

import compileall
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from py_compile import PycInvalidationMode

import uv

from infra.content import write_content
from infra.stages import Stage

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "build" / "layers"

WHEEL_PLATFORMS = {"arm64": "aarch64-manylinux2014", "x86_64": "x86_64-manylinux2014"}

AWS_SERVICES = frozenset({"dynamodb", "pinpoint-sms-voice-v2", "s3", "sns", "sqs"})
"""The services that a station calls; the models of the others are most of boto3's weight."""

UNUSED = (
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/parameters",
    "aws_lambda_powertools/utilities/streaming",
    "bin",
    "boto3/examples",
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/shortdata/region_*.py",
)
"""Of the vendor layers, which every new instance of a function unpacks: web routing, towns, short numbers."""

NUMBERING_PLANS = "phonenumbers*"
"""A third of all files, and only the import station reads numbers."""

ONLY_FOR = {"numbering_plans": ("import_loans",)}
"""Layers that not every station carries."""


class LayerError(Exception):
    """A layer cannot be built; the text says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A folder to ship, and the hash of what it was made from: the same inputs are the same asset."""

    name: str
    folder: Path
    input_hash: str


def layers_of(stage: Stage) -> tuple[Layer, ...]:
    """Everything that a station of this stage imports, the played clock only on the laptop."""
    layers = (package("duebridge"), vendor(stage), content(stage.lender, stage.drafts_start), numbering_plans(stage))
    return (*layers, package("local_clock")) if stage.is_laptop else layers


def package(name: str) -> Layer:
    """One of our own packages, from `layers/<name>/python`."""
    source = PROJECT / "layers" / name / "python"
    return _built(name, _source_files(source), lambda python: _copy_source(source, python))


def vendor(stage: Stage) -> Layer:
    """The third-party packages that uv.lock pins, as wheels for Lambda, or for this machine on the laptop."""
    return _third_party("vendor", stage, lambda name: not fnmatch(name, NUMBERING_PLANS))


def numbering_plans(stage: Stage) -> Layer:
    """The third-party package that only the import station carries."""
    return _third_party("numbering_plans", stage, lambda name: fnmatch(name, NUMBERING_PLANS))


def _third_party(layer: str, stage: Stage, is_wanted: Callable[[str], bool]) -> Layer:
    requirements = _locked_requirements()
    platform = "" if stage.is_laptop else WHEEL_PLATFORMS[stage.architecture]
    target = platform or f"{sys.platform} {stage.architecture}"

    def write(python: Path) -> None:
        _install(requirements, platform, python)
        for folder in [path for path in python.iterdir() if not is_wanted(path.name)]:
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()

    return _built(layer, (requirements, target), write)


def content(lender: str, drafts_start: date | None = None) -> Layer:
    """The texts, strategies and policies that this lender's stations read, compiled."""
    inputs: list[str | bytes] = [lender, str(drafts_start or ""), (PROJECT / "uv.lock").read_bytes()]
    for folder in (PROJECT / "templates", PROJECT / "layers" / "duebridge" / "python"):
        inputs += _source_files(folder)
    recipes = [*(PROJECT / "infra").glob("content*.py"), PROJECT / "infra" / "lint_rules.py"]
    inputs += [path.read_bytes() for path in sorted(recipes)]
    return _built("content", inputs, lambda python: _write_content(python / "duebridge_content", lender, drafts_start))


def _built(name: str, inputs: Iterable[str | bytes], write: Callable[[Path], None]) -> Layer:
    recipe = Path(__file__).read_bytes()
    input_hash = _hash((name, *map(str, sys.version_info[:2]), recipe, *inputs))
    folder = BUILD / f"{name}-{input_hash[:16]}"
    if not folder.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix=f".{name}-") as scratch:
            python = Path(scratch) / "layer" / "python"
            python.mkdir(parents=True)
            write(python)
            _compile(name, python)
            _publish(python.parent, folder)
    return Layer(name, folder, input_hash)


def _publish(finished: Path, folder: Path) -> None:
    try:
        finished.rename(folder)
    except OSError:
        # Another process built the same inputs first; its folder is as good as ours.
        if not folder.exists():
            raise


def _compile(name: str, python: Path) -> None:
    """Unchecked, because a layer's files have one age for ever and a cold start should not compare them."""
    compiled = compileall.compile_dir(
        python,
        quiet=1,
        stripdir=str(python),
        prependdir="/opt/python",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise LayerError(f"layer {name}: a module does not compile (see above); mend it and run again")


def _source_files(folder: Path) -> list[str | bytes]:
    parts: list[str | bytes] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
    return parts


def _copy_source(source: Path, python: Path) -> None:
    shutil.copytree(source, python, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))


def _write_content(folder: Path, lender: str, drafts_start: date | None) -> None:
    folder.mkdir()
    write_content(folder, lender, drafts_start)


def _locked_requirements() -> str:
    options = ("--frozen", "--no-default-groups", "--no-emit-project", "--no-annotate", "--no-header")
    return _uv("export", *options)


def _install(requirements: str, platform: str, python: Path) -> None:
    listed = python.parent.parent / "requirements.txt"
    listed.write_text(requirements, encoding="utf-8")
    options = ["--require-hashes", "--only-binary", ":all:", "--python", sys.executable]
    options += ["--python-platform", platform] if platform else []
    _uv("pip", "install", *options, "--target", str(python), "--requirements", str(listed))
    _trim(python)


def _trim(python: Path) -> None:
    for unused in [path for pattern in UNUSED for path in python.glob(pattern)]:
        shutil.rmtree(unused) if unused.is_dir() else unused.unlink()
    for models in (python / "botocore" / "data", python / "boto3" / "data"):
        for service in models.iterdir():
            if service.is_dir() and service.name not in AWS_SERVICES:
                shutil.rmtree(service)
    for stale in sorted(python.rglob("__pycache__")):
        shutil.rmtree(stale)
    (python / ".lock").unlink(missing_ok=True)


def _uv(*arguments: str) -> str:
    # Colour would end up in the requirements: the CDK's tool asks everything below it for colour.
    command = (uv.find_uv_bin(), "--quiet", "--color", "never", *arguments)
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 (our own uv)
    if done.returncode:
        told = done.stderr.strip()
        raise LayerError(f"layer vendor: `uv {' '.join(arguments[:2])}` failed; is the network up? {told}")
    return done.stdout


def _hash(parts: Iterable[str | bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8))
        digest.update(raw)
    return digest.hexdigest()
