"""Keeping the predictions of a test for a report on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric


@METRICS.register_module()
class StNetPredictionMetric(BaseMetric):
    """Collects the scores and labels of all videos; it measures nothing.

    Attributes:
        scores (np.ndarray): In the order of the data set, [V, num_classes];
            on the main process, after testing.
        labels (np.ndarray): Their labels, [V]; zeros and ones for several
            labels a video, [V, num_classes].

    Args:
        **kwargs: Those of MMEngine's ``BaseMetric``.
    """

    # The order and labels of the videos matter to a report.
    for_report = True
    # MMEngine warns of metrics without one.
    default_prefix = 'predictions'

    def process(
        self, data_batch: object, data_samples: Sequence[dict]
    ) -> None:
        """Keep the predictions of a batch.

        Args:
            data_batch (object): Not used; part of MMEngine's interface.
            data_samples (Sequence[dict]): The predictions.
        """
        for sample in data_samples:
            label = sample['gt_label'].long().cpu().numpy()
            score = sample['pred_score'].float().cpu().numpy()
            self.results.append((score, label))

    def compute_metrics(self, results: list) -> dict:
        """Put the predictions of all processes where they are found.

        Args:
            results (list): Scores and label of each video.

        Returns:
            dict: Nothing.
        """
        self.scores = np.stack([score for score, _ in results])
        labels = np.stack([label for _, label in results])
        self.labels = labels[:, 0] if labels.shape[1] == 1 else labels
        return {}
