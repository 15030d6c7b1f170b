"""P3D: a ResNet whose 3x3 convolutions meet convolutions over time."""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...errors import StNetInputError, check_choice
from ..image_weights import load_image_weights
from ..temporal_modeling_block import convolve_over_time

# Blocks of the stages; 26 is ours, for small data.
STAGE_BLOCKS = {
    26: (2, 2, 2, 2),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
KINDS = ('A', 'B', 'C')
STYLES = ('pytorch', 'caffe')
# Time is halved after the stem and after each of the first three stages.
HALVINGS = 4


@MODELS.register_module()
class P3DResNet(BaseModule):
    """Pseudo-3D residual network, for MMAction2's ``Recognizer3D``.

    Qiu et al., "Learning Spatio-Temporal Representation with Pseudo-3D
    Residual Networks" (ICCV 2017), as in the authors' prototxt of P3D-199
    (depth 152): blocks A, B and C in turn in the first three stages, a 2-D
    last stage, four poolings over time.

    Frames lie in the batch, so a 1x3x3 convolution is a 2-D one, and the
    parameters are named as in torchvision's ResNet: its weights are the
    inflated ones. Convolutions over time start at random, as the authors'.

    Args:
        depth (int): 50, 101, 152, or 26 for small data. Defaults to 152.
        base_channels (int): Channels of the stem. Defaults to 64.
        style (str): Where the first block of a stage has its stride:
            ``'pytorch'`` in the 3x3 convolution, as torchvision's weights
            want it, or ``'caffe'`` in the first one, as in the authors'
            network. Defaults to ``'pytorch'``.
        init_cfg (dict, optional): ``dict(type='Pretrained',
            checkpoint=PATH_OR_URL)`` loads an image network's weights; see
            ``load_image_weights``. Defaults to None, Kaiming initialization.

    Raises:
        StNetInputError: If depth or style is unknown.
    """

    # Part of what ImageBackbone asks for.
    stem_name, num_frames, stem_inflation = 'conv1', 1, 'mean'

    def __init__(
        self,
        depth: int = 152,
        base_channels: int = 64,
        style: str = 'pytorch',
        init_cfg: dict | None = None,
    ) -> None:
        check_choice('depth of P3D', depth, STAGE_BLOCKS)
        check_choice('style', style, STYLES)
        self.pretrained: str | None = None
        if init_cfg is not None and init_cfg['type'] == 'Pretrained':
            self.pretrained, init_cfg = init_cfg['checkpoint'], None
        if init_cfg is None:
            init_cfg = dict(type='Kaiming', layer='Conv2d')
        super().__init__(init_cfg)
        self.conv1 = nn.Conv2d(
            3, base_channels, 7, stride=2, padding=3, bias=False
        )
        self.bn1 = nn.BatchNorm2d(base_channels)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        channels, kinds = base_channels, itertools.cycle(KINDS)
        for i, num_blocks in enumerate(STAGE_BLOCKS[depth]):
            width = base_channels * 2**i
            blocks = []
            for j in range(num_blocks):
                blocks.append(
                    P3DBlock(
                        channels,
                        width,
                        stride=2 if i > 0 and j == 0 else 1,
                        kind=next(kinds) if i < 3 else None,
                        style=style,
                    )
                )
                channels = width * P3DBlock.expansion
            self.add_module(f'layer{i + 1}', nn.ModuleList(blocks))
        self.out_channels = channels

    def init_weights(self) -> None:
        """Initialize at random, then load the image network if one is given.

        Raises:
            StNetInputError: If the checkpoint does not fit.
        """
        super().init_weights()
        if self.pretrained is not None:
            load_image_weights(self, self.pretrained)

    def is_new(self, name: str) -> bool:
        """Whether a parameter or buffer is none of the image network.

        Args:
            name (str): Its name in the backbone.

        Returns:
            bool: Whether it belongs to a convolution over time.
        """
        return any(part in name for part in ('temporal_conv.', 'temporal_bn.'))

    def forward(self, x: Tensor) -> Tensor:
        """Compute feature maps.

        Args:
            x (Tensor): Clips, [B, 3, T, H, W]; T is 16 or more.

        Returns:
            Tensor: Feature maps, [B, C, T // 16, H', W'].

        Raises:
            StNetInputError: If there are too few frames.
        """
        batch, _, frames = x.shape[:3]
        if frames < 2**HALVINGS:
            raise StNetInputError(
                f'P3D halves time {HALVINGS} times: give it {2**HALVINGS} '
                f'frames or more, not {frames}'
            )
        # [B, 3, T, H, W] -> [B, T, 3, H, W] -> [B*T, 3, H, W]
        x = x.transpose(1, 2).flatten(0, 1)
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x, frames = _halve_time(x, frames)
        for stage in (self.layer1, self.layer2, self.layer3):
            for block in stage:
                x = block(x, frames)
            x, frames = _halve_time(x, frames)
        for block in self.layer4:
            x = block(x, frames)
        # [B*T', C, H', W'] -> [B, T', C, H', W'] -> [B, C, T', H', W']
        return x.unflatten(0, (batch, frames)).transpose(1, 2)


class P3DBlock(nn.Module):
    """Bottleneck with a spatial (S) and a temporal (T) convolution.

    - A: T follows S.
    - B: S and T stand side by side; their sum.
    - C: T follows S; the mean of both (the paper has the sum, the authors'
      prototxt halves it).

    Args:
        channels (int): Channels of the input.
        width (int): Channels inside; the output has four times as many.
        stride (int): Stride in space.
        kind (str, optional): ``'A'``, ``'B'``, ``'C'``, or None for a 2-D
            block.
        style (str): As in ``P3DResNet``.
    """

    expansion = 4

    def __init__(
        self,
        channels: int,
        width: int,
        stride: int,
        kind: str | None,
        style: str,
    ) -> None:
        super().__init__()
        self.kind = kind
        out_channels = width * self.expansion
        first, second = (stride, 1) if style == 'caffe' else (1, stride)
        self.conv1 = nn.Conv2d(channels, width, 1, first, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, second, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        if kind is not None:
            # [T, pixels]
            self.temporal_conv = nn.Conv2d(
                width, width, (3, 1), padding=(1, 0), bias=False
            )
            self.temporal_bn = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.downsample = None
        if stride != 1 or channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor, num_frames: int) -> Tensor:
        """Compute the block.

        Args:
            x (Tensor): Feature maps, [B*T, C, H, W].
            num_frames (int): T.

        Returns:
            Tensor: Feature maps, [B*T, C', H', W'].
        """
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(x))
        if self.kind == 'A':
            y = self.over_time(F.relu(y), num_frames)
        elif self.kind == 'B':
            # T has the stride of S.
            step = self.conv2.stride[0]
            y = F.relu(y) + self.over_time(x[..., ::step, ::step], num_frames)
        elif self.kind == 'C':
            y = F.relu(y)
            y = (y + self.over_time(y, num_frames)) / 2
        y = self.bn3(self.conv3(F.relu(y)))
        return F.relu(y + shortcut)

    def over_time(self, x: Tensor, num_frames: int) -> Tensor:
        """Convolve over time and normalize; [B*T, width, H, W] both ways."""
        y = convolve_over_time(x, self.temporal_conv.weight, None, num_frames)
        return self.temporal_bn(y)


def _halve_time(x: Tensor, frames: int) -> tuple[Tensor, int]:
    """Maximum of every two frames; a last one by itself is dropped."""
    # [B*T, C, H, W] -> [B, T, C, H, W]
    x = x.unflatten(0, (-1, frames))
    half = frames // 2
    x = torch.maximum(x[:, 0 : 2 * half : 2], x[:, 1 : 2 * half : 2])
    # [B, T', C, H, W] -> [B*T', C, H, W]
    return x.flatten(0, 1), half
