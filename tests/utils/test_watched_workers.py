"""Processes that may crash or hang, and what becomes of their tasks."""

import os
import signal
import time

import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.watched_workers import report_alive, run_watched


def act(what):
    if what == 'crash':
        os.kill(os.getpid(), signal.SIGKILL)
    if what == 'hang':
        time.sleep(600)
    if what == 'slow':
        for _ in range(15):
            time.sleep(0.1)
            report_alive()
    if what == 'long':
        time.sleep(3)
    if what == 'wrong':
        raise StNetInputError('wrong input')
    return what.upper()


def lose(task, why):
    return f'{task[0]}: {why}'


@pytest.mark.usefixtures('no_process_is_left')
@pytest.mark.parametrize('workers', [1, 3])
def test_crashes_and_hangs_cost_their_task_only(workers):
    whats = ['a', 'crash', 'b', 'hang', 'crash', 'slow', 'c']
    done = []
    results = run_watched(
        act, [(what,) for what in whats], lose, workers, 1.0, done.append
    )
    killed = 'crash: the process that read it was killed (status -9)'
    hangs = 'hang: no progress for 1 s: it hangs'
    assert results == ['A', killed, 'B', hangs, killed, 'SLOW', 'C']
    assert sorted(done) == sorted(results)


@pytest.mark.usefixtures('no_process_is_left')
def test_a_process_that_crashes_is_replaced_while_another_works():
    tasks = [('long',), ('crash',), ('b',)]
    done = []
    run_watched(act, tasks, lose, 2, 60.0, done.append)
    assert done[-1] == 'LONG'


def test_no_tasks():
    assert run_watched(act, [], lose, 2, 1.0) == []


@pytest.mark.usefixtures('no_process_is_left')
def test_an_error_ends_all():
    tasks = [('hang',), ('wrong',), ('a',)]
    with pytest.raises(StNetInputError, match='wrong input'):
        run_watched(act, tasks, lose, 2, 600.0)
