"""Several processes, as torchrun starts them, test as one does."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import pytest
import torch

from .conftest import run_tool
from .processes import ROOT, TIMEOUT, tool_environment

pytestmark = pytest.mark.skipif(
    torch.cuda.is_available(), reason='processes would share a GPU'
)


@pytest.mark.parametrize('videos', [7, 9])
def test_testing(workshop, checkpoint, videos):
    # For seven one process has four and the other three.
    data = workshop / 'data'
    texts = [(data / f'{s}.txt').read_text() for s in ('train', 'val')]
    lines = ''.join(texts).splitlines()
    (workshop / 'data' / 'some.txt').write_text('\n'.join(lines[:videos]))
    results = {}
    for name in ('one', 'two'):
        args = (
            *('config.py', checkpoint, '--work-dir', f'{name}_process'),
            *('--dump', f'{name}.pkl', '--json', f'{name}_process.json'),
            *('--cfg-options', 'test_dataloader.batch_size=1'),
            'test_dataloader.dataset.ann_file=data/some.txt',
        )
        if name == 'one':
            run_tool('test', *args, cwd=workshop)
        else:
            run_by_two('test', *args, '--launcher', 'pytorch', cwd=workshop)
        with open(workshop / f'{name}.pkl', 'rb') as file:
            dump = pickle.load(file)
        scores = torch.stack([sample['pred_score'] for sample in dump])
        metrics = (workshop / f'{name}_process.json').read_text()
        results[name] = scores, json.loads(metrics)
    assert len(results['one'][0]) == videos
    assert torch.equal(results['one'][0], results['two'][0])
    assert results['one'][1] == results['two'][1]


def run_by_two(tool: str, *args: object, cwd) -> None:
    """Run a tool in two processes, which must succeed."""
    launcher = ('-m', 'torch.distributed.run', '--standalone')
    done = subprocess.run(
        [
            *(sys.executable, *launcher, '--nproc_per_node=2'),
            *(str(ROOT / 'tools' / f'{tool}.py'), *map(str, args)),
        ],
        cwd=cwd,
        env=tool_environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
