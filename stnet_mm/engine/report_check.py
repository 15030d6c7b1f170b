"""Whether there can be a report of a test."""

from __future__ import annotations

from mmaction.models.heads import BaseHead
from torch import nn

from ..errors import StNetInputError
from ..models.scores import is_multi_label
from ..models.segment_head import SegmentHead


def check_report(head: nn.Module | None) -> None:
    """Check that the scores of a test are of use to a report.

    Args:
        head (nn.Module, optional): The head of the recognizer.

    Raises:
        StNetInputError: If there is none, or it takes the softmax of several
            labels, as MMAction2's heads do.
    """
    if not isinstance(head, BaseHead):
        raise StNetInputError(
            'there is a report for recognizers with a cls_head only: leave '
            '--report out'
        )
    ours = isinstance(head, SegmentHead)
    if is_multi_label(head) and not ours and head.average_clips != 'score':
        raise StNetInputError(
            f'{type(head).__name__} takes the softmax of several labels, '
            'which are no probabilities to report: set '
            "model.cls_head.average_clips='score'"
        )
