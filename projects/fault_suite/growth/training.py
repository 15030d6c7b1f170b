"""A training of many steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ..small_config import write_config
from ..videos.mutants import write_good
from .usage import Usage

INTERVAL = 200
MORE = f"""
optim_wrapper['accumulative_counts'] = 1
train_cfg.update(val_interval=100, save_every=150)
default_hooks['checkpoint']['interval'] = 100
custom_imports['imports'] += ['projects.fault_suite.growth.usage']
custom_hooks = [
    dict(type='UsageHook', path='usage.jsonl', interval={INTERVAL})
]
"""


def train_for_long(root: Path, folder: Path, steps: int) -> list[Usage]:
    """Train, with two workers that load videos.

    Args:
        root (Path): Root of a checkout.
        folder (Path): An empty folder.
        steps (int): How many steps.

    Returns:
        list[Usage]: What its processes used, every ``INTERVAL`` steps.

    Raises:
        RuntimeError: If the training fails; holds what it printed.
    """
    lines = []
    for i in range(16):
        write_good(folder / f'{i}.avi', i)
        lines.append(f'{i}.avi {i % 2}\n')
    for split, part in (('train', lines), ('val', lines[:4])):
        (folder / f'{split}.txt').write_text(''.join(part))
    write_config(
        root, folder, MORE, batch_size=4, max_iters=steps, num_workers=2
    )
    tool = root / 'tools' / 'train.py'
    done = subprocess.run(
        [sys.executable, str(tool), 'config.py', '--work-dir', 'work'],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, 'PYTHONPATH': str(root)},
    )
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    text = (folder / 'usage.jsonl').read_text(encoding='utf-8')
    return [Usage(**json.loads(line)) for line in text.splitlines()]
