"""What heads over the segments of a video have in common."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from mmaction.models.heads import BaseHead
from torch import Tensor, nn


class SegmentHead(BaseHead):
    """Head that joins the features of a view's segments, then classifies.

    A subclass says how in ``join``, and makes ``dropout`` and the classifier
    ``fc_cls``. Losses, soft labels, label smoothing, multi-label targets and
    the averaging of views are those of MMAction2's heads.

    Args:
        num_classes (int): Number of classes.
        in_channels (int): Channels of the backbone's feature maps.
        topk (int | Sequence[int]): The k of the top-k accuracies logged in
            training; a k above the number of classes is lowered to it.
            Defaults to (1, 5).
        **kwargs: Those of MMAction2's ``BaseHead``.
    """

    dropout: nn.Module
    fc_cls: nn.Module

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        topk: int | Sequence[int] = (1, 5),
        **kwargs,
    ) -> None:
        topk = clamp_topk(topk, num_classes)
        super().__init__(num_classes, in_channels, topk=topk, **kwargs)

    def join(self, x: Tensor) -> Tensor:
        """Make one feature of those of the segments.

        Args:
            x (Tensor): Features, [B*V, T, C].

        Returns:
            Tensor: Features, [B*V, C'].
        """
        raise NotImplementedError

    def forward(self, x: Tensor, num_segs: int, **kwargs) -> Tensor:
        """Classify views.

        Args:
            x (Tensor): Feature maps of the segments, [B*V*T, C, H, W].
            num_segs (int): T, the segments of a view.

        Returns:
            Tensor: Logits, [B*V, num_classes].
        """
        # [B*V*T, C, H, W] -> [B*V*T, C] -> [B*V, T, C]
        x = x.mean(dim=(2, 3)).reshape(-1, num_segs, self.in_channels)
        logits = self.fc_cls(self.dropout(self.join(x)))
        # Losses want full precision, and MMAction2's metrics cannot take
        # bfloat16.
        low = logits.dtype in (torch.float16, torch.bfloat16)
        return logits.float() if low else logits


def clamp_topk(topk: int | Sequence[int], num_classes: int) -> tuple:
    """Lower every k to the number of classes, once each.

    MMAction2 reports a top-5 accuracy of 1.0 for fewer than 5 classes.

    Args:
        topk (int | Sequence[int]): One or several k.
        num_classes (int): Number of classes.

    Returns:
        tuple[int]: The k to use, in the order given.
    """
    topk = (topk,) if isinstance(topk, int) else topk
    return tuple(dict.fromkeys(min(k, num_classes) for k in topk))
