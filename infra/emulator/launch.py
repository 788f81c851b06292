"""Runs the emulator, inside its own environment, for as long as the process that started it lives.

The starter holds the other end of our standard input: when it dies, however it dies, that pipe closes. This
works the same on Linux and macOS, and takes the Lambda workers along, which a signal to the emulator alone
would leave running.
"""

import functools
import importlib
import logging
import os
import runpy
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any


def _follow_the_starter() -> None:
    """Blocks until the starter is gone; nobody ever writes into the pipe."""
    os.read(0, 1)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _arrange_mishaps() -> None:
    """Only where a bad day was ordered; the Lambdas, who inherit our environment, are not told."""
    orders = os.environ.pop("DUEBRIDGE_MISHAPS", "")
    if orders:
        sys.path.append(str(Path(__file__).parent))
        importlib.import_module("mishaps").begin(orders)


def _check_expressions_once() -> None:
    """The emulator checks the grammar of a condition for every row that it holds against it, which is a third of its
    work in a demo; the answer depends on nothing but the condition."""
    dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
    dynamodb._condition_syntax_error = functools.lru_cache(maxsize=1000)(dynamodb._condition_syntax_error)


threading.Thread(target=_follow_the_starter, daemon=True, name="follow-the-starter").start()
_arrange_mishaps()
_check_expressions_once()
# It tells of every call that goes well, sixteen thousand lines a demo, which only takes its time.
logging.disable(logging.INFO)
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
