"""Tiny videos, and a config for a training of two dozen steps."""

from __future__ import annotations

from pathlib import Path

from ..small_config import write_config
from ..videos.mutants import write_good

STEPS = 24
# Epochs of four steps, in whose middle it saves.
MORE = f"""
model['cls_head']['dropout_ratio'] = 0.5
optim_wrapper['accumulative_counts'] = 1
train_cfg = dict(
    type='StNetEpochBasedTrainLoop',
    max_epochs={STEPS // 4},
    val_interval=2,
    save_every=3,
)
train_dataloader['sampler'] = dict(type='DefaultSampler', shuffle=True)
default_hooks['checkpoint'].update(interval=2, by_epoch=True)
default_hooks['logger']['interval'] = 1
log_processor['by_epoch'] = True
custom_hooks = [dict(type='EMAHook')]
randomness = dict(seed=0)
"""


def write_data(root: Path, folder: Path) -> None:
    """Write videos, lists and ``config.py``.

    Args:
        root (Path): Root of a checkout, with its configs.
        folder (Path): Where to.
    """
    videos = [f'{i}.avi' for i in range(16)]
    for i, name in enumerate(videos):
        write_good(folder / name, i)
    lines = [f'{name} {i % 2}\n' for i, name in enumerate(videos)]
    for split, part in (('train', lines), ('val', lines[:5])):
        (folder / f'{split}.txt').write_text(''.join(part))
    write_config(root, folder, MORE, batch_size=4, max_iters=STEPS)
