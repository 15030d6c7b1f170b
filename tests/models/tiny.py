"""Tiny networks, so that the suite is quick."""

from __future__ import annotations

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from torch import Tensor, nn


def tiny_backbone(**kwargs) -> dict:
    """Config of a StNet of a few thousand parameters."""
    cfg = dict(
        type='StNet',
        trunk=dict(type='StNetSlimResNet', depth=18, base_channels=8),
        num_frames=3,
    )
    return {**cfg, **kwargs}


def tiny_recognizer(
    backbone: dict | None = None, test_cfg: dict | None = None, **head
) -> nn.Module:
    """A recognizer of 6 classes with random, seeded weights."""
    torch.manual_seed(0)
    head = dict(
        dict(average_clips='prob', num_classes=6, txb_channels=32), **head
    )
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=backbone or tiny_backbone(),
            cls_head=dict(type='TXBHead', in_channels=64, **head),
            test_cfg=test_cfg,
        )
    )
    model.init_weights()
    return model


def frames(videos: int, images: int, size: int = 32, seed: int = 0) -> Tensor:
    """Random frames, [B, M, 3, size, size]."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(videos, images, 3, size, size, generator=generator)


def samples(labels: list) -> list[ActionDataSample]:
    """Data samples with these labels (numbers, or lists of scores)."""
    return [ActionDataSample().set_gt_label(label) for label in labels]


def warm_up(model: nn.Module, images: int) -> None:
    """Let BatchNorm see data, so that evaluation mode is not degenerate."""
    model.train()
    with torch.no_grad():
        for seed in range(5):
            model(frames(4, images, seed=seed), stage='head')
    model.eval()


def warm_up_image_network(network: nn.Module, size: int) -> None:
    """The same for an image network."""
    network.train()
    with torch.no_grad():
        for seed in range(3):
            network(frames(1, 4, size, seed=seed)[0])
    network.eval()
