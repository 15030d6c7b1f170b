"""MMAction2's recognizers that StNet-ResNet50 is compared with."""

from __future__ import annotations

from pathlib import Path

import mmaction
import yaml
from mmengine.config import Config

from stnet_mm.errors import StNetInputError

# Name, folder and config.
BASELINES = (
    (
        'TSN-ResNet50',
        'tsn',
        'tsn_imagenet-pretrained-r50_8xb32-1x1x8-100e_kinetics400-rgb',
    ),
    (
        'TSM-ResNet50',
        'tsm',
        'tsm_imagenet-pretrained-r50_8xb16-1x1x8-50e_kinetics400-rgb',
    ),
    (
        'I3D-ResNet50',
        'i3d',
        'i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_kinetics400-rgb',
    ),
    (
        'SlowOnly-ResNet50',
        'slowonly',
        'slowonly_r50_8xb16-8x8x1-256e_kinetics400-rgb',
    ),
    (
        'R(2+1)D-34',
        'r2plus1d',
        'r2plus1d_r34_8xb8-8x8x1-180e_kinetics400-rgb',
    ),
    (
        'C3D',
        'c3d',
        'c3d_sports1m-pretrained_8xb30-16x1x1-45e_ucf101-rgb',
    ),
)


def read_baseline(folder: str, config: str) -> tuple[Config, float]:
    """A config of MMAction2, and the GMACs that its model index tells.

    Args:
        folder (str): Its folder under ``configs/recognition``.
        config (str): Its name.

    Returns:
        tuple[Config, float]: The config, and the published figure in G.

    Raises:
        StNetInputError: If MMAction2 came without its configs.
    """
    root = Path(mmaction.__path__[0], '.mim', 'configs', 'recognition')
    path = root / folder / f'{config}.py'
    if not path.exists():
        raise StNetInputError(
            f"{path} is missing: install MMAction2's wheel, which holds its "
            'configs (pip install mmaction2)'
        )
    index = yaml.safe_load(path.with_name('metafile.yml').read_text())
    (flops,) = (
        model['Metadata']['FLOPs']
        for model in index['Models']
        if model['Name'] == path.stem
    )
    return Config.fromfile(path), float(flops.rstrip('G'))
