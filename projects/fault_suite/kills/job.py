"""A training, started as by a user or a batch system."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from .data import STEPS

# Seconds that a training may take, or may go on after a signal.
LIMIT = 300.0
# Names a job in the environment of all its processes.
MARK = 'STNET_FAULT_SUITE'


class Result(NamedTuple):
    """What came of a training.

    Attributes:
        tensors (dict[str, Tensor]): Weights, their averages, and the state
            of the optimizer.
        losses (list[float]): Of every step.
        files (set[str]): Names of the files in its folder, but for logs.
        seconds (float): How long it took.
    """

    tensors: dict[str, Tensor]
    losses: list[float]
    files: set[str]
    seconds: float


class Job:
    """A training.

    Args:
        root (Path): Root of a checkout.
        folder (Path): With the data, as ``write_data`` made it.
        work_dir (str): Its work directory, in that folder.
        processes (int): How many train.
        workers (int): How many load videos for each.
        resume (bool): Whether it goes on.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        work_dir: str,
        processes: int,
        workers: int,
        resume: bool = False,
    ) -> None:
        program = [sys.executable, str(root / 'tools' / 'train.py')]
        launcher: tuple[str, ...] = ()
        if processes > 1:
            program[1:1] = ['-m', 'torch.distributed.run', '--standalone']
            program[4:4] = [f'--nproc_per_node={processes}']
            launcher = ('--launcher', 'pytorch')
        options = (
            *('--cfg-options', f'train_dataloader.num_workers={workers}'),
            f'train_dataloader.batch_size={4 // processes}',
        )
        self.output = folder / f'{work_dir}.log'
        with open(self.output, 'ab') as log:
            self._process = subprocess.Popen(
                [
                    *(*program, 'config.py', '--work-dir', work_dir),
                    *(*launcher, *(['--resume'] if resume else []), *options),
                ],
                cwd=folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={
                    **os.environ,
                    'PYTHONPATH': str(root),
                    'OMP_NUM_THREADS': '1',
                    MARK: str(folder / work_dir),
                },
            )
        self._mark = str(folder / work_dir)

    def alive(self) -> dict[int, str]:
        """Its processes, with those that were left behind.

        Returns:
            dict[int, str]: Their command lines, by their numbers.
        """
        mark = f'{MARK}={self._mark}'.encode()
        found = {}
        for folder in Path('/proc').glob('[0-9]*'):
            try:
                # One that has ended has none.
                if mark in (folder / 'environ').read_bytes().split(b'\0'):
                    words = (folder / 'cmdline').read_bytes().split(b'\0')
                    found[int(folder.name)] = b' '.join(words).decode()
            except OSError:
                continue
        return found

    def send(self, number: int, everywhere: bool) -> None:
        """Send a signal.

        Args:
            number (int): The signal.
            everywhere (bool): To every process, as when a machine is taken
                away; else to the one that was started.
        """
        pids = [*self.alive()] if everywhere else [self._process.pid]
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def wait(self) -> int | None:
        """Wait for its end.

        Returns:
            int | None: Its status; None if it was killed for going on for
            too long.
        """
        try:
            return self._process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL, everywhere=True)
            self._process.wait()
            return None

    def orphans(self, seconds: float) -> list[str]:
        """What is left of it some time after its end; is killed.

        Args:
            seconds (float): How long to wait.

        Returns:
            list[str]: Command lines.
        """
        end = time.monotonic() + seconds
        while (left := self.alive()) and time.monotonic() < end:
            time.sleep(0.1)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        return [*left.values()]


def read_result(work_dir: Path, seconds: float) -> Result:
    """Read what came of a training.

    Args:
        work_dir (Path): Its work directory.
        seconds (float): How long it took.

    Returns:
        Result: What came of it.
    """
    path = work_dir / f'epoch_{STEPS // 4}.pth'
    content = torch.load(path, map_location='cpu', weights_only=True)
    tensors = {}
    for key in ('state_dict', 'ema_state_dict', 'optimizer'):
        _flatten(key, content[key], tensors)
    history = content['message_hub']['log_scalars']['train/loss']
    files = {
        file.name
        for file in work_dir.rglob('*')
        if file.is_file() and 'vis_data' not in file.parts
        if file.suffix not in ('.log', '.py')
    }
    return Result(tensors, history.data[0].tolist(), files, seconds)


def _flatten(name: str, value: object, into: dict[str, Tensor]) -> None:
    if isinstance(value, torch.Tensor):
        into[name] = value
    elif isinstance(value, dict):
        for key, part in value.items():
            _flatten(f'{name}.{key}', part, into)


def train_alone(root: Path, folder: Path, processes: int) -> Result:
    """Train without a kill.

    Args:
        root (Path): Root of a checkout.
        folder (Path): With the data.
        processes (int): How many train.

    Returns:
        Result: What came of it.

    Raises:
        RuntimeError: If it fails; holds what it printed.
    """
    start = time.monotonic()
    job = Job(root, folder, f'alone_{processes}', processes, workers=0)
    if job.wait():
        raise RuntimeError(job.output.read_text())
    seconds = time.monotonic() - start
    return read_result(folder / f'alone_{processes}', seconds)
