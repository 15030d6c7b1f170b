"""Whether maps fall on what acts: pointing game and energy in the box."""

from __future__ import annotations

import torch
from torch import Tensor


def box_mask(boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """The pixels whose centers are in boxes.

    Args:
        boxes (Tensor): Left, top, right and bottom in pixels, [..., 4].
        size (tuple[int, int]): Height H and width W in pixels.

    Returns:
        Tensor: Booleans, [..., H, W].
    """
    height, width = size
    left, top, right, bottom = boxes[..., None, None].unbind(-3)
    y = torch.arange(height)[:, None] + 0.5
    x = torch.arange(width) + 0.5
    return (x >= left) & (x <= right) & (y >= top) & (y <= bottom)


def pointing_hits(maps: Tensor, masks: Tensor) -> Tensor:
    """The pointing game: whether a map's maximum is in the box.

    A map that is 0 everywhere points nowhere and misses. Source: Zhang et
    al., "Top-down Neural Attention by Excitation Backprop", ECCV 2016; here
    without a margin around the box.

    Args:
        maps (Tensor): Not negative, [..., H, W].
        masks (Tensor): Pixels in the boxes, [..., H, W].

    Returns:
        Tensor: Booleans, [...].
    """
    # [..., H, W] -> [..., H*W]
    maps, masks = maps.flatten(-2), masks.flatten(-2)
    best = maps.argmax(dim=-1, keepdim=True)
    return masks.gather(-1, best)[..., 0] & (maps.amax(dim=-1) > 0)


def energy_in_box(maps: Tensor, masks: Tensor) -> Tensor:
    """The share of a map's sum that is in the box.

    It is 0 for a map that is 0 everywhere. Source: Wang et al., "Score-CAM",
    CVPR workshops 2020 ("energy-based pointing game").

    Args:
        maps (Tensor): Not negative, [..., H, W].
        masks (Tensor): Pixels in the boxes, [..., H, W].

    Returns:
        Tensor: In [0, 1], [...].
    """
    # [..., H, W] -> [...]
    inside, total = (maps * masks).sum(dim=(-2, -1)), maps.sum(dim=(-2, -1))
    return torch.where(total > 0, inside / total, 0)
