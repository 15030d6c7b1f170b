"""Accuracy inside pairs of classes."""

from __future__ import annotations

from collections.abc import Sequence

from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric

from ..errors import StNetInputError


@METRICS.register_module()
class StNetPairMetric(BaseMetric):
    """How often the right one of two paired classes scores higher.

    Only the two classes of a video's own pair are compared, so chance is 0.5
    whatever the other classes are. It needs the class names in the data
    set's ``metainfo``.

    Args:
        pairs (dict[str, list[tuple[str, str]]]): Pairs of class names by the
            kind of pair; a value ``pair/KIND`` is computed for each kind.
        **kwargs: Those of MMEngine's ``BaseMetric``.

    Raises:
        StNetInputError: In evaluation, if a name is not that of a class.
    """

    default_prefix = 'pair'

    def __init__(
        self, pairs: dict[str, Sequence[Sequence[str]]], **kwargs
    ) -> None:
        super().__init__(**kwargs)
        self.pairs = pairs

    def process(self, data_batch: object, data_samples: list[dict]) -> None:
        """Keep the scores and label of each video.

        Args:
            data_batch (object): Not used.
            data_samples (list[dict]): Results with ``pred_score`` and
                ``gt_label``.
        """
        for sample in data_samples:
            scores, label = sample['pred_score'], sample['gt_label']
            self.results.append((scores.tolist(), label.item()))

    def compute_metrics(self, results: list[tuple]) -> dict[str, float]:
        """Compute the accuracy inside the pairs of each kind.

        Args:
            results (list[tuple]): Scores and label of each video.

        Returns:
            dict[str, float]: Accuracy by kind; a kind without videos is left
            out.
        """
        classes = list((self.dataset_meta or {}).get('classes', ()))
        accuracies = {}
        for kind, pairs in self.pairs.items():
            rival = {}
            for pair in pairs:
                unknown = [name for name in pair if name not in classes]
                if unknown:
                    raise StNetInputError(
                        f'{unknown[0]!r} in pairs is not a class; the classes '
                        f'of the data set are: {", ".join(classes) or "none"}'
                    )
                one, two = map(classes.index, pair)
                rival.update({one: two, two: one})
            hits = [
                scores[label] > scores[rival[label]]
                for scores, label in results
                if label in rival
            ]
            if hits:
                accuracies[kind] = sum(hits) / len(hits)
        return accuracies
