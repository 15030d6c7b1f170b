"""Choosing the crops of a test on the command line."""

from __future__ import annotations

from itertools import chain

from mmengine.config import Config

from ..datasets.wrappers import inner_configs
from ..errors import StNetInputError
from ..models.crops import CROPPING, crop_kind, transform_name
from ..models.views import check_test_cfg
from .recognizer_type import is_stnet


def set_crops(
    cfg: Config, crops: str | None = None, crop_size: int | None = None
) -> None:
    """Set which crops a model makes of every frame in testing.

    Args:
        cfg (Config): A config of a ``StNetRecognizer`` whose test pipeline
            delivers whole frames; ``model.test_cfg`` changes.
        crops (str, optional): ``'ten'``, ``'three'`` or ``'center'``.
            Defaults to None, those of the config.
        crop_size (int, optional): Their side in pixels. Defaults to None,
            that of the config.

    Raises:
        StNetInputError: If the model makes no crops, the pipeline makes them,
            or kind or size is missing, unknown or larger than the frames that
            the pipeline scales to.
    """
    if not is_stnet(cfg.model):
        raise StNetInputError(
            f'--crops and --crop-size: {cfg.model.type} makes no crops, only '
            'StNetRecognizer does: change the crop in the test pipeline'
        )
    datasets = inner_configs(cfg.test_dataloader.dataset)
    pipelines = [dataset['pipeline'] for dataset in datasets]
    for step in chain.from_iterable(pipelines):
        if transform_name(step) in CROPPING:
            raise StNetInputError(
                f'--crops and --crop-size: the test pipeline crops already '
                f'({step["type"]}): take that step out, so that it delivers '
                'whole frames'
            )
    test_cfg = dict(cfg.model.get('test_cfg') or {})
    if crops is not None:
        test_cfg['crops'] = crop_kind(crops)
    if crop_size is not None:
        test_cfg['crop_size'] = crop_size
    if not test_cfg.get('crops'):
        raise StNetInputError(
            '--crop-size needs --crops: the config has no model.test_cfg.crops'
        )
    check_test_cfg(test_cfg)
    for pipeline in pipelines:
        _check_fit(test_cfg['crops'], test_cfg['crop_size'], pipeline)
    cfg.model.test_cfg = test_cfg


def _check_fit(
    crops: str, size: int | list[int], pipeline: list[dict]
) -> None:
    """Refuse crops that do not suit what the pipeline scales to."""
    sides = [step['short_side'] for step in pipeline if step.get('short_side')]
    least = size if isinstance(size, int) else min(size)
    if sides and least > sides[-1]:
        raise StNetInputError(
            f'crops of {size} pixels do not fit into frames that the test '
            f'pipeline scales to a short side of {sides[-1]}: choose a '
            'smaller --crop-size, or a larger short_side'
        )
    # Squares of another size fill no side of the frames.
    square = crops == 'three' and isinstance(size, int)
    if sides and square and size != sides[-1]:
        raise StNetInputError(
            f'three crops of {size} pixels do not fill the short side of '
            f'{sides[-1]} that the test pipeline scales frames to: make both '
            'the same, by --crop-size or short_side'
        )
