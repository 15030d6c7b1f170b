"""Work in several processes, which end with the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Thread
from typing import Any, Callable, TypeVar

import cv2

from ..errors import StNetInputError

T = TypeVar('T')


def run_in_processes(
    function: Callable[..., T],
    tasks: Sequence[tuple],
    workers: int | None = None,
    done: Callable[[T], Any] = lambda result: None,
) -> list[T]:
    """Call a function with many arguments, in several processes.

    Ctrl-C, or whatever ``done`` raises, ends the work once the calls that
    have begun are finished.

    Args:
        function (Callable): A function of a module.
        tasks (Sequence[tuple]): Its arguments in each call.
        workers (int, optional): Number of processes; with 1 it runs in this
            one. Defaults to None, the number of cores.
        done (Callable): Called in this process with each result as soon as
            it is there, in any order. Defaults to nothing.

    Returns:
        list: The results in the order of the tasks.

    Raises:
        StNetInputError: If a process was killed.
    """
    workers = min(workers or os.cpu_count() or 1, len(tasks))
    if workers <= 1:
        results = []
        for task in tasks:
            results.append(function(*task))
            done(results[-1])
        return results
    with _one_opencv_thread(), ProcessPoolExecutor(
        workers, initializer=_set_up_worker
    ) as executor:
        futures = [executor.submit(function, *task) for task in tasks]
        try:
            for future in as_completed(futures):
                done(future.result())
        except BaseException as error:
            for future in futures:
                future.cancel()
            if isinstance(error, BrokenProcessPool):
                raise StNetInputError(
                    f'one of {workers} processes was killed, perhaps for '
                    'want of memory: start again with fewer of them'
                ) from error
            raise
    return [future.result() for future in futures]


def _set_up_worker() -> None:
    # Ctrl-C reaches every process: the main one stops the others, once they
    # have finished what they are at.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """End this process when its parent is gone, which may be killed.

    The pool's own processes would wait for work forever.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    # A pipe that the parent opened before it started this process, so that
    # also a parent that has gone already is noticed.
    parent.join()
    os._exit(1)


@contextmanager
def _one_opencv_thread() -> Iterator[None]:
    # Processes inherit it. If they set it themselves they would wait forever
    # for OpenCV's threads, which are not forked with them.
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)
