"""Reading videos in processes, of which any may die."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Callable, Union

from torch.utils.data import DataLoader, Dataset

from ..datasets.dead_workers import (
    ReadingNow,
    files_of_dead_workers,
    is_dead_worker,
)
from ..engine.interruption import outlive_signals
from ..errors import StNetInputError
from ..utils.quiet import quiet_stderr
from ..utils.room import SHARED
from ..utils.workers import one_opencv_thread

# What the pipeline makes of a video, or why it cannot be read.
Read = Union[dict, StNetInputError]


def read_in_order(
    read: Callable[[str], dict], videos: Sequence[str], workers: int
) -> Generator[Read, None, None]:
    """Read videos in several processes.

    A video that kills the process that reads it is read once more, alone,
    as memory may have been short; if that process dies as well, the video
    counts as unreadable.

    Args:
        read (Callable[[str], dict]): Reads a video; raises a
            ``StNetInputError`` if it cannot.
        videos (Sequence[str]): The videos; all differ.
        workers (int): Number of processes; 0: this one.

    Yields:
        dict | StNetInputError: What was read of each video, in their order,
        or why there is nothing.

    Raises:
        StNetInputError: If shared memory does not suffice.
    """
    dataset = _Videos(read, videos)
    numbers = {video: number for number, video in enumerate(videos)}
    killers: dict[int, str] = {}
    done = 0
    while done < len(videos):
        # Where the next is that has to be read alone.
        end = min((n for n in killers if n > done), default=len(videos))
        alone = done in killers
        loader = _Loader(
            dataset,
            range(done, done + 1 if alone else end),
            1 if alone else workers,
        )
        try:
            for sample in loader:
                yield sample
                done += 1
        except RuntimeError as error:
            if not is_dead_worker(error):
                raise
            status = loader.status()
            # What was read already is lost, too, and read again.
            files = files_of_dead_workers(error) or [videos[done]]
            if alone:
                yield StNetInputError(
                    f'{videos[done]}: it kills the process that reads it '
                    f'({status}), also alone: it crashes the decoder, or '
                    'memory does not suffice'
                )
                done += 1
                continue
            for file in files:
                killers[numbers[file]] = status
                print(
                    f'warning: the process that read {file} died ({status}): '
                    'it is read again, alone',
                    file=sys.stderr,
                )
            continue
        if alone and killers[done - 1] == 'SIGBUS':
            raise StNetInputError(f'{SHARED} (--workers)')


class _Videos(Dataset):
    """Samples of videos by number; a video that is none is its error."""

    def __init__(
        self, read: Callable[[str], dict], videos: Sequence[str]
    ) -> None:
        self._read, self._videos = read, videos
        self._reading = ReadingNow(self)

    def get_data_info(self, number: int) -> dict:
        return dict(filename=self._videos[number])

    def __getitem__(self, number: int) -> Read:
        try:
            with self._reading.at(number), quiet_stderr():
                return self._read(self._videos[number])
        except StNetInputError as error:
            return error


class _Loader:
    """A data loader whose workers may be asked how they ended."""

    def __init__(
        self, dataset: Dataset, numbers: Sequence[int], workers: int
    ) -> None:
        self._loader: DataLoader = DataLoader(
            dataset,
            batch_size=None,
            sampler=numbers,
            num_workers=min(workers, len(numbers)),
            collate_fn=_as_it_is,
            worker_init_fn=outlive_signals,
        )
        self._running: Any = None

    def __iter__(self) -> Iterator[Read]:
        with one_opencv_thread():
            self._running = iter(self._loader)
        try:
            with _death_noticed_later():
                yield from self._running
        finally:
            if hasattr(self._running, '_shutdown_workers'):
                self._running._shutdown_workers()

    def status(self) -> str:
        """How the first worker that did not end by itself ended."""
        codes = [worker.exitcode for worker in self._running._workers]
        return next((_name(code) for code in codes if code), 'it is gone')


def _as_it_is(sample: Any) -> Any:
    return sample


def _name(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f'status {code}'


@contextmanager
def _death_noticed_later() -> Iterator[None]:
    """Let a worker's death be an error where its sample is awaited only.

    PyTorch raises it from a handler, wherever this process is by then: in
    the network, or while it writes.
    """
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, 'SIGCHLD')):
        yield
        return
    handler = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGCHLD, handler)
