"""What a function imports is built once, the same everywhere, and nothing more than it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra import layers
from infra.stages import PROD, local

UNCHECKED_HASH = b"\x01\x00\x00\x00"
ELF_MACHINE, AARCH64 = slice(18, 20), b"\xb7\x00"
LAPTOP = local("x86_64")


def test_the_same_inputs_are_built_once() -> None:
    first = layers.layers_of(PROD)
    built = {layer.folder: layer.folder.stat().st_mtime_ns for layer in first}
    assert layers.layers_of(PROD) == first
    assert {layer.folder: layer.folder.stat().st_mtime_ns for layer in first} == built


def test_a_changed_module_is_another_layer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = _project_with_a_package(monkeypatch, tmp_path)
    module.write_text("ANSWER = 1\n")
    before = layers.package("duebridge")
    module.write_text("ANSWER = 2\n")
    assert layers.package("duebridge").input_hash != before.input_hash


def test_the_age_of_a_file_does_not_matter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = _project_with_a_package(monkeypatch, tmp_path)
    module.write_text("ANSWER = 1\n")
    before = layers.package("duebridge")
    module.touch()
    assert layers.package("duebridge") == before


def test_a_module_that_does_not_compile_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _project_with_a_package(monkeypatch, tmp_path).write_text("def broken(:\n")
    with pytest.raises(layers.LayerError, match="layer duebridge"):
        layers.package("duebridge")
    assert "module.py" in capfd.readouterr().out


def test_every_module_is_shipped_compiled_and_never_checked_again_at_a_cold_start() -> None:
    for layer in layers.layers_of(PROD):
        sources = list((layer.folder / "python").rglob("*.py"))
        assert sources
        for source in sources:
            compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
            assert compiled.read_bytes()[4:8] == UNCHECKED_HASH


def test_prod_ships_wheels_for_arm() -> None:
    binaries = list(layers.vendor(PROD).folder.rglob("*.so"))
    assert binaries
    for binary in binaries:
        assert binary.read_bytes()[ELF_MACHINE] == AARCH64


def test_the_trimmed_vendor_layer_still_does_everything_that_a_station_asks_of_it() -> None:
    python = layers.vendor(LAPTOP).folder / "python"
    plans = layers.numbering_plans(LAPTOP).folder / "python"
    script = f"""
import sys
sys.path[:0] = [{str(python)!r}, {str(plans)!r}]
import boto3, jinja2, jinja2.sandbox, phonenumbers, phonenumbers.timezone
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
for module in (boto3, jinja2):
    assert module.__file__.startswith({str(python)!r}), module
assert phonenumbers.__file__.startswith({str(plans)!r})
session = boto3.Session("key", "secret", region_name="eu-west-1")
for service in {sorted(layers.AWS_SERVICES)!r}:
    session.client(service)
number = phonenumbers.parse("+442079460000")
assert phonenumbers.is_valid_number(number)
assert phonenumbers.timezone.time_zones_for_number(number) == ("Europe/London",)
"""
    command = [sys.executable, "-I", "-S", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own script)
    assert done.returncode == 0, done.stderr


def test_only_the_laptop_has_the_played_clock() -> None:
    assert [layer.name for layer in layers.layers_of(PROD)] == ["duebridge", "vendor", "content", "numbering_plans"]
    assert [layer.name for layer in layers.layers_of(LAPTOP)] == [
        "duebridge",
        "vendor",
        "content",
        "numbering_plans",
        "local_clock",
    ]


def _project_with_a_package(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    package = folder / "layers" / "duebridge" / "python" / "duebridge"
    package.mkdir(parents=True)
    monkeypatch.setattr(layers, "PROJECT", folder)
    monkeypatch.setattr(layers, "BUILD", folder / "build")
    return package / "module.py"
