"""The classification head: temporal Xception block, maximum, classifier."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from mmaction.models.heads import BaseHead
from mmaction.registry import MODELS
from torch import Tensor, nn

from .temporal_xception_block import TemporalXceptionBlock


@MODELS.register_module()
class TXBHead(BaseHead):
    """Head of StNet: TXB, maximum over time, linear classifier.

    Losses, soft labels, label smoothing, multi-label targets and the
    averaging of views are those of MMAction2's heads.

    Args:
        num_classes (int): Number of classes.
        in_channels (int): Channels of the backbone's feature maps.
        txb_channels (int): Channels of the temporal Xception block's output.
            Defaults to 1024.
        dropout_ratio (float): Dropout before the classifier, in [0, 1). The
            authors use none. Defaults to 0.
        topk (int | Sequence[int]): The k of the top-k accuracies logged in
            training; a k above the number of classes is lowered to it.
            Defaults to (1, 5).
        init_cfg (dict, optional): MMEngine's initialisation config, applied
            before that of the authors. Defaults to None.
        **kwargs: ``loss_cls``, ``multi_class``, ``label_smooth_eps`` and
            ``average_clips`` of MMAction2's ``BaseHead``.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        txb_channels: int = 1024,
        dropout_ratio: float = 0.0,
        topk: int | Sequence[int] = (1, 5),
        init_cfg: dict | None = None,
        **kwargs,
    ) -> None:
        super().__init__(
            num_classes,
            in_channels,
            topk=clamp_topk(topk, num_classes),
            init_cfg=init_cfg,
            **kwargs,
        )
        self.txb = TemporalXceptionBlock(in_channels, txb_channels)
        self.dropout = nn.Dropout(dropout_ratio)
        self.fc_cls = nn.Linear(txb_channels, num_classes)

    def init_weights(self) -> None:
        """Initialise as the authors do: classifier U(+-1/sqrt(channels))."""
        super().init_weights()
        # The authors' bound is 1/sqrt(2048), the backbone's channels.
        bound = 1 / math.sqrt(self.in_channels)
        nn.init.uniform_(self.fc_cls.weight, -bound, bound)
        nn.init.zeros_(self.fc_cls.bias)

    def forward(self, x: Tensor, num_segs: int, **kwargs) -> Tensor:
        """Classify views.

        Args:
            x (Tensor): Feature maps of the segments, [B*V*T, C, H, W].
            num_segs (int): T, the segments of a view.

        Returns:
            Tensor: Logits, [B*V, num_classes].
        """
        x = x.mean(dim=(2, 3))
        # [B*V*T, C] -> [B*V, T, C] -> [B*V, C, T]
        x = x.reshape(-1, num_segs, self.in_channels).transpose(1, 2)
        x = self.txb(x)
        x = x.amax(dim=2)
        logits = self.fc_cls(self.dropout(x))
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
