"""What the scores of a video mean: probabilities, or logits."""

from __future__ import annotations

from torch import Tensor, nn


def is_multi_label(head: nn.Module) -> bool:
    """Whether a video may have several labels, each with a probability.

    Args:
        head (nn.Module): A head of MMAction2.

    Returns:
        bool: Whether it says so, or is trained with binary cross-entropy.
    """
    loss = type(getattr(head, 'loss_cls', None)).__name__
    return getattr(head, 'multi_class', False) or loss.startswith('BCE')


def gives_probabilities(head: nn.Module) -> bool:
    """Whether ``video_scores`` are probabilities.

    Args:
        head (nn.Module): A head of MMAction2.

    Returns:
        bool: False for ``average_clips='score'`` of one label a video.
    """
    return is_multi_label(head) or head.average_clips != 'score'


def energy_score(logits: Tensor) -> Tensor:
    """How much a video is like those that the network was trained with.

    The logarithm of the sum of the exponentials of the logits, averaged over
    views: the negative energy of Liu et al., "Energy-based
    Out-of-distribution Detection", NeurIPS 2020.

    Args:
        logits (Tensor): Logits of the views, [..., V, num_classes].

    Returns:
        Tensor: [...].
    """
    return logits.logsumexp(dim=-1).mean(dim=-1)


def average_views(head: nn.Module, logits: Tensor) -> Tensor:
    """Average the views of videos, in probability if not told otherwise.

    Args:
        head (nn.Module): A head of MMAction2; its ``average_clips`` says
            what is averaged.
        logits (Tensor): Logits of the views, [..., V, num_classes].

    Returns:
        Tensor: [..., num_classes]: with several labels the sigmoid, else the
        softmax; of one label a video and ``average_clips='score'`` logits.
    """
    several = is_multi_label(head)
    if head.average_clips == 'score':
        mean = logits.mean(dim=-2)
        return mean.sigmoid() if several else mean
    values = logits.sigmoid() if several else logits.softmax(dim=-1)
    return values.mean(dim=-2)
