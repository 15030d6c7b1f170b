"""Accuracies that also hold for few classes, and for some of them."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from mmaction.evaluation import AccMetric
from mmaction.registry import METRICS
from mmengine.logging import MMLogger

from ..models.segment_head import clamp_topk
from .class_accuracy import class_accuracy


@METRICS.register_module()
class StNetAccMetric(AccMetric):
    """MMAction2's ``AccMetric`` with k lowered to the number of classes.

    MMAction2 reports ``top5 = 1.0`` for fewer than 5 classes; this metric
    reports top-4 for 4 classes, under that name. Its mean class accuracy is
    that of the classes that there are videos of, while MMAction2 counts one
    that is only predicted as 0. Where videos have several
    labels, of which accuracies say nothing, it reports the mean average
    precision. Videos that could not be read, which count as wrong, are logged
    by name.

    Args:
        **kwargs: Those of MMAction2's ``AccMetric``.
    """

    metric_options: dict
    metrics: Sequence[str]

    def process(
        self, data_batch: object, data_samples: Sequence[dict]
    ) -> None:
        """Keep the predictions of a batch.

        Args:
            data_batch (object): Not used; part of MMEngine's interface.
            data_samples (Sequence[dict]): The predictions.
        """
        super().process(data_batch, data_samples)
        latest = self.results[len(self.results) - len(data_samples) :]
        for result, sample in zip(latest, data_samples):
            if 'unreadable' in sample:
                result['unreadable'] = sample['filename']

    def compute_metrics(self, results: list[dict]) -> dict:
        """Compute the metrics of all videos.

        Args:
            results (list[dict]): What is kept of each.

        Returns:
            dict: Values by the metrics' names.
        """
        names = [r['unreadable'] for r in results if 'unreadable' in r]
        if names:
            MMLogger.get_current_instance().warning(
                f'{len(names)} of {len(results)} videos could not be read and '
                f'count as wrong: {", ".join(names)}'
            )
        return super().compute_metrics(results)

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
            found = super().calculate(preds, labels)
        finally:
            self.metric_options, self.metrics = kept
        if 'mean1' in found:
            best = np.argmax(preds, axis=1)
            of_class = class_accuracy(best, np.array(labels), len(preds[0]))
            found['mean1'] = float(np.nanmean(of_class))
        return found
