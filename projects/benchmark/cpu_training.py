"""Training steps of small networks on a CPU, and what makes them faster."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from typing import NamedTuple

import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmaction.structures import ActionDataSample

from stnet_mm.engine import choose_precision
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.allocator import keep_freed_memory

from .memory import new_process, status_of
from .networks import LAST
from .report import Case, Report
from .small_networks import FRAMES, NETWORKS, SEGMENTS, TRUNKS, build

# As the own-data config trains.
CLIPS = 8


class Way(NamedTuple):
    """A way to train.

    Attributes:
        name (str): Its name.
        keep (bool): Whether freed memory is kept. Defaults to True.
        bfloat16 (bool): Whether to compute in it. Defaults to False.
    """

    name: str
    keep: bool = True
    bfloat16: bool = False


WAYS = (Way('as it is', keep=False), Way('memory kept'))
LOW = Way('memory kept, bf16', bfloat16=True)


def compare_cpu_training(
    report: Report,
    sizes: Sequence[int],
    networks: Sequence[str] = NETWORKS,
    trunks: Sequence[str] = tuple(TRUNKS),
) -> None:
    """Compare training steps on a CPU.

    Every network is trained in a process for each way; these take turns.

    Args:
        report (Report): Takes the results.
        sizes (Sequence[int]): Sides of the frames in pixels.
        networks (Sequence[str]): Some of ``NETWORKS``. Defaults to all.
        trunks (Sequence[str]): Some of ``TRUNKS``. Defaults to all.

    Raises:
        StNetInputError: If freed memory cannot be kept here.
    """
    low = choose_precision('cpu') == torch.bfloat16
    ways = (*WAYS, LOW) if low else WAYS
    note = '' if low else '; this processor does not compute in 16 bits'
    for size in sizes:
        title = f'{CLIPS} clips of {SEGMENTS} segments of {size}x{size}'
        facts = []
        for trunk in trunks:
            rows = [
                _compare(report, title, network, trunk, size, ways)
                for network in networks
            ]
            key = f'{WAYS[1].name}, s'
            for row in rows:
                row[f'beside {networks[0]}'] = row[key] / rows[0][key]
            facts += rows
        report.facts(f'training on a CPU: {title}{note}', facts)


def _compare(
    report: Report,
    title: str,
    network: str,
    trunk: str,
    size: int,
    ways: Sequence[Way],
) -> dict:
    """Time the ways to train a network; a row of facts."""
    name = f'{network}-{trunk}'
    with ExitStack() as stack:
        trainers = []
        for way in ways:
            pool = stack.enter_context(new_process())
            pool.submit(_prepare, network, trunk, size, way).result()
            trainers.append(Trainer(pool))
        times = report.compare(
            f'training on a CPU: {name}, {title}, processor time',
            [Case(w.name, t.step, CLIPS) for w, t in zip(ways, trainers)],
            'clip',
            clock=lambda: sum(trainer.seconds for trainer in trainers),
        )
        peaks = [trainer.pool.submit(_peak).result() for trainer in trainers]
    row: dict = {'network': name}
    for figures in times:
        row[f'{figures["name"]}, s'] = figures['median']
    for figures in times[1:]:
        row[f'gain by {figures["name"]}'] = figures['speedup']
    for way, peak in zip(ways, peaks):
        row[f'peak MB, {way.name}'] = peak
    return row


class Trainer:
    """A process that trains a network.

    Args:
        pool (ProcessPoolExecutor): The process; ``_prepare`` has run in it.

    Attributes:
        seconds (float): Processor time of all steps so far.
    """

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self.pool = pool
        self.seconds = 0.0

    def step(self) -> None:
        """Train one step."""
        self.seconds += self.pool.submit(_step).result()


# What follows runs in a process of its own.
_run: Callable[[], object] | None = None


def _prepare(network: str, trunk: str, size: int, way: Way) -> None:
    """Be the process that trains a network in a way."""
    global _run
    if way.keep and not keep_freed_memory():
        raise StNetInputError(
            'train-cpu: freed memory cannot be kept here, because the C '
            'library is not glibc, or the environment says how to allocate '
            '(STNET_MALLOC, MALLOC_..., GLIBC_TUNABLES, LD_PRELOAD)'
        )
    model = build(network, trunk).to(**LAST).train()
    kind = 'StNetCPUAmpOptimWrapper' if way.bfloat16 else 'OptimWrapper'
    wrapper = OPTIM_WRAPPERS.get(kind)(
        torch.optim.AdamW(model.parameters(), lr=1e-4)
    )
    frames = SEGMENTS * (FRAMES if network == 'StNet' else 1)
    shape = (frames, 3, size, size)
    clips = [torch.randint(256, shape).byte() for _ in range(CLIPS)]
    labels = [ActionDataSample().set_gt_label(i) for i in range(CLIPS)]

    def run() -> None:
        data = dict(inputs=clips, data_samples=labels)
        model.train_step(data, wrapper)

    _run = run


def _step() -> float:
    """Train one step; seconds of processor time that it took."""
    assert _run is not None
    start = time.process_time()
    _run()
    return time.process_time() - start


def _peak() -> float:
    """Peak memory of the process so far, in MB."""
    return status_of('VmHWM') / 1e6
