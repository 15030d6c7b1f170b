"""Other ways to test a trained network: segments, sizes and crops."""

from __future__ import annotations

import copy
from typing import NamedTuple

from mmengine.config import Config
from mmengine.runner import Runner

from .controls import predict


class Protocol(NamedTuple):
    """A way to test; what is None is as the network's config has it.

    Attributes:
        num_segments (int, optional): T. Defaults to None.
        short_side (int, optional): Of the frames, in pixels. Defaults to
            None.
        crops (str, optional): ``'center'``, ``'three'`` or ``'ten'``.
            Defaults to None.
        crop_size (int, optional): Side of the crops in pixels. Defaults to
            None.
    """

    num_segments: int | None = None
    short_side: int | None = None
    crops: str | None = None
    crop_size: int | None = None


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
    usual = runner.model.test_cfg
    changed = dict(usual)
    for settings, name, value in (
        (steps['StNetSampleFrames'], 'num_clips', protocol.num_segments),
        (steps['StNetVideoDecode'], 'short_side', protocol.short_side),
        (changed, 'crops', protocol.crops),
        (changed, 'crop_size', protocol.crop_size),
    ):
        if value is not None:
            settings[name] = value
    runner.model.test_cfg = changed
    try:
        return predict(runner, loader)
    finally:
        runner.model.test_cfg = usual
