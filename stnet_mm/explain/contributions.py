"""How much each segment contributed to a class's logit."""

from __future__ import annotations

from torch import Tensor, nn

from ..models.txb_head import TXBHead
from .methods import class_activation_map


def seen_evidence(features: Tensor, gradients: Tensor) -> Tensor:
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


def won_evidence(head: TXBHead, features: Tensor, classes: Tensor) -> Tensor:
    """What the segments contribute that won the maximum over time.

    Each channel behind the temporal Xception block goes to the one segment
    where it is largest. As the block looks two segments to either side, the
    segment that wins may owe it to what its neighbours show; ``seen_evidence``
    goes through the block.

    Args:
        head (TXBHead): The head.
        features (Tensor): The last feature maps, [B, T, C, h, w].
        classes (Tensor): A class for each video, [B].

    Returns:
        Tensor: [B, T]. The sum over a video's segments is its logit less the
        classifier's bias.
    """
    # [B, T, C, h, w] -> [B, T, C] -> [B, D, T]
    best, winner = head.over_time(features.mean(dim=(3, 4))).max(dim=2)
    contribution = head.fc_cls.weight[classes] * best  # [B, D]
    won = contribution.new_zeros(features.shape[:2])
    return won.scatter_add(1, winner, contribution)


def is_piecewise_linear(head: nn.Module) -> bool:
    """Whether the evidence of segments explains logits exactly.

    So it does behind linear layers, ReLU, maximum and average. Recurrent
    layers are none of these; there the evidence is the first-order
    approximation, and what it leaves of the logit tells its error.

    Args:
        head (nn.Module): The head of a recognizer.

    Returns:
        bool: Whether it has no recurrent layer.
    """
    return not any(isinstance(m, nn.RNNBase) for m in head.modules())
