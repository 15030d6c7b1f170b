"""Processes that work for another one, and end with it."""

import os
import signal
import time
from pathlib import Path

import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.workers import count_cores, run_in_processes


def square(number):
    time.sleep(0.05 * (number == 0))  # the first is not the first to end
    return number * number, os.getpid()


@pytest.mark.parametrize('workers', [1, 2])
def test_results_are_in_the_order_of_the_tasks(workers):
    done = []
    tasks = [(i,) for i in range(5)]
    results = run_in_processes(square, tasks, workers, done.append)
    assert [result for result, _ in results] == [0, 1, 4, 9, 16]
    assert sorted(done) == sorted(results)
    assert (os.getpid() in {pid for _, pid in results}) == (workers == 1)
    assert run_in_processes(square, [], workers) == []


def fail_beside_another(folder, number):
    """The first waits for long; the second fails once the first has begun."""
    begun, ended = Path(folder, 'begun'), Path(folder, 'ended')
    if number == 1:
        while not begun.exists():
            time.sleep(0.01)
        raise StNetInputError('the second')
    try:
        Path(folder, f'task_{number}').write_text('')
        begun.write_text('')
        time.sleep(600)
    finally:
        ended.write_text('')


@pytest.mark.usefixtures('no_process_is_left')
def test_an_error_ends_the_others(tmp_path):
    with pytest.raises(StNetInputError, match='the second'):
        run_in_processes(
            fail_beside_another,
            [(tmp_path, number) for number in (0, 1, 2, 3)],
            2,
        )
    # The first could tidy up, and did not go on with the next.
    assert (tmp_path / 'ended').exists()
    assert not (tmp_path / 'task_3').exists()


def die(number):
    if number:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.usefixtures('no_process_is_left')
def test_a_killed_process(tmp_path):
    with pytest.raises(StNetInputError, match='fewer processes'):
        run_in_processes(die, [(i,) for i in range(5)], 2)


@pytest.mark.skipif(
    not hasattr(os, 'sched_setaffinity'), reason='cores cannot be taken away'
)
def test_cores_are_those_of_this_process():
    cores = os.sched_getaffinity(0)
    assert count_cores() == len(cores)
    try:
        os.sched_setaffinity(0, {min(cores)})
        assert count_cores() == 1
    finally:
        os.sched_setaffinity(0, cores)
