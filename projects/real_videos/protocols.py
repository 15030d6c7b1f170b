"""Other ways to test a trained network: segments, sizes and crops."""

from __future__ import annotations

import copy
from typing import NamedTuple

from mmengine.config import Config
from mmengine.runner import Runner

from .controls import predict


class Protocol(NamedTuple):
    """A way to test; by default the recipe's.

    Attributes:
        num_segments (int): T. Defaults to 7.
        short_side (int): Of the frames, in pixels. Defaults to 128.
        crops (str): ``'center'``, ``'three'`` or ``'ten'``. Defaults to
            ``'center'``.
        crop_size (int | tuple[int, int]): Side of the crops in pixels, or
            (width, height). Defaults to 112.
    """

    num_segments: int = 7
    short_side: int = 128
    crops: str = 'center'
    crop_size: int | tuple[int, int] = 112


PROTOCOLS = {
    'whole height': Protocol(short_side=112),
    'three crops': Protocol(short_side=112, crops='three'),
    'larger': Protocol(crop_size=128),
    'ten crops': Protocol(crops='ten'),
    '25 segments': Protocol(num_segments=25),
    '25 segments, ten crops': Protocol(num_segments=25, crops='ten'),
}


def predict_by(runner: Runner, cfg: Config, protocol: Protocol) -> list[int]:
    """Predict the test clips in another way.

    Args:
        runner (Runner): Has trained the network.
        cfg (Config): Its config.
        protocol (Protocol): The way.

    Returns:
        list[int]: Predicted class of each clip.
    """
    loader = copy.deepcopy(cfg.test_dataloader)
    steps = {step['type']: step for step in loader.dataset.pipeline}
    steps['StNetSampleFrames']['num_clips'] = protocol.num_segments
    steps['StNetVideoDecode']['short_side'] = protocol.short_side
    usual = runner.model.test_cfg
    runner.model.test_cfg = dict(
        usual, crops=protocol.crops, crop_size=protocol.crop_size
    )
    try:
        return predict(runner, loader)
    finally:
        runner.model.test_cfg = usual
