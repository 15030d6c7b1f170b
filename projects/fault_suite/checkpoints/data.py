"""Tiny videos, and a config for a training of four steps."""

from __future__ import annotations

from pathlib import Path

from stnet_mm.utils.recipe import fill_in

from ..videos.mutants import write_good

OWN_DATA = Path('configs', 'own_data', 'stnet_own-data-rgb.py')
# A slim trunk without weights; a checkpoint in the middle, and at the end.
SLIM = """
model['backbone'].update(
    trunk=dict(type='StNetSlimResNet', depth=18, base_channels=8),
    init_cfg=None,
)
model['cls_head']['in_channels'] = 64
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
    (folder / 'classes.txt').write_text('one\ntwo\n')
    settings = dict(
        num_classes=2,
        data_root=str(folder),
        crop_size=32,
        num_segments=2,
        num_frames=2,
        batch_size=2,
        num_workers=0,
        max_iters=4,
    )
    text = (root / OWN_DATA).read_text(encoding='utf-8')
    (folder / 'config.py').write_text(fill_in(text, settings) + SLIM)
