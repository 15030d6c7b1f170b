"""Work in several processes, none of which outlives the one that began it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Thread
from typing import Any, Callable, TypeVar

import cv2

from ..errors import StNetInputError

T = TypeVar('T')


def count_cores() -> int:
    """Count the cores that this process may use.

    Returns:
        int: Often fewer than the machine has, where a scheduler shares it;
        those of the machine where the system does not tell.
    """
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_in_processes(
    function: Callable[..., T],
    tasks: Sequence[tuple],
    workers: int | None = None,
    done: Callable[[T], Any] = lambda result: None,
) -> list[T]:
    """Call a function with each task, in several processes.

    An error and Ctrl-C end all processes at once; their ``finally`` blocks
    run.

    Args:
        function (Callable): The function; of a module, so that processes
            find it.
        tasks (Sequence[tuple]): Its arguments, for each call.
        workers (int, optional): Number of processes; with 1 it is this one.
            Defaults to None, the number of cores.
        done (Callable): Called in this process with each result as soon as
            it is there, in any order. Defaults to nothing.

    Returns:
        list: What the function returns, in the order of the tasks.

    Raises:
        StNetInputError: If a process is killed.
        Exception: The first that the function raises.
    """
    workers = min(workers or count_cores(), len(tasks))
    if workers <= 1:
        results = []
        for task in tasks:
            results.append(function(*task))
            done(results[-1])
        return results
    others = {*multiprocessing.active_children()}
    with one_opencv_thread(), ProcessPoolExecutor(
        workers, initializer=set_up_worker
    ) as executor:
        try:
            futures = [executor.submit(_run, function, task) for task in tasks]
            for future in as_completed(futures):
                done(future.result())
        except BaseException as error:
            for worker in {*multiprocessing.active_children()} - others:
                worker.terminate()
            if isinstance(error, BrokenProcessPool):
                raise StNetInputError(
                    'a process was killed, perhaps for lack of memory: start '
                    'again with fewer processes; what is finished is kept'
                ) from error
            raise
    return [future.result() for future in futures]


def set_up_worker() -> None:
    """In a new process: leave Ctrl-C, and the end, to the one before it."""
    # Ctrl-C reaches every process: the main one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    Thread(target=_leave_with_parent, daemon=True).start()


def _run(function: Callable[..., T], task: tuple) -> T:
    try:
        return function(*task)
    except SystemExit:
        # Terminated: the pool would go on with the next task.
        os._exit(1)


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
def one_opencv_thread() -> Iterator[None]:
    """Start processes that use one thread of OpenCV each."""
    # Processes inherit it. If they set it themselves they would wait forever
    # for OpenCV's threads, which are not forked with them.
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)
