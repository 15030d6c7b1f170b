"""One process and two see the same samples, and learn the same."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]


def train(work_dir: Path, processes: int, **settings: object) -> list[dict]:
    """Train the toy; what each process saw, and what it learned."""
    start = [sys.executable, '-m']
    if processes > 1:
        start += ['torch.distributed.run', '--standalone']
        start += [f'--nproc_per_node={processes}', '-m']
    settings = dict(
        by_epoch=True,
        length=12,
        max_iters=18,
        noisy=False,
        save_at=100,
        batch_size=4 // processes,
        **settings,
    )
    done = subprocess.run(
        [
            *(*start, 'tests.engine.train_toy'),
            *(str(work_dir), json.dumps(settings)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode == 0) == ('stop_at' not in settings), done.stderr
    return [
        json.loads((work_dir / f'rank_{rank}.json').read_text())
        for rank in range(processes)
    ]


def batches(results: list[dict]) -> list[list[int]]:
    """The samples of each step, over all processes."""
    steps = zip(*(result['seen'] for result in results))
    return [sorted(chain.from_iterable(step)) for step in steps]


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is a GPU')
def test_one_process_and_two(tmp_path):
    (one,) = train(tmp_path / 'one', 1)
    two = train(tmp_path / 'two', 2)
    ways = {'two': batches(two)}
    learned = {'two': two[0]['weights'][0]}
    assert two[0]['weights'] == two[1]['weights']
    for first, second in ((1, 2), (2, 1), (2, 2)):
        # In the middle of the second epoch.
        name = f'{first} then {second}'
        begun = train(tmp_path / name, first, stop_at=4)
        ended = train(tmp_path / name, second, resume=True, num_workers=1)
        ways[name] = batches(begun) + batches(ended)
        learned[name] = ended[0]['weights'][0]
    # Each process went on with the statistics of its own.
    assert two[0]['mean'] != two[1]['mean']
    assert [e['mean'] for e in ended] == [e['mean'] for e in two]
    for name, way in ways.items():
        assert way == batches([one]), name
        assert learned[name] == pytest.approx(one['weights'][0]), name


def test_processes_with_other_numbers_of_batches(tmp_path):
    """One process validates two samples, the other one; none waits."""
    uneven = dict(validate=True, val_length=3, round_up=False)
    assert len(train(tmp_path, 2, **uneven)) == 2
