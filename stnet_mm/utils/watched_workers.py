"""Work in processes of which any may crash or hang."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, Callable, Generic, TypeVar

from .workers import one_opencv_thread, set_up_worker

T = TypeVar('T')
# In a worker, where it says that it is alive.
_CONNECTION: Connection | None = None


def report_alive() -> None:
    """In a worker: ask for the time limit anew, because work goes on."""
    if _CONNECTION is not None:
        _CONNECTION.send(None)


def run_watched(
    function: Callable[..., T],
    tasks: Sequence[tuple],
    lost: Callable[[tuple, str], T],
    workers: int,
    limit: float,
    done: Callable[[T], Any] = lambda result: None,
) -> list[T]:
    """Call a function with each task, in processes that may crash or hang.

    A process that crashes, or says nothing for too long, is replaced by a
    new one, and its task counts as lost; all others are done. An error and
    Ctrl-C end all processes at once.

    Args:
        function (Callable): The function; of a module, so that processes
            find it. What takes long calls ``report_alive`` now and then.
        tasks (Sequence[tuple]): Its arguments, for each call.
        lost (Callable[[tuple, str], T]): Makes the result of a task that was
            lost, from the task and the reason.
        workers (int): Number of processes.
        limit (float): Seconds without a word after which one hangs.
        done (Callable): Called in this process with each result as soon as
            it is there, in any order. Defaults to nothing.

    Returns:
        list: The results, in the order of the tasks.

    Raises:
        Exception: The first that the function raises.
    """
    results: dict[int, T] = {}
    waiting = list(reversed(range(len(tasks))))
    running: list[_Worker[T]] = []

    def take(worker: _Worker[T], result: T) -> None:
        results[worker.number] = result
        done(result)

    with one_opencv_thread():
        try:
            while waiting or any(worker.busy for worker in running):
                running = [worker for worker in running if worker.usable]
                busy = [worker for worker in running if worker.busy]
                wanted = min(workers, len(waiting) + len(busy))
                while len(running) < wanted:
                    running.append(_Worker(function))
                for worker in running:
                    if waiting and not worker.busy:
                        number = waiting.pop()
                        worker.start(number, tasks[number], limit)
                busy = [worker for worker in running if worker.busy]
                ends = min(worker.ends for worker in busy)
                pause = max(0.0, ends - time.monotonic())
                ready = wait([worker.connection for worker in busy], pause)
                for worker in busy:
                    if worker.connection in ready:
                        worker.receive(limit)
                    elif time.monotonic() >= worker.ends:
                        worker.end(f'no progress for {limit:g} s: it hangs')
                    if worker.failure:
                        task = tasks[worker.number]
                        take(worker, lost(task, worker.failure))
                    elif not worker.busy:
                        take(worker, worker.result)
        finally:
            for worker in running:
                worker.end()
    return [results[i] for i in range(len(tasks))]


class _Worker(Generic[T]):
    """A process that does one task after the other.

    Attributes:
        connection (Connection): Where it answers.
        busy (bool): Whether it has a task.
        number (int): Of the task.
        ends (float): When it counts as hanging, of ``time.monotonic``.
        result (object): Of the task that was finished last.
        failure (str): Why its last task was lost; empty if it was not.
    """

    def __init__(self, function: Callable[..., T]) -> None:
        self.connection, other = multiprocessing.Pipe()
        self._process = multiprocessing.Process(
            target=_serve, args=(function, other), daemon=True
        )
        self._process.start()
        other.close()
        self.busy, self.failure = False, ''
        self.number, self.ends = -1, 0.0
        self.result: Any = None

    @property
    def usable(self) -> bool:
        """Whether it can do another task."""
        return not self.failure

    def start(self, number: int, task: tuple, limit: float) -> None:
        """Let it do a task."""
        self.number, self.busy = number, True
        self.ends = time.monotonic() + limit
        self.connection.send(task)

    def receive(self, limit: float) -> None:
        """Take what it says."""
        try:
            message = self.connection.recv()
        except (EOFError, OSError):
            self._process.join()
            code = self._process.exitcode
            self.end(f'the process that read it was killed (status {code})')
            return
        if message is None:
            self.ends = time.monotonic() + limit
            return
        self.busy = False
        self.result, error = message
        if error is not None:
            raise error

    def end(self, failure: str = '') -> None:
        """Kill it."""
        self.failure, self.busy = failure, False
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(function: Callable, connection: Connection) -> None:
    """In the process: do tasks until there are no more."""
    global _CONNECTION
    set_up_worker()
    _CONNECTION = connection
    while True:
        task = connection.recv()
        try:
            connection.send((function(*task), None))
        except Exception as error:
            connection.send((None, error))
