"""A warning where views are mirrored that were not in training."""

from __future__ import annotations

from collections.abc import Mapping

from mmengine.config import Config
from mmengine.runner import Runner

from ..datasets.browsing import find_steps


def warn_of_mirrored_views(runner: Runner) -> None:
    """Warn if half of ten crops are mirrored, and training mirrored none.

    Args:
        runner (Runner): It is about to test.
    """
    text = mirrored_views(runner.cfg)
    if text:
        runner.logger.warning(
            f'{text} (--crops three, or model.test_cfg.crops)'
        )


def mirrored_views(cfg: Config) -> str | None:
    """What speaks against ten crops, where training mirrored no clip.

    Classes with a direction are trained without mirroring, or with labels
    that change: a mirrored "left" is a "right".

    Args:
        cfg (Config): Has the crops and the pipelines.

    Returns:
        str | None: The text; None without ten crops, if training mirrored
        clips, or if the config does not tell.
    """
    test_cfg = (cfg.get('model') or {}).get('test_cfg') or {}
    in_pipeline = any(find_steps(cfg.get('test_dataloader'), 'TenCrop'))
    ten = test_cfg.get('crops') == 'ten' or in_pipeline
    flips = [*find_steps(cfg.get('train_dataloader'), 'Flip')]
    if not ten or not flips or any(map(_mirrors, flips)):
        return None
    return (
        'five of the ten crops are mirrored, but in training clips were not '
        'mirrored, or got other labels: if classes have a direction (left, '
        'right), test with three crops or the center'
    )


def _mirrors(flip: Mapping) -> bool:
    """Whether a step mirrors clips that keep their label."""
    return (
        flip.get('flip_ratio', 0.5) > 0
        and flip.get('direction', 'horizontal') == 'horizontal'
        and not flip.get('flip_label_map')
    )
