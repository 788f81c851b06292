"""`python -m infra.lint_templates`: cdk-nag's AwsSolutions rules and cfn-lint over the templates of prod."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cdk_nag import AwsSolutionsChecks

from infra.app import add_stacks, new_app, synthesise
from infra.stages import PROD, Stage

REDUNDANT_DEPENDENCY = "W3005"
"""The CDK names a function's role twice, as a dependency and in its ARN; harmless, and not ours to mend."""


def security_findings(stage: Stage) -> Sequence[str]:
    """What cdk-nag finds and nobody acknowledged, as `stack: rule: description`."""
    with tempfile.TemporaryDirectory() as scratch:
        app = new_app(Path(scratch))
        return [
            f"{stack.stack_name}: {violation.rule_name}: {violation.description}"
            for stack in add_stacks(app, stage)
            for violation in AwsSolutionsChecks(app).validate_scope(stack).violations
        ]


def template_findings(assembly: Path) -> Sequence[str]:
    """What cfn-lint finds in a synthesised assembly, as `file:line:column: rule: message` or the like."""
    templates = [str(template) for template in sorted(assembly.glob("*.template.json"))]
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "parseable"]
    command += ["--ignore-checks", REDUNDANT_DEPENDENCY, "--template", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own files)
    findings = [line for line in done.stdout.splitlines() if line]
    if done.returncode and not findings:
        raise RuntimeError(f"cfn-lint did not run: {done.stderr.strip()}")
    return findings


def main() -> int:
    """Prints every finding; 1 if there is any."""
    with tempfile.TemporaryDirectory() as scratch:
        findings = [*security_findings(PROD), *template_findings(synthesise(PROD, Path(scratch)))]
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
