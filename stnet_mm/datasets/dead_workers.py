"""Which videos workers of the data loader read when they died."""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmengine.dataset import BaseDataset
from torch.utils.data import get_worker_info

from ..errors import StNetInputError
from ..utils.room import SHARED

_MAX_WORKERS = 256
# What PyTorch says of a worker that was killed, left, or hangs.
_DEAD = re.compile(r'DataLoader (worker \(pid|timed out)')
_RECORDS: weakref.WeakSet[ReadingNow] = weakref.WeakSet()


class ReadingNow:
    """Keeps in shared memory which video each worker reads.

    Args:
        dataset (BaseDataset): The data set of the videos.
    """

    def __init__(self, dataset: BaseDataset) -> None:
        self._dataset = weakref.ref(dataset)
        # A row a worker: its process, and number of the video from 1 on.
        self._slots = torch.zeros(_MAX_WORKERS, 2, dtype=torch.int64)
        self._slots.share_memory_()
        _RECORDS.add(self)

    @contextmanager
    def at(self, idx: int) -> Iterator[None]:
        """Say that a video is being read; nothing outside of a worker.

        Args:
            idx (int): Number of the video.
        """
        worker = get_worker_info()
        if worker is None or worker.id >= _MAX_WORKERS:
            yield
            return
        slot = self._slots[worker.id]
        slot[0], slot[1] = os.getpid(), idx + 1
        try:
            yield
        finally:
            slot[1] = 0

    def files(self, processes: set[int]) -> list[str]:
        """The videos that processes read.

        Args:
            processes (set[int]): Numbers of processes; none: of all.

        Returns:
            list[str]: Paths of the videos.
        """
        dataset = self._dataset()
        return [
            str(dataset.get_data_info(number - 1)['filename'])
            for process, number in self._slots.tolist()
            if dataset and number and (process in processes or not processes)
        ]

    def __getstate__(self) -> dict:
        # Workers that are not forked get it without the data set.
        return dict(_slots=self._slots)

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state, _dataset=lambda: None)


def is_dead_worker(error: RuntimeError) -> bool:
    """Whether an error says that a worker of a data loader died.

    Args:
        error (RuntimeError): The error.

    Returns:
        bool: Whether it does.
    """
    return bool(_DEAD.search(' '.join(str(error).split())))


def files_of_dead_workers(error: RuntimeError) -> list[str]:
    """The videos that workers of a data loader read when they died.

    Args:
        error (RuntimeError): What says that they died.

    Returns:
        list[str]: Paths of the videos.
    """
    processes = {
        int(number)
        for numbers in re.findall(r'pid(?:\(s\))? ([\d, ]+)', str(error))
        for number in re.findall(r'\d+', numbers)
    }
    return [f for record in _RECORDS for f in record.files(processes)]


@contextmanager
def explain_dead_workers() -> Iterator[None]:
    """Turn the death of a data loader's worker into one line.

    Raises:
        StNetInputError: Names the videos that the worker read, and the
            command that finds the one to blame.
    """
    try:
        yield
    except RuntimeError as error:
        if not is_dead_worker(error):
            raise
        text = ' '.join(str(error).split())
        if 'Bus error' in text:
            raise StNetInputError(f'{text} That is, {SHARED}') from error
        files = files_of_dead_workers(error)
        raise StNetInputError(
            f'{text} It read {", ".join(files) or "no video"}. If memory '
            'sufficed, a video crashes or hangs the decoder: `python '
            'tools/check_videos.py LIST --decode full` names it'
        ) from error
