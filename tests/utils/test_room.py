"""What is said where memory, shared memory or a disk does not suffice."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import sys
from unittest import mock

import numpy as np
import pytest
import torch

from stnet_mm.utils.error_lines import clear_errors
from stnet_mm.utils.room import MEMORY, SHARED, describe_lack

HUGE = 2**55


@pytest.mark.parametrize(
    'allocate',
    [
        lambda: bytearray(HUGE),
        lambda: np.empty(HUGE, np.uint8),
        lambda: torch.empty(HUGE, dtype=torch.uint8),
        lambda: torch.zeros(HUGE, dtype=torch.uint8),
    ],
)
def test_memory(allocate):
    with pytest.raises(SystemExit) as caught, clear_errors():
        allocate()
    assert str(caught.value) == f'error: {MEMORY}'


@pytest.mark.parametrize(
    'text',
    [
        'CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has ...',
        'CUDA error: out of memory',
        '[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough '
        'memory: you tried to allocate 9 bytes.',
    ],
)
def test_memory_of_other_machines(text):
    assert describe_lack(RuntimeError(text)) == MEMORY


def test_shared_memory():
    for text in (
        'unable to write to file </torch_12_3_0>: No space left on device '
        '(28)',
        'Caught RuntimeError in DataLoader worker process 0.\nOriginal '
        'Traceback ...\nRuntimeError: unable to allocate shared memory(shm) '
        'for file </torch_1_2>: No space left on device (28)',
    ):
        assert describe_lack(RuntimeError(text)) == SHARED
    # Semaphores are there as well, and name no file.
    full = OSError(errno.ENOSPC, 'No space left on device')
    with mock.patch('_multiprocessing.SemLock', side_effect=full), mock.patch(
        'multiprocessing.synchronize._multiprocessing.SemLock',
        side_effect=full,
    ), pytest.raises(SystemExit) as caught, clear_errors():
        multiprocessing.Lock()
    assert str(caught.value) == f'error: {SHARED}'


def test_other_errors_stay():
    for error in (RuntimeError('shape mismatch'), ValueError('memory')):
        assert describe_lack(error) is None
        with pytest.raises(type(error)), clear_errors():
            raise error


def test_a_log_that_cannot_be_written_is_said_once(tmp_path, capsys):
    if sys.platform != 'linux':
        pytest.skip('there is no /dev/full')
    logger = logging.Logger('full')
    with clear_errors():
        logger.addHandler(logging.FileHandler('/dev/full'))
        for number in range(3):
            logger.warning('line %d', number)
    err = capsys.readouterr().err
    assert err.startswith('warning: /dev/full cannot be written (')
    assert err.count('\n') == 1
    # What is wrong with a line itself is a fault of the program.
    with clear_errors():
        logger.handlers[:] = [logging.FileHandler(tmp_path / 'log')]
        logger.warning('%d', 'x')
    assert 'TypeError' in capsys.readouterr().err
    logger.handlers[0].close()
