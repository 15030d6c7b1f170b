"""A training on two machines, one of which is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from .network import Machine

LIMIT = 300.0
# Seconds after which torchrun no longer counts a lost machine; one that is
# brought earlier waits in vain.
GONE = 25.0
EPOCH = 3


class Lost(NamedTuple):
    """What came of it.

    Attributes:
        work_dir (str): The work directory.
        epoch (int): In which the machine was lost.
        seconds (float): How long all took.
        statuses (tuple[int, ...]): How torchrun ended on both machines.
        faults (list[str]): What went wrong.
    """

    work_dir: str
    epoch: int
    seconds: float
    statuses: tuple[int, ...]
    faults: list[str]


def lose_a_machine(
    root: Path, folder: Path, machines: tuple[Machine, Machine]
) -> Lost:
    """Train, kill all that runs on the second machine, and start it again.

    Args:
        root (Path): Root of a checkout.
        folder (Path): With the data; both machines see it.
        machines (tuple[Machine, Machine]): The machines.

    Returns:
        Lost: What came of it.
    """
    start = time.monotonic()
    first, second = (_start(root, folder, m, machines[0]) for m in machines)
    log = folder / f'{machines[0].name}.log'
    faults = []
    while f'Epoch(train) [{EPOCH}]' not in log.read_text():
        if first.poll() is not None or time.monotonic() - start > LIMIT:
            faults.append('it never came so far')
            break
        time.sleep(0.1)
    machines[1].kill()
    second.wait()
    time.sleep(GONE)
    second = _start(root, folder, machines[1], machines[0])
    statuses = []
    for process in (first, second):
        try:
            statuses.append(process.wait(LIMIT))
        except subprocess.TimeoutExpired:
            faults.append('it hangs')
    if any(statuses):
        faults.append(log.read_text()[-2000:])
    seconds = time.monotonic() - start
    return Lost('nodes', EPOCH, seconds, tuple(statuses), faults)


def _start(
    root: Path, folder: Path, machine: Machine, host: Machine
) -> subprocess.Popen:
    torchrun = (
        *(sys.executable, '-m', 'torch.distributed.run'),
        *('--nnodes=2', '--nproc_per_node=1', '--max_restarts=3'),
        *('--rdzv_backend=c10d', '--rdzv_id=stnet'),
        f'--rdzv_endpoint={host.address}:29400',
        # By their names they would be one machine.
        f'--rdzv_conf=is_host={machine is host}',
        f'--local_addr={machine.address}',
    )
    train = (
        *(str(root / 'tools' / 'train.py'), 'config.py', '--work-dir=nodes'),
        *('--launcher=pytorch', '--resume'),
        *('--cfg-options', 'train_dataloader.num_workers=0'),
        'train_dataloader.batch_size=2',
    )
    with open(folder / f'{machine.name}.log', 'ab') as log:
        return subprocess.Popen(
            machine.command(*torchrun, *train),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={
                **os.environ,
                'PYTHONPATH': str(root),
                'OMP_NUM_THREADS': '1',
                'GLOO_SOCKET_IFNAME': machine.interface,
                'TP_SOCKET_IFNAME': machine.interface,
                # torch 2.15 does not tell a new machine where the others
                # meet: it shares a store that was made for the first ones.
                'TORCH_DISABLE_SHARE_RDZV_TCP_STORE': '1',
            },
        )
