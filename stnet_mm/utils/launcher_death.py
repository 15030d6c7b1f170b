"""Processes of a job end with the launcher that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

# Of Linux: the signal to get when the parent dies.
_PR_SET_PDEATHSIG = 1


def end_with_launcher(launcher: int) -> None:
    """Let the system send SIGTERM to this process when its launcher dies.

    A launcher that is killed, as for lack of memory, cannot end what it has
    started: these processes would wait for each other, for half an hour if
    they have not met yet. Only Linux can tell them.

    Args:
        launcher (int): Number of the parent when this process began. If it
            is gone by now, the signal is sent at once.
    """
    if not sys.platform.startswith('linux'):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != launcher:
        os.kill(os.getpid(), signal.SIGTERM)
