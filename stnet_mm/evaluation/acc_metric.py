"""Top-k accuracy that also holds for few classes."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from mmaction.evaluation import AccMetric
from mmaction.registry import METRICS

from ..models.segment_head import clamp_topk


@METRICS.register_module()
class StNetAccMetric(AccMetric):
    """MMAction2's ``AccMetric`` with k lowered to the number of classes.

    MMAction2 reports ``top5 = 1.0`` for fewer than 5 classes; this metric
    reports top-4 for 4 classes, under that name. Where videos have several
    labels, of which accuracies say nothing, it reports the mean average
    precision.

    Args:
        **kwargs: Those of MMAction2's ``AccMetric``.
    """

    metric_options: dict
    metrics: Sequence[str]

    def calculate(
        self, preds: list[np.ndarray], labels: list[int | np.ndarray]
    ) -> dict:
        """Compute the metrics.

        Args:
            preds (list[np.ndarray]): Scores of each video, [num_classes].
            labels (list[int | np.ndarray]): Label of each video; one-hot for
                several labels.

        Returns:
            dict: Values by the metrics' names.
        """
        options = copy.deepcopy(self.metric_options)
        top_k = options.setdefault('top_k_accuracy', {})
        top_k['topk'] = clamp_topk(top_k.get('topk', (1, 5)), len(preds[0]))
        metrics = self.metrics
        if any(isinstance(label, np.ndarray) for label in labels):
            metrics = [m for m in metrics if m.endswith('average_precision')]
            metrics = metrics or ['mean_average_precision']
        kept = self.metric_options, self.metrics
        self.metric_options, self.metrics = options, metrics
        try:
            return super().calculate(preds, labels)
        finally:
            self.metric_options, self.metrics = kept
