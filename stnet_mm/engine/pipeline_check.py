"""Whether pipelines give the frames and crops that a network takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mmengine.config import Config
from mmengine.model import is_model_wrapper
from torch import nn

from ..datasets.wrappers import inner_configs
from ..errors import StNetInputError
from ..models import StNetRecognizer
from ..models.crops import CROPPING, CROPS, crops_of_testing, transform_name


def check_pipelines(
    cfg: Config, model: nn.Module, splits: Iterable[str]
) -> None:
    """Check the pipelines of a config.

    Frames of other clips, or of other crops, would make super-images, too.

    Args:
        cfg (Config): The config; data that it does not name are not checked.
        model (nn.Module): Its recognizer, of any kind, or a wrapper of it.
        splits (Iterable[str]): Of ``'train'``, ``'val'`` and ``'test'``.

    Raises:
        StNetInputError: If clips do not divide into super-images, crops are
            larger than the frames, or views cannot be told apart.
    """
    inner: Any = model.module if is_model_wrapper(model) else model
    for split in splits:
        loader = cfg.get(f'{split}_dataloader')
        settings = loader.get('dataset') if isinstance(loader, dict) else None
        if not isinstance(settings, dict):
            continue  # built already
        for dataset in inner_configs(settings):
            try:
                check_pipeline(dataset['pipeline'], inner, split)
            except StNetInputError as error:
                raise StNetInputError(
                    f'{split}_dataloader: {error}'
                ) from error


def check_pipeline(pipeline: Sequence[dict], model: Any, split: str) -> None:
    """Check one pipeline, as ``check_pipelines``.

    Args:
        pipeline (Sequence[dict]): Configs of its steps.
        model (nn.Module): The recognizer.
        split (str): ``'train'``, ``'val'`` or ``'test'``. To validate,
            frames may be cropped before the recognizer does, to save time.

    Raises:
        StNetInputError: As of ``check_pipelines``.
    """
    _check_sizes(pipeline)
    if isinstance(model, StNetRecognizer):
        _check_clips(pipeline, model.backbone.num_frames)
        test_cfg = model.test_cfg or {}
        if split != 'train' and not test_cfg.get('num_segments'):
            _check_views(pipeline)
        if split == 'test':
            crops_of_testing(pipeline, test_cfg)  # or crops of crops


def _check_sizes(pipeline: Sequence[dict]) -> None:
    """Refuse crops that are larger than the frames are scaled to."""
    side = None
    for step in pipeline:
        name = transform_name(step)
        if step.get('short_side'):
            side = step['short_side']
        elif name == 'Resize':
            side = _short_side(step['scale'], step.get('keep_ratio', True))
        elif name == 'RandomCrop' or name in CROPPING:
            size = step['size' if name == 'RandomCrop' else 'crop_size']
            least = size if isinstance(size, int) else min(size)
            if side is not None and least > side:
                raise StNetInputError(
                    f'{name} of {size} pixels does not fit into frames that '
                    f'the pipeline scales to a short side of {side}: choose '
                    'smaller crops, or a larger short_side'
                )
            side = least
        elif 'Crop' in name:
            side = None


def _short_side(scale: float | Sequence[int], keep_ratio: bool) -> int | None:
    """The short side that MMAction2's ``Resize`` makes; None if it varies."""
    if isinstance(scale, (int, float)):
        return None
    if -1 in scale:
        return max(scale)
    return None if keep_ratio else min(scale)


def _check_clips(pipeline: Sequence[dict], num_frames: int) -> None:
    """Refuse super-images of frames of several clips."""
    for step in pipeline:
        sampled = 'SampleFrames' in transform_name(step)
        clip_len = step.get('clip_len', num_frames) if sampled else 0
        if clip_len % num_frames:
            raise StNetInputError(
                f'clips of {clip_len} frames (clip_len) do not divide into '
                f'super-images of {num_frames} (model.backbone.num_frames): '
                'make them equal'
            )


def _check_views(pipeline: Sequence[dict]) -> None:
    """Refuse crops that would be taken for segments."""
    for step in pipeline:
        name = transform_name(step)
        views = CROPS[CROPPING[name]] if name in CROPPING else 1
        if views > 1:
            raise StNetInputError(
                f'{name} makes {views} crops of every frame, which would '
                'follow each other as segments of one video: say by '
                'model.test_cfg.num_segments how many segments there are, or '
                'let model.test_cfg.crops make the crops'
            )
