"""The classification head: temporal Xception block, maximum, classifier."""

from __future__ import annotations

import math

from mmaction.registry import MODELS
from torch import Tensor, nn

from .segment_head import SegmentHead
from .temporal_xception_block import TemporalXceptionBlock


@MODELS.register_module()
class TXBHead(SegmentHead):
    """Head of StNet: TXB, maximum over time, linear classifier.

    Args:
        num_classes (int): Number of classes.
        in_channels (int): Channels of the backbone's feature maps.
        txb_channels (int): Channels of the temporal Xception block's output.
            Defaults to 1024.
        dropout_ratio (float): Dropout before the classifier, in [0, 1). The
            authors use none. Defaults to 0.
        **kwargs: ``topk`` of ``SegmentHead``; ``loss_cls``, ``multi_class``,
            ``label_smooth_eps``, ``average_clips`` and ``init_cfg`` of
            MMAction2's ``BaseHead``.
    """

    contribution_name = 'max-pool'
    piecewise_linear = True

    fc_cls: nn.Linear

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        txb_channels: int = 1024,
        dropout_ratio: float = 0.0,
        **kwargs,
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        self.txb = TemporalXceptionBlock(in_channels, txb_channels)
        self.dropout = nn.Dropout(dropout_ratio)
        self.fc_cls = nn.Linear(txb_channels, num_classes)

    def init_weights(self) -> None:
        """Initialize as the authors do: classifier U(+-1/sqrt(channels))."""
        super().init_weights()
        # The authors' bound is 1/sqrt(2048), the backbone's channels.
        bound = 1 / math.sqrt(self.in_channels)
        nn.init.uniform_(self.fc_cls.weight, -bound, bound)
        nn.init.zeros_(self.fc_cls.bias)

    def join(self, x: Tensor) -> Tensor:
        """Let the segments see each other, then take the maximum over time.

        Args:
            x (Tensor): Features, [B*V, T, C].

        Returns:
            Tensor: Features, [B*V, txb_channels].
        """
        return self.over_time(x).amax(dim=2)

    def over_time(self, x: Tensor) -> Tensor:
        """Let the segments see each other.

        Args:
            x (Tensor): Features, [B*V, T, C].

        Returns:
            Tensor: Features, [B*V, txb_channels, T].
        """
        # [B*V, T, C] -> [B*V, C, T]
        return self.txb(x.transpose(1, 2))

    def contributions(self, features: Tensor, classes: Tensor) -> Tensor:
        """What each segment adds to a class's logit through the maximum.

        A channel behind the temporal Xception block goes to the one segment
        where it is largest. As the block looks two segments to either side,
        that segment may owe it to its neighbors.

        Args:
            features (Tensor): The last feature maps, [B, T, C, h, w].
            classes (Tensor): A class for each video, [B].

        Returns:
            Tensor: [B, T]. The sum over a video's segments is its logit less
            the classifier's bias.
        """
        # [B, T, C, h, w] -> [B, T, C] -> [B, D, T] -> [B, D]
        best, segment = self.over_time(features.mean(dim=(3, 4))).max(dim=2)
        products = self.fc_cls.weight[classes] * best  # [B, D]
        total = products.new_zeros(features.shape[:2])
        return total.scatter_add(1, segment, products)

    def named_parts(self) -> dict[str, nn.Module]:
        """The parts of which costs are counted.

        Returns:
            dict[str, nn.Module]: The block and the classifier.
        """
        return {
            'temporal Xception block': self.txb,
            'classifier': self.fc_cls,
        }
