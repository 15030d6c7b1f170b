"""Mean or maximum of the segments' features: StNet without its TXB."""

from __future__ import annotations

from mmaction.registry import MODELS
from mmengine.model import normal_init
from torch import Tensor, nn

from ...errors import check_choice
from ..segment_head import SegmentHead

POOLS = ('mean', 'max')


@MODELS.register_module()
class SegmentPoolHead(SegmentHead):
    """Linear classifier of features that are pooled over the segments.

    It is blind to the order of the segments. With ``'mean'`` it is TSN's
    consensus: the mean of the logits is the logits of the mean.

    Args:
        num_classes (int): Number of classes.
        in_channels (int): Channels of the backbone's feature maps.
        pool (str): ``'mean'`` or ``'max'``. Defaults to ``'mean'``.
        dropout_ratio (float): Dropout before the classifier, in [0, 1).
            Defaults to 0.
        **kwargs: ``topk`` of ``SegmentHead`` and the arguments of MMAction2's
            ``BaseHead``.

    Raises:
        StNetInputError: If ``pool`` is neither of the two.
    """

    piecewise_linear = True

    fc_cls: nn.Linear

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        pool: str = 'mean',
        dropout_ratio: float = 0.0,
        **kwargs,
    ) -> None:
        check_choice('pool', pool, POOLS)
        super().__init__(num_classes, in_channels, **kwargs)
        self.pool = pool
        self.dropout = nn.Dropout(dropout_ratio)
        self.fc_cls = nn.Linear(in_channels, num_classes)

    def init_weights(self) -> None:
        """Initialize the classifier as MMAction2's TSN does."""
        super().init_weights()
        normal_init(self.fc_cls, std=0.01)

    def join(self, x: Tensor) -> Tensor:
        """Pool over the segments.

        Args:
            x (Tensor): Features, [B*V, T, C].

        Returns:
            Tensor: Features, [B*V, C].
        """
        return x.mean(dim=1) if self.pool == 'mean' else x.amax(dim=1)
