"""Runs tools in copies of a process that has imported what they need.

The imports of a tool take ten seconds, so a test that starts several would
mostly wait for them. This program imports once and forks for every tool; it
has no other thread at that time, since threads are not forked.

It reads requests from stdin, a line of JSON each, and answers with the exit
status of the tool, or with null if it cannot fork safely.
"""

from __future__ import annotations

import gc
import json
import os
import random
import runpy
import sys
from pathlib import Path


def main() -> None:
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), 'w')
    # Imports may print.
    os.dup2(2, 1)
    import_all()
    gc.freeze()
    for line in requests:
        status = None
        if has_one_thread():
            child = os.fork()
            if not child:
                run(**json.loads(line))
                return
            status = exit_status(os.waitpid(child, 0)[1])
        print(json.dumps(status), file=answers, flush=True)


def import_all() -> None:
    """Import what nearly every tool does."""
    import mmengine.runner  # noqa: F401

    import stnet_mm.analysis
    import stnet_mm.apis
    import stnet_mm.explain
    import stnet_mm.visualization  # noqa: F401


def has_one_thread() -> bool:
    """Whether forking is safe; only Linux tells."""
    tasks = Path('/proc/self/task')
    return tasks.is_dir() and len(list(tasks.iterdir())) == 1


def run(program: str, args: list[str], cwd: str, env: dict, out: str) -> None:
    """Be the tool; leaves as Python does at the end of a program."""
    import numpy as np
    import torch

    for number, path in ((1, f'{out}.out'), (2, f'{out}.err')):
        file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(file, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    paths = filter(None, env.get('PYTHONPATH', '').split(os.pathsep))
    sys.path[:1] = [str(Path(program).parent), *paths]
    sys.argv = [program, *args]
    # Every tool has random numbers of its own.
    random.seed()
    np.random.seed()
    torch.seed()
    gc.unfreeze()
    runpy.run_path(program, run_name='__main__')


def exit_status(status: int) -> int:
    """As ``subprocess`` has it, of what ``os.waitpid`` returns."""
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


if __name__ == '__main__':
    main()
