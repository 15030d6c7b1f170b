"""The doors that checkpoints of others come in by."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from ..forked import Outcome, run_forked
from .mutant import Mutant
from .verdict import find_fault

# Seconds; a hundred times what a run takes.
LIMIT = 120
# What a run may take more than with the whole checkpoint, in MB.
MORE_MEMORY = 300
NAMES = ('train --resume', 'load_from', 'test', 'predict')


class Visit(NamedTuple):
    """What the tools did with a checkpoint.

    Attributes:
        mutant (Mutant): The checkpoint.
        refused (set[str]): Doors that refused it in one line.
        faults (list[str]): What went wrong.
    """

    mutant: Mutant
    refused: set[str]
    faults: list[str]


class Doors:
    """Runs the tools with checkpoints.

    Args:
        root (Path): Root of a checkout.
        folder (Path): With the data, as ``write_data`` made it.

    Attributes:
        checkpoint (Path): A whole one, from the middle of a training.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        _import_all()
        self._root, self._folder = root, folder
        self._run('train', 'config.py', '--work-dir', 'whole')
        self.checkpoint = folder / 'whole' / 'iter_2.pth'
        assert self.checkpoint.exists(), 'the training failed'
        self._expected = {name: self._enter(name) for name in NAMES}
        for name, (outcome, result) in self._expected.items():
            assert outcome.status == 0, (name, outcome.err)
            assert result, name

    def visit(self, mutant: Mutant) -> Visit:
        """Let every tool read a checkpoint.

        Args:
            mutant (Mutant): The checkpoint; it may name ``canary``, which
                must not be there afterwards, and ``victim``, which must.

        Returns:
            Visit: What they did.
        """
        canary, victim = (self._folder / n for n in ('canary', 'victim'))
        victim.mkdir(exist_ok=True)
        path = self._folder / f'stranger{mutant.suffix}'
        mutant.write(path, canary, victim)
        visit = Visit(mutant, set(), [])
        for name in NAMES:
            outcome, result = self._enter(name, path)
            whole, expected = self._expected[name]
            most = whole.megabytes + MORE_MEMORY
            fault = find_fault(path.name, outcome, most, result == expected)
            if canary.exists() or not victim.exists():
                fault = 'something in it was run'
                _remove(canary)
                victim.mkdir(exist_ok=True)
            if fault:
                print(f'{mutant.name}, {name}: {fault}', flush=True)
                visit.faults.append(f'{mutant.name}, {name}: {fault}')
            elif outcome.status:
                visit.refused.add(name)
        _remove(path)
        return visit

    def _enter(
        self, name: str, path: Path | None = None
    ) -> tuple[Outcome, object]:
        """Run a tool; how it ended, and what came out."""
        path = path or self.checkpoint
        work, out = self._folder / 'work', self._folder / 'out.json'
        for old in (work, out):
            _remove(old)
        options: Sequence[object] = {
            'train --resume': ('train', 'config.py', '--resume', path),
            'load_from': (
                *('train', 'config.py', '--cfg-options'),
                f'load_from={path}',
            ),
            'test': ('test', 'config.py', path, '--json', out),
            'predict': ('predict', 'config.py', path, '0.avi', '--json', out),
        }[name]
        if name != 'predict':
            options = [*options, '--work-dir', work]
        outcome = self._run(*options)
        if out.exists():
            return outcome, _numbers(json.loads(out.read_text()))
        last = work / 'iter_4.pth'
        return outcome, _digest(last) if last.exists() else None

    def _run(self, tool: str, *args: object) -> Outcome:
        program = self._root / 'tools' / f'{tool}.py'
        return run_forked(
            program, [*map(str, args)], self._folder, limit=LIMIT
        )


def _import_all() -> None:
    """Import what the tools do, and leave out what only takes time."""
    import matplotlib.backends.backend_agg
    import matplotlib.figure  # noqa: F401
    import mmengine.config.config
    import mmengine.runner.runner

    import stnet_mm.apis
    import stnet_mm.datasets.checking
    import stnet_mm.visualization  # noqa: F401

    # Configs are made pretty four times a training, and compilers called.
    mmengine.config.config.FormatCode = lambda text, **_: (text, False)
    mmengine.runner.runner.collect_env = dict
    torch.set_num_threads(1)
    gc.freeze()


def _numbers(result: object) -> object:
    """A result without names: a checkpoint may do without those of classes."""
    if isinstance(result, list):
        return [_numbers(item) for item in result]
    if isinstance(result, dict):
        return {k: _numbers(v) for k, v in result.items() if k != 'name'}
    return result


def _digest(checkpoint: Path) -> str:
    """A hash of the weights."""
    digest = hashlib.sha256()
    state = torch.load(checkpoint, weights_only=True)['state_dict']
    for name, value in state.items():
        digest.update(name.encode() + value.numpy().tobytes())
    return digest.hexdigest()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
