"""Tiny videos, and a config for a training of four steps."""

from __future__ import annotations

from pathlib import Path

from ..small_config import write_config
from ..videos.mutants import write_good

# A checkpoint in the middle, and at the end.
MORE = """
optim_wrapper['accumulative_counts'] = 1
train_cfg['val_interval'] = default_hooks['checkpoint']['interval'] = 2
randomness = dict(seed=0)
"""


def write_data(root: Path, folder: Path) -> None:
    """Write videos, lists and ``config.py``.

    Args:
        root (Path): Root of a checkout, with its configs.
        folder (Path): Where to.
    """
    videos = [f'{i}.avi' for i in range(4)]
    for i, name in enumerate(videos):
        write_good(folder / name, i)
    lines = [f'{name} {i % 2}\n' for i, name in enumerate(videos)]
    for split in ('train', 'val'):
        (folder / f'{split}.txt').write_text(''.join(lines))
    write_config(root, folder, MORE, batch_size=2, num_workers=0, max_iters=4)
