"""The temporal Xception block: separable convolutions over the segments."""

import math

import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn


class TemporalXceptionBlock(BaseModule):
    """Two separable 1-D convolutions over time, with a 1x1 shortcut.

    ::

        x -> BN -+-> depthwise -> pointwise -> BN -> ReLU
                 |            -> depthwise -> pointwise -+
                 +-> 1x1 --------------------------------+-> BN -> ReLU

    Paper, section 3.3; details and initialization as in the authors' code.

    Args:
        in_channels (int): Channels of the segments' features. Defaults to
            2048, ResNet-50's.
        out_channels (int): Channels of the output. Defaults to 1024.
    """

    piecewise_linear = True

    def __init__(
        self, in_channels: int = 2048, out_channels: int = 1024
    ) -> None:
        super().__init__()
        self.bn_in = nn.BatchNorm1d(in_channels)
        self.depthwise1 = _depthwise(in_channels)
        self.pointwise1 = PointwiseConv1d(in_channels, out_channels, 1)
        self.bn_mid = nn.BatchNorm1d(out_channels)
        self.depthwise2 = _depthwise(out_channels)
        self.pointwise2 = PointwiseConv1d(out_channels, out_channels, 1)
        self.shortcut = PointwiseConv1d(in_channels, out_channels, 1)
        self.bn_out = nn.BatchNorm1d(out_channels)

    def init_weights(self) -> None:
        """Initialize as the authors do: U(+-sqrt(6 / fan_in)), zero bias."""
        for layer in self.children():
            if isinstance(layer, nn.Conv1d):
                bound = math.sqrt(6 / layer.weight[0].numel())
                nn.init.uniform_(layer.weight, -bound, bound)
            else:
                nn.init.ones_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Model the sequence of segments.

        Args:
            x (Tensor): Features of the segments, [B, C, T].

        Returns:
            Tensor: Features of the segments, [B, out_channels, T].
        """
        x = self.bn_in(x)
        y = self.pointwise1(self.depthwise1(x))
        y = F.relu(self.bn_mid(y))
        y = self.pointwise2(self.depthwise2(y))
        return F.relu(self.bn_out(y + self.shortcut(x)))


class PointwiseConv1d(nn.Conv1d):
    """A convolution of width 1, computed as the matrix product that it is.

    PyTorch's own convolution of so short a sequence takes some ten times as
    long on a CPU.
    """

    piecewise_linear = True

    def forward(self, x: Tensor) -> Tensor:
        """Map the channels of every segment.

        Args:
            x (Tensor): Features of the segments, [B, C, T].

        Returns:
            Tensor: Features of the segments, [B, C', T].
        """
        # [B, C, T] -> [B, T, C] -> [B, T, C'] -> [B, C', T]
        y = F.linear(x.transpose(1, 2), self.weight[..., 0], self.bias)
        return y.transpose(1, 2)


def _depthwise(channels: int) -> nn.Conv1d:
    """A convolution of three segments, each channel by itself."""
    return nn.Conv1d(channels, channels, 3, padding=1, groups=channels)
