"""Building networks to count, and counts as text."""

from __future__ import annotations

from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from stnet_mm.analysis import (
    Complexity,
    Setting,
    build_recognizer,
    setting_of,
)


class Builder:
    """Builds recognizers; networks that differ in the head alone, once."""

    def __init__(self) -> None:
        self._built: dict[str, nn.Module] = {}

    def __call__(self, cfg: Config) -> nn.Module:
        """The recognizer of a config.

        Args:
            cfg (Config): The config; loses its ``init_cfg``.

        Returns:
            nn.Module: The recognizer; the next call may change it.
        """
        # Where the weights come from changes nothing.
        cfg.model.backbone.pop('init_cfg', None)
        key = str((cfg.model.type, cfg.model.backbone))
        if key not in self._built:
            self._built[key] = build_recognizer(cfg.model)
            _skip_batch_norms(self._built[key])
        recognizer = self._built[key]
        recognizer.cls_head = MODELS.build(cfg.model.cls_head).to('meta')
        return recognizer.eval()


def _skip_batch_norms(network: nn.Module) -> None:
    """They have no multiply-adds, but take half of the time to count."""
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            module.forward = lambda x: x


def input_setting(cfg: Config, split: str) -> Setting:
    """What a config gives to its network.

    Args:
        cfg (Config): The config.
        split (str): ``'train'``, ``'val'`` or ``'test'``. A StNet crops
            frames itself in testing, if its ``test_cfg`` says so.

    Returns:
        Setting: The setting.
    """
    return setting_of(
        cfg[f'{split}_dataloader'].dataset.pipeline,
        cfg.model.get('test_cfg') if split == 'test' else None,
    )


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
