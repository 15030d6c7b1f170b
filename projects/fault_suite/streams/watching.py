"""Running tools/stream.py at real time, and writing down what it does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..growth.usage import Usage, usage_of
from .broadcast import Broadcast
from .faults import Fault

# Seconds between two looks at the memory.
LOOK = 10.0
STARTING = 240.0


@dataclass
class Watched:
    """What happened.

    Attributes:
        faults (list[tuple[Fault, float]]): Each with the time when it began;
            all times are of ``time.monotonic``.
        predictions (list[tuple[float, float]]): When each came, and how long
            after its last frame, in seconds.
        usages (list[Usage]): What the tool used; ``step`` is seconds.
        begun (float): When the first prediction came.
        ended (float): When the tool was told to end.
        status (int, optional): With which it ended; None if by itself,
            before.
        summary (str): The last lines that it printed.
    """

    faults: list[tuple[Fault, float]] = field(default_factory=list)
    predictions: list[tuple[float, float]] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)
    begun: float = 0.0
    ended: float = 0.0
    status: int | None = None
    summary: str = ''


def watch_stream(
    root: Path,
    config: Path,
    checkpoint: Path,
    faults: Sequence[Fault],
    interval: float,
) -> Watched:
    """Classify a stream on one core, through faults.

    Args:
        root (Path): Root of a checkout.
        config (Path): Config file.
        checkpoint (Path): Its checkpoint.
        faults (Sequence[Fault]): What happens, one after the other.
        interval (float): Seconds between two of them, and at both ends.

    Returns:
        Watched: What happened.
    """
    watched = Watched()
    cores = sorted(os.sched_getaffinity(0))
    with Broadcast() as broadcast, tempfile.TemporaryFile('w+') as log:
        # One core for the tool; the others for the broadcast, if there are.
        os.sched_setaffinity(0, cores[-1:])
        tool = subprocess.Popen(
            [
                *(sys.executable, str(root / 'tools' / 'stream.py')),
                *(str(config), str(checkpoint), broadcast.address, '--json'),
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={
                **os.environ,
                'PYTHONPATH': str(root),
                'OMP_NUM_THREADS': '1',
            },
        )
        os.sched_setaffinity(0, cores[:-1] or cores)
        try:
            broadcast.start()
            reader = threading.Thread(target=_read, args=(tool, watched))
            reader.start()
            _wait_for_predictions(tool, watched)
            for fault in faults:
                _look(tool, watched, interval)
                watched.faults.append((fault, time.monotonic()))
                fault.begin(broadcast, fault.lasts)
            _look(tool, watched, interval)
            watched.ended = time.monotonic()
            if tool.poll() is None:
                tool.send_signal(signal.SIGINT)
                watched.status = tool.wait(30)
            reader.join()
        finally:
            tool.kill()
            os.sched_setaffinity(0, cores)
        log.seek(0)
        watched.summary = log.read().strip()
    return watched


def _read(tool: subprocess.Popen, watched: Watched) -> None:
    for line in tool.stdout or ():
        latency = json.loads(line)['latency']
        watched.predictions.append((time.monotonic(), latency))


def _look(tool: subprocess.Popen, watched: Watched, seconds: float) -> None:
    """Wait, and look at the memory now and then."""
    end = time.monotonic() + seconds
    while tool.poll() is None and time.monotonic() < end:
        time.sleep(min(LOOK, max(0.0, end - time.monotonic())))
        if tool.poll() is None:
            since = round(time.monotonic() - watched.begun)
            watched.usages.append(usage_of(tool.pid, since, 'stream.py'))


def _wait_for_predictions(tool: subprocess.Popen, watched: Watched) -> None:
    end = time.monotonic() + STARTING
    while not watched.predictions:
        if tool.poll() is not None or time.monotonic() > end:
            raise RuntimeError('stream.py predicts nothing')
        time.sleep(0.1)
    watched.begun = time.monotonic()
