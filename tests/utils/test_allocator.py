"""When glibc is told to keep freed memory, and what it does then."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils import allocator
from stnet_mm.utils.allocator import keep_freed_memory

ROOT = Path(__file__).parents[2]
OTHERS = ('MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_', 'GLIBC_TUNABLES')
# Two training steps of a tiny StNet, then a block of 64 MB comes and goes.
PROGRAM = """
import json
from pathlib import Path

import torch
from mmengine.optim import OptimWrapper

from stnet_mm.utils.allocator import keep_freed_memory
from tests.models.tiny import frames, samples, tiny_recognizer


def resident():
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    return pages * 4096


kept = keep_freed_memory()
model = tiny_recognizer().train()
wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.1))
losses = []
for step in range(2):
    labels = samples([0, 1, 2, 3])
    data = dict(inputs=[*frames(4, 6, seed=step)], data_samples=labels)
    losses.append(model.train_step(data, wrapper)['loss'].item().hex())
block = torch.ones(2**24)
before = resident()
del block
print(json.dumps(dict(kept=kept, losses=losses, freed=before - resident())))
"""


@pytest.fixture
def calls(monkeypatch):
    """Calls of ``mallopt``, which are not made; nothing speaks against it."""

    class Library:
        def __init__(self, name):
            assert name is None

        def mallopt(self, *args):
            made.append(args)
            return 1

    made = []
    for name in (*OTHERS, 'LD_PRELOAD', allocator.SWITCH):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(allocator.ctypes, 'CDLL', Library)
    monkeypatch.setattr(platform, 'libc_ver', lambda: ('glibc', '2.31'))
    monkeypatch.setattr(allocator, 'get_device', lambda: 'cpu')
    return made


def test_no_block_is_mapped_and_the_heap_is_not_trimmed(calls):
    assert keep_freed_memory() is True
    # M_MMAP_MAX and M_TRIM_THRESHOLD of malloc.h.
    assert calls == [(-4, 0), (-1, -1)]


@pytest.mark.parametrize('name', [*OTHERS, 'LD_PRELOAD'])
def test_the_environment_wins(calls, monkeypatch, name):
    monkeypatch.setenv(name, '')
    assert keep_freed_memory() is True
    calls.clear()
    monkeypatch.setenv(name, '1')
    assert keep_freed_memory() is False
    assert calls == []


def test_others_are_left_alone(calls, monkeypatch):
    for libc in (('musl', '1.2'), ('', '')):
        monkeypatch.setattr(platform, 'libc_ver', lambda libc=libc: libc)
        assert keep_freed_memory() is False
    monkeypatch.setattr(platform, 'libc_ver', lambda: ('glibc', '2.31'))
    monkeypatch.setattr(allocator, 'get_device', lambda: 'cuda')
    assert keep_freed_memory() is False
    assert calls == []


def test_the_switch(calls, monkeypatch):
    monkeypatch.setenv('STNET_MALLOC', '0')
    assert keep_freed_memory() is False
    monkeypatch.setenv('STNET_MALLOC', 'off')
    with pytest.raises(StNetInputError, match="unknown STNET_MALLOC 'off'"):
        keep_freed_memory()
    assert calls == []
    monkeypatch.setenv('STNET_MALLOC', '1')
    assert keep_freed_memory() is True


def test_training_is_the_same_and_freed_memory_is_kept():
    if platform.libc_ver()[0] != 'glibc':
        pytest.skip('the C library is not glibc')
    kept, default = map(run_program, '10')
    assert kept['kept'] is True
    assert default['kept'] is False
    assert kept['losses'] == default['losses']
    assert len(set(kept['losses'])) == 2
    assert kept['freed'] < 2**20
    assert default['freed'] >= 2**26 - 2**20


def run_program(switch):
    """What the program prints with a value of STNET_MALLOC."""
    env = {k: v for k, v in os.environ.items() if k[:7] != 'MALLOC_'}
    env = {k: v for k, v in env.items() if k not in (*OTHERS, 'LD_PRELOAD')}
    env.update(
        STNET_MALLOC=switch, OMP_NUM_THREADS='1', CUDA_VISIBLE_DEVICES=''
    )
    out = subprocess.run(
        [sys.executable, '-c', PROGRAM],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=env,
        check=True,
        timeout=300,
    ).stdout
    return json.loads(out.splitlines()[-1])
