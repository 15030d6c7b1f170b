"""What heads over the segments of a video have in common."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from mmaction.models.heads import BaseHead
from torch import Tensor, nn

from .scores import average_views, is_multi_label


class SegmentHead(BaseHead):
    """Head that joins the features of a view's segments, then classifies.

    A subclass says how in ``join``, and makes ``dropout`` and the classifier
    ``fc_cls``. Losses, soft labels, label smoothing, multi-label targets and
    the averaging of views are those of MMAction2's heads.

    A subclass may also state what each segment adds to a logit
    (``contributions`` and ``contribution_name``), of which parts its costs
    are counted (``named_parts``), and that it is ``piecewise_linear``.

    Args:
        num_classes (int): Number of classes.
        in_channels (int): Channels of the backbone's feature maps.
        topk (int | Sequence[int]): The k of the top-k accuracies logged in
            training; a k above the number of classes is lowered to it.
            Defaults to (1, 5).
        **kwargs: Those of MMAction2's ``BaseHead``.

    Attributes:
        contribution_name (str, optional): How ``contributions`` divides a
            logit among segments, for legends. Defaults to None.
        piecewise_linear (bool): Whether the code of this class, its layers
            aside, is piecewise linear in the features: sums, means, maxima,
            ReLU. If all layers are as well, gradient x input divides a logit
            exactly; see ``explain.is_piecewise_linear``. It does not hold for
            a subclass that changes the code; that has to say it again.
            Defaults to False.
    """

    contribution_name: str | None = None
    piecewise_linear = False

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

    def contributions(
        self, features: Tensor, classes: Tensor
    ) -> Tensor | None:
        """What each segment adds to a class's logit.

        It holds for the class that defines it. A subclass that changes how
        the logit is computed has to define it again.

        Args:
            features (Tensor): The last feature maps, [B, T, C, h, w].
            classes (Tensor): A class for each video, [B].

        Returns:
            Tensor | None: [B, T]; the sum over a video's segments is its
            logit less the classifier's bias. None if the head does not say,
            the default.
        """
        return None

    def named_parts(self) -> dict[str, nn.Module]:
        """The parts of which costs are counted.

        Returns:
            dict[str, nn.Module]: Names and modules, of which none is in
            another one. What is in none of them is counted as the rest.
        """
        return {'head': self}

    def forward(self, x: Tensor, num_segs: int, **kwargs) -> Tensor:
        """Classify views.

        Args:
            x (Tensor): Feature maps of the segments, [B*V*T, C, H, W].
            num_segs (int): T, the segments of a view.

        Returns:
            Tensor: Logits, [B*V, num_classes].
        """
        logits = self.fc_cls(self.dropout(self.join(pool(x, num_segs))))
        # Losses want full precision, and MMAction2's metrics cannot take
        # bfloat16.
        low = logits.dtype in (torch.float16, torch.bfloat16)
        return logits.float() if low else logits

    def average_clip(self, cls_scores: Tensor, num_segs: int = 1) -> Tensor:
        """Average the views of videos, as MMAction2 but for several labels.

        Their probabilities are independent, so that each is a sigmoid, also
        with ``average_clips='score'``; a softmax would make them sum to 1.

        Args:
            cls_scores (Tensor): Logits, [B*V, num_classes].
            num_segs (int): V. Defaults to 1.

        Returns:
            Tensor: [B, num_classes]; [B, V, num_classes] if ``average_clips``
            is None.
        """
        if self.average_clips is None or not is_multi_label(self):
            return super().average_clip(cls_scores, num_segs)
        # [B*V, C] -> [B, V, C]
        views = cls_scores.unflatten(0, (-1, num_segs))
        return average_views(self, views)


def pool(x: Tensor, num_segments: int) -> Tensor:
    """Average feature maps over their places.

    Args:
        x (Tensor): Feature maps, [B*T, C, H, W].
        num_segments (int): T.

    Returns:
        Tensor: Features, [B, T, C].
    """
    # [B*T, C, H, W] -> [B*T, C] -> [B, T, C]. No unflatten: PyTorch 1.13
    # cannot write it as ONNX.
    return x.mean(dim=(2, 3)).reshape(-1, num_segments, x.shape[1])


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
