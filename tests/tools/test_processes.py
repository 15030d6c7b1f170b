"""Several processes, as torchrun starts them, do what one does."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from stnet_mm.utils.checkpoint import read_checkpoint
from stnet_mm.utils.recipe import fill_in

from .conftest import fail_tool, run_tool
from .processes import ROOT, TIMEOUT, tool_environment, wait_for_line

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


def test_training(workshop, tmp_path):
    # A frame is of one color, which crops leave alone, and jittering does not.
    config = tmp_path / 'config.py'
    text = (workshop / 'config.py').read_text()
    config.write_text(fill_in(text, dict(color_jitter=0)))
    # Whole batches are normalized, so that both learn the same. AdamW would
    # make large steps of rounding errors, and several steps larger ones.
    shared = (
        *('sync_bn=torch', 'optim_wrapper.accumulative_counts=1'),
        *(
            'optim_wrapper.optimizer.type=SGD',
            'optim_wrapper.optimizer.lr=0.05',
        ),
        *('train_cfg.max_iters=1', 'param_scheduler=None'),
    )
    states = {}
    for name, batch in (('one', 4), ('two', 2)):
        folder = f'trained_by_{name}'
        args = (
            *(config, '--work-dir', folder, '--no-validate', '--seed', 3),
            *('--cfg-options', f'train_dataloader.batch_size={batch}'),
            *shared,
        )
        if name == 'one':
            run_tool('train', *args, cwd=workshop)
        else:
            run_by_two('train', *args, '--launcher', 'pytorch', cwd=workshop)
        (path,) = (workshop / folder).glob('iter_*.pth')
        states[name] = read_checkpoint(str(path))['state_dict']
    assert states['one'].keys() == states['two'].keys()
    for name, value in states['one'].items():
        torch.testing.assert_close(
            states['two'][name], value, rtol=1e-3, atol=1e-4, msg=name
        )


def test_a_killed_process_ends_all(workshop):
    command = by_two(
        *('train', 'config.py', '--work-dir', 'killed', '--no-validate'),
        *('--launcher', 'pytorch'),
        *('--cfg-options', 'train_cfg.max_iters=100000'),
    )
    launcher = subprocess.Popen(
        command,
        cwd=workshop,
        env=tool_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert 'Iter(train)' in wait_for_line(launcher, 'Iter(train)')
        ranks = children(launcher)
        assert len(ranks) == 2
        os.kill(ranks[1], signal.SIGKILL)
        out, _ = launcher.communicate(timeout=60)
    finally:
        launcher.kill()
    assert launcher.returncode == 1, out
    assert 'SIGKILL' in out
    assert not any(Path(f'/proc/{rank}').exists() for rank in ranks)


def test_an_archive(workshop, checkpoint):
    folder = workshop / 'many'
    folder.mkdir()
    sources = sorted((workshop / 'data' / 'videos').iterdir())
    for i in range(61):
        shutil.copy(sources[i % len(sources)], folder / f'{i}.mp4')
    args = ('config.py', checkpoint, 'many', '--batch-size', 1, '--workers', 1)
    printed = run_tool('predict', *args, '--out', 'one.jsonl', cwd=workshop)
    one = workshop / 'one.jsonl'
    assert one.read_text().count('\n') == 61
    run_by_two('predict', *args, '--out', 'two.jsonl', cwd=workshop)
    two = workshop / 'two.jsonl'
    assert two.read_bytes() == one.read_bytes()
    # The parts are gone, and one process can resume what is complete.
    assert [*workshop.glob('two.jsonl.part*')] == []
    again = ('predict', *args, '--resume', '--out', 'two.jsonl')
    assert run_tool(*again, cwd=workshop) == printed.replace('one', 'two')

    killed = workshop / 'killed.jsonl'
    args = ('predict', *args, '--out', killed.name)
    launcher = subprocess.Popen(
        by_two(*args),
        cwd=workshop,
        env=tool_environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        parts = [workshop / f'killed.jsonl.part{i}of2' for i in range(2)]
        while launcher.poll() is None and not all(
            part.exists() and part.read_bytes() for part in parts
        ):
            time.sleep(0.005)
        ranks = children(launcher)
        for process in (launcher.pid, *ranks):
            os.kill(process, signal.SIGKILL)
    finally:
        launcher.kill()
        launcher.wait()
    assert len(ranks) == 2
    assert not killed.exists()
    error = fail_tool(*args, '--resume', cwd=workshop)
    assert 'begun by another number of processes (2)' in error
    run_by_two(*args, '--resume', cwd=workshop)
    assert killed.read_bytes() == one.read_bytes()


def test_an_archive_that_is_refused(workshop, checkpoint):
    (workshop / 'there.jsonl').write_text('{}\n')
    args = ('config.py', checkpoint, 'data/videos', '--out', 'there.jsonl')
    done = subprocess.run(
        by_two('predict', *args),
        cwd=workshop,
        env=tool_environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode == 1
    # By one of them only.
    assert done.stderr.count('there.jsonl is there already') == 1


def children(launcher: subprocess.Popen) -> list[int]:
    """The processes that a launcher has started."""
    of_launcher = Path(f'/proc/{launcher.pid}/task/{launcher.pid}')
    return [*map(int, (of_launcher / 'children').read_text().split())]


def by_two(tool: str, *args: object) -> list[str]:
    """The command that runs a tool in two processes."""
    launcher = ('-m', 'torch.distributed.run', '--standalone')
    return [
        *(sys.executable, *launcher, '--nproc_per_node=2'),
        *(str(ROOT / 'tools' / f'{tool}.py'), *map(str, args)),
    ]


def run_by_two(tool: str, *args: object, cwd: Path) -> None:
    """Run a tool in two processes, which must succeed."""
    done = subprocess.run(
        by_two(tool, *args),
        cwd=cwd,
        env=tool_environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
