"""The place of a video in a test that could not be read."""

from __future__ import annotations

from mmaction.structures import ActionDataSample
from torch import Tensor


class UnreadableSample(ActionDataSample):
    """A data sample for which every prediction is wrong.

    A network predicts something for whatever frames stand in for the
    video. Kept in its place are scores that no metric can take for right,
    whichever network and metric there are.
    """

    def set_pred_score(self, value: Tensor) -> UnreadableSample:
        """Set scores that are wrong.

        Args:
            value (Tensor): Scores of the classes, [num_classes].

        Returns:
            UnreadableSample: Itself.
        """
        return super().set_pred_score(self._wrong(value))

    def set_pred_label(self, value: Tensor) -> UnreadableSample:
        """Set a label that is wrong.

        Args:
            value (Tensor): Not used: it follows from the scores.

        Returns:
            UnreadableSample: Itself.
        """
        if 'pred_score' in self:
            value = self.pred_score.argmax(dim=0, keepdim=True)
        return super().set_pred_label(value)

    def _wrong(self, scores: Tensor) -> Tensor:
        """All the probability is of the other classes, in equal parts."""
        wrong = scores.new_zeros(scores.shape)
        if 'gt_label' not in self or len(self.gt_label) != 1:
            # Of several labels, or none: none is predicted.
            return wrong
        wrong += 1 / max(len(scores) - 1, 1)
        wrong[self.gt_label] = 0
        return wrong
