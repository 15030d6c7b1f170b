"""Signals that ask a training to end, and what it does about them."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Exit status of each, by the conventions of shells; SLURM's warning before
# its time limit, `--signal=USR1@60`, is no failure.
STATUS: dict[int, int] = {signal.SIGINT: 130, signal.SIGTERM: 143}
if hasattr(signal, 'SIGUSR1'):
    STATUS[signal.SIGUSR1] = 0
# Seconds that workers live on after SIGTERM.
GRACE = 30


class Interruption:
    """Keeps a signal until it is convenient to end.

    Args:
        piece (str): After what it is convenient, for the user to read.

    Attributes:
        signal (int): The signal that came; 0 if none did.
    """

    def __init__(self, piece: str) -> None:
        self._piece = piece
        self.signal = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep signals, but for a second Ctrl-C."""
        old = {}
        # Python allows handlers in the main thread only.
        if threading.current_thread() is threading.main_thread():
            old = {n: signal.signal(n, self._take) for n in STATUS}
        try:
            yield
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)

    def wait(self, seconds: float) -> int:
        """Wait for a signal that may be on its way.

        Args:
            seconds (float): For how long.

        Returns:
            int: The signal; 0 if none came.
        """
        end = time.monotonic() + seconds
        while not self.signal and time.monotonic() < end:
            time.sleep(0.02)
        return self.signal

    def _take(self, number: int, frame: FrameType | None) -> None:
        # Never ends here: what is running may catch whatever is raised.
        if self.signal and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.signal = number
        name = signal.Signals(number).name
        text = f'{name}: ending after this {self._piece}'
        print(text, file=sys.stderr, flush=True)


def leave(number: int) -> None:
    """End with the status of a signal.

    Args:
        number (int): The signal; 0 for none, and nothing happens.

    Raises:
        SystemExit: If there is one.
    """
    if number:
        sys.exit(STATUS[number])


def outlive_signals(worker_id: int) -> None:
    """Make a worker of a data loader outlive signals for a while.

    A terminal and most batch systems send them to every process, and a
    training whose workers are gone cannot finish its step. After SIGTERM,
    with which Python also ends workers that are left, there is a limit.

    Args:
        worker_id (int): Number of the worker; not used.
    """
    for number in STATUS:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, 'alarm'):
        signal.signal(signal.SIGTERM, lambda *_: signal.alarm(GRACE))
