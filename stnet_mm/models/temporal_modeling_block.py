"""The temporal modeling block: global motion on the feature maps."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..errors import StNetInputError, check_choice
from .fused_convolutions import convolve_and_rectify

ORDERS = ('released', 'paper')


@MODELS.register_module()
class TemporalModelingBlock(BaseModule):
    """Convolution over time (Conv3d 3x1x1) with a shortcut.

    Two orders of its layers exist:

    - ``'released'``, the authors' code: ``x + BN(ReLU(conv(x)))``;
    - ``'paper'``, its text (section 3.2): ``x + ReLU(BN(conv(x)))``.

    Args:
        channels (int): Channels of the feature maps, in and out.
        order (str): ``'released'`` or ``'paper'``. Defaults to
            ``'released'``.
        zero_init (bool): Whether BatchNorm's weights start at zero, so that
            the block passes on what it gets until it has learned something.
            Defaults to False, as the authors do.

    Attributes:
        fused (bool): Whether cuDNN applies the ReLU that follows the
            convolution, for inference on a GPU only; ``speed_up`` sets it.

    Raises:
        StNetInputError: If ``order`` is neither of the two, or ``zero_init``
            is asked of the paper's.
    """

    def __init__(
        self,
        channels: int,
        order: str = 'released',
        zero_init: bool = False,
    ) -> None:
        super().__init__()
        check_choice('order of the temporal modeling block', order, ORDERS)
        if zero_init and order == 'paper':
            raise StNetInputError(
                "zero_init=True needs order='released': in the paper's order "
                'a ReLU follows, which passes no gradient at zero'
            )
        self.order = order
        self.zero_init = zero_init
        self.fused = False
        # A 3x1x1 convolution over (T, H, W) is a 3x1 convolution over
        # (T, H*W). Its 4-D weight lets `model.to(memory_format=
        # torch.channels_last)` work, which a 5-D weight makes raise.
        self.conv = nn.Conv2d(channels, channels, (3, 1), padding=(1, 0))
        self.bn = nn.BatchNorm2d(channels)

    def init_weights(self) -> None:
        """Initialize as the authors do: U(+-sqrt(6 / fan_in)), zero bias."""
        bound = math.sqrt(6 / self.conv.weight[0].numel())
        nn.init.uniform_(self.conv.weight, -bound, bound)
        nn.init.zeros_(cast(Tensor, self.conv.bias))
        nn.init.constant_(self.bn.weight, 0 if self.zero_init else 1)
        nn.init.zeros_(self.bn.bias)

    def forward(self, x: Tensor, num_segments: int) -> Tensor:
        """Let every segment see its neighbors in time.

        Args:
            x (Tensor): Feature maps, [B*T, C, H, W].
            num_segments (int): T.

        Returns:
            Tensor: Feature maps, [B*T, C, H, W].
        """
        weights = (self.conv.weight, self.conv.bias)
        if self.order == 'released' and self.fused:
            y = over_columns(x, *weights, num_segments, convolve_and_rectify)
            return self.bn(y).add_(x)
        y = convolve_over_time(x, *weights, num_segments)
        # In place where no backward pass needs the value before.
        if self.order == 'released':
            return self.bn(F.relu_(y)).add_(x)
        return x + F.relu_(self.bn(y))


def convolve_over_time(
    x: Tensor, weight: Tensor, bias: Tensor | None, num_segments: int
) -> Tensor:
    """Convolve over time, in the way that is faster on this processor.

    It depends on the layout in memory, too. docs/performance.md has the
    measurement.

    Args:
        x (Tensor): Feature maps, [B*T, C, H, W].
        weight (Tensor): Weights, [C', C, 3, 1].
        bias (Tensor, optional): Bias, [C'].
        num_segments (int): T.

    Returns:
        Tensor: Feature maps, [B*T, C', H, W].
    """
    # oneDNN's gradient for a volume thinner than the kernel reads memory that
    # it has not written, in bfloat16 (torch 2.15): weights became NaN.
    thin = weight.requires_grad and num_segments < weight.shape[2]
    columns = x.is_cuda or x.is_contiguous() or thin
    way = over_columns if columns else over_volumes
    return way(x, weight, bias, num_segments)


def over_columns(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    num_segments: int,
    convolve: Callable[..., Tensor] = F.conv2d,
) -> Tensor:
    """Do it in two dimensions, time and all pixels."""
    segments, channels, height, width = x.shape
    # [B*T, C, H, W] -> [B, T, C, H*W] -> [B, C, T, H*W]
    x = x.reshape(-1, num_segments, channels, height * width).transpose(1, 2)
    y = convolve(x, weight, bias, padding=(1, 0))
    # [B, C', T, H*W] -> [B, T, C', H*W] -> [B*T, C', H, W]
    return y.transpose(1, 2).reshape(segments, -1, height, width)


def over_volumes(
    x: Tensor, weight: Tensor, bias: Tensor | None, num_segments: int
) -> Tensor:
    """Do it in three dimensions; with channels last, nothing is copied."""
    segments, channels, height, width = x.shape
    # [B*T, C, H, W] -> [B, T, C, H, W] -> [B, C, T, H, W]
    x = x.reshape(-1, num_segments, channels, height, width).transpose(1, 2)
    y = F.conv3d(x, weight.unsqueeze(-1), bias, padding=(1, 0, 0))
    # [B, C', T, H, W] -> [B, T, C', H, W] -> [B*T, C', H, W]
    return y.transpose(1, 2).reshape(segments, -1, height, width)
