"""Functions called in several processes."""

import os
import signal
import time

import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.workers import run_in_processes


def slow_first(number):
    time.sleep(0.2 if number == 0 else 0)
    return number, os.getpid()


def fail_at_3(number):
    if number == 3:
        raise StNetInputError('not 3')
    return number


def die(number):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize('workers', [1, 2, None])
def test_results_in_order(workers):
    seen = []
    tasks = [(number,) for number in range(8)]
    results = run_in_processes(slow_first, tasks, workers, seen.append)
    assert [number for number, _ in results] == [*range(8)]
    assert sorted(seen) == sorted(results)
    here = {process == os.getpid() for _, process in results}
    assert here == {workers == 1} or os.cpu_count() == 1


def test_nothing_to_do():
    assert run_in_processes(slow_first, []) == []


@pytest.mark.parametrize('workers', [1, 2])
def test_errors_end_the_work(workers):
    tasks = [(number,) for number in range(9)]
    with pytest.raises(StNetInputError, match='not 3'):
        run_in_processes(fail_at_3, tasks, workers)


def test_an_interruption_ends_the_work():
    finished = []

    def interrupt(result):
        finished.append(result)
        raise KeyboardInterrupt

    tasks = [(number,) for number in range(200)]
    with pytest.raises(KeyboardInterrupt):
        run_in_processes(slow_first, tasks, 2, interrupt)
    assert len(finished) == 1


def test_a_killed_process_is_an_error():
    with pytest.raises(StNetInputError, match='one of 2 processes was killed'):
        run_in_processes(die, [(0,), (1,)], 2)
