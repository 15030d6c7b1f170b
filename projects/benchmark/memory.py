"""Memory of processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def in_new_process(work: Callable, *args: object) -> float:
    """Run something in a process of its own, whose memory is untouched."""
    with new_process() as pool:
        return pool.submit(work, *args).result()


def new_process() -> ProcessPoolExecutor:
    """A process of its own, to run several things one after another."""
    spawn = multiprocessing.get_context('spawn')
    # Not a Pool, whose processes may not start a loader's workers.
    return ProcessPoolExecutor(1, mp_context=spawn)


def status_of(key: str) -> float:
    """A figure of this process in bytes, as Linux tells it."""
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith(f'{key}:'):
            return float(line.split()[1]) * 1024
    raise KeyError(key)
