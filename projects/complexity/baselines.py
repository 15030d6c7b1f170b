"""The part of complexity.md about MMAction2's own recognizers."""

from __future__ import annotations

from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

from stnet_mm.analysis import (
    PEERS,
    Complexity,
    build_recognizer,
    count_complexity,
    read_peer,
    setting_of,
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
