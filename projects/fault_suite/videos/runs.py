"""Running the tools on damaged videos, as a user would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .mutants import Mutant

# Seconds for a whole run; far more than one needs.
TIMEOUT = 3600


class Run(NamedTuple):
    """What a command did.

    Attributes:
        name (str): What to call it.
        status (int): Its exit status.
        seconds (float): How long it took.
        text (str): What it printed.
        named (set[str]): Names of the damaged videos in it.
        fault (str): What it did wrong; empty if nothing.
    """

    name: str
    status: int
    seconds: float
    text: str
    named: set[str]
    fault: str


def run_all(
    root: Path, folder: Path, mutants: Sequence[Mutant]
) -> dict[str, Run]:
    """Check, train with each policy, test and predict.

    Args:
        root (Path): Root of a checkout.
        folder (Path): With the data, as ``write_data`` made it.
        mutants (Sequence[Mutant]): The damaged videos in it.

    Returns:
        dict[str, Run]: The runs, by name.
    """
    names = {mutant.path.name for mutant in mutants}
    runs: dict[str, Run] = {}

    def run(name: str, status: int, tool: str, *args: object) -> None:
        runs[name] = _run(name, status, names, root, folder, tool, *args)

    for decode in ('probe', 'full'):
        run(
            f'check_videos --decode {decode}',
            *(1, 'check_videos', 'all.txt'),
            *('--decode', decode, '-j', 2, '--out', f'{decode}.txt'),
        )
    train = ('train', 'config.py', '--work-dir')
    run('train, error', 1, *train, 'work/error')
    for policy in ('skip', 'replace'):
        key = 'train_dataloader.dataset'
        run(
            f'train, {policy}',
            *(0, *train, f'work/{policy}', '--cfg-options'),
            *(f'{key}.on_bad_video={policy}', f'{key}.bad_share=1'),
        )
    run(
        'train on the list of check_videos --decode full',
        *(0, *train, 'work/clean', '--cfg-options'),
        f'train_dataloader.dataset.ann_file={folder / "full.txt"}',
    )
    model = ('config.py', 'work/skip/epoch_2.pth')
    key = 'test_dataloader.dataset'
    run(
        'test, skip',
        *(0, 'test', *model, '--json', 'metrics.json', '--cfg-options'),
        *(f'{key}.on_bad_video=skip', f'{key}.bad_share=1'),
    )
    run('predict', 1, 'predict', *model, *sorted(names))
    return runs


def _run(
    name: str,
    expected: int,
    names: set[str],
    root: Path,
    folder: Path,
    tool: str,
    *args: object,
) -> Run:
    start = time.monotonic()
    paths = [str(root), os.environ.get('PYTHONPATH')]
    result = subprocess.run(
        [sys.executable, root / 'tools' / f'{tool}.py', *map(str, args)],
        cwd=folder,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(filter(None, paths))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors='replace',
        timeout=TIMEOUT,
    )
    text = result.stdout
    fault = ''
    if result.returncode != expected:
        fault = f'status {result.returncode}, not {expected}'
    elif 'Traceback' in text:
        fault = 'a traceback'
    elif 'timed out' in text or 'hangs' in text:
        fault = 'a hang'
    named = _named(tool, text) & names
    if expected and not named:
        fault = fault or 'no file is named'
    seconds = time.monotonic() - start
    return Run(name, result.returncode, seconds, text, named, fault)


def _named(tool: str, text: str) -> set[str]:
    """The videos that a tool names as bad, each in a line of its own."""
    lines = text.splitlines()
    if tool == 'predict':
        lines = [line for line in lines if line.startswith('error: ')]
    elif tool != 'check_videos':
        words = ('error: ', ' WARNING - ')
        lines = [line for line in lines if any(w in line for w in words)]
    return {
        Path(found).name
        for line in lines
        for found in re.findall(r'[\w./-]*\d{4}\.\w+', line)
    }
