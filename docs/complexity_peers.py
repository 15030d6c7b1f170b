"""The part of complexity.md about MMAction2's own recognizers."""

from __future__ import annotations

from pathlib import Path

import mmaction
import yaml
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

from stnet_mm.analysis import (
    Complexity,
    build_recognizer,
    count_complexity,
    setting_of,
)
from stnet_mm.errors import StNetInputError

# Name, folder and config.
PEERS = (
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
PEERS_TEXT = """
## Beside other networks

MMAction2's recognizers, counted with the same code from the configs in its
wheel (`configs/recognition/`). One view is that of the config's validation;
the last columns compare one view of its test with the figure in MMAction2's
model index (published, not ours).
"""


class Builder:
    """Builds recognizers; networks that differ in the head alone, once."""

    def __init__(self) -> None:
        self._built: dict[str, nn.Module] = {}

    def __call__(self, cfg: Config) -> nn.Module:
        """The recognizer of a config.

        Args:
            cfg (Config): The config.

        Returns:
            nn.Module: The recognizer; the next call may change it.
        """
        key = str((cfg.model.type, cfg.model.backbone))
        if key not in self._built:
            self._built[key] = build_recognizer(cfg.model)
        recognizer = self._built[key]
        recognizer.cls_head = MODELS.build(cfg.model.cls_head).to('meta')
        return recognizer.eval()


def peers_table(build: Builder) -> list[str]:
    """Rows of MMAction2's recognizers."""
    rows = [
        '| network and config | one view | GMACs | parameters '
        '| one view of its test | GMACs | published, not ours | difference |',
        '| --- | --- | --: | --: | --- | --: | --: | --: |',
    ]
    far = []
    for name, folder, config in PEERS:
        cfg, published = read_peer(folder, config)
        model = build(cfg)
        view, test = (
            count_complexity(
                model, setting_of(cfg[f'{split}_dataloader'].dataset.pipeline)
            )
            for split in ('val', 'test')
        )
        gap = test.macs / (published * 1e9) - 1
        rows.append(
            f'| {name}: `{folder}/{config}` | {pixels_of(view)} '
            f'| {giga(view)} | {view.parameters:,} | {pixels_of(test)} '
            f'| {giga(test)} | {published:g} | {percent(gap)} |'
        )
        if abs(gap) > 0.02:
            far.append(f'{name} {percent(gap)}')
    verdict = (
        f'More than 2 % from the published figure: {", ".join(far)}. The '
        'index does not say how it counted.'
        if far
        else 'None is more than 2 % from the published figure.'
    )
    return [*rows, '', verdict]


def read_peer(folder: str, config: str) -> tuple[Config, float]:
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


def pixels_of(counts: Complexity) -> str:
    """Frames and size of one view as text."""
    *_, height, width = counts.shape
    # [1, T, 3, H, W] or [1, 1, 3, N, H, W]
    frames = counts.shape[1] if len(counts.shape) == 5 else counts.shape[3]
    return f'{frames} frames, {width}x{height}'


def giga(counts: Complexity, views: int = 1) -> str:
    """Multiply-adds in G as text.

    Args:
        counts (Complexity): The counts.
        views (int): Of how many views. Defaults to 1.

    Returns:
        str: For example ``'1,449.40'``.
    """
    return f'{counts.macs * views / 1e9:,.2f}'


def percent(gap: float) -> str:
    """A relative difference as text, without a negative zero."""
    return f'{round(gap, 3) + 0.0:+.1%}'
