"""A hanging or crashing decoder costs its video only."""

from __future__ import annotations

import os
import signal as signals
import subprocess
import sys
import time
from concurrent.futures import TimeoutError as TooLate
from pathlib import Path

import numpy as np
import pytest

from stnet_runtime import worker
from stnet_runtime.contract import Contract
from stnet_runtime.errors import StNetInputError
from stnet_runtime.open_set import Prediction


class OddModel:
    """Stands for a network, whose decoder does what the file's name says."""

    contract = Contract(('a', 'b'), 1, 1, 'center', (8, 8))

    def __init__(self, path: str, threads: int | None) -> None:
        pass

    def __call__(self, video: str) -> Prediction:
        if video == 'hang':
            time.sleep(600)
        if video == 'crash':
            os.abort()
        return Prediction(np.array([0.25, 0.75]), 1.5, unknown=True)


@pytest.fixture
def classify(monkeypatch):
    monkeypatch.setattr(worker, 'ExportedModel', OddModel)
    # A fork has the odd model, too.
    context = worker.multiprocessing.get_context('fork')
    monkeypatch.setattr(
        worker.multiprocessing, 'get_context', lambda kind: context
    )
    worker_of_test = worker.Worker('model.onnx', seconds=5)
    yield worker_of_test.classify
    worker_of_test.close()


def test_odd_videos(classify):
    answer = dict(unknown=True, scores=dict(a=0.25, b=0.75))
    assert classify('good') == answer
    with pytest.raises(StNetInputError, match='crash: it crashes the dec'):
        classify('crash')
    assert classify('good') == answer
    with pytest.raises(TooLate):
        classify('hang')
    assert classify('good') == answer


# Prints the number of the worker's process, and does nothing more.
SERVICE = """
import os, time
from stnet_runtime import worker

class Model:
    contract = None

    def __init__(self, path, threads):
        pass

worker.ExportedModel = Model
fork = worker.multiprocessing.get_context('fork')
worker.multiprocessing.get_context = lambda kind: fork
pool = worker.Worker('model.onnx', seconds=5)._pool
print(pool.submit(os.getpid).result(), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize('signal', ['SIGTERM', 'SIGKILL'])
def test_a_killed_service_leaves_no_process(signal):
    with subprocess.Popen(
        [sys.executable, '-c', SERVICE], stdout=subprocess.PIPE, text=True
    ) as service:
        child = int(service.stdout.readline())
        service.send_signal(getattr(signals, signal))
    stat = Path(f'/proc/{child}/stat')
    if not stat.parents[1].exists():
        pytest.skip('no /proc here')
    for _ in range(200):
        # One that nobody has waited for yet has ended, too.
        if not stat.exists() or stat.read_text().split()[2] == 'Z':
            break
        time.sleep(0.1)
    else:
        os.kill(child, signals.SIGKILL)
        pytest.fail('it lives on')
