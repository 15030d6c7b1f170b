"""What the processes of a training use, written down while it runs."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner


@dataclass(frozen=True)
class Usage:
    """What one process uses.

    Attributes:
        step (int): After how many steps.
        process (str): ``'main'`` or ``'worker N'``.
        megabytes (float): Of memory (resident).
        files (int): Open descriptors.
    """

    step: int
    process: str
    megabytes: float
    files: int


def usage_of(pid: int, step: int, process: str) -> Usage:
    """Ask the system.

    Args:
        pid (int): Number of the process.
        step (int): After how many steps.
        process (str): Its name.

    Returns:
        Usage: What it uses.
    """
    folder = Path('/proc', str(pid))
    pages = int((folder / 'statm').read_text().split()[1])
    megabytes = pages * os.sysconf('SC_PAGE_SIZE') / 2**20
    return Usage(step, process, megabytes, len(os.listdir(folder / 'fd')))


@HOOKS.register_module()
class UsageHook(Hook):
    """Write down what the training and its workers use.

    Args:
        path (str): A file, a line for each process and time.
        interval (int): Steps between two times.
    """

    priority = 'VERY_LOW'

    def __init__(self, path: str, interval: int) -> None:
        self.path, self.interval = path, interval

    def after_train_iter(
        self, runner: Runner, batch_idx: int, *args: object, **kwargs: object
    ) -> None:
        """Write, if it is time.

        Args:
            runner (Runner): The runner.
            batch_idx (int): Number of the step.
            *args: Not used.
            **kwargs: Not used.
        """
        step = runner.iter + 1
        if step % self.interval:
            return
        own = os.getpid()
        children = Path(f'/proc/{own}/task/{own}/children').read_text()
        workers = enumerate(map(int, children.split()))
        usages = [usage_of(own, step, 'main')]
        usages += [usage_of(pid, step, f'worker {n}') for n, pid in workers]
        with open(self.path, 'a', encoding='utf-8') as file:
            file.writelines(json.dumps(asdict(u)) + '\n' for u in usages)
