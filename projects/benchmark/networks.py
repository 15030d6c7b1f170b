"""The networks to time, and what they take."""

from __future__ import annotations

import sys
from collections.abc import Callable

import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope
from torch import Tensor, nn

from stnet_mm.analysis import Setting, count_complexity

SIZE = 224
LAST = dict(memory_format=torch.channels_last)
TRUNKS = {
    'R50': (dict(type='ResNet', depth=50), 2048),
    'Lite0': (dict(type='timm.tf_efficientnet_lite0'), 1280),
    'IRv2': (dict(type='timm.inception_resnet_v2'), 1536),
}
# GMACs of torchvision's ResNet-50 for an image of 224x224.
RESNET50 = 4.089


def stnet(trunk: str = 'R50', device: str = 'cpu', **kwargs) -> nn.Module:
    """A StNet for 400 classes with random weights.

    Args:
        trunk (str): One of ``TRUNKS``. Defaults to ``'R50'``.
        device (str): Where to put it. Defaults to ``'cpu'``.
        **kwargs: What replaces or adds to the recognizer's config.

    Returns:
        nn.Module: The recognizer, in evaluation mode.
    """
    init_default_scope('mmaction')
    network, channels = TRUNKS[trunk]
    cfg = dict(
        type='StNetRecognizer',
        backbone=dict(type='StNet', trunk=network, num_frames=5),
        cls_head=dict(type='TXBHead', num_classes=400, in_channels=channels),
        data_preprocessor=dict(
            type='StNetDataPreprocessor', mean=[124.0] * 3, std=[58.0] * 3
        ),
    )
    torch.manual_seed(0)
    return MODELS.build({**cfg, **kwargs}).eval().to(device)


def find_resnet50() -> Callable[..., nn.Module] | None:
    """torchvision's ResNet-50; None if there is no torchvision that works."""
    try:
        from torchvision.models import resnet50
    except (ImportError, RuntimeError):
        return None
    return resnet50


def at_once(model: nn.Module) -> nn.Module:
    """Let a StNet take all segments at once, as networks ordinarily do."""
    model.backbone.bytes_per_core = sys.maxsize
    return model


def frames_of(segments: int, device: str, videos: int = 1) -> Tensor:
    """Frames as the loader gives them, the colors of a pixel adjacent.

    Args:
        segments (int): T, each of five frames.
        device (str): Where to put them.
        videos (int): B. Defaults to 1.

    Returns:
        Tensor: Bytes, [B, T*N, 3, H, W].
    """
    shape = (videos, segments * 5, SIZE, SIZE, 3)
    frames = torch.randint(256, shape, dtype=torch.uint8, device=device)
    # [B, T*N, H, W, 3] -> [B, T*N, 3, H, W]
    return frames.permute(0, 1, 4, 2, 3)


def inference(model: nn.Module, frames: Tensor) -> Callable[[], Tensor]:
    """What runs a recognizer on frames, without recording for autograd."""

    def run() -> Tensor:
        with torch.no_grad():
            return model(frames, stage='head')

    return run


def gmacs(trunk: str, segments: int) -> float:
    """Multiply-adds of a StNet for one view, in 10^9."""
    model = stnet(trunk).to('meta')
    setting = Setting(5, segments, SIZE, SIZE)
    return count_complexity(model, setting).macs / 1e9
