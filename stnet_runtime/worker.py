"""A process that classifies videos, and is replaced if one hangs it."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from threading import Lock, Thread

from .contract import Contract
from .errors import StNetInputError
from .model import ExportedModel

_MODEL: ExportedModel


class Worker:
    """Classifies one video at a time, in a process of its own.

    A decoder may hang or crash on a video that was made to: it takes the
    process with it, and the next video gets a new one.

    Args:
        model (str): The file that ``tools/export.py`` wrote.
        seconds (float): How long a video may take.
        threads (int, optional): As of ``ExportedModel``.

    Attributes:
        contract (Contract): What the network takes and gives.

    Raises:
        StNetInputError: If the file is no exported network.
    """

    contract: Contract

    def __init__(
        self, model: str, seconds: float, threads: int | None = None
    ) -> None:
        self.contract = ExportedModel(model, threads).contract
        self._model = model, threads
        self._seconds = seconds
        self._turn = Lock()
        self._pool = self._start()

    def classify(self, video: Path) -> dict:
        """Classify a video, when those before it have been.

        Args:
            video (Path): The file.

        Returns:
            dict: ``scores`` by the names of the classes, and whether it is
            ``unknown``.

        Raises:
            StNetInputError: If it cannot be read as a video.
            concurrent.futures.TimeoutError: If it takes too long.
        """
        with self._turn:
            try:
                future = self._pool.submit(_classify, str(video))
                return future.result(self._seconds)
            except TooLate:
                self._replace()
                raise
            except BrokenProcessPool:
                self._replace()
                raise StNetInputError(
                    f'{video}: it crashes the decoder'
                ) from None

    def close(self) -> None:
        """End the process."""
        for process in list(self._pool._processes.values()):
            process.kill()
        self._pool.shutdown(wait=False)

    def _replace(self) -> None:
        self.close()
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # A fork would copy the threads' locks of this process.
        context = multiprocessing.get_context('spawn')
        return ProcessPoolExecutor(1, context, _load, self._model)


def _load(path: str, threads: int | None) -> None:
    global _MODEL
    Thread(target=_end_with_parent, daemon=True).start()
    _MODEL = ExportedModel(path, threads)


def _end_with_parent() -> None:
    """Leave nothing behind, however the service ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _classify(video: str) -> dict:
    scores, _, unknown = _MODEL(video)
    named = dict(zip(_MODEL.contract.classes, map(float, scores)))
    return dict(unknown=unknown, scores=named)
