"""One kill, and what came of it."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass, field
from itertools import cycle, islice, product
from pathlib import Path

import torch

from .job import Job, Result, read_result

# Five SIGKILLs for two SIGTERMs.
SIGNALS = (signal.SIGKILL,) * 5 + (signal.SIGTERM,) * 2
# How a training may end that was told to: not begun, or after a step.
ENDS = {
    signal.SIGKILL: (-signal.SIGKILL,),
    signal.SIGTERM: (-signal.SIGTERM, 128 + signal.SIGTERM),
}
# Seconds in which workers notice that nobody wants them any more.
PATIENCE = 60.0


@dataclass(frozen=True)
class Case:
    """A kill.

    Attributes:
        number (int): Names its folder.
        signal (signal.Signals): What is sent.
        processes (int): How many train.
        workers (int): How many load videos for each.
        everywhere (bool): Whether all processes get the signal.
        moment (float): When, as a share of a whole training's time.
    """

    number: int
    signal: signal.Signals
    processes: int
    workers: int
    everywhere: bool
    moment: float

    @property
    def kind(self) -> tuple:
        """tuple: What the tables tell apart."""
        return self.signal.name, self.processes, self.workers


@dataclass
class Tried:
    """What came of a kill.

    Attributes:
        case (Case): The kill.
        faults (list[str]): What went wrong.
    """

    case: Case
    faults: list[str] = field(default_factory=list)


def make_cases(count: int, seed: int) -> list[Case]:
    """Make kills of every kind, at random moments.

    Args:
        count (int): How many.
        seed (int): What the moments follow from.

    Returns:
        list[Case]: The kills.
    """
    generator = random.Random(seed)
    kinds = islice(cycle(product((1, 2), (0, 2), SIGNALS)), count)
    return [
        Case(
            number,
            name,
            processes,
            workers,
            generator.random() < 0.5,
            # Before that nothing has been imported.
            0.4 + 0.6 * generator.random(),
        )
        for number, (processes, workers, name) in enumerate(kinds)
    ]


def try_case(root: Path, folder: Path, case: Case, alone: Result) -> Tried:
    """Kill a training, resume it, and compare.

    Args:
        root (Path): Root of a checkout.
        folder (Path): With the data.
        case (Case): The kill.
        alone (Result): Of a training that was left alone.

    Returns:
        Tried: What came of it.
    """
    tried = Tried(case)
    name = f'killed_{case.number}'
    work_dir = folder / name
    shared = _shared_memory()
    kind = (case.processes, case.workers)
    job = Job(root, folder, name, *kind)
    time.sleep(case.moment * alone.seconds)
    job.send(case.signal, case.everywhere)
    status = job.wait()
    if status not in (0, *ENDS[case.signal]) and case.processes == 1:
        tried.faults.append(f'status {status} after the signal')
        tried.faults.append(job.output.read_text()[-2000:])
    if status is None:
        tried.faults.append('it did not end')
    if left := job.orphans(PATIENCE):
        tried.faults.append(f'left behind: {"; ".join(left)}')

    job = Job(root, folder, name, *kind, resume=True)
    status = job.wait()
    if status:
        tried.faults.append(f'status {status} when resumed')
        tried.faults.append(job.output.read_text()[-2000:])
        return tried
    if left := job.orphans(PATIENCE):
        tried.faults.append(f'left behind: {"; ".join(left)}')
    if more := _shared_memory() - shared:
        tried.faults.append(f'left in /dev/shm: {sorted(more)}')
    tried.faults += find_differences(read_result(work_dir, 0.0), alone)
    tried.faults = [f'{case}: {fault}' for fault in tried.faults]
    return tried


def _shared_memory() -> set[str]:
    return {path.name for path in Path('/dev/shm').iterdir()}


def find_differences(found: Result, alone: Result) -> list[str]:
    """Find what differs from a training that was left alone.

    Args:
        found (Result): Of a training.
        alone (Result): Of the other one.

    Returns:
        list[str]: The differences.
    """
    faults = []
    if found.losses != alone.losses:
        faults.append(f'losses {found.losses}, not {alone.losses}')
    other = [
        name
        for name, value in alone.tensors.items()
        if not torch.equal(value, found.tensors[name])
    ]
    if other or found.tensors.keys() != alone.tensors.keys():
        faults.append(f'other weights: {", ".join(other)}')
    if found.files != alone.files:
        faults.append(f'files {sorted(found.files ^ alone.files)}')
    return faults
