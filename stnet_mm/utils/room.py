"""What to do where memory, shared memory or a disk does not suffice."""

from __future__ import annotations

import errno
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

SHARED = (
    'the shared memory (/dev/shm) does not suffice, by which workers of the '
    'data loader hand over videos: set num_workers to fewer or 0, or give it '
    'more (docker run --ipc=host, or --shm-size=8g)'
)
MEMORY = (
    'memory does not suffice: make batch_size, num_workers or crop_size '
    'smaller, or close other programs'
)
_ADVICE = {
    errno.ENOSPC: 'free some space and run it again',
    errno.EDQUOT: 'your quota is used up: free some space and run it again',
    errno.EMFILE: 'raise the limit (ulimit -n 65536), or lower num_workers',
    errno.EROFS: 'choose a folder that can be written to',
    errno.EACCES: 'choose another one, or ask its owner for the permission',
}
# What PyTorch says where shared memory is full.
_SHARED = re.compile(r'</torch_\w+>.*No space left on device')
_SEMAPHORES = 'synchronize.py'
_MEMORY = re.compile(
    r"can't allocate memory|not enough memory|out of memory|"
    r'Cannot allocate memory'
)


def describe_lack(error: BaseException) -> str | None:
    """Say what does not suffice, and what to do about it.

    Args:
        error (BaseException): What went wrong.

    Returns:
        str | None: A line; None if the error is another one.
    """
    text = ' '.join(str(error).split())
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC and _is_of_semaphores(error):
            return SHARED
        if error.errno == errno.ENOMEM:
            return f'{MEMORY} ({text})'
        advice = _ADVICE.get(error.errno or 0)
        return advice and f'{text}: {advice}'
    if isinstance(error, RuntimeError) and _SHARED.search(text):
        return SHARED
    if isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and _MEMORY.search(text)
    ):
        return MEMORY
    return None


@contextmanager
def lines_of_full_disks() -> Iterator[None]:
    """Report once that a log file cannot be written.

    Python prints a traceback for each line that is lost.
    """
    reported = set()
    usual = logging.FileHandler.handleError

    def report(handler: logging.FileHandler, record: object) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            usual(handler, record)  # type: ignore[arg-type]
        elif handler.baseFilename not in reported:
            reported.add(handler.baseFilename)
            print(
                f'warning: {handler.baseFilename} cannot be written '
                f'({error}): what is logged from here on is not in it',
                file=sys.stderr,
            )

    with mock.patch.object(logging.FileHandler, 'handleError', report):
        yield


def _is_of_semaphores(error: OSError) -> bool:
    """Whether it comes from multiprocessing, which names no file."""
    return any(
        Path(frame.filename).parts[-2:] == ('multiprocessing', _SEMAPHORES)
        for frame in traceback.extract_tb(error.__traceback__)
    )
