"""How much each segment contributes to a class's logit."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from ..models.segment_head import SegmentHead
from .methods import class_activation_map
from .piecewise_linear import defined_for


def gradient_times_input(features: Tensor, gradients: Tensor) -> Tensor:
    """What the images of each video contribute to a logit.

    Args:
        features (Tensor): The last feature maps, [B, S, C, h, w].
        gradients (Tensor): The class's gradient, of the same shape.

    Returns:
        Tensor: [B, S]. The sum over a video's images is its logit less what
        the biases behind these features add, exactly so if the head is
        piecewise linear; see ``is_piecewise_linear``.
    """
    maps = class_activation_map(
        features.flatten(0, 1), gradients.flatten(0, 1)
    )
    # [B*S, h, w] -> [B*S] -> [B, S]
    return maps.sum(dim=(1, 2)).unflatten(0, features.shape[:2])


def head_contributions(
    head: nn.Module, features: Tensor, classes: Tensor
) -> Tensor | None:
    """What segments contribute to a logit, as the head itself says.

    Args:
        head (nn.Module): The head.
        features (Tensor): The last feature maps, [B, T, C, h, w].
        classes (Tensor): A class for each video, [B].

    Returns:
        Tensor | None: [B, T]; see ``SegmentHead.contributions``. None if the
        head does not say, or what it says is not of its own code: a subclass
        has changed how the logit is computed.
    """
    if not defined_for(head, 'contributions'):
        return None
    # Or another head that says it in the same way.
    return cast(SegmentHead, head).contributions(features, classes)
