"""The temporal modeling block: global motion on the feature maps."""

import math

import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..errors import StNetInputError

ORDERS = ('released', 'paper')


class TemporalModelingBlock(BaseModule):
    """Convolution over time (Conv3d 3x1x1) with a shortcut.

    Two orders of its layers exist:

    - ``'released'``, the authors' code: ``x + BN(ReLU(conv(x)))``;
    - ``'paper'``, its text (section 3.2): ``x + ReLU(BN(conv(x)))``.

    Args:
        channels (int): Channels of the feature maps, in and out.
        order (str): ``'released'`` or ``'paper'``. Defaults to
            ``'released'``.

    Raises:
        StNetInputError: If ``order`` is neither of the two.
    """

    def __init__(self, channels: int, order: str = 'released') -> None:
        super().__init__()
        if order not in ORDERS:
            raise StNetInputError(
                f'unknown order {order!r} of the temporal modeling block: '
                f'choose one of {", ".join(map(repr, ORDERS))}'
            )
        self.order = order
        # A 3x1x1 convolution over (T, H, W) is a 3x1 convolution over
        # (T, H*W). Its 4-D weight lets `model.to(memory_format=
        # torch.channels_last)` work, which a 5-D weight makes raise.
        self.conv = nn.Conv2d(channels, channels, (3, 1), padding=(1, 0))
        self.bn = nn.BatchNorm2d(channels)

    def init_weights(self) -> None:
        """Initialise as the authors do: U(+-sqrt(6 / fan_in)), zero bias."""
        bound = math.sqrt(6 / self.conv.weight[0].numel())
        nn.init.uniform_(self.conv.weight, -bound, bound)
        nn.init.zeros_(self.conv.bias)
        nn.init.ones_(self.bn.weight)
        nn.init.zeros_(self.bn.bias)

    def forward(self, x: Tensor, num_segments: int) -> Tensor:
        """Let every segment see its neighbours in time.

        Args:
            x (Tensor): Feature maps, [B*T, C, H, W].
            num_segments (int): T.

        Returns:
            Tensor: Feature maps, [B*T, C, H, W].
        """
        y = self._convolve(x, num_segments)
        if self.order == 'released':
            return x + self.bn(F.relu(y))
        return x + F.relu(self.bn(y))

    def _convolve(self, x: Tensor, num_segments: int) -> Tensor:
        """Convolve [B*T, C, H, W] over time.

        Both ways compute the same. Which one is faster depends on the layout
        in memory (docs/performance.md).
        """
        shape = x.shape
        if x.is_contiguous():
            # [B*T, C, H, W] -> [B, T, C, H*W] -> [B, C, T, H*W]
            x = x.reshape(-1, num_segments, shape[1], shape[2] * shape[3])
            y = self.conv(x.transpose(1, 2))
        else:
            # [B*T, C, H, W] -> [B, T, C, H, W] -> [B, C, T, H, W]: as channels
            # are adjacent in memory here, they are so there, without a copy.
            x = x.reshape(-1, num_segments, *shape[1:])
            weight = self.conv.weight.unsqueeze(-1)
            y = F.conv3d(
                x.transpose(1, 2), weight, self.conv.bias, padding=(1, 0, 0)
            )
        # [B, C, T, ...] -> [B, T, C, ...] -> [B*T, C, H, W]
        return y.transpose(1, 2).reshape(shape)
