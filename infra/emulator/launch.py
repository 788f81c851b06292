"""Runs the emulator, inside its own environment, for as long as the process that started it lives.

The starter holds the other end of our standard input: when it dies, however it dies, that pipe closes. This
works the same on Linux and macOS, and takes the Lambda workers along, which a signal to the emulator alone
would leave running.
"""

import os
import runpy
import shutil
import signal
import threading


def _follow_the_starter() -> None:
    """Blocks until the starter is gone; nobody ever writes into the pipe."""
    os.read(0, 1)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=_follow_the_starter, daemon=True, name="follow-the-starter").start()
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
