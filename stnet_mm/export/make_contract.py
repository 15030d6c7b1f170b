"""The contract of an exported network, from the config it is tested with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmengine.config import Config

from stnet_runtime.contract import Contract

from ..apis.video_input import any_video_pipeline, find_test_dataset
from ..calibration import Calibration
from ..errors import StNetInputError
from ..models.crops import CROPPING, crops_of_testing, transform_name
from ..models.scores import gives_probabilities, is_multi_label
from ..models.stnet_recognizer import StNetRecognizer

# What these steps do is done by the runtime, or changes nothing.
_READING = ('StNetVideoInit', 'StNetVideoDecode', 'StNetSampleFrames')
_PACKING = ('FormatShape', 'PackActionInputs')


def make_contract(
    cfg: Config,
    model: StNetRecognizer,
    classes: Sequence[str],
    num_segments: int | None = None,
    figures: Mapping[str, float] | None = None,
    calibration: Calibration | None = None,
) -> Contract:
    """Make the contract.

    Args:
        cfg (Config): The config; its test pipeline says how videos are read.
        model (StNetRecognizer): The model.
        classes (Sequence[str]): Names of the classes.
        num_segments (int, optional): T. Defaults to None, that of the config.
        figures (Mapping[str, float], optional): What the model was measured
            to do. Defaults to None, nothing.
        calibration (Calibration, optional): How it was calibrated. Defaults
            to None, not at all.

    Returns:
        Contract: The contract.

    Raises:
        StNetInputError: If a step of the pipeline cannot travel with the
            network, its clips are not of N frames, or frames are cropped
            twice or not at all.
    """
    steps = any_video_pipeline(find_test_dataset(cfg).pipeline)
    named = {transform_name(step): step for step in steps}
    for name in named:
        if name not in (*_READING, *_PACKING, *CROPPING):
            raise StNetInputError(
                f'the test pipeline has a step {name}, which cannot be in an '
                'exported file: use StNetVideoInit, StNetSampleFrames, '
                'StNetVideoDecode(short_side=...) and crops'
            )
    for name in _READING:
        if name not in named:
            raise StNetInputError(
                f'the test pipeline has no {name}: an exported network is to '
                'see the frames that it takes'
            )
    sample, decode = named['StNetSampleFrames'], named['StNetVideoDecode']
    if sample['clip_len'] != model.backbone.num_frames:
        raise StNetInputError(
            f'StNetSampleFrames of the test pipeline has clip_len='
            f'{sample["clip_len"]}, and the backbone num_frames='
            f'{model.backbone.num_frames}: an exported network takes clips of '
            'so many frames; make them equal'
        )
    if decode.get('keep_ratio', True) is False:
        raise StNetInputError(
            'StNetVideoDecode(keep_ratio=False) of the test pipeline changes '
            'the shape of the frames, which the runtime cannot: set it to '
            'True'
        )
    kind, size = _find_crops(cfg, steps)
    head = model.cls_head
    scores = 'sigmoid' if is_multi_label(head) else 'softmax'
    return Contract(
        classes=tuple(classes),
        num_segments=num_segments or sample['num_clips'],
        num_frames=model.backbone.num_frames,
        center=sample.get('centre') or sample.get('center', 'clip'),
        short_side=decode.get('short_side'),
        crops=kind,
        crop_size=size,
        scores=scores if gives_probabilities(head) else 'logits',
        figures=dict(figures or {}),
        temperature=calibration.temperature if calibration else 1.0,
        thresholds=calibration.thresholds if calibration else None,
    )


def read_figures(path: str | Path) -> dict[str, float]:
    """Read what a model was measured to do.

    Args:
        path (str | Path): What ``test.py --json`` wrote.

    Returns:
        dict[str, float]: Values by the metrics' names.

    Raises:
        StNetInputError: If it is something else.
    """
    try:
        figures = json.loads(Path(path).read_text(encoding='utf-8'))
    except ValueError:
        figures = None
    if not isinstance(figures, dict) or not all(
        isinstance(value, (int, float)) for value in figures.values()
    ):
        raise StNetInputError(
            f'{path} holds no figures of a test: give what test.py --json '
            'wrote'
        )
    return figures


def _find_crops(
    cfg: Config, steps: Sequence[dict]
) -> tuple[str, tuple[int, int]]:
    """The crops that the model or the pipeline makes."""
    crops = crops_of_testing(steps, cfg.model.get('test_cfg') or {})
    if crops is None:
        raise StNetInputError(
            'nothing says how frames are cropped: give --crops and '
            '--crop-size, or model.test_cfg.crops'
        )
    return crops
