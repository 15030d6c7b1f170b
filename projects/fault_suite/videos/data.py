"""A data set of good and damaged videos, and a config for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..small_config import write_config
from .mutants import CODECS, Mutant, write_good

MORE = """
train_cfg = dict(by_epoch=True, max_epochs=2, val_interval=2)
train_dataloader['sampler'] = dict(type='DefaultSampler', shuffle=True)
train_dataloader['timeout'] = test_dataloader['timeout'] = 30
param_scheduler = None
default_hooks['checkpoint'] = dict(
    type='StNetCheckpointHook', interval=2, by_epoch=True
)
default_hooks['logger']['interval'] = 1000
"""


def write_data(root: Path, folder: Path, mutants: Sequence[Mutant]) -> None:
    """Write lists, good videos and a config beside damaged videos.

    Args:
        root (Path): Root of a checkout, with its configs.
        folder (Path): The folder that the mutants are in.
        mutants (Sequence[Mutant]): Damaged videos.
    """
    good = []
    for i, container in enumerate(CODECS):
        path = folder / f'good_{i}.{container}'
        write_good(path, 10_000 + i)
        good.append(path.name)
    bad = [mutant.path.name for mutant in mutants]
    for name, videos in (
        ('good.txt', good),
        ('all.txt', good + bad),
    ):
        lines = [f'{video} {i % 2}\n' for i, video in enumerate(videos)]
        (folder / name).write_text(''.join(lines))
    write_config(
        root,
        folder,
        MORE,
        train_list='all.txt',
        val_list='good.txt',
        test_list='all.txt',
        num_segments=3,
        batch_size=8,
        num_workers=2,
    )
