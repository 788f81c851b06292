"""A fresh clone to follow the docs in: what the reader changes there is changed nowhere else."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.layers import PROJECT

SOURCES = ("docs", "functions", "infra", "layers", "templates", "cdk.json", "pyproject.toml", "uv.lock", "Makefile")
STAGES = Path("infra") / "stages.py"
STAGE_NAMES = ("DEV", "PROD")


class CloneError(Exception):
    """The clone cannot do what the docs say; the text says why."""


class Clone:
    """A copy of the project in a folder of its own, which uses this project's environment and built layers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._assembly = folder / "cdk.out"
        self._is_synthesised = False
        for name in SOURCES:
            source = PROJECT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, folder / name)
        # Wheels are the same in any clone with this lock file, and take a minute to fetch.
        (PROJECT / "build" / "layers").mkdir(parents=True, exist_ok=True)
        (folder / "build").mkdir()
        (folder / "build" / "layers").symlink_to(PROJECT / "build" / "layers")

    def write_stage(self, text: str) -> list[str]:
        """Puts the page's stages into infra/stages.py, in place of those of the same name; the names.

        Raises CloneError for anything but stages that the file has.
        """
        path = self.folder / STAGES
        file = path.read_text(encoding="utf-8")
        names = []
        for statement in ast.parse(text).body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            name = target.id if isinstance(target, ast.Name) else ""
            there = [node for node in ast.parse(file).body if ast.unparse(node).startswith(f"{name} = ")]
            if name not in STAGE_NAMES or len(there) != 1:
                raise CloneError(f"{ast.unparse(statement)[:40]}: only {' and '.join(STAGE_NAMES)} are written there")
            lines = file.splitlines(keepends=True)
            lines[there[0].lineno - 1 : there[0].end_lineno] = [f"{ast.unparse(statement)}\n"]
            file = "".join(lines)
            names.append(name)
        path.write_text(file, encoding="utf-8")
        self._is_synthesised = False
        return names

    def assembly(self) -> Path:
        """The templates of all stages as the clone has them now. Raises CloneError with what the CDK app said."""
        if not self._is_synthesised:
            shutil.rmtree(self._assembly, ignore_errors=True)
            done = self.run("-m", "infra.app")
            if done.returncode:
                raise CloneError(f"make synth fails: {(done.stderr or done.stdout).strip()[-2000:]}")
            self._is_synthesised = True
        return self._assembly

    def run(self, *words: str, environment: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Python, with the clone's own modules before the project's."""
        paths = (self.folder, self.folder / "layers" / "duebridge" / "python")
        return subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, *words],
            cwd=self.folder,
            env={**_without_aws(), **(environment or {}), "PYTHONPATH": os.pathsep.join(map(str, paths))},
            capture_output=True,
            text=True,
            check=False,
        )


def _without_aws() -> dict[str, str]:
    """This machine's environment, but for whatever could lead to a real account."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
